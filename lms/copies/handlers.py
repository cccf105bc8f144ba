"""Copies of courses."""

from aiohttp import web

from lms.copies.duplicating import duplicate
from lms.copies.schemas import CourseCopy
from lms.core.http.reply import Reply
from lms.core.http.request import path_id, transaction
from lms.core.http.routing import Routes
from lms.courses.rights import lock_own_course

routes = Routes("Courses")


@routes.post(
    "/courses/{course_id}/duplicate",
    data=CourseCopy,
    status=201,
    message="The copy is a draft.",
)
async def duplicate_course(request: web.Request) -> Reply:
    """Copy a course with its lessons and quizzes; nobody is enrolled in the copy."""
    async with transaction(request) as db:
        lock = await lock_own_course(request, db, path_id(request, "course_id"))
        course, id_map = await duplicate(db, lock.id)
    return Reply(
        {"course": course, "id_map": {str(old): new for old, new in id_map.items()}},
        headers={"Location": f"/api/v1/courses/{course.id}"},
    )
