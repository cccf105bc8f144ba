"""The learner's page, as rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.db.query import Db, Query


@dataclass(frozen=True, slots=True)
class LearnerCourse:
    """The head of the page, and its reader."""

    id: UUID
    title: str
    slug: str
    description: str
    thumbnail_url: str | None
    status: str
    instructor: dict[str, Any]
    language: str
    estimated_duration_minutes: int | None
    learning_objectives: list[str]
    lesson_count: int
    instructor_id: UUID
    enrollment_id: UUID | None


@dataclass(frozen=True, slots=True)
class OutlineLesson:
    id: UUID
    title: str
    content_type: str
    position: int
    duration_minutes: int | None
    is_preview: bool
    quiz_id: UUID | None
    status: str
    completed_at: datetime | None
    time_spent_seconds: int
    last_position_seconds: int | None
    watched: list[list[int]]


@dataclass(frozen=True, slots=True)
class LearnerQuiz:
    id: UUID
    title: str
    is_required: bool
    passing_score: float
    time_limit_minutes: int | None
    available_from: datetime | None
    available_until: datetime | None
    max_attempts: int | None
    attempts_used: int
    attempts_left: int | None
    open_attempt_id: UUID | None
    best_score_percent: float | None
    passed: bool | None
    lesson_ids: list[UUID]


_get_learner_course = Query("enrollments/get_learner_course", LearnerCourse)
_list_outline = Query("enrollments/list_outline", OutlineLesson)
_list_learner_quizzes = Query("enrollments/list_learner_quizzes", LearnerQuiz)


async def get_learner_course(db: Db, course_id: UUID, student_id: UUID) -> LearnerCourse | None:
    return await _get_learner_course.first(db, course_id=course_id, student_id=student_id)


async def list_outline(db: Db, course_id: UUID, enrollment_id: UUID | None) -> list[OutlineLesson]:
    """Every lesson of a course in its order, with the progress in an enrolment."""
    return await _list_outline.all(db, course_id=course_id, enrollment_id=enrollment_id)


async def list_learner_quizzes(db: Db, course_id: UUID, student_id: UUID) -> list[LearnerQuiz]:
    """The published quizzes of a course, and a student's results in them."""
    return await _list_learner_quizzes.all(db, course_id=course_id, student_id=student_id)
