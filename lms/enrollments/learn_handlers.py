"""The learner's page: a course as its student needs it, in one call."""

from typing import Any

from aiohttp import web

from lms.certificates.documents import verify_url
from lms.certificates.queries import Certificate, get_certificate_by_enrollment
from lms.core.db.query import columns_of
from lms.core.db.transactions import snapshot
from lms.core.http.request import SETTINGS, path_id, pool, require_user
from lms.core.http.routing import Routes
from lms.enrollments import learn_queries, queries
from lms.enrollments.learn_queries import OutlineLesson
from lms.enrollments.schemas import LearnerPage
from lms.errors import NotFound
from lms.lessons.queries import get_lesson
from lms.lessons.showing import show_lesson
from lms.permissions import may_edit_course
from lms.settings import Settings

routes = Routes("Learning")


@routes.get("/courses/{course_id}/learn", data=LearnerPage)
async def get_learner_page(request: web.Request) -> dict[str, Any]:
    """The whole page of a course: outline, progress, quizzes, the next lesson, certificate.

    For anyone who is not enrolled, `enrollment` is null and all lessons but previews are locked.
    """
    user = require_user(request)
    course_id = path_id(request, "course_id")
    # One snapshot for all of it: otherwise a lesson done meanwhile could be in one part only.
    async with snapshot(pool(request)) as db:
        course = await learn_queries.get_learner_course(db, course_id, user.id)
        if course is None:
            raise NotFound
        enrollment = certificate = resume = None
        if course.enrollment_id is not None:
            enrollment = await queries.get_enrollment(db, course.enrollment_id)
            certificate = await get_certificate_by_enrollment(db, course.enrollment_id)
        is_enrolled = enrollment is not None and enrollment.status != "dropped"
        reads = is_enrolled or may_edit_course(user, course.instructor_id)
        if course.status == "draft" and not reads:
            raise NotFound
        lessons = await learn_queries.list_outline(db, course_id, course.enrollment_id)
        quizzes = await learn_queries.list_learner_quizzes(db, course_id, user.id)
        if is_enrolled and enrollment is not None and enrollment.resume_lesson_id is not None:
            resume = await get_lesson(db, enrollment.resume_lesson_id)
    return {
        "course": columns_of(course, without=("instructor_id", "enrollment_id")),
        "enrollment": enrollment,
        "lessons": [_show(lesson, reads, course.status == "published") for lesson in lessons],
        "quizzes": quizzes,
        "resume_lesson": show_lesson(resume, True) if resume is not None else None,
        "certificate": _show_certificate(request.app[SETTINGS], certificate),
    }


def _show(lesson: OutlineLesson, reads: bool, is_published: bool) -> dict[str, Any]:
    shown = columns_of(lesson)
    shown["locked"] = not (reads or (is_published and lesson.is_preview))
    return shown


_CERTIFICATE_FIELDS = ("id", "number", "status", "issued_at", "expires_at")


def _show_certificate(settings: Settings, certificate: Certificate | None) -> dict[str, Any] | None:
    if certificate is None:
        return None
    shown = {name: getattr(certificate, name) for name in _CERTIFICATE_FIELDS}
    return {**shown, "verify_url": verify_url(settings, certificate.number)}
