"""Learning: enrolling, leaving, and what I am enrolled in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
from aiohttp import web

from lms.core.db.query import columns_of
from lms.core.http.etags import check_if_match, version_of
from lms.core.http.pagination import (
    FIRST_TIME,
    GREATEST_ID,
    LAST_TIME,
    LEAST_ID,
    fetch_limit,
    page,
    position,
)
from lms.core.http.reply import Page, Reply
from lms.core.http.request import BODY, QUERY, path_id, pool, read_pool, require_user, transaction
from lms.core.http.routing import Routes
from lms.enrollments import enrolling, place_queries, queries
from lms.enrollments.errors import CourseFull, CourseNotOpen, EnrollmentRemoved
from lms.enrollments.places import fill_seats_soon
from lms.enrollments.queries import Enrollment
from lms.enrollments.schemas import (
    DropQuery,
    EnrollmentQuery,
    EnrollmentSchema,
    EnrollmentWithLessons,
    NewEnrollment,
)
from lms.errors import Conflict, NotFound, PaymentRequired, invalid
from lms.permissions import may_edit_course, may_see_enrollment

routes = Routes("Learning")


class EnrollmentCompleted(Conflict):
    """You have completed this course, and a completed course cannot be dropped."""


@routes.post(
    "/enrollments",
    body=NewEnrollment,
    data=EnrollmentSchema,
    status=201,
    statuses=(200,),
    message="You are enrolled.",
    errors=(CourseNotOpen, CourseFull, EnrollmentRemoved, PaymentRequired, NotFound),
)
async def enroll(request: web.Request) -> Reply:
    """Enrol in a published course. Repeating it returns the same enrolment."""
    student = require_user(request)
    course_id = request[BODY]["course_id"]
    async with transaction(request) as db:
        await queries.lock_seats(db, course_id)
        admission = await queries.get_admission(db, course_id, student.id)
        before = admission.enrollment_id
        if before is not None and admission.enrollment_status != "dropped":
            enrollment = await queries.get_enrollment(db, before)
            return _reply(enrollment, status=200, message="You were enrolled already.")
        if admission.status == "draft" and before is None:
            raise NotFound  # to this student the course does not exist
        if admission.status != "published":
            raise CourseNotOpen
        if admission.is_removed:
            raise EnrollmentRemoved
        if not admission.is_free:
            raise PaymentRequired
        if admission.is_full:
            raise CourseFull
        if before is not None:
            await enrolling.return_to_course(db, before)
            enrollment = await queries.get_enrollment(db, before)
            return _reply(enrollment, status=200, message="Welcome back.")
        enrollment_id = await enrolling.enroll(db, course_id, student.id)
        enrollment = await queries.get_enrollment(db, enrollment_id)
    location = {"Location": f"/api/v1/enrollments/{enrollment.id}"}
    return _reply(enrollment, headers=location)


@dataclass(frozen=True, slots=True)
class _Sort:
    """An order of my courses: its query, its start, and a row's position in it."""

    list_page: Callable[..., Awaitable[list[Enrollment]]]
    first: tuple[Any, ...]
    key: Callable[[Enrollment], Any]


_SORTS = {
    "newest": _Sort(
        queries.list_my_enrollments_by_newest,
        (LAST_TIME, GREATEST_ID),
        lambda row: row.enrolled_at,
    ),
    "last_accessed": _Sort(
        queries.list_my_enrollments_by_last_accessed,
        (LAST_TIME, GREATEST_ID),
        lambda row: row.last_accessed_at or FIRST_TIME,
    ),
    "progress": _Sort(
        queries.list_my_enrollments_by_progress,
        (101, GREATEST_ID),
        lambda row: row.progress_percent,
    ),
    "title": _Sort(
        queries.list_my_enrollments_by_title, ("", LEAST_ID), lambda row: row.course["title"]
    ),
}


@routes.get("/enrollments/my-courses", query=EnrollmentQuery, data=EnrollmentSchema, many=True)
async def list_my_courses(request: web.Request) -> Page[Enrollment]:
    """My enrolments: by newest, by last work in them, by progress, or by title."""
    student = require_user(request)
    asked = request[QUERY]
    sort = _SORTS[asked["sort"]]
    filters = {"status": asked.get("status"), "updated_since": asked.get("updated_since")}
    rows = await sort.list_page(
        read_pool(request),
        student.id,
        position(request, sort.first),
        limit=fetch_limit(request),
        **filters,
    )
    total = None
    if asked["include_total"]:
        total = await queries.count_my_enrollments(read_pool(request), student.id, **filters)
    return page(request, rows, lambda row: [sort.key(row), row.id], total=total)


@routes.get("/enrollments/{enrollment_id}", data=EnrollmentWithLessons)
async def get_enrollment(request: web.Request) -> Reply:
    """An enrolment with the progress of each lesson; for its student and the teacher."""
    user = require_user(request)
    db = pool(request)
    people = await queries.get_enrollment_people(db, path_id(request, "enrollment_id"))
    if people is None or not may_see_enrollment(user, people.student_id, people.instructor_id):
        raise NotFound
    enrollment = await queries.get_enrollment(db, people.id)
    lessons = await queries.list_lesson_progress(db, people.id)
    data = {**columns_of(enrollment), "lessons": lessons}
    return Reply(data, version=version_of(enrollment.updated_at))


@routes.delete(
    "/enrollments/{enrollment_id}",
    query=DropQuery,
    status=204,
    errors=(EnrollmentCompleted,),
)
async def drop_enrollment(request: web.Request) -> None:
    """Leave a course; the progress is kept for coming back.

    The course's teacher and admins remove a student with a `reason`, which is mailed to the
    student; they also take back a place that waits in the roster, by its id there.
    """
    user = require_user(request)
    reason = request[QUERY].get("reason")
    async with transaction(request) as db:
        people = await queries.get_enrollment_people(db, path_id(request, "enrollment_id"))
        if people is None:
            await _withdraw_place(request, db)
            return
        # Before anything is held: a stranger must make nobody wait.
        if people.student_id == user.id:
            if reason is not None:
                raise invalid("?reason", "unknown_field", "Unknown field.")
        elif not may_edit_course(user, people.instructor_id):
            raise NotFound
        elif not reason:
            raise invalid("?reason", "required", "Say why; the student is told.")
        await queries.lock_seats(db, people.course_id)  # first, as enrolling does
        enrollment = await queries.lock_enrollment(db, people.id)
        check_if_match(request, enrollment.updated_at)
        if enrollment.status == "completed":
            raise EnrollmentCompleted
        if reason:
            await enrolling.remove(db, enrollment, by=user, reason=reason)
        elif enrollment.status == "active":
            await enrolling.drop(db, enrollment)


async def _withdraw_place(request: web.Request, db: asyncpg.Connection) -> None:
    place_id = path_id(request, "enrollment_id")
    place = await place_queries.get_place_people(db, place_id)
    if place is None or not may_edit_course(require_user(request), place.instructor_id):
        raise NotFound
    await queries.lock_seats(db, place.course_id)
    place = await place_queries.get_place_people(db, place_id)
    if place is None:  # taken while we waited
        raise NotFound
    check_if_match(request, place.updated_at)
    await place_queries.withdraw_place(db, place_id)
    await fill_seats_soon(db, place.course_id)


def _reply(enrollment: Enrollment, **more: Any) -> Reply:
    return Reply(enrollment, version=version_of(enrollment.updated_at), **more)
