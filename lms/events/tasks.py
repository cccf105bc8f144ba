"""What the worker does for the event log."""

from datetime import timedelta

from lms import retention
from lms.core.jobs.ageing import delete_aged
from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext, periodic, task
from lms.events import queries


@periodic(every=timedelta(hours=1), name="delete old events")
@task(queue="progress", kind="delete_old_events", max_tries=3, timeout_seconds=3600)
async def delete_old_events(worker: WorkerContext, job: Job) -> None:
    """Delete events past their retention, with their deliveries."""
    await delete_aged(worker, retention.EVENTS, queries.delete_old_events)
