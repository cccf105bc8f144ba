"""Who sees what of an attempt; `show_results` itself is evaluated in the view attempt_details.

While its student has no access to the course, an attempt shows no question and no answer to them,
whatever their sight. `Sight.OPEN`: what its student needs to take it. `CLOSED`: that it is
closed. `SCORE`: the result of the whole. `ANSWERS`: everything per question. `TEACHER`: the same,
at any time.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from lms.attempts.queries import AskedQuestion, Attempt
from lms.quizzes.numbers import shown_points
from lms.quizzes.types import TYPES

CLOCKS = ("server_now", "seconds_left")  # not part of what an ETag stands for


class Sight(Enum):
    OPEN = "open"
    CLOSED = "closed"
    SCORE = "score"
    ANSWERS = "answers"
    TEACHER = "teacher"


def sight_of(attempt: Attempt, *, teaches: bool) -> Sight:
    """Which parts of an attempt its reader may see."""
    return Sight.TEACHER if teaches else Sight(attempt.sight)


def show_summary(attempt: Attempt, sight: Sight) -> dict[str, Any]:
    """An attempt without its questions."""
    scored = sight not in (Sight.OPEN, Sight.CLOSED)
    return {
        "id": attempt.id,
        "quiz_id": attempt.quiz_id,
        "student_id": attempt.student_id,
        "number": attempt.number,
        "status": attempt.status,
        "started_at": attempt.started_at,
        "expires_at": attempt.expires_at,
        "finished_at": attempt.finished_at,
        "closed_by": attempt.closed_by,
        "points": shown_points(attempt.points) if scored else None,
        "max_points": attempt.max_points,
        "score_percent": attempt.score_percent if scored else None,
        "passed": attempt.passed if scored else None,
        "updated_at": attempt.updated_at,
    }


def show_attempt(
    attempt: Attempt, questions: Sequence[AskedQuestion], sight: Sight
) -> dict[str, Any]:
    """An attempt with as much of its questions and answers as may be seen."""
    return {
        **show_summary(attempt, sight),
        **_show_content(attempt, questions, sight),
        "server_now": attempt.server_now,
        "seconds_left": seconds_left(
            attempt.expires_at if attempt.status == "in_progress" else attempt.finished_at,
            attempt.server_now,
        ),
    }


def _show_content(
    attempt: Attempt, questions: Sequence[AskedQuestion], sight: Sight
) -> dict[str, Any]:
    """Questions and answers; without access to the course not even the fields."""
    if sight is not Sight.TEACHER and not attempt.has_access:
        return {}
    asked = () if sight in (Sight.CLOSED, Sight.SCORE) else questions
    return {
        "questions": [_show_question(question, sight) for question in asked],
        "answers": [
            {"question_id": q.question_id, "answer": q.answer, "seq": q.seq}
            for q in asked
            if q.seq is not None
        ],
    }


def written_at(attempt: Attempt, questions: Sequence[AskedQuestion]) -> datetime:
    """When the attempt or an answer in it was last written: the version in its ETag."""
    return max([attempt.updated_at, *(q.saved_at for q in questions if q.saved_at)])


def seconds_left(expires_at: datetime | None, now: datetime) -> float | None:
    """Seconds until the deadline, not below 0; None if there is none."""
    if expires_at is None:
        return None
    return max(0.0, round((expires_at - now).total_seconds(), 3))


def _show_question(question: AskedQuestion, sight: Sight) -> dict[str, Any]:
    told = sight in (Sight.ANSWERS, Sight.TEACHER)
    type = TYPES[question.type]
    shown = {
        "id": question.question_id,
        "type": question.type,
        "version": question.version,
        "text": question.text,
        "text_format": question.text_format,
        "points": question.points,
        "options": None
        if question.options is None
        else type.show_options(question.options, explained=told),
    }
    if told:
        awarded = question.points_awarded if type.is_asked else None
        shown |= {
            "points_awarded": shown_points(awarded),
            "feedback": question.feedback,
            # Unknown while a person has to mark it, and if the question gives no points.
            "correct": awarded == question.points
            if awarded is not None and question.points
            else None,
            "answer": question.key,
            "explanation": question.explanation,
            "explanation_format": question.explanation_format,
        }
        if question.gap_marks is not None:
            shown["gaps"] = {id: _show_gap(mark) for id, mark in question.gap_marks.items()}
    return shown


def _show_gap(mark: dict[str, Any]) -> dict[str, Any]:
    return {**mark, "points_awarded": shown_points(Decimal(mark["points_awarded"]))}
