"""What the worker does for enrolments."""

from datetime import timedelta
from uuid import UUID

from lms import retention
from lms.core.db.transactions import begin
from lms.core.http.pagination import LEAST_ID
from lms.core.jobs.ageing import delete_aged
from lms.core.jobs.claims import absorb
from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext, periodic, task
from lms.courses.recounting import promise_seats
from lms.enrollments import bulk, bulk_queries, place_queries, places, queries
from lms.enrollments.progress import complete_those_done
from lms.errors import NotFound

_COMPLETIONS = 50  # in one transaction, so that a student who is working waits only briefly
_ROWS = 1000


@task(queue="progress", kind="recount_course", timeout_seconds=3600)
async def recount_course(worker: WorkerContext, job: Job) -> None:
    """For a removed lesson: complete enrolments that only lacked it, then take it out of counters.

    Each transaction is whole by itself, so a worker that is killed leaves the rest to the next.
    """
    course_id = UUID(job.args["course_id"])
    await absorb(worker.db, job)
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
@task(queue="progress", kind="forget_bulk_enrollments", timeout_seconds=3600)
async def forget_bulk_enrollments(worker: WorkerContext, job: Job) -> None:
    """Delete bulk enrolments, with the addresses in them, after their retention."""
    await delete_aged(worker, retention.BULK_ENROLLMENTS, bulk_queries.delete_old_bulk_enrollments)


@periodic(every=timedelta(hours=1), name="delete old progress events")
@task(queue="progress", kind="delete_old_progress_events", timeout_seconds=3600)
async def delete_old_progress_events(worker: WorkerContext, job: Job) -> None:
    """Forget which offline events were merged long ago."""
    await delete_aged(worker, retention.PROGRESS_EVENTS, queries.delete_old_progress_events)


@task(queue="progress", kind="fill_seats", timeout_seconds=3600)
async def fill_seats(worker: WorkerContext, job: Job) -> None:
    """Give the free seats of a course to those in line, some in each transaction."""
    course_id = UUID(job.args["course_id"])
    await absorb(worker.db, job)  # every seat that becomes free promises one
    more = True
    while more:
        async with begin(worker.db) as db:
            try:
                await queries.lock_seats(db, course_id)
            except NotFound:
                return  # the course is gone
            more = await places.fill_seats(db, course_id)


# Seats are given when they become free; this finds those that nobody gave: of places that
# lapsed, and of people who were erased.
@periodic(every=timedelta(seconds=10), name="fill free seats")
@task(queue="progress", kind="fill_free_seats", timeout_seconds=300)
async def fill_free_seats(worker: WorkerContext, job: Job) -> None:
    """Let places lapse whose time is over, and promise to fill what is free."""
    await delete_aged(worker, retention.PLACES, place_queries.delete_lapsed_places, seconds=60)
    for course_id in await place_queries.list_courses_to_fill(worker.db, limit=_ROWS):
        async with begin(worker.db) as db:
            await promise_seats(db, course_id)
    await job.finish(worker.db)
