"""What the worker does for webhooks."""

from datetime import UTC, datetime
from uuid import UUID

from lms.core.db.wakeups import note_queue
from lms.core.jobs.claims import absorb
from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext, backoff, source, task
from lms.webhooks import queries
from lms.webhooks.deliveries import deliver_due, turn
from lms.webhooks.recovery import recover

# After this, other receivers get the place. A worker that is asked to stop waits no longer than
# this and the last attempts.
_TURN_SECONDS = 5.0


def _backoff(try_number: int) -> float:
    return min(backoff(try_number), 30.0)  # events wait for this job, and no other is made


# A job exists for each receiver with due deliveries, one at a time (its key is unique), and only
# while it works or waits for a worker. If it dies with its worker, its lease passes on. It fails
# only for reasons of our own, and then it must not be given up: thousands of tries.
@source(queries.promise_due_receivers)
@task(
    queue="webhooks",
    kind="deliver_to_webhook",
    max_tries=10_000,
    timeout_seconds=120,
    backoff=_backoff,
)
async def deliver_to_webhook(worker: WorkerContext, job: Job) -> None:
    """Make the deliveries of a webhook that are due, for a while; the rest is promised anew."""
    webhook_id = UUID(job.args["webhook_id"])
    if job.promise_key != f"webhook:{webhook_id}":
        # The release before promised one for each event, and for each retry; its workers may still.
        async with turn(worker):
            await absorb(worker.db, job)
        return
    async with turn(worker):
        receiver = await queries.get_receiver(worker.db, webhook_id)
    if receiver is None:
        return
    if not receiver.is_active:
        async with turn(worker):
            await queries.fail_pending_deliveries(worker.db, webhook_id)
        return
    await deliver_due(worker, receiver, seconds=_TURN_SECONDS)
    async with turn(worker):
        due = await queries.get_next_attempt(worker.db, webhook_id)
        await job.finish(worker.db)
    if due is not None:
        note_queue("webhooks", seconds=(due - datetime.now(UTC)).total_seconds())


@task(queue="webhooks", kind="recover_webhook")
async def recover_webhook(worker: WorkerContext, job: Job) -> None:
    """Continue a recovery that is too large for one statement."""
    webhook_id = UUID(job.args["webhook_id"])
    async with job.commit(worker.db) as db:
        receiver = await queries.lock_receiver(db, webhook_id)
        if receiver is not None and receiver.is_active:
            await recover(db, webhook_id, after=UUID(job.args["after"]))


# The scheduler of the release before may still promise it.
@task(queue="webhooks", kind="find_overdue_webhooks", max_tries=3)
async def find_overdue_webhooks(worker: WorkerContext, job: Job) -> None:
    """Nothing: every worker looks for receivers with due deliveries by itself."""
