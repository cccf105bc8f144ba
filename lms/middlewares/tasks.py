"""What the worker does for the layers around the handlers."""

from datetime import timedelta

from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext, periodic, task
from lms.middlewares import idempotency_queries as queries

_BATCH = 1000  # rows of one statement: some hundredths of a second


@periodic(every=timedelta(minutes=10), name="delete old replies")
@task(queue="progress", kind="delete_old_replies", max_tries=3, timeout_seconds=600)
async def delete_old_replies(worker: WorkerContext, job: Job) -> None:
    """Delete what was kept for repeated requests, after the day in which they may come."""
    for delete in (queries.delete_old_replies, queries.delete_old_usage):
        deleted = _BATCH
        while deleted == _BATCH:
            deleted = await delete(worker.db, limit=_BATCH)
