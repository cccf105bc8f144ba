"""Each due time fires once, with any number of schedulers."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs.claims import claim
from lms.core.jobs.job import Job, LeaseLost
from lms.core.jobs.promises import promise
from lms.core.jobs.queries import expire_leases
from lms.core.jobs.tasks import PERIODIC_TASKS, WorkerContext, periodic, task
from lms.core.tasks import delete_old_jobs
from lms.processes import scheduler
from lms.processes.scheduler import add_schedules, fire_due
from lms.settings import Secret, Settings
from tests.api import Api
from tests.core.jobs.conftest import NOWHERE, count, until


@pytest.fixture(autouse=True)
def periodic_tasks() -> None:
    PERIODIC_TASKS.clear()
    for name, every in (("often", timedelta(seconds=1)), ("rarely", timedelta(days=365_000))):

        @periodic(every=every, name=name)
        @task(queue="progress", kind=name)
        async def do_nothing(worker: WorkerContext, job: Job) -> None:
            pass


async def _make_due(db: Pool, name: str, ago: str = "1 hour") -> None:
    async with db.acquire() as connection:
        await connection.execute(
            "update schedules set next_due_at = now() - $2::text::interval where name = $1",
            name,
            ago,
        )


async def _fire_and_fail(db: Pool) -> None:
    async with begin(db) as connection:
        await fire_due(connection, PERIODIC_TASKS)
        raise ZeroDivisionError


async def test_a_due_time_fires_once_for_schedulers_that_ask_at_once(db: Pool) -> None:
    # Not due again before a slow machine has asked eight times.
    PERIODIC_TASKS["often"] = replace(PERIODIC_TASKS["often"], every=timedelta(hours=1))
    await add_schedules(db, PERIODIC_TASKS)
    await _make_due(db, "often")
    answers = await asyncio.gather(*(fire_due(db, PERIODIC_TASKS) for _ in range(8)))
    assert [fired.name for answer in answers for fired in answer] == ["often"]
    assert await count(db, "kind = 'often'") == 1
    assert await count(db, "kind = 'rarely'") == 0


async def test_missed_times_are_made_up_for_by_one(db: Pool) -> None:
    await add_schedules(db, PERIODIC_TASKS)
    await _make_due(db, "often", ago="3 days")
    await fire_due(db, PERIODIC_TASKS)
    assert await fire_due(db, PERIODIC_TASKS) == []
    assert await count(db, "kind = 'often'") == 1


async def test_without_workers_a_periodic_task_queues_only_one_job(db: Pool) -> None:
    await add_schedules(db, PERIODIC_TASKS)
    for _ in range(3):
        await _make_due(db, "often")
        await fire_due(db, PERIODIC_TASKS)
    assert await count(db, "kind = 'often'") == 1
    await claim(db, "progress", {"often": 1}, room=1, lease_seconds=60)
    await _make_due(db, "often", ago="2 hours")
    await fire_due(db, PERIODIC_TASKS)
    assert await count(db, "kind = 'often'") == 2


async def test_a_periodic_job_and_its_next_time_are_written_together(db: Pool) -> None:
    await add_schedules(db, PERIODIC_TASKS)
    await _make_due(db, "often")
    with pytest.raises(ZeroDivisionError):
        await _fire_and_fail(db)
    assert await count(db, "kind = 'often'") == 0
    assert [fired.name for fired in await fire_due(db, PERIODIC_TASKS)] == ["often"]


async def test_three_schedulers_fire_each_due_time_once(db: Pool, settings: Settings) -> None:
    lonely = replace(settings, redis_url=Secret(NOWHERE))
    stop = asyncio.Event()
    running = [asyncio.create_task(scheduler.run(lonely, stop)) for _ in range(3)]
    done = 0

    async def some_were_fired() -> bool:
        # Taking each at once, so that the next due time has one of its own.
        nonlocal done
        done += len(await claim(db, "progress", {"often": 9}, room=9, lease_seconds=60))
        return done >= 4

    await until(some_were_fired)
    stop.set()
    await asyncio.gather(*running)
    async with db.acquire() as connection:
        due = await connection.fetch("select args->>'due_at' from jobs where kind = 'often'")
    assert len(due) == len({time for (time,) in due})


async def test_a_period_that_became_shorter_counts_at_once(db: Pool) -> None:
    await add_schedules(db, PERIODIC_TASKS)
    PERIODIC_TASKS["rarely"] = replace(PERIODIC_TASKS["rarely"], every=timedelta(seconds=1))
    await add_schedules(db, PERIODIC_TASKS)
    async with db.acquire() as connection:
        soon = await connection.fetchval(
            "select next_due_at < now() + interval '2 seconds' from schedules where name = 'rarely'"
        )
    assert soon


async def test_old_jobs_are_deleted_and_younger_ones_kept(db: Pool, settings: Settings) -> None:
    async with begin(db) as connection:
        for kind, status, age in (
            ("old", "done", 31), ("young", "done", 29), ("dead", "dead", 31), ("gone", "dead", 181)
        ):  # fmt: skip
            made = await promise(connection, "progress", kind, {})
            await connection.execute(
                "update jobs set status = $2, finished_at = now() - make_interval(days => $3)"
                " where id = $1",
                made, status, age,
            )  # fmt: skip
        await promise(connection, "progress", "waiting", {})

    class Worker:
        pass

    worker = Worker()
    worker.settings, worker.db = settings, db  # type: ignore[attr-defined]
    await delete_old_jobs(worker, None)  # type: ignore[arg-type]
    async with db.acquire() as connection:
        left = await connection.fetch("select kind from jobs order by kind")
    assert [kind for (kind,) in left] == ["dead", "waiting", "young"]


async def test_a_finished_periodic_job_leaves_no_row(db: Pool) -> None:
    await add_schedules(db, PERIODIC_TASKS)
    await _make_due(db, "often")
    await fire_due(db, PERIODIC_TASKS)
    async with begin(db) as connection:
        await promise(connection, "progress", "often", {"asked": "by someone"}, key="asked")
    for _ in range(2):
        (job,) = await claim(db, "progress", {"often": 1}, room=1, lease_seconds=60)
        await job.finish(db)
    assert await count(db, "kind = 'often'") == 1
    assert await count(db, "promise_key = 'asked' and status = 'done'") == 1


async def test_a_periodic_job_stays_with_the_worker_that_took_it_over(db: Pool) -> None:
    await add_schedules(db, PERIODIC_TASKS)
    await _make_due(db, "often")
    await fire_due(db, PERIODIC_TASKS)
    (late,) = await claim(db, "progress", {"often": 1}, room=1, lease_seconds=-1)
    with pytest.raises(LeaseLost):
        await late.finish(db)
    await expire_leases(db)
    (now,) = await claim(db, "progress", {"often": 1}, room=1, lease_seconds=60)
    with pytest.raises(LeaseLost):
        await late.finish(db)
    assert await count(db, "kind = 'often' and status = 'running'") == 1
    await now.finish(db)
    with pytest.raises(LeaseLost):
        await now.finish(db)
    assert await count(db, "kind = 'often'") == 0


async def test_a_running_scheduler_forgets_periodic_tasks_of_other_releases(
    api: Api, db: Pool, settings: Settings
) -> None:
    await add_schedules(db, PERIODIC_TASKS)
    async with db.acquire() as connection:
        await connection.execute(
            "insert into schedules (name, next_due_at) values "
            "('renamed', now() - interval '2 days'), "
            "('of another release', now() - interval '2 seconds')"
        )
    await _make_due(db, "rarely", ago="3 days")  # ours, and made up for

    async def late_seconds() -> float:
        text = (await api.get("/metrics", root=True)).body.decode()
        return float(text.split("\nlms_schedule_late_seconds ")[1].split()[0])

    assert await late_seconds() > 60
    stop = asyncio.Event()
    running = asyncio.create_task(scheduler.run(replace(settings, redis_url=Secret(NOWHERE)), stop))

    async def is_forgotten() -> bool:
        return await late_seconds() < 60  # what LmsSchedulerSilent looks at

    await until(is_forgotten)
    stop.set()
    await running
    async with db.acquire() as connection:
        left = await connection.fetch("select name from schedules order by name")
    assert [name for (name,) in left] == ["of another release", "often", "rarely"]
    assert await count(db, "kind = 'rarely'") == 1
