"""Readers and writers that never pause, and a watch on the locks that they may wait for."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from tests.api import Api
from tests.running import eventually


@dataclass
class Watch:
    """For how long the migrating connection held a lock that others may wait for, by table."""

    longest: dict[str, float] = field(default_factory=dict)
    waits: float = 0.0
    samples: int = 0

    async def run(self, url: str, tables: list[str]) -> None:
        connection = await asyncpg.connect(url)
        since: dict[tuple[int, str], float] = {}
        try:
            while True:
                rows = await connection.fetch(_HELD, tables)
                now = time.monotonic()
                held = {(row["pid"], row["name"]) for row in rows}
                since = {key: since.get(key, now) for key in held}
                for (_, name), began in since.items():
                    self.longest[name] = max(self.longest.get(name, 0.0), now - began)
                waited = await connection.fetchval(_WAITED)
                self.waits = max(self.waits, float(waited or 0.0))
                self.samples += 1
                await asyncio.sleep(0.01)
        finally:
            await connection.close()


# Locks that a reader or a writer would wait for, on tables that were there before.
_HELD = """
select l.pid, l.relation::regclass::text as name
from pg_locks l join pg_stat_activity a using (pid)
where a.application_name = 'lms-migrate' and l.granted
  and l.mode in ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock')
  and l.relation::regclass::text = any($1)
"""

_WAITED = """
select max(extract(epoch from clock_timestamp() - query_start))::float8
from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock'
  and application_name <> 'lms-migrate'
"""


@dataclass
class Load:
    """Readers and writers that never pause, and what they were answered."""

    answers: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0

    async def more(self, count: int) -> int:
        """How many answers there were, once so many more have come."""
        wanted = sum(self.answers.values()) + count

        async def have_come() -> bool:
            return sum(self.answers.values()) >= wanted

        await eventually(have_come, seconds=60)
        return sum(self.answers.values())

    async def one(self, api: Api, number: int, token: str, course: Any, lesson: Any) -> None:
        turns: list[tuple[str, str, Any]] = [
            ("GET", f"/courses?q=word{number}", None),
            ("GET", "/enrollments/my-courses", None),
            ("PATCH", "/users/me", {"bio": f"Reader {number}"}),
            ("POST", "/enrollments", {"course_id": course["id"]}),
            ("POST", "complete", None),
            ("GET", f"/courses/{course['id']}/learn", None),
            ("GET", "/ready", None),  # or a proxy would have nobody to send the others to
        ]
        enrollment = None
        while True:
            for method, path, body in turns:
                if path == "/enrollments" and enrollment is not None:
                    continue
                if path == "complete":
                    path = f"/enrollments/{enrollment}/lessons/{lesson['id']}/complete"
                began = time.monotonic()
                reply = await api.request(method, path, json=body, token=token, check=False)
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.answers[reply.status] += 1
                if path == "/enrollments" and reply.status < 300:
                    enrollment = reply.data["id"]


class As:
    """The API as one person, for factories that sign nobody in."""

    def __init__(self, api: Api, token: str) -> None:
        self._api, self._token = api, token

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._api, name)

        async def ask(*args: Any, as_: Any = None, **options: Any) -> Any:
            return await call(*args, token=self._token, **options)

        return ask
