"""With a hundred times the enrolments, nothing that students and teachers read gets slower."""

import statistics
import time
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Api
from tests.factories import enroll, make_open_course
from tests.people import Cast, Person

SMALL, LARGE = 10_000, 1_000_000
LIMIT = 1.5

# Without triggers, so that it is done in a minute: what they would write is written here.
_PEOPLE = """
insert into users (id, email, email_key, full_name, findable)
select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, address, address, name,
       findable_letters(name || chr(10) || address)
from generate_series($1::int, $2::int) n
cross join lateral (select format('p%s@example.org', n) as address,
                           format('Person %s of %s', md5(n::text), n) as name) as made
"""
_ENROLLMENTS = """
insert into enrollments (course_id, student_id, student_name, status, enrolled_at, completed_at,
                         done_lessons, last_accessed_at)
select $3, u.id, lower(u.full_name), kind.status, now() - make_interval(secs => n),
       case when kind.status = 'completed' then now() end,
       case when kind.status = 'completed' then 4 else n % 4 end, now()
from generate_series($1::int, $2::int) n
join users u on u.email_key = format('p%s@example.org', n)
cross join lateral (select case when n % 50 = 0 then 'dropped' when n % 3 = 0 then 'completed'
                                else 'active' end as status) as kind
"""


async def _grow(settings: Settings, course_id: UUID, first: int, last: int) -> None:
    connection = await asyncpg.connect(settings.database_url.value)
    try:
        await connection.execute("set session_replication_role = replica")
        for start in range(first, last + 1, 50_000):
            end = min(last, start + 49_999)
            await connection.execute(_PEOPLE, start, end)
            await connection.execute(_ENROLLMENTS, start, end, course_id)
        for table in ("users", "enrollments", "lesson_progress", "lessons", "courses"):
            await connection.execute(f"vacuum analyze {table}")
    finally:
        await connection.close()


@pytest.mark.slow
async def test_a_million_enrolments_read_like_ten_thousand(
    api: Api, cast: Cast, tara: Person, sam: Person, db: Pool, settings: Settings
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=4)
    mine = await enroll(api, sam, course)
    quirk = await cast.person("Zebedee Quirk")
    await enroll(api, quirk, course)
    for n in range(20):
        other, _ = await make_open_course(api, tara, lessons=2, title=f"Another {n}")
        await enroll(api, sam, other)
    roster = f"/courses/{course['id']}/enrollments"
    done = f"/enrollments/{mine['id']}/lessons/{lessons[0]['id']}"

    async def deep(query: str) -> str:
        """The address of a page far down the list."""
        path = f"{roster}?limit=100{query}"
        for _ in range(5):
            reply = await api.get(path, as_=tara)
            path = f"{roster}?limit=100{query}&cursor={reply.meta['next_cursor']}"
        return path

    async def measure() -> dict[str, float]:
        reads = {
            "roster": (roster, tara),
            "roster by name": (f"{roster}?sort=name", tara),
            "roster by progress": (f"{roster}?sort=progress", tara),
            "dropped": (f"{roster}?status=dropped", tara),
            "active by progress": (f"{roster}?sort=progress&status=active", tara),
            "further down": (await deep(""), tara),
            "further down by progress": (await deep("&sort=progress"), tara),
            "one person": (f"{roster}?q=quirk", tara),
            "everybody": (f"{roster}?q=person&sort=name", tara),
            "my courses": ("/enrollments/my-courses", sam),
            "my courses by progress": ("/enrollments/my-courses?sort=progress", sam),
            "my courses by title": ("/enrollments/my-courses?sort=title", sam),
            "an enrolment": (f"/enrollments/{mine['id']}", sam),
            "the learner's page": (f"/courses/{course['id']}/learn", sam),
        }
        times: dict[str, list[float]] = {name: [] for name in [*reads, "report", "(nothing)"]}
        for turn in range(46):
            for name, (path, who) in reads.items():
                times[name].append(await _time(api.get(path, as_=who, check=False)))
            body = {"last_position_seconds": turn}
            report = api.patch(f"{done}/progress", body, as_=sam, check=False)
            times["report"].append(await _time(report))
            # What the machine needs for anything at all, to be told from what grew.
            times["(nothing)"].append(await _time(api.get("/users/me", as_=sam, check=False)))
        return {name: statistics.median(values[6:]) for name, values in times.items()}

    await _grow(settings, UUID(course["id"]), 1, SMALL)
    small = await measure()
    await _grow(settings, UUID(course["id"]), SMALL + 1, LARGE)
    large = await measure()
    pace = large["(nothing)"] / small["(nothing)"]
    ratios = {name: large[name] / small[name] / pace for name in small}
    lines = [
        f"{name:26} {small[name] * 1000:7.2f} ms {large[name] * 1000:7.2f} ms  x {ratios[name]:.2f}"
        for name in small
    ]
    print("\n".join(["", *lines]))
    assert {name: ratio for name, ratio in ratios.items() if ratio >= LIMIT} == {}


async def _time(request: Any) -> float:
    started = time.perf_counter()
    reply = await request
    assert reply.status == 200, reply.body
    return time.perf_counter() - started
