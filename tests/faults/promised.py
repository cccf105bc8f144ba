"""A site with real receivers of all that it promises: mails, certificates, webhooks."""

import asyncio
import contextlib
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg
from aiosmtpd.controller import Controller

from lms.settings import Secret, Settings
from tests.api import Api
from tests.conftest import run_sql, with_database
from tests.people import PASSWORD
from tests.redis_server import RedisServer
from tests.running import Process, SiteAddress, free_port, wait_until_ready
from tests.webhooks.conftest import LOOPBACK, Sink, open_sink

TYPES = ["enrollment.completed", "certificate.issued"]


class ApiProcess(Process):
    """One process of the API, without the one that would start it again."""

    def __init__(self, settings: Settings, log: Path) -> None:
        super().__init__("api", settings=settings, log=log)
        self._argv = [sys.executable, "-m", "lms.processes.api"]


@dataclass
class Mailbox:
    """What an SMTP server was given: Message-IDs and to whom."""

    ids: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.ids.append(str(message_from_bytes(envelope.content)["Message-ID"]))
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@dataclass
class Promised:
    """The running site, and what left it."""

    settings: Settings
    api: Api
    api_process: ApiProcess
    worker: Process
    redis: RedisServer
    mailbox: Mailbox
    sink: Sink
    database: asyncpg.Connection
    course: Any
    lesson: Any
    students: int = 0

    async def complete_course(self) -> None:
        """Someone registers, enrols and completes; whatever is not answered is left there."""
        self.students += 1
        email = f"student{self.students}@example.com"
        with contextlib.suppress(aiohttp.ClientError, AssertionError, TimeoutError):
            body = {"email": email, "password": PASSWORD, "full_name": f"Student {self.students}"}
            token = (await self.api.post("/auth/register", body)).data["tokens"]["access_token"]
            course = {"course_id": self.course["id"]}
            enrollment = (await self.api.post("/enrollments", course, token=token)).data
            path = f"/enrollments/{enrollment['id']}/lessons/{self.lesson['id']}/complete"
            await self.api.post(path, token=token)

    async def count(self, query: str) -> int:
        return int(await self.database.fetchval(f"select count(*) from {query}"))

    async def settle(self, seconds: float) -> None:
        """Until every promise is kept; no request is made meanwhile."""
        async with asyncio.timeout(seconds):
            while await self.count("jobs where status in ('pending', 'running')"
                                   " and run_at < 'infinity'") or await self.count(
                                       "webhook_deliveries where status = 'pending'"):  # fmt: skip
                await asyncio.sleep(0.2)

    async def check(self, *, kills: int) -> None:
        """The effects are those of the committed causes, once each."""
        completed = await self.count("enrollments where status = 'completed'")
        assert await self.count("certificates where status = 'issued'") == completed
        folder = self.settings.data_dir / "files" / "certificates"
        assert len(list(folder.glob("*.pdf"))) == completed
        assert await self.count("jobs where status <> 'done'") == 0

        mails = await self.database.fetch(
            "select id, args->>'template' as template from jobs where kind = 'send_email'"
        )
        causes = {
            "welcome": await self.count("users"),
            "enrolled": await self.count("enrollments"),
            "completed": completed,
        }
        sent = Counter(row["template"] for row in mails)
        assert {template: sent[template] for template in causes} == causes
        counted = Counter(self.mailbox.ids)
        assert set(counted) == {f"<{row['id']}@example.com>" for row in mails}
        assert sum(counted.values()) - len(counted) <= kills

        events = await self.database.fetch("select id, type from events where type = any($1)",
                                           TYPES)  # fmt: skip
        assert Counter(row["type"] for row in events) == dict.fromkeys(TYPES, completed)
        assert set(self.sink.ids) == {str(row["id"]) for row in events}
        bodies = {(one.headers["webhook-id"], one.body) for one in self.sink.received}
        assert len(bodies) == len(events)
        assert await self.count("webhook_deliveries where status = 'succeeded'") == len(events)


@asynccontextmanager
async def promised_site(settings: Settings, template: str, folder: Path) -> AsyncIterator[Promised]:
    name = f"lms_site_{uuid4().hex[:12]}"
    url = settings.database_url
    await run_sql(url, f'create database "{name}" template "{template}"')
    redis = RedisServer(folder / "redis", free_port())
    mailbox = Mailbox()
    smtp = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    mine = replace(
        settings,
        database_url=with_database(url, name),
        redis_url=Secret(redis.url),
        smtp_url=Secret(f"smtp://127.0.0.1:{smtp.port}"),
        webhook_allowed_nets=LOOPBACK,
        data_dir=folder / "data",
        port=free_port(),
        job_lease_seconds=3,
        sweep_seconds=1.0,
        shutdown_grace_seconds=0.0,
    )
    mine.data_dir.mkdir(parents=True)
    api_process = ApiProcess(mine, mine.data_dir / "api.log")
    worker = Process("worker", settings=mine, log=mine.data_dir / "worker.log")
    try:
        await redis.start()
        smtp.start()
        async with open_sink() as sink, Api(SiteAddress(mine)) as api:
            await api_process.start()
            await worker.start()
            await wait_until_ready(api, api_process)
            database = await asyncpg.connect(mine.database_url.value)
            course, lesson = await _open_course(api, database, sink)
            yield Promised(
                mine, api, api_process, worker, redis, mailbox, sink, database, course, lesson
            )
            await database.close()
    finally:
        for process in (api_process, worker):
            await process.end()
        if smtp.server is not None:
            smtp.stop()
        await redis.stop()
        await run_sql(url, f'drop database if exists "{name}" with (force)')


async def _open_course(api: Api, database: asyncpg.Connection, sink: Sink) -> tuple[Any, Any]:
    body = {"email": "tara@example.com", "password": PASSWORD, "full_name": "Tara Teacher"}
    user = (await api.post("/auth/register", body)).data["user"]
    await database.execute("update users set role = 'instructor' where id = $1", user["id"])
    signed_in = await api.post("/auth/login", {"email": body["email"], "password": PASSWORD})
    token = signed_in.data["tokens"]["access_token"]
    new = {"title": "Steam engines", "description": "How they work."}
    course = (await api.post("/courses", new, token=token)).data
    fields = {"title": "Watt", "content_type": "text", "content": "Condensers."}
    lesson = (await api.post(f"/courses/{course['id']}/lessons", fields, token=token)).data
    await api.post(f"/courses/{course['id']}/publish", token=token)
    hook = {"url": sink.url, "types": TYPES}
    assert (await api.post("/webhooks", hook, token=token)).status == 201
    return course, lesson


def is_catching(pid: int, number: int) -> bool:
    """Whether a process has a handler for a signal (Linux)."""
    with contextlib.suppress(FileNotFoundError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) >> (number - 1) & 1)
    return False


__all__ = ["Promised", "is_catching", "promised_site"]
