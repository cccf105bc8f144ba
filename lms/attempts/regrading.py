"""Marking closed attempts again, by the questions and the passing score as they are now.

The dry run plans; the real run plans in the same way and then writes the plan. Every closed attempt
is marked anew, by the rules of marking as they are now. A person's marks stand, but never above
what the question now gives. Deleted questions stay as they were asked; new questions are not added
to old attempts.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from lms.attempts import lifecycle
from lms.attempts import regrading_queries as queries
from lms.attempts.freezing import freeze_key
from lms.attempts.grading import Total, mark
from lms.attempts.regrading_queries import ClosedAttempt, ClosedQuestion, NewMark, NewResult
from lms.core.db.query import Db
from lms.enrollments.progress import pass_quiz_together
from lms.quizzes.numbers import shown_points
from lms.quizzes.queries import Question, get_quiz, list_questions
from lms.quizzes.types import TYPES

_AT_ONCE = 500  # attempts: statements stay short, and other requests get their turn
_MARKED_AT_ONCE = 50  # attempts: other requests wait while they are marked


@dataclass(frozen=True, slots=True)
class Change:
    """What regrading does to one attempt."""

    attempt: ClosedAttempt
    result: Total | None  # None while a person has to mark
    max_points: Decimal
    marks: list[NewMark]

    @property
    def shown(self) -> dict[str, Any]:
        return {
            "attempt_id": self.attempt.id,
            "score_before": self.attempt.score_percent,
            "score_after": self.result.score_percent if self.result else None,
            "passed_before": self.attempt.passed,
            "passed_after": self.result.passed if self.result else None,
        }

    @property
    def lets_pass(self) -> bool:
        """Whether a student who had not passed passes now."""
        return bool(self.result and self.result.passed and not self.attempt.passed)

    @property
    def matters(self) -> bool:
        """Whether the result changes, as people see it."""
        before = (self.attempt.score_percent, self.attempt.passed, self.attempt.points)
        after = (
            (self.result.score_percent, self.result.passed, self.result.points)
            if self.result
            else (None, None, None)
        )
        return (
            before[:2] != after[:2]
            or shown_points(before[2]) != shown_points(after[2])
            or self.attempt.max_points != self.max_points
        )


async def plan(db: Db, quiz_id: UUID) -> list[Change]:
    """What regrading would change, the earliest attempt first."""
    return [change for change in await _plan(db, quiz_id) if change.matters]


async def regrade(db: asyncpg.Connection, quiz_id: UUID) -> list[Change]:
    """Regrade; returns the changes. Locks in the same order as closing and marking."""
    await queries.lock_enrollments_of_quiz(db, quiz_id)
    await queries.lock_closed_attempts(db, quiz_id)
    passing_score = (await get_quiz(db, quiz_id)).passing_score
    changes = [
        change
        for change in await _plan(db, quiz_id)
        if change.marks or change.matters or change.attempt.passing_score != passing_score
    ]
    await queries.correct_questions(db, [mark for change in changes for mark in change.marks])
    results = [NewResult(one.attempt.id, one.result, one.max_points) for one in changes]
    await queries.update_results(db, results, passing_score)
    passing = sorted({one.attempt.enrollment_id for one in changes if one.lets_pass})
    for begin in range(0, len(passing), _AT_ONCE):
        await pass_quiz_together(db, passing[begin : begin + _AT_ONCE], quiz_id)
    mattering = [change for change in changes if change.matters]
    for begin in range(0, len(mattering), _AT_ONCE):
        some = mattering[begin : begin + _AT_ONCE]
        await lifecycle.record_regrading(db, [change.attempt.id for change in some])
    return mattering


async def _plan(db: Db, quiz_id: UUID) -> list[Change]:
    quiz = await get_quiz(db, quiz_id)
    now = {question.id: question for question in await list_questions(db, quiz_id)}
    attempts = await queries.list_closed_attempts(db, quiz_id)
    changes = []
    for begin in range(0, len(attempts), _MARKED_AT_ONCE):
        some = attempts[begin : begin + _MARKED_AT_ONCE]
        asked = defaultdict(list)
        for question in await queries.list_closed_questions(db, [one.id for one in some]):
            asked[question.attempt_id].append(question)
        changes += [_change(one, asked[one.id], now, quiz.passing_score) for one in some]
    return changes


def _change(
    attempt: ClosedAttempt,
    asked: Sequence[ClosedQuestion],
    now: dict[UUID, Question],
    passing_score: Decimal,
) -> Change:
    marks = [_new_mark(question, now.get(question.question_id)) for question in asked]
    points = [one.points for one in marks]
    result = lifecycle.result_of([one.points_awarded for one in marks], points, passing_score)
    changed = [
        one
        for one, before in zip(marks, asked, strict=True)
        if (one.points_awarded, one.gap_marks, one.asked_at)
        != (before.points_awarded, before.gap_marks, before.asked_at)
    ]
    return Change(attempt, result, sum(points, Decimal(0)), changed)


def _new_mark(asked: ClosedQuestion, question: Question | None) -> NewMark:
    """The mark by the question as it is now; by the one that was asked if there is no other.

    With another type it is another question, for which the old answers mean nothing.
    """
    points, options, key, asked_at = asked.points, asked.options, asked.key, asked.asked_at
    explanation, explanation_format = asked.explanation, asked.explanation_format
    if asked.is_stale and question is not None and question.type == asked.type:
        points, asked_at = question.points, question.updated_at
        explanation, explanation_format = question.explanation, question.explanation_format
        options = TYPES[asked.type].correct_options(options, question.options)
        key = freeze_key(asked.type, options, question.answer)
    marked = mark(asked.type, options, key, asked.answer, points)
    awarded = marked.points
    if asked.marked_by == "person" and asked.points_awarded is not None:
        awarded = min(asked.points_awarded, points)
    return NewMark(
        attempt_id=asked.attempt_id,
        question_id=asked.question_id,
        points=points,
        explanation=explanation,
        explanation_format=explanation_format,
        options=options,
        key=key,
        points_awarded=awarded,
        gap_marks=marked.gap_marks,
        asked_at=asked_at,
    )
