"""Enrolments and progress, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.db import Db, Query
from lms.errors import NotFound


@dataclass(frozen=True, slots=True)
class Enrollment:
    id: UUID
    course: dict[str, Any]
    student_id: UUID
    status: str
    progress_percent: int
    completed_lessons: int
    total_lessons: int
    time_spent_seconds: int
    resume_lesson_id: UUID | None
    enrolled_at: datetime
    completed_at: datetime | None
    last_accessed_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Whether a student may take a place in a course, as the held course says."""

    course_id: UUID
    status: str
    is_free: bool
    is_full: bool
    enrollment_id: UUID | None
    enrollment_status: str | None


@dataclass(frozen=True, slots=True)
class EnrollmentLock:
    """An enrolment held while it changes."""

    id: UUID
    course_id: UUID
    student_id: UUID
    status: str
    instructor_id: UUID
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class LessonProgress:
    lesson_id: UUID
    status: str
    completed_at: datetime | None
    time_spent_seconds: int
    last_position_seconds: int | None


@dataclass(frozen=True, slots=True)
class CompletedLesson:
    """A lesson that is done, and whether it became so just now."""

    lesson_id: UUID
    status: str
    completed_at: datetime
    time_spent_seconds: int
    last_position_seconds: int | None
    course_id: UUID
    student_id: UUID
    is_first: bool


_lock_places = Query("enrollments/lock_places", UUID)
_get_place = Query("enrollments/get_place", Place)
_enroll = Query("enrollments/enroll", UUID)
_return_to_course = Query("enrollments/return_to_course", UUID)
_drop_enrollment = Query("enrollments/drop_enrollment", UUID)
_get_enrollment = Query("enrollments/get_enrollment", Enrollment)
_get_enrollment_for_update = Query("enrollments/get_enrollment_for_update", EnrollmentLock)
_get_enrollment_people = Query("enrollments/get_enrollment_people", EnrollmentLock)
_list_my_enrollments = Query("enrollments/list_my_enrollments", Enrollment)
_count_my_enrollments = Query("enrollments/count_my_enrollments", int)
_list_lesson_progress = Query("enrollments/list_lesson_progress", LessonProgress)
_complete_lesson = Query("enrollments/complete_lesson", CompletedLesson)
_complete_enrollment = Query("enrollments/complete_enrollment", UUID)


async def lock_places(db: Db, course_id: UUID) -> None:
    """Whoever gives or frees a place of a course takes turns. Raises NotFound."""
    if await _lock_places.first(db, course_id=course_id) is None:
        raise NotFound


async def get_place(db: Db, course_id: UUID, student_id: UUID) -> Place:
    return await _get_place.one(db, course_id=course_id, student_id=student_id)


async def enroll(db: Db, course_id: UUID, student_id: UUID) -> UUID:
    """A new enrolment with a progress row for every lesson; takes a place."""
    return await _enroll.one(db, course_id=course_id, student_id=student_id)


async def return_to_course(db: Db, enrollment_id: UUID) -> None:
    """A dropped enrolment goes on with its progress; takes a place."""
    await _return_to_course.one(db, enrollment_id=enrollment_id)


async def drop_enrollment(db: Db, enrollment_id: UUID) -> None:
    """Frees the place."""
    await _drop_enrollment.one(db, enrollment_id=enrollment_id)


async def get_enrollment(db: Db, enrollment_id: UUID) -> Enrollment:
    enrollment = await _get_enrollment.first(db, enrollment_id=enrollment_id)
    if enrollment is None:
        raise NotFound
    return enrollment


async def lock_enrollment(db: Db, enrollment_id: UUID) -> EnrollmentLock:
    enrollment = await _get_enrollment_for_update.first(db, enrollment_id=enrollment_id)
    if enrollment is None:
        raise NotFound
    return enrollment


async def get_enrollment_people(db: Db, enrollment_id: UUID) -> EnrollmentLock:
    """Whose enrolment it is and who teaches the course, without holding it."""
    enrollment = await _get_enrollment_people.first(db, enrollment_id=enrollment_id)
    if enrollment is None:
        raise NotFound
    return enrollment


async def list_my_enrollments(
    db: Db, student_id: UUID, *, before: Sequence[Any], limit: int, **filters: Any
) -> list[Enrollment]:
    before_time, before_id = before
    return await _list_my_enrollments.all(
        db,
        student_id=student_id,
        before_time=before_time,
        before_id=before_id,
        limit=limit,
        **filters,
    )


async def count_my_enrollments(db: Db, student_id: UUID, **filters: Any) -> int:
    return await _count_my_enrollments.one(db, student_id=student_id, **filters)


async def list_lesson_progress(db: Db, enrollment_id: UUID) -> list[LessonProgress]:
    """Of every lesson that the course has now, in their order."""
    return await _list_lesson_progress.all(db, enrollment_id=enrollment_id)


async def complete_lesson(db: Db, enrollment_id: UUID, lesson_id: UUID) -> CompletedLesson:
    """The lesson is done, since the first time. Raises NotFound for another course's lesson."""
    progress = await _complete_lesson.first(db, enrollment_id=enrollment_id, lesson_id=lesson_id)
    if progress is None:
        raise NotFound
    return progress


async def complete_enrollment(db: Db, enrollment_id: UUID) -> bool:
    """Whether the enrolment became completed by this, as it does once."""
    return await _complete_enrollment.first(db, enrollment_id=enrollment_id) is not None
