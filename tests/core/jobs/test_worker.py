"""Work is done once, whatever is killed, frozen or away."""

import asyncio
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs.broker import Nudger
from lms.core.jobs.claims import claim
from lms.core.jobs.job import Job
from lms.core.jobs.promises import promise
from lms.core.jobs.queries import list_tallies
from lms.core.jobs.tasks import WorkerContext, task
from lms.settings import Settings, SettingsError
from tests.core.jobs.conftest import (
    StartWorker,
    Valkey,
    count,
    is_done,
    job_row,
    until,
    working,
)


async def _promise(db: Pool, kind: str, **args: object) -> UUID:
    async with begin(db) as connection:
        return await promise(connection, "progress", kind, args)


async def _exists(path: Path) -> None:
    async def exists() -> bool:
        return await asyncio.to_thread(path.exists)

    await until(exists)


async def test_the_job_of_a_killed_worker_is_done_once_by_the_next(
    db: Pool, tmp_path: Path, start_worker: StartWorker
) -> None:
    job = await _promise(db, "slow_effect", folder=str(tmp_path))
    killed = start_worker()
    await _exists(tmp_path / "began-1")
    killed.kill()
    assert await count(db, "kind = 'effect'") == 0
    (tmp_path / "go-2").touch()
    start_worker()
    # A lease of 1 s, a sweep of 0.2 s, and the start of a process.
    await until(lambda: is_done(db, job), seconds=10)
    assert await count(db, "kind = 'effect'") == 1
    assert (await job_row(db, job)).attempts == 2


async def test_a_worker_thawed_after_its_lease_cannot_commit(
    db: Pool, tmp_path: Path, start_worker: StartWorker
) -> None:
    job = await _promise(db, "slow_effect", folder=str(tmp_path))
    frozen = start_worker()
    await _exists(tmp_path / "began-1")
    frozen.freeze()
    (tmp_path / "go-2").touch()
    other = start_worker()
    await until(lambda: is_done(db, job))
    (tmp_path / "go-1").touch()
    frozen.thaw()
    assert await frozen.stop() == 0  # it has seen its task through
    assert await count(db, "kind = 'effect'") == 1
    assert await other.stop() == 0


async def _results(db: Pool) -> dict[str, int]:
    return {one.result: one.value for one in await list_tallies(db) if one.subject == "progress"}


async def test_the_lost_lease_of_a_killed_worker_is_counted(
    db: Pool, tmp_path: Path, start_worker: StartWorker
) -> None:
    job = await _promise(db, "slow_effect", folder=str(tmp_path))
    killed = start_worker()
    await _exists(tmp_path / "began-1")
    killed.kill()
    (tmp_path / "go-2").touch()
    other = start_worker()
    await until(lambda: is_done(db, job))
    assert await other.stop() == 0  # which writes down what it counted
    assert await _results(db) == {"lost": 1, "done": 1}


async def test_a_lost_lease_is_counted_once_though_its_worker_lives_on(
    db: Pool, tmp_path: Path, start_worker: StartWorker
) -> None:
    job = await _promise(db, "slow_effect", folder=str(tmp_path))
    frozen = start_worker()
    await _exists(tmp_path / "began-1")
    frozen.freeze()
    (tmp_path / "go-2").touch()
    other = start_worker()
    await until(lambda: is_done(db, job))
    (tmp_path / "go-1").touch()
    frozen.thaw()
    assert [await frozen.stop(), await other.stop()] == [0, 0]
    assert await _results(db) == {"lost": 1, "done": 1}


async def test_a_job_that_dies_with_its_worker_is_counted_as_dead(
    db: Pool, brisk: Settings
) -> None:
    @task(queue="progress", kind="fatal", max_tries=1)
    async def fatal(worker: WorkerContext, job: Job) -> None:
        pass

    job = await _promise(db, "fatal")
    await claim(db, "progress", {"fatal": 1}, room=1, lease_seconds=0)  # and never heard of again
    later = await _promise(db, "fatal")
    async with working(brisk, "progress"):
        await until(lambda: is_done(db, later))
        await until(lambda: _is_idle(db))
    assert (await job_row(db, job)).status == "dead"
    assert await _results(db) == {"dead": 1, "done": 1}


async def test_on_sigterm_a_running_task_is_finished(
    db: Pool, tmp_path: Path, start_worker: StartWorker
) -> None:
    job = await _promise(db, "slow_effect", folder=str(tmp_path))
    worker = start_worker()
    await _exists(tmp_path / "began-1")
    stopping = asyncio.create_task(worker.stop())
    later = await _promise(db, "slow_effect", folder=str(tmp_path / "later"))
    await asyncio.sleep(1.5)  # longer than its lease, which is renewed while it stops
    (tmp_path / "go-1").touch()
    assert await stopping == 0
    assert await is_done(db, job)
    assert (await job_row(db, later)).status in ("pending", "running")
    assert (await job_row(db, job)).attempts == 1


async def test_a_poison_job_ends_dead_and_blocks_nobody(db: Pool, brisk: Settings) -> None:
    @task(queue="progress", kind="poison", max_tries=3, backoff=lambda try_number: 0.0)
    async def poison(worker: WorkerContext, job: Job) -> None:
        raise RuntimeError("bad from the start")

    @task(queue="progress", kind="good")
    async def good(worker: WorkerContext, job: Job) -> None:
        pass

    bad = await _promise(db, "poison")
    fine = [await _promise(db, "good") for _ in range(20)]

    async def is_dead() -> bool:
        return (await job_row(db, bad)).status == "dead"

    async with working(brisk, "progress"):
        await until(is_dead)
        for job in fine:
            await until(lambda job=job: is_done(db, job))
    row = await job_row(db, bad)
    assert (row.attempts, row.last_error) == (3, "RuntimeError: bad from the start")


async def test_a_hanging_kind_of_job_leaves_room_for_the_others(db: Pool, brisk: Settings) -> None:
    let_go = asyncio.Event()

    @task(queue="progress", kind="hangs")
    async def hangs(worker: WorkerContext, job: Job) -> None:
        await let_go.wait()

    @task(queue="progress", kind="good")
    async def good(worker: WorkerContext, job: Job) -> None:
        pass

    for _ in range(20):
        await _promise(db, "hangs")
    async with working(brisk, "progress"):
        job = await _promise(db, "good")
        await until(lambda: is_done(db, job))
        assert await count(db, "kind = 'hangs' and status = 'running'") <= brisk.worker_concurrency
        let_go.set()


@pytest.mark.parametrize("concurrency", [1, 2, 5])
async def test_a_lane_full_of_long_jobs_keeps_no_other_kind_waiting(
    db: Pool, brisk: Settings, concurrency: int
) -> None:
    """As a bulk enrolment and a recount may, and overdue attempts are closed meanwhile."""
    let_go = asyncio.Event()

    for kind in ("long", "longer"):

        @task(queue="progress", kind=kind, timeout_seconds=3600)
        async def hangs(worker: WorkerContext, job: Job) -> None:
            await let_go.wait()

    @task(queue="progress", kind="prompt")
    async def good(worker: WorkerContext, job: Job) -> None:
        pass

    for _ in range(10):
        await _promise(db, "long")
        await _promise(db, "longer")
    long_ones = "kind in ('long', 'longer') and status = 'running'"

    async def is_full() -> bool:
        return await count(db, long_ones) >= max(2, concurrency)

    async with working(replace(brisk, worker_concurrency=concurrency), "progress"):
        try:
            await until(is_full)
            for _ in range(3):
                job = await _promise(db, "prompt")
                await until(lambda job=job: is_done(db, job), seconds=5)
            assert await count(db, long_ones) == max(2, concurrency)
        finally:
            let_go.set()


async def test_a_task_that_takes_too_long_is_stopped_and_tried_again(
    db: Pool, brisk: Settings
) -> None:
    @task(queue="progress", kind="long", timeout_seconds=0.1, backoff=lambda try_number: 0.0)
    async def long(worker: WorkerContext, job: Job) -> None:
        if job.try_number == 1:
            await asyncio.Event().wait()

    job = await _promise(db, "long")
    async with working(brisk, "progress"):
        await until(lambda: is_done(db, job))
    assert (await job_row(db, job)).attempts == 2


async def test_a_task_longer_than_its_lease_runs_once(db: Pool, brisk: Settings) -> None:
    runs: list[int] = []

    @task(queue="progress", kind="long")
    async def long(worker: WorkerContext, job: Job) -> None:
        runs.append(job.try_number)
        await asyncio.sleep(2.5)

    job = await _promise(db, "long")
    async with working(brisk, "progress"):
        await until(lambda: is_done(db, job))
    assert runs == [1]


async def test_with_redis_away_the_sweep_does_the_work(db: Pool, brisk: Settings) -> None:
    @task(queue="progress", kind="good")
    async def good(worker: WorkerContext, job: Job) -> None:
        pass

    nudger = Nudger(brisk)
    async with working(brisk, "progress"):
        job = await _promise(db, "good")
        nudger.nudge(["progress"])  # fails where nobody waits for it
        await until(lambda: is_done(db, job))
    await nudger.close()


async def test_a_wake_up_brings_work_without_a_sweep(
    db: Pool, settings: Settings, valkey: Valkey
) -> None:
    @task(queue="progress", kind="good")
    async def good(worker: WorkerContext, job: Job) -> None:
        pass

    quiet = replace(settings, sweep_seconds=3600, redis_url=valkey.url)
    nudger = Nudger(quiet)
    async with working(quiet, "progress"):
        await until(lambda: _is_idle(db))
        job = await _promise(db, "good")
        nudger.nudge(["progress"])
        await until(lambda: is_done(db, job), seconds=5)
    await nudger.close()


async def test_a_crash_of_redis_stops_no_task_and_needs_no_hand(
    db: Pool, settings: Settings, valkey: Valkey
) -> None:
    began, go = asyncio.Event(), asyncio.Event()

    @task(queue="progress", kind="slow")
    async def slow(worker: WorkerContext, job: Job) -> None:
        began.set()
        await go.wait()

    @task(queue="progress", kind="good")
    async def good(worker: WorkerContext, job: Job) -> None:
        pass

    quiet = replace(settings, sweep_seconds=3600, redis_url=valkey.url)
    nudger = Nudger(quiet)
    running = await _promise(db, "slow")
    async with working(quiet, "progress"):
        await began.wait()
        valkey.kill()
        go.set()
        await until(lambda: is_done(db, running))
        assert (await job_row(db, running)).attempts == 1
        await valkey.start()  # empty: it has forgotten streams and groups
        job = await _promise(db, "good")

        async def is_done_after_a_nudge() -> bool:
            nudger.nudge(["progress"])
            return await is_done(db, job)

        await until(is_done_after_a_nudge)
    await nudger.close()


async def test_a_queue_that_does_not_exist_is_refused_in_a_sentence(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="nonsense is not a queue"):
        async with working(settings, "nonsense"):
            pass


async def test_a_worker_checks_the_operators_templates_when_it_starts(settings: Settings) -> None:
    nowhere = settings.data_dir / "nowhere"
    for wrong in (
        replace(settings, mail_templates_dir=nowhere),
        replace(settings, certificate_template=nowhere),
    ):
        with pytest.raises(SettingsError, match="LMS_"):
            async with working(wrong, "progress"):
                pass


async def _is_idle(db: Pool) -> bool:
    return await count(db, "status in ('pending', 'running')") == 0
