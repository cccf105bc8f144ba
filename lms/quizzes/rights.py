"""Whether the caller may see or edit a quiz."""

from uuid import UUID

from aiohttp import web

from lms.core.db.query import Db
from lms.core.http.request import CurrentUser, current_user
from lms.courses.queries import lock_course
from lms.errors import Forbidden, NotFound
from lms.permissions import may_edit_course
from lms.quizzes import queries
from lms.quizzes.queries import QuizAccess


def sees_quiz(user: CurrentUser | None, access: QuizAccess) -> bool:
    """The author and admins see it always; others only if it is published in a course they see."""
    if may_edit_course(user, access.instructor_id):
        return True
    return access.status == "published" and (access.course_status != "draft" or access.is_enrolled)


async def see_quiz(request: web.Request, db: Db, quiz_id: UUID) -> QuizAccess:
    """A quiz that the caller sees. Raises NotFound."""
    user = current_user(request)
    access = await queries.get_quiz_access(db, quiz_id, user.id if user else None)
    if not sees_quiz(user, access):
        raise NotFound
    return access


async def own_quiz(request: web.Request, db: Db, quiz_id: UUID) -> QuizAccess:
    """A quiz that the caller may edit. Raises NotFound or Forbidden."""
    access = await see_quiz(request, db, quiz_id)
    if not may_edit_course(current_user(request), access.instructor_id):
        raise Forbidden
    return access


async def lock_own_quiz(request: web.Request, db: Db, quiz_id: UUID) -> QuizAccess:
    """As `own_quiz`, with its course locked: every write to a course needs that lock."""
    access = await own_quiz(request, db, quiz_id)
    await lock_course(db, access.course_id)
    # Read again: it may have changed before we had the lock.
    return await own_quiz(request, db, quiz_id)
