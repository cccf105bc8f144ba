"""What the worker does for the catalogue."""

from datetime import timedelta

from lms.core.db.transactions import begin
from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext, periodic, task
from lms.courses import queries

_COURSES = 20  # of one transaction: who enrols in one of them waits for it


@periodic(every=timedelta(minutes=10), name="document_old_courses")
@task(queue="progress", kind="document_old_courses", timeout_seconds=3600)
async def document_old_courses(worker: WorkerContext, job: Job) -> None:
    """Make the documents anew that an earlier release made for the search.

    The courses are held first, so that an author who writes meanwhile is not overwritten.
    """
    while True:
        async with begin(worker.db) as db:
            course_ids = await queries.lock_old_documents(db, limit=_COURSES)
            if course_ids:
                await queries.refresh_documents(db, course_ids)
        if not course_ids:
            return
