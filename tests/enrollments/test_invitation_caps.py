"""One person invites so many people a day and no more: to courses, or as an admin to the site."""

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


async def _make_account(api: Api, who: Person, name: str) -> Response:
    body = {"email": f"{name}@example.com", "full_name": "Somebody New"}
    return await api.post("/users", body, as_=who)


async def test_accounts_that_an_admin_makes_count_as_places_do(
    strict: Api, ada: Person, tara: Person, sam: Person, db: Pool
) -> None:
    course, _ = await make_open_course(strict, tara)
    assert (await _invite(strict, ada, course, "a", 7)).status == 202
    assert (await _make_account(strict, ada, sam.email.partition("@")[0])).code == "email_taken"
    for number in range(3):
        assert (await _make_account(strict, ada, f"b{number}")).status == 201
    for refused in (
        await _make_account(strict, ada, "c"),
        await _invite(strict, ada, course, "d", 1),
    ):
        assert (refused.status, refused.code) == (429, "invitations_used_up")
        assert 86_000 < int(refused.headers["Retry-After"]) <= 86_400
    assert (await strict.get("/users?q=c@example.com", as_=ada)).data == []
    assert (await _invite(strict, tara, course, "e", 10)).status == 202
    async with db.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute("update audit_log set at = at - interval '25 hours'")
    assert [(await _make_account(strict, ada, f"f{n}")).status for n in range(4)] == [201] * 3 + [
        429
    ]


async def test_fifty_accounts_at_once_stay_within_the_day(strict: Api, ada: Person) -> None:
    few = asyncio.Semaphore(8)

    async def send(number: int) -> int:
        async with few:
            return (await _make_account(strict, ada, f"r{number}")).status

    statuses = await asyncio.gather(*(send(number) for number in range(50)))
    assert sorted(statuses) == [201] * 10 + [429] * 40
