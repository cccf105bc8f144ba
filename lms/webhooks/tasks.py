"""What the worker does for webhooks."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from lms.core.db.transactions import begin
from lms.core.jobs.job import Job
from lms.core.jobs.promises import promise
from lms.core.jobs.queries import absorb_jobs, is_running_elsewhere
from lms.core.jobs.tasks import WorkerContext, periodic, task
from lms.webhooks import queries
from lms.webhooks.deliveries import deliver_due, turn
from lms.webhooks.recovery import recover

# After this, other receivers get the place. A worker that is asked to stop waits no longer than
# this and the last attempts.
_TURN_SECONDS = 5.0


# It fails only for reasons of our own, and then it must not be given up: thousands of tries.
@task(queue="webhooks", kind="deliver_to_webhook", max_tries=10_000, timeout_seconds=120)
async def deliver_to_webhook(worker: WorkerContext, job: Job) -> None:
    """Make the deliveries of a webhook that are due; promise the next one.

    Each event promises this anew. Starting and ending both lock the webhook's row. So a job that
    starts while another one works may stop at once: the other one looks once more under the lock
    before it ends.
    """
    webhook_id = UUID(job.args["webhook_id"])
    async with turn(worker), begin(worker.db) as db:
        receiver = await queries.lock_receiver(db, webhook_id)
        if receiver is None or await is_running_elsewhere(db, job):
            await job.finish(db)
            return
        await absorb_jobs(db, job)
        if not receiver.is_active:
            await queries.fail_pending_deliveries(db, webhook_id)
            await job.finish(db)
            return
    await deliver_due(worker, receiver, seconds=_TURN_SECONDS)
    async with turn(worker), job.commit(worker.db) as db:
        await queries.lock_receiver(db, webhook_id)
        await promise_next(db, webhook_id)


async def promise_next(db: asyncpg.Connection, webhook_id: UUID) -> None:
    """Promise the delivery that is due next, if one waits."""
    due = await queries.get_next_attempt(db, webhook_id)
    if due is None:
        return
    later = due > datetime.now(UTC)
    await promise(
        db,
        "webhooks",
        "deliver_to_webhook",
        {"webhook_id": str(webhook_id)},
        # One promise for each time: the running job may promise the same one several times.
        key=f"webhook:{webhook_id}@{due.isoformat()}" if later else None,
        run_at=due if later else None,
    )


@task(queue="webhooks", kind="recover_webhook")
async def recover_webhook(worker: WorkerContext, job: Job) -> None:
    """Continue a recovery that is too large for one statement."""
    webhook_id = UUID(job.args["webhook_id"])
    async with job.commit(worker.db) as db:
        receiver = await queries.lock_receiver(db, webhook_id)
        if receiver is not None and receiver.is_active:
            await recover(db, webhook_id, after=UUID(job.args["after"]))


@periodic(every=timedelta(minutes=1), name="find overdue webhooks")
@task(queue="webhooks", kind="find_overdue_webhooks", max_tries=3)
async def find_overdue_webhooks(worker: WorkerContext, job: Job) -> None:
    """Promise the deliveries of webhooks for which none is promised."""
    async with job.commit(worker.db) as db:
        await queries.promise_overdue_deliveries(db)
