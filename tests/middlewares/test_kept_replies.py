"""What one person can have kept for repeated requests is bounded, and goes after a day."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from lms.app import create_app
from lms.core.db.pool import Pool
from lms.core.jobs.tasks import WorkerContext
from lms.middlewares.tasks import delete_old_replies
from lms.settings import Settings
from tests.api import Api, Server
from tests.openapi_checker import ResponseChecker
from tests.people import Person

LIMIT = 5_000  # bytes; a course takes somewhat over a thousand


@pytest.fixture
async def small(settings: Settings, db: Pool, checker: ResponseChecker) -> AsyncIterator[Api]:
    """The application where five thousand bytes of replies are kept for a person and day."""
    server = Server(create_app(replace(settings, idempotent_reply_bytes_per_day=LIMIT)))
    await server.start_server()
    async with Api(server, checker) as client:
        yield client
    await server.close()


async def _create(api: Api, who: Person, key: str) -> tuple[int, str | None]:
    headers = {"Idempotency-Key": key}
    reply = await api.post("/courses", {"title": f"Course {key}"}, as_=who, headers=headers)
    return reply.status, reply.code if reply.status >= 400 else None


async def _count(db: Pool, what: str) -> int:
    async with db.acquire() as connection:
        return int(await connection.fetchval(f"select {what}"))


async def test_beyond_the_limit_a_repeat_has_no_reply_and_no_effect(
    small: Api, db: Pool, tara: Person, theo: Person
) -> None:
    assert [await _create(small, tara, f"k{n}") for n in range(8)] == [(201, None)] * 8
    again = [await _create(small, tara, f"k{n}") for n in range(8)]
    assert again[0] == (201, None)
    assert again[-1] == (409, "idempotency_reply_not_kept")
    assert await _count(db, "count(*) from courses") == 8
    assert await _count(db, "sum(octet_length(body)) from idempotency_keys") <= LIMIT
    # Another person's replies are counted apart.
    assert [await _create(small, theo, "mine") for _ in range(2)] == [(201, None)] * 2


async def test_fifty_requests_at_once_keep_no_more(small: Api, db: Pool, tara: Person) -> None:
    replies = await asyncio.gather(*(_create(small, tara, f"r{n}") for n in range(50)))
    assert {status for status, _ in replies} == {201}
    kept = await _count(db, "sum(octet_length(body)) from idempotency_keys where is_kept")
    assert 0 < kept <= LIMIT
    assert await _count(db, "bytes from idempotency_usage") == kept


async def test_replies_go_after_a_day_and_others_stay(
    api: Api, context: WorkerContext, db: Pool, tara: Person
) -> None:
    for key in ("old", "new"):
        await _create(api, tara, key)
    async with db.acquire() as connection:
        await connection.execute(
            "update idempotency_keys set created_at = now() - interval '25 hours' where key = 'old'"
        )
        await connection.execute(
            "insert into idempotency_usage select scope, day - 2, 1 from idempotency_usage"
        )
    await delete_old_replies(context, None)  # type: ignore[arg-type]
    assert await _count(db, "count(*) from idempotency_keys where key = 'new'") == 1
    assert await _count(db, "count(*) from idempotency_usage") == 1
