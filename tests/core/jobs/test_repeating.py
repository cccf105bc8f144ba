"""What a process does beside its requests goes on after every kind of failure."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from lms.analytics.activity import ACTIVITY
from lms.auth.principals import PRINCIPALS
from lms.core.audit.denials import DENIALS
from lms.core.db.pool import Pool
from lms.core.jobs.repeating import Repeated
from tests.api import Api
from tests.people import Person
from tests.running import eventually


@asynccontextmanager
async def _without(db: Pool, *tables: str) -> AsyncIterator[None]:
    """As while a database is made anew; the pool says so with UndefinedTableError."""
    try:
        async with db.acquire() as connection:
            for table in tables:
                await connection.execute(f"alter table {table} rename to {table}_away")
        yield
    finally:
        async with db.acquire() as connection:
            for table in tables:
                await connection.execute(f"alter table {table}_away rename to {table}")


async def _count(db: Pool, table: str, column: str, user: Person) -> int:
    async with db.acquire() as connection:
        return await connection.fetchval(
            f"select count(*) from {table} where {column} = $1",
            user.id,
        )


async def test_polling_and_writing_go_on_after_their_tables_were_away(
    app: web.Application, api: Api, db: Pool, sam: Person, olly: Person
) -> None:
    assert (await api.get("/users/me", as_=sam)).status == 200
    loops = (app[PRINCIPALS].poller, app[DENIALS].writer, app[ACTIVITY].writer)

    async def all_fail() -> bool:
        return all(loop.is_failing for loop in loops)

    async with _without(db, "revocations", "audit_log", "user_activity"):
        assert (await api.get("/users", as_=sam)).status == 403
        app[ACTIVITY].note(sam.id)
        await eventually(all_fail, seconds=10)

    async def none_fails() -> bool:
        return not any(loop.is_failing for loop in loops)

    await eventually(none_fails, seconds=10)
    assert await _count(db, "audit_log", "actor_id", sam) == 1
    assert await _count(db, "user_activity", "user_id", sam) == 1
    assert await _count(db, "audit_log", "actor_id", olly) == 0
    async with db.acquire() as connection:
        await connection.execute("delete from sessions where id = $1", sam.session_id)
        await connection.execute("insert into revocations (session_id) values ($1)", sam.session_id)
    revoked = time.monotonic()

    async def is_out() -> bool:
        return (await api.get("/users/me", as_=sam)).status == 401

    await eventually(is_out, seconds=5)
    assert time.monotonic() - revoked < 1
    assert (await api.get("/users/me", as_=olly)).status == 200


async def test_a_bug_in_a_repeated_function_does_not_end_its_repetition() -> None:
    turns: list[int] = []

    async def work() -> None:
        turns.append(1)
        if len(turns) == 1:
            raise ZeroDivisionError

    repeated = Repeated("counting", work, seconds=0.001)

    async def went_on() -> bool:
        return len(turns) > 1

    repeated.start()
    await eventually(went_on, seconds=5)
    await repeated.stop()
    assert not repeated.is_failing
