"""An attempt's life, told once for handlers and tasks: it starts, it is closed, it is marked.

Whoever changes one holds the enrolment first and the attempt second. What else has to happen
when an attempt starts, is closed or has its mark belongs into these functions.
"""

from decimal import Decimal
from uuid import UUID

import asyncpg

from lms.attempts import queries
from lms.attempts.freezing import freeze
from lms.attempts.grading import Total, mark, total
from lms.attempts.queries import AttemptLock, Place, Start
from lms.enrollments.progress import pass_quiz
from lms.quizzes.queries import list_questions


async def start(db: asyncpg.Connection, ready: Start, student_id: UUID, place: Place) -> UUID:
    """A new attempt: questions, points and orders are frozen as they are now."""
    questions = freeze(
        await list_questions(db, ready.quiz_id),
        shuffle_questions=ready.shuffle_questions,
        shuffle_options=ready.shuffle_options,
    )
    return await queries.create_attempt(db, ready.quiz_id, student_id, place.id, questions)


async def close(db: asyncpg.Connection, attempt: AttemptLock, closed_by: str) -> None:
    """Close a held attempt that is open, and mark it from the answers that are saved."""
    questions = await queries.list_asked_questions(db, attempt.id)
    marks = {q.question_id: mark(q.type, q.options, q.key, q.answer, q.points) for q in questions}
    await queries.write_marks(db, attempt.id, marks)
    awarded = [one.points for one in marks.values()]
    result = result_of(awarded, [q.points for q in questions], attempt.passing_score)
    if await queries.close_attempt(db, attempt.id, closed_by, result):
        await _settle(db, attempt, result)


async def settle_marks(
    db: asyncpg.Connection, attempt: AttemptLock, passing_score: Decimal
) -> Total | None:
    """After marks of a held, closed attempt were changed: its result follows from them."""
    questions = await queries.list_asked_questions(db, attempt.id)
    result = result_of(
        [q.points_awarded for q in questions], [q.points for q in questions], passing_score
    )
    max_points = sum((q.points for q in questions), Decimal(0))
    await queries.set_result(db, attempt.id, result, max_points, passing_score)
    await _settle(db, attempt, result)
    return result


def result_of(
    awarded: list[Decimal | None], points: list[Decimal], passing_score: Decimal
) -> Total | None:
    """The result of an attempt; None while a question waits for a person."""
    known = [one for one in awarded if one is not None]
    return total(known, points, passing_score) if len(known) == len(awarded) else None


async def _settle(db: asyncpg.Connection, attempt: AttemptLock, result: Total | None) -> None:
    """What follows from a result, in the transaction of the mark."""
    if result is not None and result.passed:
        await pass_quiz(db, attempt.enrollment_id, attempt.quiz_id)
