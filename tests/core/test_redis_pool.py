"""Redis serves a burst, and is taken for away only when it is."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from lms.core.redis_pool import RedisPool
from lms.settings import Settings

_CONNECTIONS = 64


@pytest.fixture
async def pool(settings: Settings) -> AsyncIterator[RedisPool]:
    pool = RedisPool(replace(settings, redis_timeout_seconds=2.0))  # 64 connect at once here
    yield pool
    await pool.close()


async def _ping(client: Redis) -> bool:
    return bool(await client.ping())


async def test_a_burst_of_calls_is_served_and_redis_is_not_taken_for_away(
    pool: RedisPool,
) -> None:
    answers = await asyncio.gather(*(pool.try_call(_ping) for _ in range(200)))
    assert answers == [True] * 200
    assert pool.available


async def test_a_call_without_room_gives_up_and_redis_counts_as_available(
    settings: Settings,
) -> None:
    pool = RedisPool(settings)
    let_go = asyncio.Event()
    slow = [asyncio.create_task(pool.try_call(lambda client: let_go.wait()))
            for _ in range(_CONNECTIONS)]  # fmt: skip
    await asyncio.sleep(0)  # each has taken its place
    assert await pool.try_call(_ping) is None
    assert pool.available
    let_go.set()
    assert await asyncio.gather(*slow) == [True] * _CONNECTIONS
    assert await pool.try_call(_ping) is True
    await pool.close()


async def test_calls_that_waited_do_not_ask_a_redis_that_went_away(
    settings: Settings,
) -> None:
    pool = RedisPool(settings)
    let_go = asyncio.Event()
    asked: list[int] = []

    async def fail(client: Redis) -> None:
        await let_go.wait()
        raise TimeoutError

    async def ask(client: Redis) -> None:
        asked.append(1)

    slow = [asyncio.create_task(pool.try_call(fail)) for _ in range(_CONNECTIONS)]
    late = asyncio.create_task(pool.try_call(ask))
    await asyncio.sleep(0)
    let_go.set()
    assert await asyncio.gather(*slow, late) == [None] * (_CONNECTIONS + 1)
    assert asked == []
    assert not pool.available
    await pool.close()
