"""What the worker does for the layers around the handlers."""

from datetime import timedelta

from lms import retention
from lms.core.jobs.ageing import delete_all_aged
from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext, periodic, task
from lms.middlewares import idempotency_queries as queries


@periodic(every=timedelta(minutes=10), name="delete old replies")
@task(queue="progress", kind="delete_old_replies", max_tries=3, timeout_seconds=3600)
async def delete_old_replies(worker: WorkerContext, job: Job) -> None:
    """Delete what was kept for repeated requests, after the day in which they may come."""
    await delete_all_aged(
        worker,
        (
            (retention.REPLIES, queries.delete_old_replies),
            (retention.REPLY_USAGE, queries.delete_old_usage),
        ),
    )
