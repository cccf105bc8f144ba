"""The pool: who waits, who gets a connection, and what happens to one that failed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest

from lms.core.db.pool import DatabaseAway, Pool
from lms.core.db.transactions import AWAY, begin
from lms.core.deadlines import DeadlinePassed
from lms.settings import Settings


@pytest.fixture
async def two(settings: Settings, db: Pool) -> AsyncIterator[Pool]:
    """A pool of two connections, for which one waits half a second."""
    small = replace(settings, database_pool_size=2, database_connect_seconds=0.5)
    pool = Pool(small.database_url, small, application="lms-test")
    await pool.open()
    yield pool
    await pool.close()


async def _pid(connection: asyncpg.Connection) -> int:
    return int(await connection.fetchval("select pg_backend_pid()"))


def _has_died(connection: asyncpg.Connection) -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True


async def test_one_connection_serves_one_caller_after_another(two: Pool) -> None:
    seen = set()
    for _ in range(20):
        async with two.acquire() as connection:
            seen.add(await _pid(connection))
    assert len(seen) == 1
    assert (two.size, two.idle) == (1, 1)


async def test_fifty_at_once_share_two_connections_and_all_are_served(two: Pool) -> None:
    async def ask() -> int:
        async with two.acquire() as connection:
            return await _pid(connection)

    assert len(set(await asyncio.gather(*(ask() for _ in range(50))))) == 2


async def test_a_wait_that_times_out_leaves_the_others_unharmed(two: Pool) -> None:
    async with two.acquire(), two.acquire():
        with pytest.raises(DatabaseAway):
            async with two.acquire():
                pass
    async with two.acquire() as connection:
        assert await connection.fetchval("select 1") == 1


async def test_a_cancelled_wait_loses_no_connection(two: Pool) -> None:
    async def ask() -> None:
        async with two.acquire():
            pass

    for _ in range(10):
        async with two.acquire(), two.acquire():
            impatient = asyncio.create_task(ask())
            patient = asyncio.create_task(ask())
            await asyncio.sleep(0)
            impatient.cancel()
        await patient
        with pytest.raises(asyncio.CancelledError):
            await impatient
    # Cancelled in the very turn in which it was given one.
    async with two.acquire():
        async with two.acquire():
            lucky = asyncio.create_task(ask())
            await asyncio.sleep(0)
        lucky.cancel()
        with pytest.raises(asyncio.CancelledError):
            await lucky
        async with two.acquire() as connection:
            assert await connection.fetchval("select 1") == 1


async def test_a_failed_transaction_leaves_nothing_to_the_next(two: Pool) -> None:
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with begin(two) as connection:
            await connection.execute("create temp table left_behind (x int)")
            await connection.fetchval("select 1 / 0")
    async with two.acquire() as connection:
        assert not connection.is_in_transaction()
        assert await connection.fetchval("select to_regclass('left_behind')") is None


async def test_a_connection_with_an_open_transaction_is_never_reused(two: Pool) -> None:
    async with two.acquire() as connection:
        await connection.execute("begin")
    await asyncio.sleep(0)
    async with two.acquire() as connection:
        assert not connection.is_in_transaction()


async def test_a_connection_that_died_while_idle_is_replaced(two: Pool, db: Pool) -> None:
    async with two.acquire() as connection:
        pid = await _pid(connection)
    async with db.acquire() as other:
        await other.execute("select pg_terminate_backend($1, 2000)", pid)
    for _ in range(50):  # until our end has heard of it
        await asyncio.sleep(0.01)
        if _has_died(connection):
            break
    async with two.acquire() as connection:
        assert await _pid(connection) != pid


async def test_a_connection_that_dies_at_work_makes_room_for_another(two: Pool, db: Pool) -> None:
    for _ in range(3):
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, DatabaseAway)):
            async with two.acquire() as connection, db.acquire() as other:
                await other.execute("select pg_terminate_backend($1, 2000)", await _pid(connection))
                await connection.fetchval("select 1")
    async with two.acquire() as first, two.acquire() as second:
        assert await _pid(first) != await _pid(second)


async def test_idle_connections_go_back_to_asyncpg(two: Pool) -> None:
    async with two.acquire(), two.acquire():
        pass
    assert len(two._free) == 2
    two._hand_back()
    await asyncio.gather(*two._returns)
    assert (two._held, two._free, two.idle) == (0, [], 2)
    async with two.acquire() as connection:
        assert await connection.fetchval("select 1") == 1


async def test_only_what_a_connection_raised_counts_as_an_absent_database(two: Pool) -> None:
    for error in (TimeoutError(), ConnectionResetError()):
        with pytest.raises(DatabaseAway):
            async with two.acquire():
                raise error
    with pytest.raises(DeadlinePassed):
        async with two.acquire():
            raise DeadlinePassed
    assert not issubclass(OSError, AWAY)
    assert not issubclass(TimeoutError, AWAY)
