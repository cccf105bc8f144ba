"""Learning: enrolling, leaving, and getting through lessons."""

from typing import Any

from aiohttp import web

from lms.db import Db
from lms.enrollments import progress, queries
from lms.enrollments.queries import Enrollment, EnrollmentLock
from lms.enrollments.schemas import (
    EnrollmentQuery,
    EnrollmentSchema,
    EnrollmentWithLessons,
    LessonCompletion,
    NewEnrollment,
)
from lms.errors import Conflict, NotFound, PaymentRequired
from lms.etags import check_if_match, version_of
from lms.events.stories import record_enrollment
from lms.notifications.promises import promise_email
from lms.pagination import GREATEST_ID, LAST_TIME, fetch_limit, page, position
from lms.permissions import may_see_enrollment
from lms.reply import Page, Reply
from lms.request import (
    BODY,
    QUERY,
    path_id,
    pool,
    read_pool,
    require_user,
    transaction,
)
from lms.routing import Routes

routes = Routes("Learning")


class CourseNotOpen(Conflict):
    """This course takes no new students now."""


class CourseFull(Conflict):
    """Every place in this course is taken."""


class EnrollmentCompleted(Conflict):
    """You have completed this course; what is completed is not dropped."""


class EnrollmentDropped(Conflict):
    """You have left this course; enrol again to go on where you were."""


@routes.post(
    "/enrollments",
    body=NewEnrollment,
    data=EnrollmentSchema,
    status=201,
    statuses=(200,),
    message="You are enrolled.",
    errors=(CourseNotOpen, CourseFull, PaymentRequired, NotFound),
)
async def enroll(request: web.Request) -> Reply:
    """A student takes a place in a published course; again is the same enrolment."""
    student = require_user(request)
    course_id = request[BODY]["course_id"]
    async with transaction(request) as db:
        await queries.lock_places(db, course_id)
        place = await queries.get_place(db, course_id, student.id)
        before = place.enrollment_id
        if before is not None and place.enrollment_status != "dropped":
            enrollment = await queries.get_enrollment(db, before)
            return _reply(enrollment, status=200, message="You were enrolled already.")
        if place.status == "draft" and before is None:
            raise NotFound  # as if it did not exist
        if place.status != "published":
            raise CourseNotOpen
        if not place.is_free:
            raise PaymentRequired
        if place.is_full:
            raise CourseFull
        if before is not None:
            await queries.return_to_course(db, before)
            enrollment = await queries.get_enrollment(db, before)
            await record_enrollment(db, "enrollment.created", enrollment)
            return _reply(enrollment, status=200, message="Welcome back.")
        enrollment_id = await queries.enroll(db, course_id, student.id)
        await promise_email(
            db,
            "enrolled",
            to_user_id=student.id,
            key=f"enrolled:{enrollment_id}",
            enrollment_id=str(enrollment_id),
        )
        enrollment = await queries.get_enrollment(db, enrollment_id)
        await record_enrollment(db, "enrollment.created", enrollment)
    location = {"Location": f"/api/v1/enrollments/{enrollment.id}"}
    return _reply(enrollment, headers=location)


@routes.get("/enrollments/my-courses", query=EnrollmentQuery, data=EnrollmentSchema, many=True)
async def list_my_courses(request: web.Request) -> Page[Enrollment]:
    """My enrolments, the latest first."""
    student = require_user(request)
    asked = request[QUERY]
    filters = {"status": asked.get("status"), "updated_since": asked.get("updated_since")}
    rows = await queries.list_my_enrollments(
        read_pool(request),
        student.id,
        before=position(request, [LAST_TIME, GREATEST_ID]),
        limit=fetch_limit(request),
        **filters,
    )
    total = None
    if asked["include_total"]:
        total = await queries.count_my_enrollments(read_pool(request), student.id, **filters)
    return page(request, rows, lambda row: [row.enrolled_at, row.id], total=total)


@routes.get("/enrollments/{enrollment_id}", data=EnrollmentWithLessons)
async def get_enrollment(request: web.Request) -> Reply:
    """An enrolment with the progress of each lesson; for its student and the teacher."""
    user = require_user(request)
    db = pool(request)
    people = await queries.get_enrollment_people(db, path_id(request, "enrollment_id"))
    if not may_see_enrollment(user, people.student_id, people.instructor_id):
        raise NotFound
    enrollment = await queries.get_enrollment(db, people.id)
    lessons = await queries.list_lesson_progress(db, people.id)
    data: dict[str, Any] = {f: getattr(enrollment, f) for f in Enrollment.__dataclass_fields__}
    return Reply({**data, "lessons": lessons}, version=version_of(enrollment.updated_at))


@routes.delete("/enrollments/{enrollment_id}", status=204, errors=(EnrollmentCompleted,))
async def drop_enrollment(request: web.Request) -> None:
    """Leave a course; the progress is kept for coming back."""
    enrollment_id = path_id(request, "enrollment_id")
    async with transaction(request) as db:
        people = await queries.get_enrollment_people(db, enrollment_id)
        await queries.lock_places(db, people.course_id)  # first, as enrolling does
        enrollment = await _lock_own(request, db)
        check_if_match(request, enrollment.updated_at)
        if enrollment.status == "completed":
            raise EnrollmentCompleted
        if enrollment.status == "active":
            await queries.drop_enrollment(db, enrollment.id)
            dropped = await queries.get_enrollment(db, enrollment.id)
            await record_enrollment(db, "enrollment.dropped", dropped)


@routes.post(
    "/enrollments/{enrollment_id}/lessons/{lesson_id}/complete",
    data=LessonCompletion,
    message="Done.",
    errors=(EnrollmentDropped,),
)
async def complete_lesson(request: web.Request) -> dict[str, Any]:
    """A lesson is done; the last one completes the course. Repeating changes nothing."""
    lesson_id = path_id(request, "lesson_id")
    async with transaction(request) as db:
        enrollment = await _lock_own(request, db)
        if enrollment.status == "dropped":
            raise EnrollmentDropped
        done = await progress.complete_lesson(db, enrollment.id, lesson_id)
        state = await queries.get_enrollment(db, enrollment.id)
    return {"progress": done, "enrollment": state}


async def _lock_own(request: web.Request, db: Db) -> EnrollmentLock:
    """The caller's own enrolment, held. Raises NotFound for any other."""
    user = require_user(request)
    enrollment = await queries.lock_enrollment(db, path_id(request, "enrollment_id"))
    if enrollment.student_id != user.id:
        raise NotFound
    return enrollment


def _reply(enrollment: Enrollment, **more: Any) -> Reply:
    return Reply(enrollment, version=version_of(enrollment.updated_at), **more)
