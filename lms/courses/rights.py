"""Whether the caller may act on a course."""

from uuid import UUID

from aiohttp import web

from lms.core.db.query import Db
from lms.core.http.request import (
    path_id,
    require_user,
)
from lms.courses import queries
from lms.courses.queries import (
    CourseLock,
    get_course_access,
)
from lms.errors import Forbidden, NotFound
from lms.permissions import may_edit_course


async def lock_own_course(request: web.Request, db: Db, course_id: UUID) -> CourseLock:
    """Lock a course that the caller may edit. Raises NotFound or Forbidden."""
    course = await queries.lock_course(db, course_id)
    if not may_edit_course(require_user(request), course.instructor_id):
        raise NotFound if course.status == "draft" else Forbidden
    return course


async def require_own_course(request: web.Request, db: Db) -> UUID:
    """A course that the caller teaches. Raises NotFound for a draft of others, or Forbidden."""
    user = require_user(request)
    access = await get_course_access(db, path_id(request, "course_id"), user.id)
    if not may_edit_course(user, access.instructor_id):
        raise NotFound if access.status == "draft" and not access.is_enrolled else Forbidden
    return access.course_id
