"""An attempt's life, in one place for handlers and tasks: start, closing, marking.

Every change locks the enrolment first and the attempt second. Anything else that must happen when
an attempt is started, closed or marked belongs in these functions.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from lms.attempts import queries
from lms.attempts.freezing import freeze
from lms.attempts.grading import Total, mark, total
from lms.attempts.queries import Attempt, AttemptLock, Start
from lms.enrollments.progress import pass_quiz
from lms.events.log import record_event, record_events
from lms.quizzes.queries import list_questions


async def start(
    db: asyncpg.Connection, ready: Start, student_id: UUID, enrollment_id: UUID
) -> UUID:
    """A new attempt: questions, points and orders are frozen as they are now."""
    questions = freeze(
        await list_questions(db, ready.quiz_id),
        shuffle_questions=ready.shuffle_questions,
        shuffle_options=ready.shuffle_options,
    )
    attempt_id = await queries.create_attempt(
        db, ready.quiz_id, student_id, enrollment_id, questions
    )
    await _record(db, attempt_id, "quiz.started")
    return attempt_id


async def close(db: asyncpg.Connection, attempt: AttemptLock, closed_by: str) -> None:
    """Close a locked, open attempt, and mark it by the answers that are saved."""
    questions = await queries.list_asked_questions(db, attempt.id)
    marks = {q.question_id: mark(q.type, q.options, q.key, q.answer, q.points) for q in questions}
    await queries.update_marks(db, attempt.id, marks)
    awarded = [one.points for one in marks.values()]
    result = result_of(awarded, [q.points for q in questions], attempt.passing_score)
    if await queries.close_attempt(db, attempt.id, closed_by, result):
        await _settle(db, attempt, result, "quiz.submitted")


async def close_if_over(db: asyncpg.Connection, attempt: AttemptLock) -> bool:
    """Close a held attempt if its time is over or access to its course ended; whether it was."""
    if attempt.status != "in_progress" or attempt.over_by is None:
        return False
    await close(db, attempt, attempt.over_by)
    return True


async def settle_marks(
    db: asyncpg.Connection, attempt: AttemptLock, passing_score: Decimal
) -> Total | None:
    """Compute the result of a locked, closed attempt after its marks were changed."""
    questions = await queries.list_asked_questions(db, attempt.id)
    result = result_of(
        [q.points_awarded for q in questions], [q.points for q in questions], passing_score
    )
    max_points = sum((q.points for q in questions), Decimal(0))
    await queries.update_result(db, attempt.id, result, max_points, passing_score)
    await _settle(db, attempt, result)
    return result


def result_of(
    awarded: list[Decimal | None], points: list[Decimal], passing_score: Decimal
) -> Total | None:
    """The result of an attempt; None while a question waits for a person."""
    known = [one for one in awarded if one is not None]
    return total(known, points, passing_score) if len(known) == len(awarded) else None


async def _settle(
    db: asyncpg.Connection, attempt: AttemptLock, result: Total | None, *events: str
) -> None:
    """The consequences of a result, in the transaction of the marking."""
    graded = () if result is None else ("quiz.graded",)
    await _record(db, attempt.id, *events, *graded)
    if result is not None and result.passed:
        await pass_quiz(db, attempt.enrollment_id, attempt.quiz_id)


async def record_regrading(db: asyncpg.Connection, attempt_ids: Sequence[UUID]) -> None:
    """Record new results of attempts at one quiz, with the same events as a first result."""
    graded = [
        one for one in await queries.list_attempts_by_id(db, attempt_ids) if one.status == "graded"
    ]
    if graded:
        data = [_payload(one) for one in graded]
        await record_events(db, "quiz.graded", data, course_id=graded[0].course_id)


async def _record(db: asyncpg.Connection, attempt_id: UUID, *types: str) -> None:
    attempt = await queries.get_attempt(db, attempt_id)
    for type in types:  # two at most
        await record_event(db, type, _payload(attempt), course_id=attempt.course_id)


def _payload(attempt: Attempt) -> dict[str, Any]:
    score = attempt.score_percent
    return {
        "attempt_id": attempt.id,
        "quiz_id": attempt.quiz_id,
        "course_id": attempt.course_id,
        "student_id": attempt.student_id,
        "number": attempt.number,
        "status": attempt.status,
        "started_at": attempt.started_at,
        "finished_at": attempt.finished_at,
        "score_percent": None if score is None else float(score),
        "passed": attempt.passed,
    }
