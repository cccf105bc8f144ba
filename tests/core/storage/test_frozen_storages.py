"""A storage that is frozen takes connections and says nothing: that costs five seconds."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lms.core.storage import Storage, StorageUnavailable, create_storage
from lms.core.storage.patience import BETWEEN_BYTES_SECONDS, FIRST_BYTE_SECONDS, Body, patience
from lms.settings import Settings
from tests.core.storage.sites import Service, azure_service, s3_service

_LARGE = b"large" * 2_560_000  # 12.8 MB: more than the sockets' buffers hold
_MORE_SECONDS = 1.0  # for all that is no waiting: five large writes share two cores


@pytest.fixture(params=["s3", "azure"])
async def service(
    request: pytest.FixtureRequest, settings: Settings, base_settings: Settings, tmp_path: Path
) -> AsyncIterator[Service]:
    """A storage of our own, that we may freeze."""
    if request.param == "s3":
        async with s3_service(settings, tmp_path) as made:
            yield made
    else:
        async with azure_service(settings, base_settings.data_dir, tmp_path) as made:
            yield made


@pytest.fixture
async def storage(service: Service) -> AsyncIterator[Storage]:
    storage = create_storage(service.settings)
    await storage.put("test/a", b"content")
    await storage.write("test/large", _chunks())
    yield storage
    await storage.close()


async def _chunks(pause_after: int | None = None, go_on: Any = None) -> AsyncIterator[bytes]:
    for at in range(0, len(_LARGE), 100_000):
        if at == pause_after:
            await go_on()
        yield _LARGE[at : at + 100_000]


async def _cost(asked: Awaitable[Any]) -> float:
    """For how long we waited until we were told that the storage is away."""
    began = time.monotonic()
    with pytest.raises(StorageUnavailable):
        await asked
    return time.monotonic() - began


async def _list(storage: Storage) -> None:
    async for _ in storage.list("test/"):
        pass


async def test_whatever_is_asked_of_a_frozen_storage_costs_five_seconds(
    service: Service, storage: Storage
) -> None:
    service.freeze()
    costs = await asyncio.gather(
        _cost(storage.put("test/b", b"content")),
        _cost(storage.put("test/b", _LARGE[:900_000])),
        _cost(storage.write("test/c", _chunks())),
        _cost(storage.get("test/a")),
        _cost(storage.get("test/large")),
        _cost(storage.stat("test/a")),
        _cost(storage.delete("test/a")),
        _cost(_list(storage)),
    )
    if service.settings.storage == "s3":  # Azure drops by itself what is unfinished
        costs.append(await _cost(storage.drop_unfinished(datetime.now(UTC))))
    assert max(costs) < FIRST_BYTE_SECONDS + _MORE_SECONDS, costs
    service.thaw()
    # What it had been sent is done now, the deletion too.
    assert (await storage.stat("test/large")).size == len(_LARGE)


@pytest.mark.slow
async def test_a_storage_that_freezes_in_the_middle_costs_fifteen_seconds(
    service: Service, storage: Storage
) -> None:
    reading = storage.read("test/large")
    await anext(reading)

    async def read_on() -> None:
        async for _ in reading:
            pass

    frozen = asyncio.Event()

    async def freeze() -> None:
        service.freeze()
        frozen.set()

    began = time.monotonic()
    # The first half is a part of its own, and has arrived.
    writing = asyncio.create_task(_cost(storage.write("test/d", _chunks(11_000_000, freeze))))
    await frozen.wait()
    costs = await asyncio.gather(_cost(read_on()), writing)
    assert max(costs) < BETWEEN_BYTES_SECONDS + time.monotonic() - began - max(costs) + 2, costs
    assert time.monotonic() - began < BETWEEN_BYTES_SECONDS + 3
    service.thaw()
    assert await storage.get("test/a") == b"content"


async def test_a_slow_line_may_take_its_time_to_send() -> None:
    body = Body(b"x" * 8)
    async with patience(2.0, body):
        while body.read(1):
            await asyncio.sleep(0.5)
    with pytest.raises(TimeoutError):
        async with patience(0.5, body):
            await asyncio.Event().wait()
