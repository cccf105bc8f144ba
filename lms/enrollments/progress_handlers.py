"""Learning: progress in lessons, online and offline."""

from typing import Any

from aiohttp import web

from lms.core.db.query import Db, columns_of
from lms.core.http.etags import check_if_match
from lms.core.http.request import BODY, SETTINGS, path_id, transaction
from lms.core.http.routing import Routes
from lms.enrollments import progress, queries
from lms.enrollments.progress import QuizNotPassed
from lms.enrollments.queries import EnrollmentLock
from lms.enrollments.rights import lock_own_enrollment
from lms.enrollments.schemas import (
    BatchResult,
    LessonCompletion,
    ProgressBatch,
    ProgressReport,
)
from lms.errors import Conflict

routes = Routes("Learning")


class EnrollmentDropped(Conflict):
    """You have left this course; enrol again to go on where you were."""


@routes.post(
    "/enrollments/{enrollment_id}/lessons/{lesson_id}/complete",
    data=LessonCompletion,
    message="Done.",
    errors=(EnrollmentDropped, QuizNotPassed),
)
async def complete_lesson(request: web.Request) -> dict[str, Any]:
    """Mark a lesson as done; the last one completes the course. Repeating changes nothing."""
    lesson_id = path_id(request, "lesson_id")
    async with transaction(request) as db:
        enrollment = await _lock_open(request, db)
        done = await progress.complete_lesson(db, enrollment.id, lesson_id)
        state = await queries.get_enrollment(db, enrollment.id)
    return {"progress": done, "enrollment": state}


@routes.patch(
    "/enrollments/{enrollment_id}/lessons/{lesson_id}/progress",
    body=ProgressReport,
    data=LessonCompletion,
    message="Saved.",
    takes_key=True,  # time is a delta: a lost reply must not add it twice
    errors=(EnrollmentDropped,),
)
async def report_progress(request: web.Request) -> dict[str, Any]:
    """Report time, position and watched parts; no more time than since the last report."""
    lesson_id = path_id(request, "lesson_id")
    report = request[BODY]
    async with transaction(request) as db:
        enrollment = await _lock_open(request, db)
        check_if_match(request, enrollment.updated_at)
        await queries.report_progress(
            db,
            enrollment.id,
            lesson_id,
            time_spent_seconds=report.get("time_spent_seconds", 0),
            last_position_seconds=report.get("last_position_seconds"),
            watched=report.get("watched", ()),
            most_parts=request.app[SETTINGS].watched_parts_max,
        )
        known = await queries.get_lesson_progress(db, enrollment.id, lesson_id)
        state = await queries.get_enrollment(db, enrollment.id)
    return {"progress": known, "enrollment": state}


@routes.post(
    "/enrollments/{enrollment_id}/progress/batch",
    body=ProgressBatch,
    data=BatchResult,
    message="Merged.",
    errors=(EnrollmentDropped,),
)
async def merge_batch(request: web.Request) -> dict[str, Any]:
    """Merge work that was done offline, in any order; sending it again changes nothing."""
    async with transaction(request) as db:
        enrollment = await _lock_open(request, db)
        results = await progress.merge_events(
            db,
            enrollment.id,
            request[BODY]["events"],
            most_parts=request.app[SETTINGS].watched_parts_max,
        )
        state = await queries.get_enrollment(db, enrollment.id)
        lessons = await queries.list_lesson_progress(db, enrollment.id)
    return {"results": results, "enrollment": {**columns_of(state), "lessons": lessons}}


async def _lock_open(request: web.Request, db: Db) -> EnrollmentLock:
    """Lock the caller's own enrolment, if they have not left the course."""
    enrollment = await lock_own_enrollment(request, db)
    if enrollment.status == "dropped":
        raise EnrollmentDropped
    return enrollment
