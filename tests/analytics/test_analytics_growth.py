"""What analytics costs: the same at a hundred times the size, and next to nothing to keep.

Slow, and about time, so apart: sizes in enrolments come from TESTS_GROWTH ("10000,1000000").
"""

import asyncio
import os
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from aiohttp.test_utils import TestServer

from lms.app import create_app
from lms.core.db.pool import Pool
from lms.core.http.request import POOL
from lms.settings import Settings
from lms.tools.seed.bulk import load_size
from tests.api import Api
from tests.conftest import run_sql, with_database
from tests.factories import enroll, make_open_course
from tests.people import Cast, Person

pytestmark = pytest.mark.slow

_SIZES = [int(size) for size in os.environ.get("TESTS_GROWTH", "10000,100000").split(",")]


@asynccontextmanager
async def site_of(
    settings: Settings, template: str, size: int
) -> AsyncIterator[tuple[Api, TestServer, UUID]]:
    """An application on a database with `size` enrolments; its biggest course."""
    name = f"lms_growth_{size}_{os.getpid()}"
    sized = replace(settings, database_url=with_database(settings.database_url, name))
    await run_sql(settings.database_url, f'create database "{name}" template "{template}"')
    try:
        course_id = await load_size(sized, size)
        async with TestServer(create_app(sized)) as server, Api(server) as api:
            yield api, server, course_id
    finally:
        await run_sql(settings.database_url, f'drop database if exists "{name}" with (force)')


async def median_ms(ask: Callable[[], Awaitable[Any]], *, times: int = 60) -> float:
    for _ in range(10):
        await ask()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        await ask()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000


async def measure(api: Api, server: TestServer, course_id: UUID) -> dict[str, float]:
    """Milliseconds of the views, and of a bare read by primary key, through the API."""
    ada = await Cast(server.app).person("Ada Admin", role="admin")
    async with server.app[POOL].acquire() as db:
        teacher = await db.fetchval("select instructor_id from courses where id = $1", course_id)
    paths = {
        "bare": "/users/me",
        "course": f"/analytics/courses/{course_id}/analytics",
        "system": "/analytics/system",
        "instructor": f"/analytics/instructor?instructor_id={teacher}",
    }

    async def ask(path: str) -> None:
        reply = await api.get(path, as_=ada)
        assert reply.status == 200, reply.body

    found: dict[str, list[float]] = {name: [] for name in paths}
    for _ in range(5):  # interleaved, so that the machine's moods meet all alike
        for name, path in paths.items():
            found[name].append(await median_ms(lambda path=path: ask(path)))  # type: ignore[misc]
    return {name: min(times) for name, times in found.items()}


async def test_views_cost_the_same_at_any_size(settings: Settings, template: str) -> None:
    by_size = {}
    for size in _SIZES:
        async with site_of(settings, template, size) as (api, server, course_id):
            by_size[size] = await measure(api, server, course_id)
            print(size, {name: round(ms, 2) for name, ms in by_size[size].items()})
    small, large = by_size[_SIZES[0]], by_size[_SIZES[-1]]
    for name in ("course", "system"):
        assert large[name] < 5 * large["bare"], (name, large)
        assert large[name] < 1.5 * small[name], (name, small, large)


_NOTING = ("lesson_progress_noted", "lesson_progress_noted_again", "enrollments_noted_again")


async def test_writing_stays_as_fast_as_without_figures(
    api: Api, tara: Person, cast: Cast, db: Pool
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=40)
    students = [await cast.person(f"Student {number}") for number in range(24)]
    enrollments = [await enroll(api, student, course) for student in students]

    async def switch(on: bool) -> None:
        async with db.acquire() as connection:
            await connection.execute(
                "; ".join(
                    f"alter table {name.partition('_noted')[0]}"
                    f" {'enable' if on else 'disable'} trigger {name}"
                    for name in _NOTING
                )
            )

    async def complete(number: int, on: bool) -> float:
        await switch(on)
        taken = []
        for lesson in lessons[:-1]:
            path = f"/enrollments/{enrollments[number]['id']}/lessons/{lesson['id']}/complete"
            started = time.perf_counter()
            reply = await api.post(path, as_=students[number])
            taken.append(time.perf_counter() - started)
            assert reply.status == 200
        return statistics.median(taken)

    await complete(0, True)
    pairs = []
    for number in range(1, len(students) - 1, 2):
        first = number % 4 == 1
        one, two = await complete(number, first), await complete(number + 1, not first)
        pairs.append((one / two) if first else (two / one))
    await switch(True)
    ratio = statistics.median(pairs)
    print(f"completing a lesson with figures costs {ratio:.3f} of what it costs without")
    assert ratio < 1.10


async def test_folding_figures_does_not_block_writers(
    api: Api, tara: Person, cast: Cast, settings: Settings, db: Pool
) -> None:
    """Appending never waits for a fold, not even for one that stands still."""
    from lms.analytics.folding import fold

    course, lessons = await make_open_course(api, tara)
    sam = await cast.person("Sam")
    enrollment = await enroll(api, sam, course)
    held, go = asyncio.Event(), asyncio.Event()

    async def pause(step: str) -> None:
        if step == "delete_changes":
            held.set()
            await go.wait()

    folding = asyncio.create_task(fold(db, pause=pause))
    await held.wait()
    path = f"/enrollments/{enrollment['id']}/lessons/{lessons[0]['id']}/complete"
    async with asyncio.timeout(2):
        assert (await api.post(path, as_=sam)).status == 200
        rows = (await api.get(f"/analytics/courses/{course['id']}/analytics", as_=tara)).data
    assert rows["lessons"][0]["completed"] == 1
    go.set()
    assert await folding
