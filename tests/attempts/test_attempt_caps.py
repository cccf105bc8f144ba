"""A quiz without a limit of its own takes so many attempts of a student and no more."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from lms.app import create_app
from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Api, Server
from tests.attempts.casts import TRUE_FALSE, make_taken, start
from tests.factories import enroll
from tests.openapi_checker import ResponseChecker
from tests.people import Person


@pytest.fixture
async def strict(settings: Settings, db: Pool, checker: ResponseChecker) -> AsyncIterator[Api]:
    """The application where a student has three attempts at most."""
    server = Server(create_app(replace(settings, attempts_max=3)))
    await server.start_server()
    async with Api(server, checker) as client:
        yield client
    await server.close()


async def test_an_unlimited_quiz_ends_at_the_sites_limit(
    strict: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, quiz, _ = await make_taken(strict, tara, sam, TRUE_FALSE)
    await enroll(strict, olly, course)
    for number in (1, 2, 3):
        attempt = await start(strict, sam, quiz)
        assert attempt["number"] == number
        await strict.post(f"/attempts/{attempt['id']}/submit", as_=sam)
    reply = await strict.post(f"/quizzes/{quiz['id']}/attempts", as_=sam)
    assert (reply.status, reply.code) == (409, "attempts_used_up")
    assert (await start(strict, olly, quiz))["number"] == 1


async def test_racing_starts_stay_within_the_sites_limit(
    strict: Api, db: Pool, tara: Person, sam: Person
) -> None:
    _, quiz, _ = await make_taken(strict, tara, sam, TRUE_FALSE)

    async def take() -> None:
        reply = await strict.post(f"/quizzes/{quiz['id']}/attempts", as_=sam)
        if reply.status in (200, 201):
            await strict.post(f"/attempts/{reply.data['id']}/submit", as_=sam)

    await asyncio.gather(*(take() for _ in range(50)))
    async with db.acquire() as connection:
        assert await connection.fetchval("select count(*) from attempts") <= 3
