"""PostgreSQL is blamed for what it did, and for nothing else that took too long or failed."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from lms.core.db.pool import Pool
from lms.core.db.transactions import AWAY, begin
from lms.core.deadlines import within
from lms.settings import Secret, Settings
from tests.running import free_port


async def _raised_by(work: object) -> BaseException:
    with pytest.raises(Exception) as found:  # noqa: PT011 - which one is the question
        await work  # type: ignore[misc]
    return found.value


async def test_a_database_that_is_away_is_blamed(settings: Settings) -> None:
    nowhere = Secret(f"postgresql://postgres@127.0.0.1:{free_port()}/lms")
    pool = Pool(nowhere, settings, application="test")
    await pool.open()

    async def ask() -> None:
        async with pool.acquire() as connection:
            await connection.execute("select 1")

    assert isinstance(await _raised_by(ask()), AWAY)
    await pool.close()


async def test_a_database_that_is_slow_or_busy_is_blamed(settings: Settings) -> None:
    brisk = replace(settings, database_pool_size=1, database_statement_seconds=0.3,
                    database_connect_seconds=0.5)  # fmt: skip
    pool = Pool(settings.database_url, brisk, application="test")
    await pool.open()

    async def sleep() -> None:
        async with begin(pool) as connection:
            await connection.execute("select pg_sleep(5)")

    async def wait_in_vain() -> None:
        async with pool.acquire(), pool.acquire():
            pass

    assert isinstance(await _raised_by(sleep()), AWAY)
    assert isinstance(await _raised_by(wait_in_vain()), AWAY)
    await pool.close()


async def test_what_fails_beside_the_database_is_not_its_fault(db: Pool, tmp_path: Path) -> None:
    async def no_file() -> None:
        async with begin(db) as connection:
            await connection.execute("select 1")
            (tmp_path / "missing").read_bytes()

    async def too_late() -> None:
        async with db.room_to_span(), begin(db):
            async with asyncio.timeout(0.01):
                await asyncio.Event().wait()

    async def past_its_deadline() -> None:
        async with db.acquire():
            with within(0.01):
                await asyncio.Event().wait()

    for work in (no_file, too_late, past_its_deadline):
        assert not isinstance(await _raised_by(work()), AWAY), work
