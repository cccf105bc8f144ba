"""Whether the caller may act on an enrolment."""

from aiohttp import web

from lms.core.db.query import Db
from lms.core.http.request import path_id, require_user
from lms.enrollments import queries
from lms.enrollments.queries import EnrollmentLock
from lms.errors import Forbidden, NotFound
from lms.permissions import may_see_enrollment


async def lock_own_enrollment(request: web.Request, db: Db) -> EnrollmentLock:
    """The caller's own enrolment, held.

    Raises Forbidden if the caller may read it but not change it, NotFound if not even that.
    """
    user = require_user(request)
    enrollment = await queries.lock_enrollment(db, path_id(request, "enrollment_id"))
    if enrollment.student_id == user.id:
        return enrollment
    if may_see_enrollment(user, enrollment.student_id, enrollment.instructor_id):
        raise Forbidden
    raise NotFound
