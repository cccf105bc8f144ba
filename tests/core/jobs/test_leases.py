"""A lease is held, renewed and lost; who lost it cannot finish."""

import pytest

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs import queries
from lms.core.jobs.claims import claim, fail
from lms.core.jobs.job import GiveUp, Job, LeaseLost, Refused
from lms.core.jobs.promises import promise
from lms.core.jobs.tasks import WorkerContext, backoff, task
from tests.core.jobs.conftest import count, job_row


@pytest.fixture(autouse=True)
def errand() -> None:
    @task(queue="progress", kind="errand", max_tries=2, backoff=lambda try_number: 0.0)
    async def run_errand(worker: WorkerContext, job: Job) -> None:
        pass


async def _claimed(db: Pool, lease_seconds: float = 60) -> Job:
    async with begin(db) as connection:
        await promise(connection, "progress", "errand", {})
    return (await _claim(db, lease_seconds))[0]


async def _claim(db: Pool, lease_seconds: float = 60) -> list[Job]:
    return await claim(db, "progress", {"errand": 9}, room=9, lease_seconds=lease_seconds)


async def _write_through(job: Job, db: Pool, *, faulty: bool = False) -> None:
    async with job.commit(db) as connection:
        await promise(connection, "webhooks", "effect", {})
        if faulty:
            raise ZeroDivisionError


async def test_a_job_is_finished_in_the_transaction_of_its_task(db: Pool) -> None:
    job, bystander = await _claimed(db), await _claimed(db)
    await _write_through(job, db)
    assert job.finished
    assert (await job_row(db, job.id)).status == "done"
    assert (await job_row(db, bystander.id)).status == "running"
    assert await count(db, "kind = 'effect'") == 1


async def test_a_task_that_fails_while_it_writes_has_written_nothing(db: Pool) -> None:
    job = await _claimed(db)
    with pytest.raises(ZeroDivisionError):
        await _write_through(job, db, faulty=True)
    assert not job.finished
    assert (await job_row(db, job.id)).status == "running"
    assert await count(db, "kind = 'effect'") == 0


async def test_a_try_whose_lease_ran_out_cannot_commit(db: Pool) -> None:
    job = await _claimed(db, lease_seconds=0)
    with pytest.raises(LeaseLost):
        await _write_through(job, db)
    with pytest.raises(LeaseLost):
        await job.finish(db)
    assert await count(db, "kind = 'effect'") == 0


async def test_a_try_cannot_commit_once_a_later_one_began(db: Pool) -> None:
    frozen = await _claimed(db, lease_seconds=0)
    await queries.expire_leases(db)
    [later] = await _claim(db)
    assert (later.id, later.try_number) == (frozen.id, 2)
    with pytest.raises(LeaseLost):
        await _write_through(frozen, db)
    assert await fail(db, frozen, ValueError()) is None
    await _write_through(later, db)
    assert await count(db, "kind = 'effect'") == 1


async def test_renewing_extends_held_leases_and_names_lost_ones(db: Pool) -> None:
    lost, held = await _claimed(db, lease_seconds=0), await _claimed(db, lease_seconds=5)
    found = await queries.renew_leases(db, [lost, held], lease_seconds=600)
    assert [(one.id, one.try_number) for one in found] == [(lost.id, 1)]
    assert await count(db, "lease_expires_at > now() + interval '5 minutes'") == 1


async def test_a_job_that_is_being_finished_is_neither_renewed_nor_taken_away(db: Pool) -> None:
    job = await _claimed(db, lease_seconds=1)
    async with job.commit(db):
        assert await queries.renew_leases(db, [job], lease_seconds=600) == []
        async with db.acquire() as other:
            # As a sweep finds it after the lease ran out in the middle of a commit.
            await other.execute("select pg_sleep(1.1)")
        assert await queries.expire_leases(db) == []
    assert (await job_row(db, job.id)).status == "done"


async def test_a_lease_that_ran_out_on_the_last_try_leaves_the_job_dead(db: Pool) -> None:
    first, bystander = await _claimed(db, lease_seconds=0), await _claimed(db)
    assert [job.status for job in await queries.expire_leases(db)] == ["pending"]
    await _claim(db, lease_seconds=0)
    assert [job.status for job in await queries.expire_leases(db)] == ["dead"]
    dead = await job_row(db, first.id)
    assert dead.attempts == 2
    assert "fell silent" in (dead.last_error or "")
    assert (await job_row(db, bystander.id)).status == "running"


async def test_a_job_that_gives_up_is_dead_at_once(db: Pool) -> None:
    job = await _claimed(db)
    assert await fail(db, job, GiveUp("no such address")) == "dead"
    assert (await job_row(db, job.id)).last_error == "GiveUp: no such address"


async def test_a_job_that_was_refused_is_over_and_not_dead(db: Pool) -> None:
    job = await _claimed(db)
    assert await fail(db, job, Refused("no such address")) == "refused"
    assert await _claim(db) == []
    assert await queries.list_dead_jobs(db) == []
    assert [one.id for one in await queries.list_refused_jobs(db)] == [job.id]
    assert await queries.retry_job(db, job.id) == "progress"
    assert [one.id for one in await _claim(db)] == [job.id]


async def test_a_dead_job_that_is_retried_has_tries_again(db: Pool) -> None:
    job = await _claimed(db)
    await fail(db, job, GiveUp())
    assert await queries.retry_job(db, job.id, more_tries=2) == "progress"
    assert await queries.retry_job(db, job.id) is None
    [second] = await _claim(db)
    assert (second.try_number, second.max_tries) == (2, 3)
    assert await fail(db, second, ValueError()) == "pending"
    [third] = await _claim(db)
    assert await fail(db, third, ValueError()) == "dead"


def test_backoff_grows_to_ten_minutes_and_is_spread() -> None:
    assert 1 <= backoff(1) <= 2
    assert all(300 <= backoff(attempt) <= 600 for attempt in (10, 100, 10**6))
    assert len({backoff(5) for _ in range(20)}) > 1
