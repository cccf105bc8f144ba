"""A course's roster, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.db.query import Db, Query


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """An enrolment, or a place that waits to become one."""

    id: UUID
    course: dict[str, Any]
    student_id: UUID | None
    status: str
    progress_percent: int
    completed_lessons: int
    total_lessons: int
    time_spent_seconds: int
    resume_lesson_id: UUID | None
    enrolled_at: datetime | None
    completed_at: datetime | None
    last_accessed_at: datetime | None
    updated_at: datetime
    student: dict[str, Any]
    student_name: str  # as it is sorted by
    done_lessons: int
    expires_at: datetime | None  # when a place that waits lapses
    placed_at: datetime  # when it was enrolled, or the place was given


_list_roster_by_newest = Query("enrollments/list_roster_by_newest", RosterEntry)
_list_roster_by_name = Query("enrollments/list_roster_by_name", RosterEntry)
_list_roster_by_progress = Query("enrollments/list_roster_by_progress", RosterEntry)
_count_roster = Query("enrollments/count_roster", int)
_list_matching_students = Query("enrollments/list_matching_students", UUID)


async def list_roster_by_newest(
    db: Db, after: Sequence[Any], *, limit: int, **filters: Any
) -> list[RosterEntry]:
    """Follows (time enrolled or given a place, id), the latest first."""
    time, enrollment_id = after
    return await _list_roster_by_newest.all(
        db, before_time=time, before_id=enrollment_id, limit=limit, **filters
    )


async def list_roster_by_name(
    db: Db, after: Sequence[Any], *, limit: int, **filters: Any
) -> list[RosterEntry]:
    """Follows (the student's name, id)."""
    name, enrollment_id = after
    return await _list_roster_by_name.all(
        db, after_name=name, after_id=enrollment_id, limit=limit, **filters
    )


async def list_roster_by_progress(
    db: Db, after: Sequence[Any], *, limit: int, **filters: Any
) -> list[RosterEntry]:
    """Follows (whether completed, lessons done, id), the furthest first."""
    is_completed, done, enrollment_id = after
    return await _list_roster_by_progress.all(
        db,
        before_completed=is_completed,
        before_done=done,
        before_id=enrollment_id,
        limit=limit,
        **filters,
    )


async def count_roster(db: Db, **filters: Any) -> int:
    return await _count_roster.one(db, **filters)


async def list_matching_students(db: Db, q: str, *, limit: int) -> list[UUID]:
    """People whose name or address has these letters."""
    return await _list_matching_students.all(db, q=q, limit=limit)
