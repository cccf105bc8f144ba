"""Wake-ups: cheap, bounded, and never in anybody's way."""

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from lms.core.jobs.broker import Nudger, QueueBroker
from lms.settings import Settings
from tests.core.jobs.conftest import Valkey, until

STREAM = "lms:wake:emails"


@pytest.fixture
def reachable(settings: Settings, valkey: Valkey) -> Settings:
    return replace(settings, redis_url=valkey.url)


@pytest.fixture
async def redis(valkey: Valkey) -> AsyncIterator[Redis]:
    client = Redis.from_url(valkey.url.value)
    yield client
    await client.aclose()


async def test_a_wake_up_sent_before_the_first_reader_arrives(reachable: Settings) -> None:
    sender, reader = QueueBroker(reachable, "emails"), QueueBroker(reachable, "emails")
    await sender.wake()
    messages = reader.listen()
    async with asyncio.timeout(5):
        message = await anext(messages)
    assert reader.formatter.loads(message.data).task_name == "wake"
    await messages.aclose()


async def test_an_acknowledged_wake_up_leaves_nothing_in_redis(
    reachable: Settings, redis: Redis
) -> None:
    broker = QueueBroker(reachable, "emails")
    messages = broker.listen()
    for _ in range(3):
        await broker.wake()
        await (await anext(messages)).ack()  # type: ignore[misc]
    await messages.aclose()
    assert await redis.xlen(STREAM) == 0
    assert (await redis.xpending(STREAM, "workers"))["pending"] == 0
    await broker.shutdown()
    assert await redis.xinfo_consumers(STREAM, "workers") == []


async def test_the_wake_up_of_a_dead_reader_is_claimed_on_a_quiet_queue(
    reachable: Settings, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.core.jobs.broker._CLAIM_SECONDS", 0.2)
    dead, reader = QueueBroker(reachable, "emails"), QueueBroker(reachable, "emails")
    await dead.wake()
    unacknowledged = dead.listen()
    await anext(unacknowledged)
    messages = reader.listen()
    async with asyncio.timeout(10):
        await (await anext(messages)).ack()  # type: ignore[misc]
    assert await redis.xlen(STREAM) == 0
    await unacknowledged.aclose()
    await messages.aclose()


async def test_wake_ups_that_nobody_reads_are_bounded(reachable: Settings, redis: Redis) -> None:
    broker = QueueBroker(reachable, "emails")
    for _ in range(300):
        await broker.wake()
    assert await redis.xlen(STREAM) <= 100


async def test_nudges_that_come_together_travel_as_one(reachable: Settings, redis: Redis) -> None:
    nudger = Nudger(reachable)
    for _ in range(1000):
        nudger.nudge(["emails"])
    await nudger.close()
    assert await redis.xlen(STREAM) == 1


@pytest.mark.parametrize("jobs", [2_000, pytest.param(100_000, marks=pytest.mark.slow)])
async def test_redis_memory_stays_flat(reachable: Settings, redis: Redis, jobs: int) -> None:
    broker = QueueBroker(reachable, "emails")
    messages = broker.listen()

    async def pass_on(count: int) -> int:
        for _ in range(count):
            await broker.wake()
            await (await anext(messages)).ack()  # type: ignore[misc]
        return int((await redis.info("memory"))["used_memory"])

    before = await pass_on(500)
    after = await pass_on(jobs)
    await messages.aclose()
    assert after - before < 200_000  # bytes; a hundred thousand messages would be 20 MB


async def test_a_hung_redis_delays_nobody(reachable: Settings, valkey: Valkey) -> None:
    assert valkey.process is not None
    nudger = Nudger(reachable)
    nudger.nudge(["emails"])
    loop = asyncio.get_running_loop()
    valkey.process.send_signal(signal.SIGSTOP)
    try:
        started = loop.time()
        for _ in range(100):
            nudger.nudge(["emails", "progress"])
            await asyncio.sleep(0)
        assert loop.time() - started < 0.5
        await nudger.close()
        assert loop.time() - started < 5
    finally:
        valkey.process.send_signal(signal.SIGCONT)


async def test_wake_ups_come_back_after_a_flush(reachable: Settings, redis: Redis) -> None:
    sender, reader = QueueBroker(reachable, "emails"), QueueBroker(reachable, "emails")
    messages = reader.listen()
    await sender.wake()
    await (await anext(messages)).ack()  # type: ignore[misc]
    await redis.flushall()
    waiting = asyncio.create_task(anext(messages))

    async def is_woken() -> bool:
        await sender.wake()
        return waiting.done()

    await until(is_woken)
    await waiting
    await messages.aclose()


async def test_a_full_redis_is_survived(reachable: Settings, redis: Redis) -> None:
    await redis.config_set("maxmemory", "1")
    nudger, reader = Nudger(reachable), QueueBroker(reachable, "emails")
    messages = reader.listen()
    waiting = asyncio.create_task(anext(messages))
    nudger.nudge(["emails"])
    await nudger.close()
    await redis.config_set("maxmemory", "0")

    async def is_woken() -> bool:
        await reader.wake()
        return waiting.done()

    await until(is_woken)
    await waiting
    await messages.aclose()
