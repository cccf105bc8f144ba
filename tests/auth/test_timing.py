"""Nobody learns from a clock, or from a crowd, what a reply does not say."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Api
from tests.auth.conftest import from_, login, register
from tests.people import PASSWORD
from tests.running import Process, SiteAddress, free_port, wait_until_ready

_APART = 0.005  # seconds; less than the network's own noise


def _are_alike(one: float, other: float, *, few: bool) -> bool:
    """Few samples beside other work are noisy: there a third, where a hash left out is all."""
    return abs(one - other) < (max(_APART, 0.33 * min(one, other)) if few else _APART)


async def _compare(api: Api, rounds: int, *, one_network: bool) -> tuple[list[float], set[str]]:
    """Medians for a member's address and for nobody's, and all bodies seen."""
    times: dict[str, list[float]] = {"sam@example.com": [], "nobody@example.com": []}
    bodies = set()
    for number in range(rounds):
        network = 0 if one_network else number
        # In turns, so that what else the machine does falls on both.
        for who, email in enumerate(times):
            headers = from_(f"10.{who}.{network % 250}.{network // 250 + 1}")
            started = time.perf_counter()
            reply = await login(api, email, f"guess-number-{number}", headers=headers)
            times[email].append(time.perf_counter() - started)
            document = {**reply.json, "request_id": None}
            bodies.add(f"{reply.status} {document} {sorted(set(reply.headers))}")
    return [statistics.median(values) for values in times.values()], bodies


async def _known_and_unknown_are_alike(api: Api, proxied: Api, rounds: int) -> None:
    await register(api, "sam@example.com")  # with a hash that takes its full time
    (known, unknown), bodies = await _compare(proxied, rounds, one_network=False)
    assert len(bodies) == 1, bodies
    few = rounds < 100
    assert _are_alike(known, unknown, few=few), f"{known * 1e3:.1f} and {unknown * 1e3:.1f} ms"
    for _ in range(6):
        await _compare(proxied, 1, one_network=True)
    (held, held_unknown), held_bodies = await _compare(proxied, rounds, one_network=True)
    assert len(held_bodies) == 1, held_bodies
    assert next(iter(held_bodies)).startswith("429")
    assert _are_alike(held, held_unknown, few=few)
    print(f"known {known * 1000:.2f} ms, unknown {unknown * 1000:.2f} ms; "
          f"held {held * 1000:.2f} and {held_unknown * 1000:.2f} ms")  # fmt: skip


async def test_logins_of_known_and_unknown_addresses_take_equally_long(
    api: Api, proxied: Api
) -> None:
    await _known_and_unknown_are_alike(api, proxied, 25)


@pytest.mark.slow
async def test_three_hundred_logins_of_known_and_unknown_addresses_take_equally_long(
    api: Api, proxied: Api
) -> None:
    await _known_and_unknown_are_alike(api, proxied, 300)


async def test_resets_and_registrations_take_equally_long_for_members_and_others(
    api: Api, proxied: Api
) -> None:
    await register(api, "sam@example.com")
    for path, extra in (
        ("/auth/forgot-password", {}),
        ("/auth/register", {"password": PASSWORD, "full_name": "Who Ever"}),
    ):
        times: dict[str, list[float]] = {"sam@example.com": [], "nobody@example.com": []}
        for _ in range(15):
            for email, taken in times.items():
                started = time.perf_counter()
                await proxied.post(path, {"email": email, **extra})
                taken.append(time.perf_counter() - started)
        known, unknown = (statistics.median(values) for values in times.values())
        assert _are_alike(known, unknown, few=True), (path, known, unknown)


@pytest.fixture
async def small_queue(
    settings: Settings, tmp_path: Path, db: Pool, request: pytest.FixtureRequest
) -> AsyncIterator[Api]:
    """A process of its own whose queue of hashes holds as many as the test says."""
    mine = replace(settings, port=free_port(), argon2_queue=request.param)
    process = Process("api", settings=mine, log=tmp_path / "api.log")
    await process.start()
    address = SiteAddress(mine)
    try:
        async with Api(address) as client:
            await wait_until_ready(client, process)
            yield client
    finally:
        await process.end()


async def _crowd(api: Api, people: int) -> tuple[list[Any], float]:
    """Replies to logins sent at once, and the p99 of /health meanwhile."""
    waits: list[float] = []
    over = asyncio.Event()

    async def watch() -> None:
        while not over.is_set():
            started = time.perf_counter()
            assert (await api.get("/health")).status == 200
            waits.append(time.perf_counter() - started)
            await asyncio.sleep(0.005)

    watching = asyncio.create_task(watch())
    replies = await asyncio.gather(*(login(api, "sam@example.com") for _ in range(people)))
    over.set()
    await watching
    waits.sort()
    return replies, waits[max(0, int(len(waits) * 0.99) - 1)]


@pytest.mark.parametrize("small_queue", [10], indirect=True)
async def test_a_crowd_beyond_the_queue_is_asked_to_come_back(small_queue: Api) -> None:
    await register(small_queue, "sam@example.com")
    replies, _ = await _crowd(small_queue, 40)
    assert {r.status for r in replies} == {200, 503}
    refused = [r for r in replies if r.status == 503]
    assert all(int(r.headers["Retry-After"]) >= 1 for r in refused)
    assert {r.code for r in refused} == {"unavailable"}


@pytest.mark.slow
@pytest.mark.parametrize("small_queue", [100], indirect=True)
async def test_two_hundred_logins_at_once_leave_the_health_check_quick(small_queue: Api) -> None:
    await register(small_queue, "sam@example.com")
    replies, p99 = await _crowd(small_queue, 200)
    assert {r.status for r in replies} == {200, 503}
    print(f"p99 of /health {p99 * 1000:.1f} ms; 200: {[r.status for r in replies].count(200)}")
    assert p99 < 0.05, f"{p99 * 1000:.1f} ms"
