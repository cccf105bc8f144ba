"""Lessons, as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.db.query import Db, Query, on_constraint
from lms.errors import FieldError, Invalid, NotFound


class QuizUnknown(Invalid):
    """A lesson shows a quiz of its own course."""

    code = Invalid.code
    title = Invalid.title

    def __init__(self) -> None:
        detail = "There is no such quiz in this course."
        super().__init__(errors=[FieldError("/quiz_id", "not_found", detail)])


@dataclass(frozen=True, slots=True)
class Lesson:
    id: UUID
    course_id: UUID
    title: str
    content_type: str
    content: str | None
    video_url: str | None
    file_id: UUID | None
    file_url: str | None
    quiz_id: UUID | None
    duration_minutes: int | None
    is_preview: bool
    position: int
    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ReadableLesson(Lesson):
    """A lesson with the facts that decide who may read it."""

    instructor_id: UUID
    course_status: str
    is_enrolled: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A lesson and its copy."""

    lesson_id: UUID
    copy_id: UUID


_list_lessons = Query("lessons/list_lessons", Lesson)
_list_lessons_page = Query("lessons/list_lessons_page", Lesson)
_count_lessons = Query("lessons/count_lessons", int)
_get_lesson = Query("lessons/get_lesson", Lesson)
_get_readable_lesson = Query("lessons/get_readable_lesson", ReadableLesson)
_copy_lessons = Query("lessons/copy_lessons", Pair)
_create_lesson = Query("lessons/create_lesson", UUID)
_update_lesson: Query[None] = Query("lessons/update_lesson")
_remove_lesson: Query[None] = Query("lessons/remove_lesson")
_reorder_lessons: Query[None] = Query("lessons/reorder_lessons")

_EDITABLE = (
    "title", "content_type", "content", "video_url", "file_id", "quiz_id",
    "duration_minutes", "is_preview", "metadata",
)  # fmt: skip
_DEFAULTS: dict[str, Any] = {
    "content": None, "video_url": None, "file_id": None, "quiz_id": None,
    "duration_minutes": None,
    "is_preview": False, "metadata": {},
}  # fmt: skip


async def list_lessons(db: Db, course_id: UUID) -> list[Lesson]:
    """All lessons of a course, in their order."""
    return await _list_lessons.all(db, course_id=course_id)


async def list_lessons_page(
    db: Db, course_id: UUID, *, after_position: int, limit: int
) -> list[Lesson]:
    return await _list_lessons_page.all(
        db, course_id=course_id, after_position=after_position, limit=limit
    )


async def count_lessons(db: Db, course_id: UUID) -> int:
    return await _count_lessons.one(db, course_id=course_id)


async def get_lesson(db: Db, lesson_id: UUID) -> Lesson:
    lesson = await _get_lesson.first(db, lesson_id=lesson_id)
    if lesson is None:
        raise NotFound
    return lesson


async def get_readable_lesson(db: Db, lesson_id: UUID, user_id: UUID | None) -> ReadableLesson:
    """A lesson, and which parts of it this user may read."""
    lesson = await _get_readable_lesson.first(db, lesson_id=lesson_id, user_id=user_id)
    if lesson is None:
        raise NotFound
    return lesson


async def copy_lessons(
    db: Db, course_id: UUID, copy_id: UUID, quiz_ids: Mapping[UUID, UUID]
) -> dict[UUID, UUID]:
    """Copy a course's lessons to its copy, with the copied quizzes; returns old and new ids."""
    pairs = await _copy_lessons.all(
        db,
        course_id=course_id,
        copy_id=copy_id,
        quiz_ids={str(old): str(new) for old, new in quiz_ids.items()},
    )
    return {pair.lesson_id: pair.copy_id for pair in pairs}


async def create_lesson(db: Db, course_id: UUID, new: dict[str, Any]) -> Lesson:
    """A new last lesson. The caller has locked the course, so that positions stay dense."""
    with on_constraint(lessons_quiz_of_course=QuizUnknown):
        lesson_id = await _create_lesson.one(db, course_id=course_id, **{**_DEFAULTS, **new})
    return await get_lesson(db, lesson_id)


async def update_lesson(db: Db, lesson: Lesson, changes: dict[str, Any]) -> Lesson:
    values = {name: changes.get(name, getattr(lesson, name)) for name in _EDITABLE}
    with on_constraint(lessons_quiz_of_course=QuizUnknown):
        await _update_lesson.run(db, lesson_id=lesson.id, **values)
    return await get_lesson(db, lesson.id)


async def remove_lesson(db: Db, lesson: Lesson) -> None:
    """Take a lesson out and close the gap. The caller has locked the course."""
    await _remove_lesson.run(db, lesson_id=lesson.id, course_id=lesson.course_id)


async def reorder_lessons(db: Db, course_id: UUID, lesson_ids: Sequence[UUID]) -> None:
    """Give every lesson its position in the list. The caller has locked the course."""
    await _reorder_lessons.run(db, course_id=course_id, lesson_ids=lesson_ids)
