"""Redis by Sentinel: its primary is found, and the next one after it died."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from lms.core.jobs.broker import QueueBroker
from lms.core.redis_pool import RedisPool
from lms.settings import Secret, Settings, SettingsError, load_settings
from tests.redis_server import program
from tests.running import eventually, free_port

_PASSWORD = "seven-green-bottles"


@dataclass
class Watched:
    """A primary, its replica, and the Sentinel that watches them."""

    settings: Settings
    primary: asyncio.subprocess.Process
    replica: Redis


@pytest.fixture
async def watched(settings: Settings, tmp_path: Path) -> AsyncIterator[Watched]:
    first, second, watching = free_port(), free_port(), free_port()
    (tmp_path / "sentinel.conf").write_text(
        f"port {watching}\nbind 127.0.0.1\ndir {tmp_path}\n"
        f"sentinel monitor main 127.0.0.1 {first} 1\n"
        f"sentinel auth-pass main {_PASSWORD}\n"
        "sentinel down-after-milliseconds main 500\nsentinel failover-timeout main 3000\n"
    )
    common = ("--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path),
              "--requirepass", _PASSWORD, "--primaryauth", _PASSWORD)  # fmt: skip
    async with contextlib.AsyncExitStack() as stack:

        async def start(*arguments: str) -> asyncio.subprocess.Process:
            process = await asyncio.create_subprocess_exec(
                str(program()), *arguments, stdout=asyncio.subprocess.DEVNULL
            )
            stack.push_async_callback(_end, process)
            return process

        primary = await start("--port", str(first), *common)
        await start("--port", str(second), "--replicaof", "127.0.0.1", str(first), *common)
        await start(str(tmp_path / "sentinel.conf"), "--sentinel")
        replica = Redis(port=second, password=_PASSWORD)
        sentinel = Redis(port=watching)
        stack.push_async_callback(replica.aclose)
        stack.push_async_callback(sentinel.aclose)
        await eventually(lambda: _knows_the_replica(sentinel))
        url = f"redis+sentinel://:{_PASSWORD}@127.0.0.1:{free_port()},127.0.0.1:{watching}/main/0"
        yield Watched(
            replace(settings, redis_url=Secret(url), redis_timeout_seconds=1.0), primary, replica
        )


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


async def _knows_the_replica(sentinel: Redis) -> bool:
    with contextlib.suppress(Exception):  # it is starting
        masters = await sentinel.sentinel_masters()
        return bool(masters["main"]["num-slaves"] == 1 and not masters["main"]["is_sdown"])
    return False


async def test_calls_and_wake_ups_go_to_the_next_primary(watched: Watched) -> None:
    pool = RedisPool(watched.settings)
    reader = QueueBroker(watched.settings, "emails")
    sender = QueueBroker(watched.settings, "emails")
    wakeups = reader.listen()
    try:
        assert await pool.try_call(lambda client: client.set("before", "1"))
        await sender.wake()
        async with asyncio.timeout(10):
            await anext(wakeups)
        watched.primary.kill()
        await watched.primary.wait()

        async def write() -> object:
            return await pool.try_call(lambda client: client.set("after", "1"))

        await eventually(write)
        assert await watched.replica.get("after") == b"1"
        await sender.wake()
        async with asyncio.timeout(20):
            await anext(wakeups)
    finally:
        await wakeups.aclose()
        for broker in (reader, sender):
            await broker.shutdown()
        await pool.close()


@pytest.mark.parametrize(
    "url",
    [
        "redis+sentinel://one:26379,two:26379",
        "redis+sentinel://one:26379/main/zero",
        "redis+sentinel://one:x/main",
        "redis://one,two/0",
    ],
)
def test_an_address_that_leads_nowhere_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="LMS_REDIS_URL"):
        load_settings({"LMS_REDIS_URL": url})
