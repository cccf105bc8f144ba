"""Enrolments and progress, as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.db.query import Db, Query
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
class Admission:
    """The facts that decide whether a student may enrol in a course, while its seats are locked."""

    course_id: UUID
    status: str
    is_free: bool  # of charge: the course has no price, or this student paid it
    is_full: bool  # every seat is taken, held for somebody else, or waited for
    enrollment_id: UUID | None
    enrollment_status: str | None
    is_removed: bool  # by staff, and neither paid nor given a place since then


@dataclass(frozen=True, slots=True)
class EnrollmentLock:
    """An enrolment, locked while it changes."""

    id: UUID
    course_id: UUID
    student_id: UUID
    status: str
    instructor_id: UUID
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class EnrollmentPeople:
    """Whose enrolment it is and who teaches the course; nothing is held."""

    id: UUID
    course_id: UUID
    student_id: UUID
    instructor_id: UUID


@dataclass(frozen=True, slots=True)
class LessonProgress:
    lesson_id: UUID
    status: str
    completed_at: datetime | None
    time_spent_seconds: int
    last_position_seconds: int | None
    watched: list[list[int]]


@dataclass(frozen=True, slots=True)
class EventResult:
    """The result of an event that was reported offline."""

    id: UUID
    status: str
    code: str | None


_lock_seats = Query("enrollments/lock_seats", UUID)
_get_admission = Query("enrollments/get_admission", Admission)
_enroll = Query("enrollments/enroll", UUID)
_return_to_course = Query("enrollments/return_to_course", UUID)
_drop_enrollment = Query("enrollments/drop_enrollment", UUID)
_bar_enrollment = Query("enrollments/bar_enrollment", UUID)
_revoke_enrollment = Query("enrollments/revoke_enrollment", UUID)
_get_enrollment = Query("enrollments/get_enrollment", Enrollment)
_lock_enrollment = Query("enrollments/lock_enrollment", EnrollmentLock)
_get_enrollment_people = Query("enrollments/get_enrollment_people", EnrollmentPeople)
_list_my_enrollments_by_newest = Query("enrollments/list_my_enrollments_by_newest", Enrollment)
_list_my_enrollments_by_last_accessed = Query(
    "enrollments/list_my_enrollments_by_last_accessed", Enrollment
)
_list_my_enrollments_by_progress = Query("enrollments/list_my_enrollments_by_progress", Enrollment)
_list_my_enrollments_by_title = Query("enrollments/list_my_enrollments_by_title", Enrollment)
_count_my_enrollments = Query("enrollments/count_my_enrollments", int)
_list_lesson_progress = Query("enrollments/list_lesson_progress", LessonProgress)
_get_lesson_progress = Query("enrollments/get_lesson_progress", LessonProgress)
_complete_lesson = Query("enrollments/complete_lesson", UUID)
_complete_quiz_lessons: Query[None] = Query("enrollments/complete_quiz_lessons")
_report_progress = Query("enrollments/report_progress", UUID)
_merge_events = Query("enrollments/merge_events", EventResult)
_delete_old_progress_events: Query[None] = Query("enrollments/delete_old_progress_events")
_complete_enrollment = Query("enrollments/complete_enrollment", UUID)
_complete_enrollments = Query("enrollments/complete_enrollments", UUID)
_lock_finished_enrollments = Query("enrollments/lock_finished_enrollments", UUID)
_uncount_removed_lessons: Query[None] = Query("enrollments/uncount_removed_lessons")


async def lock_seats(db: Db, course_id: UUID) -> None:
    """Lock a course's seats: requests that take or free one wait. Raises NotFound."""
    if await _lock_seats.first(db, course_id=course_id) is None:
        raise NotFound


async def get_admission(db: Db, course_id: UUID, student_id: UUID) -> Admission:
    return await _get_admission.one(db, course_id=course_id, student_id=student_id)


async def enroll(db: Db, course_id: UUID, student_id: UUID) -> UUID:
    """A new enrolment with a progress row for every lesson; takes a seat."""
    return await _enroll.one(db, course_id=course_id, student_id=student_id)


async def return_to_course(db: Db, enrollment_id: UUID) -> None:
    """Resume a dropped enrolment with its progress; takes a seat."""
    await _return_to_course.one(db, enrollment_id=enrollment_id)


async def drop_enrollment(
    db: Db, enrollment_id: UUID, *, dropped_by: str, actor_id: UUID, reason: str | None
) -> None:
    """The enrolment ends and its seat is free; `reason` if staff end it."""
    await _drop_enrollment.one(
        db, enrollment_id=enrollment_id, dropped_by=dropped_by, actor_id=actor_id, reason=reason
    )


async def bar_enrollment(
    db: Db, enrollment_id: UUID, *, dropped_by: str, actor_id: UUID, reason: str | None
) -> bool:
    """An enrolment that ended otherwise counts as ended by staff; False if it did already."""
    barred = await _bar_enrollment.first(
        db, enrollment_id=enrollment_id, dropped_by=dropped_by, actor_id=actor_id, reason=reason
    )
    return barred is not None


async def revoke_enrollment(
    db: Db, course_id: UUID, student_id: UUID, *, actor_id: UUID
) -> UUID | None:
    """Drop a refunded student's enrolment, completed or not; None if there was none."""
    return await _revoke_enrollment.first(
        db, course_id=course_id, student_id=student_id, actor_id=actor_id
    )


async def get_enrollment(db: Db, enrollment_id: UUID) -> Enrollment:
    enrollment = await _get_enrollment.first(db, enrollment_id=enrollment_id)
    if enrollment is None:
        raise NotFound
    return enrollment


async def lock_enrollment(db: Db, enrollment_id: UUID) -> EnrollmentLock:
    enrollment = await _lock_enrollment.first(db, enrollment_id=enrollment_id)
    if enrollment is None:
        raise NotFound
    return enrollment


async def get_enrollment_people(db: Db, enrollment_id: UUID) -> EnrollmentPeople | None:
    """Whose enrolment it is and who teaches the course, not held; None if there is none."""
    return await _get_enrollment_people.first(db, enrollment_id=enrollment_id)


async def list_my_enrollments_by_newest(
    db: Db, student_id: UUID, after: Sequence[Any], *, limit: int, **filters: Any
) -> list[Enrollment]:
    """Follows (time enrolled, id), the latest first."""
    time, enrollment_id = after
    return await _list_my_enrollments_by_newest.all(
        db,
        student_id=student_id,
        before_time=time,
        before_id=enrollment_id,
        limit=limit,
        **filters,
    )


async def list_my_enrollments_by_last_accessed(
    db: Db, student_id: UUID, after: Sequence[Any], *, limit: int, **filters: Any
) -> list[Enrollment]:
    """Follows (time of the last work, id), the latest first."""
    time, enrollment_id = after
    return await _list_my_enrollments_by_last_accessed.all(
        db,
        student_id=student_id,
        before_time=time,
        before_id=enrollment_id,
        limit=limit,
        **filters,
    )


async def list_my_enrollments_by_progress(
    db: Db, student_id: UUID, after: Sequence[Any], *, limit: int, **filters: Any
) -> list[Enrollment]:
    """Follows (percent, id), the furthest first."""
    percent, enrollment_id = after
    return await _list_my_enrollments_by_progress.all(
        db,
        student_id=student_id,
        before_percent=percent,
        before_id=enrollment_id,
        limit=limit,
        **filters,
    )


async def list_my_enrollments_by_title(
    db: Db, student_id: UUID, after: Sequence[Any], *, limit: int, **filters: Any
) -> list[Enrollment]:
    """Follows (the course's title, id)."""
    title, enrollment_id = after
    return await _list_my_enrollments_by_title.all(
        db,
        student_id=student_id,
        after_title=title,
        after_id=enrollment_id,
        limit=limit,
        **filters,
    )


async def count_my_enrollments(db: Db, student_id: UUID, **filters: Any) -> int:
    return await _count_my_enrollments.one(db, student_id=student_id, **filters)


async def list_lesson_progress(db: Db, enrollment_id: UUID) -> list[LessonProgress]:
    """Of every lesson that the course has now, in their order."""
    return await _list_lesson_progress.all(db, enrollment_id=enrollment_id)


async def get_lesson_progress(
    db: Db, enrollment_id: UUID, lesson_id: UUID
) -> LessonProgress | None:
    """Of one lesson; None if the course does not have it."""
    return await _get_lesson_progress.first(db, enrollment_id=enrollment_id, lesson_id=lesson_id)


async def complete_lesson(db: Db, enrollment_id: UUID, lesson_id: UUID) -> bool:
    """Whether this call made the lesson done: only the first call does, and for a quiz only if
    passed.
    """
    done = await _complete_lesson.first(db, enrollment_id=enrollment_id, lesson_id=lesson_id)
    return done is not None


async def complete_quiz_lessons(db: Db, enrollment_ids: Sequence[UUID], quiz_id: UUID) -> None:
    """Mark the lessons that show this quiz as done; those that were done keep their time."""
    await _complete_quiz_lessons.run(db, enrollment_ids=list(enrollment_ids), quiz_id=quiz_id)


async def report_progress(
    db: Db,
    enrollment_id: UUID,
    lesson_id: UUID,
    *,
    time_spent_seconds: int,
    last_position_seconds: int | None,
    watched: Sequence[Sequence[int]],
    most_parts: int,
) -> None:
    """Add to what is known of a lesson. Raises NotFound for another course's lesson."""
    reported = await _report_progress.first(
        db,
        enrollment_id=enrollment_id,
        lesson_id=lesson_id,
        time_spent_seconds=time_spent_seconds,
        last_position_seconds=last_position_seconds,
        watched_from=[part[0] for part in watched],
        watched_to=[part[1] for part in watched],
        most_parts=most_parts,
    )
    if reported is None:
        raise NotFound


async def merge_events(
    db: Db, enrollment_id: UUID, events: Sequence[Mapping[str, Any]], *, most_parts: int
) -> list[EventResult]:
    """Merge offline events, each id given once. Returns a result for each event, in order."""
    parts = [(event["id"], *part) for event in events for part in event.get("watched", ())]
    return await _merge_events.all(
        db,
        enrollment_id=enrollment_id,
        ids=[event["id"] for event in events],
        lesson_ids=[event["lesson_id"] for event in events],
        are_completed=[event["type"] == "completed" for event in events],
        times=[event["occurred_at"] for event in events],
        seconds=[event.get("time_spent_seconds", 0) for event in events],
        positions=[event.get("last_position_seconds") for event in events],
        watched_ids=[part[0] for part in parts],
        watched_from=[part[1] for part in parts],
        watched_to=[part[2] for part in parts],
        most_parts=most_parts,
    )


async def delete_old_progress_events(db: Db, *, before: datetime, limit: int) -> int:
    """Forget the ids of some offline events that were merged before a moment; how many went."""
    return await _delete_old_progress_events.run(db, before=before, limit=limit)


async def complete_enrollment(db: Db, enrollment_id: UUID) -> bool:
    """Whether this call completed the enrolment; that happens once."""
    return await _complete_enrollment.first(db, enrollment_id=enrollment_id) is not None


async def complete_enrollments(db: Db, enrollment_ids: Sequence[UUID]) -> list[UUID]:
    """The enrolments that this call completed."""
    return await _complete_enrollments.all(db, enrollment_ids=list(enrollment_ids))


async def lock_finished_enrollments(
    db: Db, course_id: UUID, *, after_id: UUID, limit: int
) -> list[UUID]:
    """Lock some of the active enrolments with nothing left to do; returns their ids."""
    return await _lock_finished_enrollments.all(
        db, course_id=course_id, after_id=after_id, limit=limit
    )


async def uncount_removed_lessons(db: Db, course_id: UUID, *, limit: int) -> int:
    """Take removed lessons out of the counters; returns how many rows changed."""
    return await _uncount_removed_lessons.run(db, course_id=course_id, limit=limit)
