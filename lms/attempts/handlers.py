"""Attempts, for the student who takes them: start, read, save, submit."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from aiohttp import web

from lms.attempts import lifecycle, queries
from lms.attempts.closing import close_if_over
from lms.attempts.queries import Attempt, HeldEnrollment
from lms.attempts.schemas import (
    AnswersToSave,
    AttemptQuery,
    AttemptSchema,
    AttemptSummary,
    SavedSchema,
    Submission,
)
from lms.attempts.shapes import check_answers
from lms.attempts.showing import (
    CLOCKS,
    seconds_left,
    show_attempt,
    show_summary,
    sight_of,
    written_at,
)
from lms.core.db.query import Db
from lms.core.http.etags import check_if_match, version_of
from lms.core.http.pagination import GREATEST_ID, LAST_TIME, fetch_limit, page, position
from lms.core.http.reply import Page, Reply
from lms.core.http.request import (
    BODY,
    QUERY,
    SETTINGS,
    list_pool,
    path_id,
    pool,
    require_user,
    transaction,
)
from lms.core.http.routing import Routes
from lms.errors import Conflict, Forbidden, LMSError, NotFound
from lms.permissions import may_edit_course
from lms.quizzes.rights import see_quiz

routes = Routes("Attempts")

Given = list[dict[str, Any]]


class AttemptsUsedUp(Conflict):
    """You have used every attempt that this quiz allows."""


class QuizNotOpen(Conflict):
    """This quiz cannot be started now; see its `available_from` and `available_until`."""


class AttemptClosed(Conflict):
    """This attempt is closed, or its time or your access is over; answers saved in time count."""


async def _lock_enrollment(request: web.Request, db: Db, quiz_id: UUID) -> HeldEnrollment:
    """The caller's enrolment in the quiz's course. Raises Forbidden if there is none any more."""
    enrollment = await queries.lock_enrollment(db, quiz_id, require_user(request).id)
    if enrollment is None or enrollment.status == "dropped":
        raise Forbidden("Enrol in the course to take its quizzes.")
    return enrollment


async def _check_still_enrolled(request: web.Request, db: Db) -> None:
    await _lock_enrollment(request, db, path_id(request, "quiz_id"))


async def _check_still_shown(request: web.Request, db: Db) -> None:
    attempt = await queries.get_attempt(db, path_id(request, "attempt_id"))
    if not attempt.has_access:
        raise AttemptClosed


@routes.post(
    "/quizzes/{quiz_id}/attempts",
    check_replay=_check_still_enrolled,
    data=AttemptSchema,
    status=201,
    statuses=(200,),
    message="The attempt has begun.",
    errors=(AttemptsUsedUp, QuizNotOpen, Forbidden),
)
async def start_attempt(request: web.Request) -> Reply:
    """Start an attempt; while one is open, this returns it."""
    student = require_user(request)
    settings = request.app[SETTINGS]
    grace = settings.quiz_grace_seconds
    async with transaction(request) as db:
        access = await see_quiz(request, db, path_id(request, "quiz_id"))
        if access.status != "published":
            raise QuizNotOpen
        enrollment = await _lock_enrollment(request, db, access.id)
        ready = await queries.get_start(
            db,
            access.id,
            student.id,
            grace_seconds=grace,
            most_attempts=settings.attempts_max,
        )
        if ready.open_id is not None:
            if not ready.open_is_over:
                shown = await _show(request, db, await queries.get_attempt(db, ready.open_id))
                return replace(shown, status=200, message="You have this attempt open.")
            over = await queries.lock_attempt(db, ready.open_id, grace_seconds=grace)
            await lifecycle.close_if_over(db, over)
        if not ready.is_open:
            raise QuizNotOpen
        if ready.is_used_up:
            raise AttemptsUsedUp
        attempt_id = await lifecycle.start(db, ready, student.id, enrollment.id)
        shown = await _show(request, db, await queries.get_attempt(db, attempt_id))
    return replace(shown, headers={"Location": f"/api/v1/attempts/{attempt_id}"})


@routes.get("/attempts/{attempt_id}", data=AttemptSchema)
async def get_attempt(request: web.Request) -> Reply:
    """An attempt: while open, its questions and saved answers; then what `show_results` allows.

    While its student has no access to the course, `questions` and `answers` are left out.
    """
    db = pool(request)
    attempt = await queries.get_attempt(db, path_id(request, "attempt_id"))
    _check_sees(request, attempt)
    if is_over(request, attempt):
        # Nobody has to wait for the worker to see a result.
        async with transaction(request) as connection:
            await close_if_over(request, connection, attempt.id)
        attempt = await queries.get_attempt(db, attempt.id)
    return await _show(request, db, attempt)


@routes.patch(
    "/attempts/{attempt_id}/answers",
    body=AnswersToSave,
    data=SavedSchema,
    message="Saved.",
    errors=(AttemptClosed,),
)
async def save_answers(request: web.Request) -> dict[str, Any]:
    """Save answers; a saved answer is replaced only by one with a greater `seq`."""
    attempt_id = path_id(request, "attempt_id")
    if "If-Match" in request.headers:
        async with transaction(request) as db:
            answers = await _read_answers(request, db, attempt_id)
            # Locked: of two requests with the same tag, the later one finds the other's answers.
            grace = request.app[SETTINGS].quiz_grace_seconds
            await queries.lock_attempt(db, attempt_id, grace_seconds=grace)
            check_if_match(request, await queries.get_written_time(db, attempt_id))
            saved = await _save(request, db, attempt_id, answers)
    else:
        async with pool(request).acquire() as db:  # one statement decides by `seq`
            answers = await _read_answers(request, db, attempt_id)
            saved = await _save(request, db, attempt_id, answers)
    if not saved:
        raise AttemptClosed
    first = saved[0]
    return {
        "id": attempt_id,
        "answers": [
            {"question_id": one.question_id, "answer": one.answer, "seq": one.seq} for one in saved
        ],
        "expires_at": first.expires_at,
        "server_now": first.server_now,
        "seconds_left": seconds_left(first.expires_at, first.server_now),
    }


@routes.post(
    "/attempts/{attempt_id}/submit",
    check_replay=_check_still_shown,
    body=Submission,
    data=AttemptSchema,
    message="The attempt is closed.",
    errors=(AttemptClosed,),
)
async def submit_attempt(request: web.Request) -> Reply:
    """Close an attempt and mark it; after its time, only answers saved in time count.

    One that was open when access to the course ended is closed already.
    """
    student = require_user(request)
    async with transaction(request) as db:
        attempt = await queries.lock_attempt(
            db,
            path_id(request, "attempt_id"),
            grace_seconds=request.app[SETTINGS].quiz_grace_seconds,
        )
        if attempt.student_id != student.id:
            raise await _refusal(request, db, attempt.id)
        if await lifecycle.close_if_over(db, attempt):
            is_ended = attempt.over_by == "access_ended"
        elif attempt.status == "in_progress":
            is_ended = False
            closed_by = "student"
            if request[BODY]["answers"]:
                answers = await _read_answers(request, db, attempt.id)
                if not await _save(request, db, attempt.id, answers):
                    closed_by = "deadline"  # it passed after we looked at the clock
            await lifecycle.close(db, attempt, closed_by)
        else:
            is_ended = attempt.closed_by == "access_ended"
        shown = await _show(request, db, await queries.get_attempt(db, attempt.id))
    if is_ended:  # and stays closed: this is no reason to undo it
        raise AttemptClosed
    return shown


@routes.get("/quizzes/{quiz_id}/attempts", query=AttemptQuery, data=AttemptSummary, many=True)
async def list_attempts(request: web.Request) -> Page[dict[str, Any]]:
    """My attempts at a quiz, the latest first; its owner sees everyone's."""
    user, asked = require_user(request), request[QUERY]
    access = await see_quiz(request, pool(request), path_id(request, "quiz_id"))
    teaches = may_edit_course(user, access.instructor_id)
    filters = {
        "quiz_id": access.id,
        "student_id": asked.get("student_id") if teaches else user.id,
        "status": asked.get("status"),
        "updated_since": asked.get("updated_since"),
    }
    db = list_pool(request)
    rows = await queries.list_attempts(
        db, before=position(request, [LAST_TIME, GREATEST_ID]), limit=fetch_limit(request),
        **filters,
    )  # fmt: skip
    total = await queries.count_attempts(db, **filters) if asked["include_total"] else None
    found = page(request, rows, lambda row: [row.started_at, row.id], total=total)
    items = [show_summary(row, sight_of(row, teaches=teaches)) for row in found.items]
    return Page(items, found.limit, found.next_cursor, found.total)


def is_over(request: web.Request, attempt: Attempt) -> bool:
    """Whether an attempt is open past its time and the grace, or past the end of access."""
    if attempt.status != "in_progress":
        return False
    if attempt.access_ended_at is not None:
        return True
    if attempt.expires_at is None:
        return False
    late = (attempt.server_now - attempt.expires_at).total_seconds()
    return late >= request.app[SETTINGS].quiz_grace_seconds


async def _read_answers(request: web.Request, db: Db, attempt_id: UUID) -> Given:
    """The latest answer to each question in the body. Raises NotFound, Conflict or Invalid."""
    given: Given = request[BODY]["answers"]
    ids = list({one["question_id"] for one in given})
    shapes = await queries.list_shapes(db, attempt_id, require_user(request).id, ids)
    if not shapes:
        raise await _refusal(request, db, attempt_id)
    if shapes[0].status != "in_progress" or shapes[0].is_ended:
        raise AttemptClosed
    check_answers(given, shapes)
    latest: dict[UUID, dict[str, Any]] = {}
    for one in given:
        before = latest.get(one["question_id"])
        if before is None or one["seq"] > before["seq"]:
            latest[one["question_id"]] = one
    return list(latest.values())


async def _save(
    request: web.Request, db: Db, attempt_id: UUID, answers: Given
) -> list[queries.Saved]:
    return await queries.save_answers(
        db,
        attempt_id,
        require_user(request).id,
        answers,
        grace_seconds=request.app[SETTINGS].quiz_grace_seconds,
    )


def _check_sees(request: web.Request, attempt: Attempt) -> bool:
    """Whether the caller teaches the course; raises NotFound unless they do or took the attempt."""
    user = require_user(request)
    teaches = may_edit_course(user, attempt.instructor_id)
    if not teaches and user.id != attempt.student_id:
        raise NotFound
    return teaches


async def _refusal(request: web.Request, db: Db, attempt_id: UUID) -> LMSError:
    """The error for a caller who is not the attempt's student and tries to write it."""
    _check_sees(request, await queries.get_attempt(db, attempt_id))
    return Forbidden("Only the student answers an attempt.")


async def _show(request: web.Request, db: Db, attempt: Attempt) -> Reply:
    sight = sight_of(attempt, teaches=_check_sees(request, attempt))
    questions = await queries.list_asked_questions(db, attempt.id)
    return Reply(
        show_attempt(attempt, questions, sight),
        version=version_of(written_at(attempt, questions)),
        without=CLOCKS,
    )
