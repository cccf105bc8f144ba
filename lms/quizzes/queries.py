"""Quizzes and questions, as rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from lms.core.db.query import Db, Query, on_constraint
from lms.errors import Conflict, FieldError, Invalid, NotFound


class QuizHasAttempts(Conflict):
    """Students have attempted this quiz; what they did is kept, and the quiz with it."""


class QuizInUse(Conflict):
    """A lesson shows this quiz; change or remove the lesson first."""


class WindowInvalid(Invalid):
    """The quiz must end after it begins."""

    code = Invalid.code
    title = Invalid.title

    def __init__(self) -> None:
        detail = "Must be after available_from."
        super().__init__(errors=[FieldError("/available_until", "invalid", detail)])


@dataclass(frozen=True, slots=True)
class Quiz:
    id: UUID
    course_id: UUID
    title: str
    description: str
    time_limit_minutes: int | None
    passing_score: Decimal
    max_attempts: int | None
    shuffle_questions: bool
    shuffle_options: bool
    is_required: bool
    status: str
    show_results: str
    available_from: datetime | None
    available_until: datetime | None
    question_count: int
    total_points: Decimal
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class QuizAccess:
    """The facts that decide who sees a quiz."""

    id: UUID
    course_id: UUID
    status: str
    instructor_id: UUID
    course_status: str
    is_enrolled: bool  # `active` or `completed`


@dataclass(frozen=True, slots=True)
class Question:
    id: UUID
    quiz_id: UUID
    type: str
    version: int
    name: str | None
    text: str
    text_format: str
    points: Decimal
    position: int
    explanation: str | None
    explanation_format: str
    options: Any
    answer: Any
    tags: list[str]
    external_id: str | None
    source: Any  # what an import knew beside: {category}
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Copy:
    """A quiz or question of a course, and what it became in the copy."""

    old_id: UUID
    new_id: UUID


_list_quizzes = Query("quizzes/list_quizzes", Quiz)
_count_quizzes = Query("quizzes/count_quizzes", int)
_get_quiz = Query("quizzes/get_quiz", Quiz)
_get_quiz_access = Query("quizzes/get_quiz_access", QuizAccess)
_create_quiz = Query("quizzes/create_quiz", UUID)
_update_quiz: Query[None] = Query("quizzes/update_quiz")
_publish_quiz: Query[None] = Query("quizzes/publish_quiz")
_delete_quiz: Query[None] = Query("quizzes/delete_quiz")
_copy_quizzes = Query("quizzes/copy_quizzes", Copy)
_count_questions = Query("quizzes/count_questions", int)
_list_questions = Query("quizzes/list_questions", Question)
_list_questions_page = Query("quizzes/list_questions_page", Question)
_get_question = Query("quizzes/get_question", Question)
_create_question = Query("quizzes/create_question", UUID)
_create_questions = Query("quizzes/create_questions", UUID)
_update_question: Query[None] = Query("quizzes/update_question")
_delete_question: Query[None] = Query("quizzes/delete_question")
_reorder_questions: Query[None] = Query("quizzes/reorder_questions")
_attach_files: Query[None] = Query("quizzes/attach_files")
_list_attached_files = Query("quizzes/list_attached_files", UUID)
_release_files: Query[None] = Query("quizzes/release_files")
_lock_quiz = Query("quizzes/lock_quiz", UUID)

_EDITABLE = (
    "title", "description", "time_limit_minutes", "passing_score", "max_attempts",
    "shuffle_questions", "shuffle_options", "is_required", "show_results", "available_from",
    "available_until",
)  # fmt: skip
_DEFAULTS: dict[str, Any] = {
    "description": "", "time_limit_minutes": None, "passing_score": Decimal(70),
    "max_attempts": None, "shuffle_questions": False, "shuffle_options": False,
    "is_required": False, "show_results": "score", "available_from": None,
    "available_until": None,
}  # fmt: skip


QUESTION_DEFAULTS: dict[str, Any] = {
    "name": None, "text_format": "markdown", "points": Decimal(1), "explanation": None,
    "explanation_format": "markdown", "options": None, "answer": None, "tags": [],
    "external_id": None, "source": None,
}  # fmt: skip


async def list_quizzes(
    db: Db, *, after: Sequence[object], limit: int, **filters: object
) -> list[Quiz]:
    after_time, after_id = after
    return await _list_quizzes.all(
        db, after_time=after_time, after_id=after_id, limit=limit, **filters
    )


async def count_quizzes(db: Db, **filters: object) -> int:
    return await _count_quizzes.one(db, **filters)


async def get_quiz(db: Db, quiz_id: UUID, student_id: UUID | None = None) -> Quiz:
    """A quiz; with the limit and the end that a student has, if one is named. Raises NotFound."""
    quiz = await _get_quiz.first(db, quiz_id=quiz_id, student_id=student_id)
    if quiz is None:
        raise NotFound
    return quiz


async def get_quiz_access(db: Db, quiz_id: UUID, user_id: UUID | None) -> QuizAccess:
    access = await _get_quiz_access.first(db, quiz_id=quiz_id, user_id=user_id)
    if access is None:
        raise NotFound
    return access


async def create_quiz(db: Db, new: dict[str, Any]) -> Quiz:
    quiz_id = await _create_quiz.one(db, **{**_DEFAULTS, **new})
    return await get_quiz(db, quiz_id)


async def update_quiz(db: Db, quiz: Quiz, changes: dict[str, Any]) -> Quiz:
    values = {name: changes.get(name, getattr(quiz, name)) for name in _EDITABLE}
    with on_constraint(quizzes_window=WindowInvalid):
        await _update_quiz.run(db, quiz_id=quiz.id, **values)
    return await get_quiz(db, quiz.id)


async def publish_quiz(db: Db, quiz_id: UUID) -> Quiz:
    await _publish_quiz.run(db, quiz_id=quiz_id)
    return await get_quiz(db, quiz_id)


async def delete_quiz(db: Db, quiz_id: UUID) -> None:
    with on_constraint(attempts_quiz=QuizHasAttempts, lessons_quiz_of_course=QuizInUse):
        await _delete_quiz.run(db, quiz_id=quiz_id)


async def copy_quizzes(db: Db, course_id: UUID, copy_id: UUID) -> dict[UUID, UUID]:
    """Copy a course's quizzes and questions to its copy; returns old ids and new ones."""
    copies = await _copy_quizzes.all(db, course_id=course_id, copy_id=copy_id)
    return {copy.old_id: copy.new_id for copy in copies}


async def list_questions(db: Db, quiz_id: UUID) -> list[Question]:
    """All questions of a quiz, in their order."""
    return await _list_questions.all(db, quiz_id=quiz_id)


async def list_questions_page(
    db: Db, quiz_id: UUID, *, after_position: int, limit: int
) -> list[Question]:
    return await _list_questions_page.all(
        db, quiz_id=quiz_id, after_position=after_position, limit=limit
    )


async def count_questions(db: Db, quiz_id: UUID) -> int:
    """How many rows the list has; descriptions too, which are no questions of the quiz."""
    return await _count_questions.one(db, quiz_id=quiz_id)


async def get_question(db: Db, question_id: UUID) -> Question:
    question = await _get_question.first(db, question_id=question_id)
    if question is None:
        raise NotFound
    return question


async def create_question(db: Db, quiz_id: UUID, new: dict[str, Any]) -> Question:
    """A new last question. The caller has locked the course, so that positions stay dense."""
    values = {**QUESTION_DEFAULTS, **new}
    return await get_question(db, await _create_question.one(db, quiz_id=quiz_id, **values))


async def create_questions(db: Db, quiz_id: UUID, new: Sequence[dict[str, Any]]) -> list[UUID]:
    """Many new last questions in one statement; their ids in the same order."""
    questions = [{"place": n, **QUESTION_DEFAULTS, **one} for n, one in enumerate(new, 1)]
    return await _create_questions.all(db, quiz_id=quiz_id, questions=questions)


async def update_question(db: Db, question_id: UUID, values: dict[str, Any]) -> Question:
    await _update_question.run(db, question_id=question_id, **values)
    return await get_question(db, question_id)


async def delete_question(db: Db, question: Question) -> None:
    """Take a question out and close the gap. The caller has locked the course."""
    await _delete_question.run(db, question_id=question.id, quiz_id=question.quiz_id)


async def reorder_questions(db: Db, quiz_id: UUID, question_ids: Sequence[UUID]) -> None:
    """Give every question its position in the list. The caller has locked the course."""
    await _reorder_questions.run(db, quiz_id=quiz_id, question_ids=question_ids)


async def attach_files(
    db: Db, quiz_id: UUID, shown: Sequence[tuple[UUID, UUID]], user_id: UUID, *, is_admin: bool
) -> None:
    """Attach a file to each question; files that this person may not attach are left out."""
    await _attach_files.run(
        db,
        quiz_id=quiz_id,
        question_ids=[question_id for question_id, _ in shown],
        file_ids=[file_id for _, file_id in shown],
        user_id=user_id,
        is_admin=is_admin,
    )


async def list_attached_files(db: Db, question_id: UUID) -> list[UUID]:
    return await _list_attached_files.all(db, question_id=question_id)


async def release_files(db: Db, question_id: UUID, *, kept: Iterable[UUID]) -> None:
    await _release_files.run(db, question_id=question_id, kept_ids=list(kept))


async def lock_quiz(db: Db, quiz_id: UUID) -> None:
    """Lock a quiz so that no attempt of it starts meanwhile."""
    await _lock_quiz.first(db, quiz_id=quiz_id)
