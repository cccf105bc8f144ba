"""What the worker does for the machinery."""

from datetime import timedelta

from lms import retention
from lms.core.jobs import queries
from lms.core.jobs.ageing import delete_all_aged
from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext, periodic, task


@periodic(every=timedelta(hours=1), name="delete old jobs")
@task(queue="progress", kind="delete_old_jobs", max_tries=3, timeout_seconds=3600)
async def delete_old_jobs(worker: WorkerContext, job: Job) -> None:
    """Delete jobs past their retention; dead ones are kept for longer, to be looked into."""
    await delete_all_aged(
        worker,
        (
            (retention.DONE_JOBS, queries.delete_done_jobs),
            (retention.DEAD_JOBS, queries.delete_dead_jobs),
            (retention.REFUSED_JOBS, queries.delete_refused_jobs),
        ),
    )
