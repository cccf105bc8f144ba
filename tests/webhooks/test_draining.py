"""After an outage of the workers, what waits for a receiver goes out fast, by one job at a time."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from statistics import median

import pytest

from lms.settings import Settings
from tests.webhooks.draining import Outage, figures, outage


@pytest.fixture
async def site(settings: Settings, template: str, tmp_path: Path) -> AsyncIterator[Outage]:
    async with outage(settings, template, tmp_path) as running:
        yield running


_PATIENCE_SECONDS = float(os.environ.get("DRAIN_SECONDS", "400"))
# Of a core for each delivery: three hundred a second, whatever else this machine does.
_WORKER_SECONDS, _DATABASE_SECONDS = 1 / 400, 1 / 500


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("waiting", [600, pytest.param(20_000, marks=pytest.mark.slow)])
async def test_what_waits_goes_out_under_traffic_beside_a_dead_receiver(
    site: Outage, workers: int, waiting: int
) -> None:
    is_measured = waiting > 1000
    await site.start_workers(workers)
    idle = await _during(site, asyncio.sleep(15 if is_measured else 2))
    await site.stop_workers()
    await site.add_dead_receiver()
    await site.record_lessons(waiting)
    await site.start_workers(workers)
    started, spent_before = time.monotonic(), await site.processor_seconds()
    most = 0

    async def drain() -> None:
        nonlocal most
        is_told = asyncio.create_task(site.until_told(waiting, _PATIENCE_SECONDS))
        while not is_told.done():
            most = max(most, await site.running_jobs())
            await asyncio.sleep(0.05)

    meanwhile = await _during(site, drain())
    took = (site.told.times or [time.monotonic()])[-1] - started
    spent = [
        (after - before) / max(1, len(site.told.ids))
        for before, after in zip(spent_before, await site.processor_seconds(), strict=True)
    ]
    rate = len(site.told.ids) / took
    print(
        f"\n{waiting} waiting, {workers} workers: {len(site.told.ids)} told in {took:.1f} s,"
        f" {rate:.0f} a second, under a load of {os.getloadavg()[0]:.0f}"
        f"\n  processor time of each: workers {spent[0] * 1000:.2f} ms,"
        f" PostgreSQL for them {spent[1] * 1000:.2f} ms"
        f"\n  receiver beside: idle {figures(idle)}; meanwhile {figures(meanwhile)}"
        f"\n  API: {figures(site.api_seconds)}; most jobs of one receiver: {most}"
    )
    assert most == 1
    assert len(site.told.ids) == len(set(site.told.ids)) == waiting
    if is_measured:
        assert spent[0] < _WORKER_SECONDS
        assert spent[1] < _DATABASE_SECONDS
        assert rate >= 300 or os.getloadavg()[0] > 4  # a machine that others use, too
        assert median(meanwhile) < 2 * median(idle)


async def _during(site: Outage, work: Awaitable[object]) -> list[float]:
    """Seconds from an event to the receiver beside, under traffic, while something else goes on."""
    stop = asyncio.Event()
    traffic = asyncio.create_task(site.traffic(stop))
    try:
        await work
    finally:
        stop.set()
        delays = await traffic
    return delays


@pytest.mark.parametrize(
    ("waiting", "kills"), [(900, 2), pytest.param(20_000, 5, marks=pytest.mark.slow)]
)
async def test_killing_a_worker_loses_nothing_and_repeats_what_was_on_its_way(
    site: Outage, waiting: int, kills: int
) -> None:
    await site.record_lessons(waiting)
    await site.start_workers(1)
    for number in range(kills):
        told = waiting * (number + 1) // (kills + 2)
        assert await site.until_told(told, 60)
        await site.kill_worker()
    assert await site.until_told(waiting, 200)
    assert len(set(site.told.ids)) == waiting
    assert len(site.told.ids) - waiting <= 5 * kills  # at most five are on their way at once
