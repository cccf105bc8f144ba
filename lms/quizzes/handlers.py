"""Quizzes: what they are called and how they are taken."""

from aiohttp import web

from lms.core.http.etags import check_if_match, version_of
from lms.core.http.pagination import FIRST_TIME, LEAST_ID, fetch_limit, page, position
from lms.core.http.reply import Page, Reply
from lms.core.http.request import (
    BODY,
    QUERY,
    current_user,
    list_pool,
    path_id,
    pool,
    require_user,
    transaction,
)
from lms.core.http.routing import Routes
from lms.courses.queries import get_course, lock_course
from lms.courses.recounting import prepare_removal
from lms.errors import Forbidden, NotFound, invalid
from lms.permissions import may_edit_course, teacher_id
from lms.quizzes import queries
from lms.quizzes.publishing import QuizNotPublishable, check_publishable
from lms.quizzes.queries import Quiz, QuizHasAttempts, QuizInUse
from lms.quizzes.rights import lock_own_quiz, see_quiz
from lms.quizzes.schemas import NewQuiz, QuizChanges, QuizQuery, QuizSchema

routes = Routes("Quizzes")


@routes.get("/quizzes", query=QuizQuery, data=QuizSchema, many=True)
async def list_quizzes(request: web.Request) -> Page[Quiz]:
    """The quizzes of a course, or of all courses, the oldest first."""
    asked, user = request[QUERY], current_user(request)
    filters = {
        "course_id": asked.get("course_id"),
        "updated_since": asked.get("updated_since"),
        "viewer_id": user.id if user else None,
        "teacher_id": teacher_id(user),
        "sees_all": user is not None and user.is_admin,
    }
    db = list_pool(request)
    rows = await queries.list_quizzes(
        db,
        after=position(request, [FIRST_TIME, LEAST_ID]),
        limit=fetch_limit(request),
        **filters,
    )
    total = await queries.count_quizzes(db, **filters) if asked["include_total"] else None
    return page(request, rows, lambda quiz: [quiz.created_at, quiz.id], total=total)


@routes.post(
    "/quizzes",
    body=NewQuiz,
    data=QuizSchema,
    status=201,
    message="The quiz was created as a draft.",
)
async def create_quiz(request: web.Request) -> Reply:
    """Create a quiz in a course; students see it once it is published."""
    user = require_user(request)
    async with transaction(request) as db:
        try:
            course = await get_course(db, request[BODY]["course_id"])
        except NotFound:
            raise _no_such_course() from None
        if not may_edit_course(user, course.instructor_id):
            raise _no_such_course() if course.status == "draft" else Forbidden
        held = await lock_course(db, course.id)
        if not may_edit_course(user, held.instructor_id):  # it changed hands meanwhile
            raise Forbidden
        quiz = await queries.create_quiz(db, request[BODY])
    return _reply(quiz, headers={"Location": f"/api/v1/quizzes/{quiz.id}"})


@routes.get("/quizzes/{quiz_id}", data=QuizSchema)
async def get_quiz(request: web.Request) -> Reply:
    """A quiz, without its questions; limit and window are those that hold for you."""
    user = current_user(request)
    access = await see_quiz(request, pool(request), path_id(request, "quiz_id"))
    student_id = user.id if user and not may_edit_course(user, access.instructor_id) else None
    return _reply(await queries.get_quiz(pool(request), access.id, student_id))


@routes.patch(
    "/quizzes/{quiz_id}", body=QuizChanges, data=QuizSchema, message="Saved.",
)  # fmt: skip
async def update_quiz(request: web.Request) -> Reply:
    """Change a quiz; what is not named stays.

    Attempts that have begun follow the end of the window; nothing else of them changes.
    """
    async with transaction(request) as db:
        await lock_own_quiz(request, db, path_id(request, "quiz_id"))
        quiz = await queries.get_quiz(db, path_id(request, "quiz_id"))
        check_if_match(request, quiz.updated_at)
        if quiz.is_required and request[BODY].get("is_required") is False:
            await prepare_removal(db, quiz.course_id)  # nobody needs to pass it any more
        quiz = await queries.update_quiz(db, quiz, request[BODY])
    return _reply(quiz)


@routes.delete("/quizzes/{quiz_id}", status=204, errors=(QuizHasAttempts, QuizInUse))
async def delete_quiz(request: web.Request) -> None:
    """Delete a quiz that nobody attempted and no lesson shows."""
    async with transaction(request) as db:
        access = await lock_own_quiz(request, db, path_id(request, "quiz_id"))
        quiz = await queries.get_quiz(db, access.id)
        check_if_match(request, quiz.updated_at)
        if quiz.is_required:
            await prepare_removal(db, quiz.course_id)
        await queries.delete_quiz(db, access.id)


@routes.post(
    "/quizzes/{quiz_id}/publish",
    data=QuizSchema,
    message="The quiz is open to students.",
    errors=(QuizNotPublishable,),
)
async def publish_quiz(request: web.Request) -> Reply:
    """Open a quiz to the course's students, if every question is finished."""
    async with transaction(request) as db:
        access = await lock_own_quiz(request, db, path_id(request, "quiz_id"))
        await check_publishable(db, access.id)
        quiz = await queries.publish_quiz(db, access.id)
    return _reply(quiz)


def _no_such_course() -> Exception:
    return invalid("/course_id", "not_found", "There is no such course.")


def _reply(quiz: Quiz, headers: dict[str, str] | None = None) -> Reply:
    return Reply(quiz, version=version_of(quiz.updated_at), headers=headers or {})
