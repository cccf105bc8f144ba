"""What the worker does for analytics."""

from dataclasses import replace
from datetime import timedelta

from lms import retention
from lms.analytics import queries
from lms.analytics.folding import fold
from lms.core.db.pool import Pool
from lms.core.jobs.ageing import delete_aged
from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext, periodic, task

_FOLD_SECONDS = 100.0  # per statement; enough when a course with a million students loses a lesson


@periodic(every=timedelta(seconds=10), name="fold figures")  # reads add newer changes
@task(queue="progress", kind="fold_figures", max_tries=3, timeout_seconds=600.0)
async def fold_figures(worker: WorkerContext, job: Job) -> None:
    """Fold the latest changes into the totals of analytics."""
    settings = replace(
        worker.settings, database_statement_seconds=_FOLD_SECONDS, database_pool_size=1
    )
    pool = Pool(settings.database_url, settings, application="lms-fold")
    await pool.open()
    try:
        await fold(pool)
    finally:
        await pool.close()
    await job.finish(worker.db)


@periodic(every=timedelta(days=1), name="delete old activity")
@task(queue="progress", kind="delete_old_activity", timeout_seconds=3600)
async def delete_old_activity(worker: WorkerContext, job: Job) -> None:
    """Forget when people learned last who have not learned for a long time."""
    await delete_aged(worker, retention.ACTIVITY, queries.delete_old_activity)
