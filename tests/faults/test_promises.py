"""Nothing that was acknowledged is lost, whatever is killed, stopped, flushed, full or frozen."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from redis.asyncio import Redis

from lms.settings import Secret, Settings
from tests.conftest import run_sql, with_database
from tests.faults.promised import Promised, is_catching, promised_site
from tests.running import Process, eventually, wait_until_ready


@pytest.fixture
async def site(settings: Settings, template: str, tmp_path: Path) -> AsyncIterator[Promised]:
    async with promised_site(settings, template, tmp_path) as running:
        yield running


@pytest.mark.parametrize("rounds", [6, pytest.param(200, marks=pytest.mark.slow)])
async def test_killing_at_random_points_loses_nothing_and_repeats_little(
    site: Promised, rounds: int
) -> None:
    """Mail, certificate and webhook, after each round one process killed in the middle."""
    rng = random.Random(rounds)
    for number in range(rounds):
        victim = site.api_process if number % 3 == 2 else site.worker
        traffic = [asyncio.create_task(site.complete_course()) for _ in range(2)]
        await asyncio.sleep(rng.uniform(0.05, 0.8))
        await victim.kill()
        await asyncio.gather(*traffic)
        await victim.start()
        if victim is site.api_process:
            await wait_until_ready(site.api, site.api_process)
        else:
            await asyncio.sleep(rng.uniform(0.0, 2.0))  # killed while it starts, too
    await site.settle(60)  # no further traffic
    assert await site.count("enrollments where status = 'completed'") >= rounds
    await site.check(kills=rounds)


@pytest.mark.parametrize("away_seconds", [3, pytest.param(60, marks=pytest.mark.slow)])
async def test_redis_stopped_flushed_full_and_restarted_under_load(
    site: Promised, away_seconds: int
) -> None:
    async def load(seconds: float) -> None:
        until = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < until:
            await site.complete_course()

    await site.redis.stop()
    await load(away_seconds)
    await site.redis.start()
    await load(1)
    client = Redis.from_url(site.redis.url)
    await client.flushall()
    await load(1)
    await client.config_set("maxmemory", "1")
    await load(2)
    await client.config_set("maxmemory", "0")
    await client.aclose()
    await site.settle(60)
    # Every one of them was answered: the API went on all the while.
    assert await site.count("enrollments where status = 'completed'") == site.students
    await site.check(kills=0)
    assert await site.worker.stop() == 0  # neither was started anew
    assert await site.api_process.stop() == 0


async def test_three_schedulers_one_killed_one_frozen_fire_each_due_time_once(
    settings: Settings, template: str, tmp_path: Path
) -> None:
    name = f"lms_site_{uuid4().hex[:12]}"
    url = settings.database_url
    await run_sql(url, f'create database "{name}" template "{template}"')
    mine = replace(settings, database_url=with_database(url, name), data_dir=tmp_path,
                   redis_url=Secret("redis://127.0.0.1:1/0"))  # fmt: skip
    schedulers = [
        Process("scheduler", settings=mine, log=tmp_path / f"scheduler-{number}.log")
        for number in range(3)
    ]
    database = await asyncpg.connect(mine.database_url.value)
    try:
        for scheduler in schedulers:
            await scheduler.start()
        for scheduler in schedulers:
            await scheduler.wait_for_log("scheduler started")
        await eventually(lambda: database.fetchval("select count(*) from schedules"))
        schedules = await database.fetchval("select count(*) from schedules")
        for turn in range(3):
            if turn == 1:
                await schedulers[0].kill()
            if turn == 2:
                schedulers[1].send(signal.SIGSTOP)
            # As when another hour has gone by, and the job before was done.
            await database.execute("update jobs set status = 'done', finished_at = now()")
            due = await database.fetchval(
                "update schedules set next_due_at = date_trunc('second', now())"
                " - make_interval(secs => 1) returning next_due_at"
            )
            fired = "select count(*) from jobs where args->>'due_at' = $1"
            when = await database.fetchval("select to_json($1::timestamptz)#>>'{}'", due)

            async def all_fired(query: str = fired, when: str = when) -> bool:
                return bool(await database.fetchval(query, when) >= schedules)

            await eventually(all_fired)
            await asyncio.sleep(1.2)  # a second firing would come with the next tick
            assert await database.fetchval(fired, when) == schedules
        schedulers[1].send(signal.SIGCONT)
        assert await schedulers[1].stop() == 0
        assert await schedulers[2].stop() == 0
    finally:
        for scheduler in schedulers:
            await scheduler.end()
        await database.close()
        await run_sql(url, f'drop database if exists "{name}" with (force)')


@pytest.mark.parametrize("command", ["worker", "scheduler"])
async def test_a_process_stopped_while_it_starts_exits_cleanly(
    settings: Settings, tmp_path: Path, command: str
) -> None:
    process = Process(command, settings=settings, log=tmp_path / "log")
    await process.start()

    async def listens() -> bool:
        return is_catching(process.pid, signal.SIGTERM)

    async with asyncio.timeout(20):
        while not await listens():
            await asyncio.sleep(0.001)
    assert "started" not in process.log
    assert await process.stop() == 0
