"""What /metrics tells of the queues and of all workers."""

import asyncio
from typing import NoReturn

import pytest

from lms.core.db.pool import DatabaseAway, Pool
from lms.core.db.transactions import begin
from lms.core.jobs.job import GiveUp, Job, Refused
from lms.core.jobs.promises import promise
from lms.core.jobs.queries import list_tallies
from lms.core.jobs.tallies import flush_tallies, tally
from lms.core.jobs.tasks import WorkerContext, task
from lms.health.queue_metrics import EXPORTED, queue_metrics
from lms.settings import Settings
from tests.api import Api
from tests.core.jobs.conftest import count, until, working


async def _metrics(api: Api) -> str:
    return (await api.get("/metrics", root=True)).body.decode()


async def test_queues_and_results_of_all_workers_are_exported(
    api: Api, db: Pool, brisk: Settings
) -> None:
    @task(queue="progress", kind="good")
    async def good(worker: WorkerContext, job: Job) -> None:
        pass

    @task(queue="progress", kind="bad")
    async def bad(worker: WorkerContext, job: Job) -> None:
        raise GiveUp("no")

    @task(queue="progress", kind="unwanted")
    async def unwanted(worker: WorkerContext, job: Job) -> None:
        raise Refused("no such address")

    async with begin(db) as connection:
        for kind in ("good", "good", "bad", "unwanted"):
            await promise(connection, "progress", kind, {})
        await promise(connection, "emails", "nobody knows this", {})
        await connection.execute(
            "update jobs set run_at = now() - interval '90 seconds' where queue = 'emails'"
        )
    text = await _metrics(api)
    assert 'lms_queue_depth{queue="progress"} 4.0' in text
    async with working(brisk, "progress"):
        await until(lambda: _none_left(db))
    text = await _metrics(api)
    assert 'lms_queue_depth{queue="progress"} 0.0' in text
    assert 'lms_queue_depth{queue="emails"} 1.0' in text
    oldest = next(
        line for line in text.splitlines() if line.startswith('lms_queue_oldest_seconds{queue="em')
    )
    assert 90 <= float(oldest.split()[-1]) < 150
    assert 'lms_queue_dead{queue="progress"} 1.0' in text
    assert 'lms_jobs_total{queue="progress",result="done"} 2.0' in text
    assert 'lms_jobs_total{queue="progress",result="dead"} 1.0' in text
    assert 'lms_queue_refused{queue="progress"} 1.0' in text
    assert 'lms_jobs_total{queue="progress",result="refused"} 1.0' in text
    for name in EXPORTED:
        assert f"# HELP {name.removesuffix('_total')}" in text


async def _none_left(db: Pool) -> bool:
    return await count(db, "queue = 'progress' and status in ('pending', 'running')") == 0


async def test_counts_of_many_processes_add_up(db: Pool) -> None:
    for _ in range(3):
        tally("lms_jobs", "done", subject="emails")
        tally("lms_jobs", "failed", subject="emails")
        await asyncio.gather(flush_tallies(db), flush_tallies(db))
    sums = {(one.subject, one.result): one.value for one in await list_tallies(db)}
    assert sums == {("emails", "done"): 3, ("emails", "failed"): 3}


class Away(Pool):
    """A pool whose database does not answer."""

    def __init__(self) -> None:
        pass

    def acquire(self) -> NoReturn:
        raise DatabaseAway("no connection is free")


async def test_tallies_that_cannot_be_written_are_kept(db: Pool) -> None:
    tally("lms_jobs", "done", subject="emails")
    with pytest.raises(DatabaseAway):
        await flush_tallies(Away())
    await flush_tallies(db)
    assert [one.value for one in await list_tallies(db)] == [1]


async def test_the_other_metrics_are_exported_without_a_database(api: Api, db: Pool) -> None:
    assert await queue_metrics(Away()) == b""
    assert "lms_http_requests_total" in await _metrics(api)
