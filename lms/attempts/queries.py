"""Attempts, their questions, answers and marks, as rows."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from lms.attempts.freezing import FrozenQuestion
from lms.attempts.grading import Mark, Total
from lms.core.db.query import Db, Query
from lms.errors import NotFound


@dataclass(frozen=True, slots=True)
class Attempt:
    id: UUID
    quiz_id: UUID
    student_id: UUID
    number: int
    status: str
    started_at: datetime
    expires_at: datetime | None
    finished_at: datetime | None
    closed_by: str | None
    points: Decimal | None
    max_points: Decimal
    score_percent: Decimal | None
    passed: bool | None
    updated_at: datetime
    enrollment_id: UUID
    course_id: UUID
    instructor_id: UUID
    sight: str  # what its student may see while they have access; of `Sight`
    has_access: bool  # of its student to the course, now
    access_ended_at: datetime | None  # since it began, whether or not it came back
    server_now: datetime


@dataclass(frozen=True, slots=True)
class HeldEnrollment:
    """A student's enrolment in a quiz's course, locked."""

    id: UUID
    status: str


@dataclass(frozen=True, slots=True)
class Start:
    """The facts that decide whether a student may start an attempt."""

    quiz_id: UUID
    shuffle_questions: bool
    shuffle_options: bool
    is_open: bool
    is_used_up: bool
    open_id: UUID | None
    open_is_over: bool


@dataclass(frozen=True, slots=True)
class AttemptLock:
    """An attempt, locked while it is closed, marked or gets a new deadline."""

    id: UUID
    quiz_id: UUID
    student_id: UUID
    enrollment_id: UUID
    status: str
    closed_by: str | None
    passing_score: Decimal
    over_by: str | None  # what ended it, if it is over: "deadline" or "access_ended"


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of an attempt with its answer and mark; `seq` is null where none was saved."""

    attempt_id: UUID
    question_id: UUID
    type: str
    version: int
    text: str
    text_format: str
    points: Decimal
    explanation: str | None
    explanation_format: str
    options: Any
    key: Any
    points_awarded: Decimal | None
    gap_marks: Any
    marked_by: str | None
    feedback: str | None
    answer: Any
    seq: int | None
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shape:
    """What an answer to a question may look like; nulls if the attempt does not ask it."""

    status: str
    is_ended: bool  # by the end of access, whatever its status
    question_id: UUID | None
    type: str | None
    ids: Any  # as the options are: null, a list of ids, such lists by name, or the gaps themselves


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer as it is stored now."""

    question_id: UUID
    answer: Any
    seq: int
    expires_at: datetime | None
    server_now: datetime


_lock_enrollment = Query("attempts/lock_enrollment", HeldEnrollment)
_lock_enrollment_of_attempt = Query("attempts/lock_enrollment_of_attempt", HeldEnrollment)
_get_start = Query("attempts/get_start", Start)
_create_attempt = Query("attempts/create_attempt", UUID)
_create_attempt_questions: Query[None] = Query("attempts/create_attempt_questions")
_get_attempt = Query("attempts/get_attempt", Attempt)
_list_attempts_by_id = Query("attempts/list_attempts_by_id", Attempt)
_list_attempts = Query("attempts/list_attempts", Attempt)
_count_attempts = Query("attempts/count_attempts", int)
_lock_attempt = Query("attempts/lock_attempt", AttemptLock)
_list_asked_questions = Query("attempts/list_asked_questions", AskedQuestion)
_get_written_time = Query("attempts/get_written_time", datetime)
_list_shapes = Query("attempts/list_shapes", Shape)
_save_answers = Query("attempts/save_answers", Saved)
_update_marks: Query[None] = Query("attempts/update_marks")
_close_attempt = Query("attempts/close_attempt", UUID)
_update_result: Query[None] = Query("attempts/update_result")
_grade_questions: Query[None] = Query("attempts/grade_questions")
_list_open_attempts = Query("attempts/list_open_attempts", UUID)
_list_overdue_attempts = Query("attempts/list_overdue_attempts", UUID)


async def lock_enrollment(db: Db, quiz_id: UUID, student_id: UUID) -> HeldEnrollment | None:
    """Lock a student's enrolment in a quiz's course; None if they never enrolled."""
    return await _lock_enrollment.first(db, quiz_id=quiz_id, student_id=student_id)


async def lock_enrollment_of_attempt(db: Db, attempt_id: UUID) -> HeldEnrollment | None:
    return await _lock_enrollment_of_attempt.first(db, attempt_id=attempt_id)


async def get_start(
    db: Db, quiz_id: UUID, student_id: UUID, *, grace_seconds: int, most_attempts: int
) -> Start:
    """`most_attempts` bounds quizzes without a limit of their own."""
    return await _get_start.one(
        db,
        quiz_id=quiz_id,
        student_id=student_id,
        grace_seconds=float(grace_seconds),
        most_attempts=most_attempts,
    )


async def create_attempt(
    db: Db, quiz_id: UUID, student_id: UUID, enrollment_id: UUID, questions: list[FrozenQuestion]
) -> UUID:
    """A student's next attempt with its questions; two statements, however many questions."""
    attempt_id = await _create_attempt.one(
        db,
        quiz_id=quiz_id,
        student_id=student_id,
        enrollment_id=enrollment_id,
        max_points=sum((question.points for question in questions), Decimal(0)),
    )
    await create_attempt_questions(db, attempt_id, questions)
    return attempt_id


async def create_attempt_questions(
    db: Db, attempt_id: UUID, questions: Sequence[FrozenQuestion]
) -> None:
    await _create_attempt_questions.run(
        db,
        attempt_id=attempt_id,
        questions=[
            {"position": position, **asdict(question)}
            for position, question in enumerate(questions, 1)
        ],
    )


async def get_attempt(db: Db, attempt_id: UUID) -> Attempt:
    attempt = await _get_attempt.first(db, attempt_id=attempt_id)
    if attempt is None:
        raise NotFound
    return attempt


async def list_attempts_by_id(db: Db, attempt_ids: Sequence[UUID]) -> list[Attempt]:
    """The earliest first."""
    return await _list_attempts_by_id.all(db, ids=attempt_ids)


async def list_attempts(
    db: Db, *, before: Sequence[Any], limit: int, **filters: Any
) -> list[Attempt]:
    before_time, before_id = before
    return await _list_attempts.all(
        db, before_time=before_time, before_id=before_id, limit=limit, **filters
    )


async def count_attempts(db: Db, **filters: Any) -> int:
    return await _count_attempts.one(db, **filters)


async def lock_attempt(db: Db, attempt_id: UUID, *, grace_seconds: int) -> AttemptLock:
    """Lock an attempt's enrolment and then the attempt, the order in which all lock them."""
    await lock_enrollment_of_attempt(db, attempt_id)
    attempt = await _lock_attempt.first(
        db, attempt_id=attempt_id, grace_seconds=float(grace_seconds)
    )
    if attempt is None:
        raise NotFound
    return attempt


async def list_asked_questions(db: Db, *attempt_ids: UUID) -> list[AskedQuestion]:
    return await _list_asked_questions.all(db, attempt_ids=attempt_ids)


async def get_written_time(db: Db, attempt_id: UUID) -> datetime:
    """When the attempt or an answer in it was last written; exact only while it is locked.

    `written_at` says the same of rows that were read.
    """
    return await _get_written_time.one(db, attempt_id=attempt_id)


async def list_shapes(
    db: Db, attempt_id: UUID, student_id: UUID, question_ids: Sequence[UUID]
) -> list[Shape]:
    return await _list_shapes.all(
        db, attempt_id=attempt_id, student_id=student_id, question_ids=question_ids
    )


async def save_answers(
    db: Db, attempt_id: UUID, student_id: UUID, answers: Sequence[Any], *, grace_seconds: int
) -> list[Saved]:
    """The given answers as they are stored now; empty if the attempt no longer takes any."""
    return await _save_answers.all(
        db,
        attempt_id=attempt_id,
        student_id=student_id,
        answers=answers,
        grace_seconds=float(grace_seconds),
    )


async def update_marks(db: Db, attempt_id: UUID, marks: dict[UUID, Mark]) -> None:
    await _update_marks.run(
        db,
        attempt_id=attempt_id,
        marks=[{"question_id": id, **asdict(mark)} for id, mark in marks.items()],
    )


async def close_attempt(db: Db, attempt_id: UUID, closed_by: str, result: Total | None) -> bool:
    """Whether this call closed it; `result` is None if a person has to mark first."""
    closed = await _close_attempt.first(
        db,
        attempt_id=attempt_id,
        closed_by=closed_by,
        points=result.points if result else None,
        score_percent=result.score_percent if result else None,
        passed=result.passed if result else None,
    )
    return closed is not None


async def update_result(
    db: Db, attempt_id: UUID, result: Total | None, max_points: Decimal, passing_score: Decimal
) -> None:
    """Write the result of a closed attempt whose marks changed."""
    await _update_result.run(
        db,
        attempt_id=attempt_id,
        points=result.points if result else None,
        max_points=max_points,
        score_percent=result.score_percent if result else None,
        passed=result.passed if result else None,
        passing_score=passing_score,
    )


async def grade_questions(db: Db, attempt_id: UUID, grades: Sequence[dict[str, Any]]) -> int:
    """Write a person's marks; returns how many of them fit a question and its points."""
    return await _grade_questions.run(
        db,
        attempt_id=attempt_id,
        question_ids=[one["question_id"] for one in grades],
        points=[one["points"] for one in grades],
        feedback=[one.get("feedback") for one in grades],
    )


async def list_overdue_attempts(
    db: Db, *, grace_seconds: int, except_ids: Sequence[UUID], limit: int
) -> list[UUID]:
    return await _list_overdue_attempts.all(
        db, grace_seconds=float(grace_seconds), except_ids=except_ids, limit=limit
    )


async def list_open_attempts(db: Db, enrollment_id: UUID) -> list[UUID]:
    return await _list_open_attempts.all(db, enrollment_id=enrollment_id)
