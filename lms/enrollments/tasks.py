"""What the worker does for enrolments."""

from datetime import timedelta
from uuid import UUID

from lms.core.db.transactions import begin
from lms.core.http.pagination import LEAST_ID
from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext, periodic, task
from lms.enrollments import bulk, bulk_queries, queries
from lms.enrollments.progress import complete_those_done

_COMPLETIONS = 50  # in one transaction, so that a student who is working waits only briefly
_ROWS = 1000
_BULK_RETENTION_DAYS = 30  # long enough to look up the results of a list of addresses


@task(queue="progress", kind="recount_course", timeout_seconds=3600)
async def recount_course(worker: WorkerContext, job: Job) -> None:
    """For a removed lesson: complete enrolments that only lacked it, then take it out of counters.

    Each transaction is whole by itself, so a worker that is killed leaves the rest to the next.
    """
    course_id = UUID(job.args["course_id"])
    after_id = LEAST_ID
    while True:
        async with begin(worker.db) as db:
            finished = await queries.lock_finished_enrollments(
                db, course_id, after_id=after_id, limit=_COMPLETIONS
            )
            if finished:
                await complete_those_done(db, finished)
        if len(finished) < _COMPLETIONS:
            break
        after_id = finished[-1]
    while True:
        async with begin(worker.db) as db:
            if await queries.uncount_removed_lessons(db, course_id, limit=_ROWS) < _ROWS:
                break


@task(queue="progress", kind="enroll_in_bulk", timeout_seconds=3600)
async def enroll_in_bulk(worker: WorkerContext, job: Job) -> None:
    """Handle the rows of a bulk enrolment, some in each transaction, until all are done."""
    bulk_enrollment_id = UUID(job.args["bulk_enrollment_id"])
    more = True
    while more:
        async with begin(worker.db) as db:
            more = await bulk.enroll_next_rows(db, bulk_enrollment_id)


@periodic(every=timedelta(days=1), name="forget_bulk_enrollments")
@task(queue="progress", kind="forget_bulk_enrollments")
async def forget_bulk_enrollments(worker: WorkerContext, job: Job) -> None:
    """Delete bulk enrolments, with the addresses in them, after their retention."""
    deleted = limit = 10
    while deleted == limit:
        deleted = await bulk_queries.delete_old_bulk_enrollments(
            worker.db, days=_BULK_RETENTION_DAYS, limit=limit
        )
