"""One person gives places to so many addresses a day and no more."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from lms.app import create_app
from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Api, Response, Server
from tests.factories import make_open_course
from tests.openapi_checker import ResponseChecker
from tests.people import Person


@pytest.fixture
async def strict(settings: Settings, db: Pool, checker: ResponseChecker) -> AsyncIterator[Api]:
    """The application where a person invites ten addresses a day."""
    server = Server(create_app(replace(settings, invitations_per_day=10)))
    await server.start_server()
    async with Api(server, checker) as client:
        yield client
    await server.close()


async def _invite(
    api: Api, who: Person, course: Any, name: str, count: int, **more: Any
) -> Response:
    emails = [f"{name}{number}@example.com" for number in range(count)]
    path = f"/courses/{course['id']}/enrollments/bulk"
    return await api.post(path, {"emails": emails, **more}, as_=who)


async def test_beyond_the_days_invitations_a_list_is_refused_whole(
    strict: Api, tara: Person, theo: Person, db: Pool
) -> None:
    course, _ = await make_open_course(strict, tara)
    assert (await _invite(strict, tara, course, "a", 7)).status == 202
    refused = await _invite(strict, tara, course, "b", 4)
    assert (refused.status, refused.code) == (429, "invitations_used_up")
    assert 86_000 < int(refused.headers["Retry-After"]) <= 86_400
    # What tells nobody anything is free, and others have a day of their own.
    assert (await _invite(strict, tara, course, "b", 4, dry_run=True)).status == 202
    assert (await _invite(strict, tara, course, "b", 3)).status == 202
    theirs, _ = await make_open_course(strict, theo)
    assert (await _invite(strict, theo, theirs, "c", 10)).status == 202
    async with db.acquire() as connection:
        await connection.execute(
            "update bulk_enrollments set created_at = now() - interval '25 hours'"
        )
    assert (await _invite(strict, tara, course, "d", 10)).status == 202


async def test_fifty_lists_at_once_stay_within_the_day(strict: Api, tara: Person, db: Pool) -> None:
    course, _ = await make_open_course(strict, tara)
    few = asyncio.Semaphore(8)

    async def send(number: int) -> int:
        async with few:
            return (await _invite(strict, tara, course, f"r{number}-", 3)).status

    statuses = await asyncio.gather(*(send(number) for number in range(50)))
    assert sorted(statuses) == [202] * 3 + [429] * 47
    async with db.acquire() as connection:
        assert await connection.fetchval("select sum(total) from bulk_enrollments") == 9
