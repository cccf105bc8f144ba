"""Attempts, as the teacher sees them: marking, extensions, regrading, statistics."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from aiohttp import web

from lms.attempts import lifecycle, queries, regrading
from lms.attempts.closing import close_if_over
from lms.attempts.extension_queries import get_extendable
from lms.attempts.extensions import ExtensionHasNoEffect
from lms.attempts.extensions import extend as extend_quiz
from lms.attempts.schemas import (
    AttemptSchema,
    ExtensionChanges,
    ExtensionSchema,
    NewGrades,
    RegradeOrder,
    RegradeSchema,
    StatisticsQuery,
    StatisticsSchema,
)
from lms.attempts.showing import CLOCKS, Sight, show_attempt, written_at
from lms.attempts.statistics import quiz_statistics
from lms.core.db.query import Db
from lms.core.http.etags import check_if_match, version_of
from lms.core.http.reply import Reply
from lms.core.http.request import (
    BODY,
    QUERY,
    SETTINGS,
    list_pool,
    path_id,
    require_user,
    transaction,
)
from lms.core.http.routing import Routes
from lms.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from lms.permissions import may_edit_course
from lms.quizzes.rights import own_quiz
from lms.quizzes.types import TYPES

routes = Routes("Attempts")


class AttemptOpen(Conflict):
    """This attempt is still open; it can be marked once it is submitted or its time is over."""


async def _check_still_teaches(request: web.Request, db: Db) -> None:
    await _check_teaches(request, db, path_id(request, "attempt_id"))


async def _check_still_owns(request: web.Request, db: Db) -> None:
    await own_quiz(request, db, path_id(request, "quiz_id"))


@routes.post(
    "/attempts/{attempt_id}/grade",
    check_replay=_check_still_teaches,
    body=NewGrades,
    data=AttemptSchema,
    message="The marks were saved.",
    errors=(AttemptOpen,),
)
async def grade_attempt(request: web.Request) -> Reply:
    """Mark questions of a closed attempt; a person's mark replaces the machine's."""
    grace = request.app[SETTINGS].quiz_grace_seconds
    grades = request[BODY]["grades"]
    async with transaction(request) as db:
        attempt_id = path_id(request, "attempt_id")
        await _check_teaches(request, db, attempt_id)
        await close_if_over(request, db, attempt_id)
        attempt = await queries.lock_attempt(db, attempt_id, grace_seconds=grace)
        check_if_match(request, await queries.get_written_time(db, attempt_id))
        if attempt.status == "in_progress":
            raise AttemptOpen
        asked = await queries.list_asked_questions(db, attempt_id)
        points = {q.question_id: q.points for q in asked if TYPES[q.type].is_asked}
        _check_grades(grades, points)
        await queries.grade_questions(db, attempt_id, grades)
        await lifecycle.settle_marks(db, attempt, attempt.passing_score)
        marked = await queries.get_attempt(db, attempt_id)
        questions = await queries.list_asked_questions(db, attempt_id)
    shown = show_attempt(marked, questions, Sight.TEACHER)
    version = version_of(written_at(marked, questions))
    return Reply(shown, version=version, without=CLOCKS)


@routes.patch(
    "/quizzes/{quiz_id}/extensions/{user_id}",
    body=ExtensionChanges,
    data=ExtensionSchema,
    message="Saved.",
    errors=(ExtensionHasNoEffect,),
)
async def extend(request: web.Request) -> Reply:
    """Give a student more time or attempts; the deadline of an open attempt moves at once.

    `extra_minutes` are added to the time limit and to the end of the quiz's window, unless the
    student has an `available_until` of their own. 0 and null take back.
    """
    async with transaction(request) as db:
        access = await own_quiz(request, db, path_id(request, "quiz_id"))
        user_id = path_id(request, "user_id")
        # Locked, so that no attempt starts by the old rules meanwhile.
        if await queries.lock_enrollment(db, access.id, user_id) is None:
            raise NotFound
        present = await get_extendable(db, access.id, user_id)
        check_if_match(request, present.updated_at)
        extension = await extend_quiz(
            db,
            access.id,
            user_id,
            request[BODY],
            present,
            grace_seconds=request.app[SETTINGS].quiz_grace_seconds,
        )
    return Reply(extension, version=version_of(extension.updated_at))


@routes.post(
    "/quizzes/{quiz_id}/regrade",
    check_replay=_check_still_owns,
    body=RegradeOrder,
    data=RegradeSchema,
    message="These attempts change.",
    deadline=60.0,  # a big course's attempts are marked within one transaction
)
async def regrade(request: web.Request) -> dict[str, Any]:
    """Mark closed attempts again by the corrected questions; `dry_run` only lists the changes."""
    async with transaction(request) as db:
        access = await own_quiz(request, db, path_id(request, "quiz_id"))
        if request[BODY]["dry_run"]:
            changes = await regrading.plan(db, access.id)
        else:
            changes = await regrading.regrade(db, access.id)
    return {"attempts": [change.shown for change in changes]}


@routes.get("/quizzes/{quiz_id}/statistics", query=StatisticsQuery, data=StatisticsSchema)
async def get_statistics(request: web.Request) -> dict[str, Any]:
    """Statistics of a quiz and each of its questions, as Moodle's quiz report defines them."""
    db = list_pool(request)
    access = await own_quiz(request, db, path_id(request, "quiz_id"))
    return await quiz_statistics(db, access.id, request[QUERY]["attempts"])


async def _check_teaches(request: web.Request, db: Db, attempt_id: UUID) -> None:
    """Raise NotFound, or Forbidden for the student, unless the caller teaches the course."""
    user = require_user(request)
    attempt = await queries.get_attempt(db, attempt_id)
    if not may_edit_course(user, attempt.instructor_id):
        raise Forbidden if user.id == attempt.student_id else NotFound


def _check_grades(grades: list[dict[str, Any]], points: dict[UUID, Decimal]) -> None:
    faults, seen = [], set()
    for index, grade in enumerate(grades):
        most = points.get(grade["question_id"])
        if most is None:
            pointer, detail = f"/grades/{index}/question_id", "This attempt does not ask it."
            faults.append(FieldError(pointer, "not_found", detail))
        elif grade["points"] > most:
            detail = f"This question gives at most {most.normalize():f} points."
            faults.append(FieldError(f"/grades/{index}/points", "out_of_range", detail))
        if grade["question_id"] in seen:
            pointer = f"/grades/{index}/question_id"
            faults.append(FieldError(pointer, "repeated", "May be named once."))
        seen.add(grade["question_id"])
    if faults:
        raise Invalid(errors=faults)
