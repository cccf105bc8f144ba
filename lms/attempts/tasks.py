"""What the worker does for attempts."""

import asyncio
from datetime import timedelta
from uuid import UUID

from lms.attempts import lifecycle, queries
from lms.core.db.transactions import AWAY, begin
from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext, periodic, task
from lms.core.log import get_logger

log = get_logger(__name__)

_AT_ONCE = 4  # an exam ends for all at one moment; leave connections for other work
_BATCH = 100


# Often enough: if a worker is killed, the next run still comes within 30 s of the grace.
@periodic(every=timedelta(seconds=10), name="close overdue attempts")
@task(queue="progress", kind="close_overdue_attempts", timeout_seconds=300.0)
async def close_overdue_attempts(worker: WorkerContext, job: Job) -> None:
    """Close every attempt whose time is over, by the saved answers, as of its deadline."""
    failed: list[UUID] = []
    slots = asyncio.Semaphore(_AT_ONCE)

    async def close(attempt_id: UUID) -> None:
        async with slots:
            try:
                await close_overdue(worker, attempt_id)
            except AWAY:
                raise
            except Exception:
                # An attempt that cannot be marked must not keep others from being closed.
                log.exception("an attempt could not be closed", attempt_id=str(attempt_id))
                failed.append(attempt_id)

    while overdue := await queries.list_overdue_attempts(
        worker.db,
        grace_seconds=worker.settings.quiz_grace_seconds,
        except_ids=failed,
        limit=_BATCH,
    ):
        await asyncio.gather(*(close(attempt_id) for attempt_id in overdue))
    if failed:
        raise RuntimeError(f"{len(failed)} overdue attempts could not be closed")
    await job.finish(worker.db)


async def close_overdue(worker: WorkerContext, attempt_id: UUID) -> None:
    """Close an attempt, unless someone else did or it is not over."""
    async with begin(worker.db) as db:
        attempt = await queries.lock_attempt(
            db, attempt_id, grace_seconds=worker.settings.quiz_grace_seconds
        )
        await lifecycle.close_if_over(db, attempt)


# Promised by a trigger of enrollments, in the transaction that ends access.
@task(queue="progress", kind="close_ended_attempts")
async def close_ended_attempts(worker: WorkerContext, job: Job) -> None:
    """Close the attempts that were open when their student's access to the course ended."""
    for attempt_id in await queries.list_open_attempts(worker.db, UUID(job.args["enrollment_id"])):
        await close_overdue(worker, attempt_id)
    await job.finish(worker.db)
