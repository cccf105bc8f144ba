"""What the worker does for the machinery."""

from datetime import timedelta

from lms.core.jobs import queries
from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext, periodic, task

_BATCH = 2000  # rows deleted by one statement: some milliseconds


@periodic(every=timedelta(hours=1), name="delete old jobs")
@task(queue="progress", kind="delete_old_jobs", max_tries=3)
async def delete_old_jobs(worker: WorkerContext, job: Job) -> None:
    """Delete jobs past their retention; dead ones are kept for longer, to be looked into."""
    settings = worker.settings
    for delete, days in (
        (queries.delete_done_jobs, settings.job_retention_days),
        (queries.delete_dead_jobs, settings.dead_job_retention_days),
        # The mails that an address was not sent, for as long as those that it was.
        (queries.delete_refused_jobs, settings.job_retention_days),
    ):
        deleted = _BATCH
        while deleted == _BATCH:
            deleted = await delete(worker.db, days=days, limit=_BATCH)
