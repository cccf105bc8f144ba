"""Closed attempts of a quiz, as regrading reads and writes them: many at once."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from lms.attempts.grading import Total
from lms.core.db.query import Db, Query


@dataclass(frozen=True, slots=True)
class ClosedAttempt:
    """An attempt that regrading looks at, with the result that it has."""

    id: UUID
    enrollment_id: UUID
    score_percent: Decimal | None
    passed: bool | None
    points: Decimal | None
    max_points: Decimal
    passing_score: Decimal


@dataclass(frozen=True, slots=True)
class ClosedQuestion:
    """A question of a closed attempt, with its answer and mark."""

    attempt_id: UUID
    question_id: UUID
    type: str
    points: Decimal
    explanation: str | None
    explanation_format: str
    options: Any
    key: Any
    points_awarded: Decimal | None
    gap_marks: Any
    marked_by: str | None
    answer: Any
    asked_at: datetime
    is_stale: bool  # whether the quiz's own question was changed since


@dataclass(frozen=True, slots=True)
class NewMark:
    """What a question of an attempt becomes."""

    attempt_id: UUID
    question_id: UUID
    points: Decimal
    explanation: str | None
    explanation_format: str
    options: Any
    key: Any
    points_awarded: Decimal | None
    gap_marks: Any
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class NewResult:
    """What an attempt's result becomes; `result` None while a person has to mark."""

    attempt_id: UUID
    result: Total | None
    max_points: Decimal


_list_closed_attempts = Query("attempts/list_closed_attempts", ClosedAttempt)
_list_closed_questions = Query("attempts/list_closed_questions", ClosedQuestion)
_lock_enrollments_of_quiz = Query("attempts/lock_enrollments_of_quiz", UUID)
_lock_closed_attempts = Query("attempts/lock_closed_attempts", UUID)
_correct_questions: Query[None] = Query("attempts/correct_questions")
_update_results: Query[None] = Query("attempts/update_results")


async def list_closed_attempts(db: Db, quiz_id: UUID) -> list[ClosedAttempt]:
    """The earliest first."""
    return await _list_closed_attempts.all(db, quiz_id=quiz_id)


async def list_closed_questions(db: Db, attempt_ids: Sequence[UUID]) -> list[ClosedQuestion]:
    return await _list_closed_questions.all(db, ids=attempt_ids)


async def lock_enrollments_of_quiz(db: Db, quiz_id: UUID) -> None:
    """Lock the enrolments of a quiz's closed attempts; always before the attempts themselves."""
    await _lock_enrollments_of_quiz.all(db, quiz_id=quiz_id)


async def lock_closed_attempts(db: Db, quiz_id: UUID) -> None:
    await _lock_closed_attempts.all(db, quiz_id=quiz_id)


async def correct_questions(db: Db, marks: Sequence[NewMark]) -> None:
    """Update the questions of attempts to those of now, with new marks; one statement."""
    await _correct_questions.run(db, corrections=[asdict(mark) for mark in marks])


async def update_results(db: Db, results: Sequence[NewResult], passing_score: Decimal) -> None:
    """The results of many attempts; one statement."""
    totals = [one.result for one in results]
    await _update_results.run(
        db,
        ids=[one.attempt_id for one in results],
        points_list=[total.points if total else None for total in totals],
        max_points_list=[one.max_points for one in results],
        score_list=[total.score_percent if total else None for total in totals],
        passed_list=[total.passed if total else None for total in totals],
        passing_score=passing_score,
    )
