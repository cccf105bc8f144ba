"""What the worker does for the event log."""

from datetime import UTC, datetime, timedelta

from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext, periodic, task
from lms.events import queries

_BATCH = 2000  # rows deleted by one statement: some milliseconds


@periodic(every=timedelta(hours=1), name="delete old events")
@task(queue="progress", kind="delete_old_events", max_tries=3)
async def delete_old_events(worker: WorkerContext, job: Job) -> None:
    """Delete events past their retention, with their deliveries."""
    before = datetime.now(UTC) - timedelta(days=worker.settings.event_retention_days)
    deleted = _BATCH
    while deleted == _BATCH:
        deleted = await queries.delete_old_events(worker.db, before=before, limit=_BATCH)
