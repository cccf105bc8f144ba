"""Figures, as rows. Every reader is exact in the snapshot of the connection that it is given."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.analytics.periods import Periods
from lms.core.db.query import Db, Query
from lms.errors import NotFound


@dataclass(frozen=True, slots=True)
class ScopeFigures:
    """All plain totals of a scope: of a course, or of the site."""

    scope: UUID
    figures: dict[str, int]


@dataclass(frozen=True, slots=True)
class Count:
    """The count of one period."""

    period: int
    n: int


@dataclass(frozen=True, slots=True)
class CourseFigures:
    """A course and everything in its view.

    `recent`: active enrolments with a sign of life since that hour began. `middle_seconds`: the
    two middle values of the times to complete, for the median; empty if nobody completed.
    `lessons`: [id, title, how many completed it, how many both it and the one before]. `enrolled`:
    enrolments by the number of the period.
    """

    id: UUID
    title: str
    status: str
    language: str
    instructor_id: UUID
    rating_count: int
    rating_sum: int
    figures: dict[str, int]
    recent: int
    middle_seconds: list[int]
    lessons: list[list[Any]]
    enrolled: dict[str, int]


@dataclass(frozen=True, slots=True)
class SystemFigures:
    figures: dict[str, int]
    active_day: int
    active_week: int
    active_month: int


@dataclass(frozen=True, slots=True)
class TaughtCourse:
    id: UUID
    status: str
    rating_count: int
    rating_sum: int


@dataclass(frozen=True, slots=True)
class Done:
    """How many active enrolments, in courses with `lessons` lessons, have `done` of them done."""

    lessons: int
    done: int
    n: int


@dataclass(frozen=True, slots=True)
class StudentTotals:
    active: int
    completed: int
    dropped: int
    mean_progress_percent: float | None
    time_spent_seconds: int
    lessons_completed: int


@dataclass(frozen=True, slots=True)
class StudentQuizzes:
    attempts: int
    passed: int
    mean_score_percent: float | None


@dataclass(frozen=True, slots=True)
class Activity:
    period: int
    lessons: int
    seconds: int
    attempts: int


_get_figures = Query("analytics/get_figures", ScopeFigures)
_count_active_students = Query("analytics/count_active_students", int)
_list_enrolled = Query("analytics/list_enrolled", Count)
_list_done = Query("analytics/list_done", Done)
_list_taught_courses = Query("analytics/list_taught_courses", TaughtCourse)
_get_course_figures = Query("analytics/get_course_figures", CourseFigures)
_get_system_figures = Query("analytics/get_system_figures", SystemFigures)
_get_role = Query("analytics/get_role", str)
_get_timezone = Query("analytics/get_timezone", str)
_get_student_totals = Query("analytics/get_student_totals", StudentTotals)
_get_student_quizzes = Query("analytics/get_student_quizzes", StudentQuizzes)
_list_study_quarters = Query("analytics/list_study_quarters", int)
_list_activity = Query("analytics/list_activity", Activity)
_note_activity: Query[None] = Query("analytics/note_activity")
_delete_old_activity: Query[None] = Query("analytics/delete_old_activity")


async def get_figures(db: Db, scopes: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """All plain totals of courses or of the site, by name; each scope has an entry."""
    found: dict[UUID, dict[str, int]] = {scope: {} for scope in scopes}
    for row in await _get_figures.all(db, scopes=list(scopes)):
        found[UUID(str(row.scope))] = row.figures
    return found


def hour_of(moment: datetime) -> int:
    """Hours since 1970; totals of signs of life are kept by the hour."""
    return int(moment.timestamp()) // 3600


async def count_active_students(db: Db, instructor_id: UUID, *, since: datetime) -> int:
    return await _count_active_students.one(
        db, instructor_id=instructor_id, since_hour=hour_of(since)
    )


async def list_enrolled(db: Db, course_ids: Sequence[UUID], periods: Periods) -> list[int]:
    """New enrolments in each period."""
    started, bounds = periods.started
    counts: dict[int, int] = defaultdict(int)
    for row in await _list_enrolled.all(
        db,
        course_ids=list(course_ids),
        started=started,
        bounds=bounds,
        first=bounds[0],
        last=bounds[-1],
    ):
        counts[row.period] = row.n
    return [counts[period] for period in range(len(periods.starts))]


async def list_done(db: Db, instructor_id: UUID) -> list[Done]:
    return await _list_done.all(db, instructor_id=instructor_id)


async def list_taught_courses(db: Db, instructor_id: UUID) -> list[TaughtCourse]:
    return await _list_taught_courses.all(db, instructor_id=instructor_id)


async def get_course_figures(
    db: Db, course_id: UUID, periods: Periods, *, since: datetime
) -> CourseFigures:
    """Raises NotFound."""
    started, bounds = periods.started
    course = await _get_course_figures.first(
        db,
        course_id=course_id,
        since_hour=hour_of(since),
        started=started,
        bounds=bounds,
    )
    if course is None:
        raise NotFound
    return course


async def get_system_figures(db: Db, *, hour: int) -> SystemFigures:
    """With the people who read or changed learning in the last 24 hours, 7 days and 30 days."""
    return await _get_system_figures.one(
        db, day=hour - 23, week=hour - 7 * 24 + 1, month=hour - 30 * 24 + 1
    )


async def get_role(db: Db, user_id: UUID) -> str:
    """The role of a person. Raises NotFound."""
    role = await _get_role.first(db, user_id=user_id)
    if role is None:
        raise NotFound
    return role


async def get_timezone(db: Db, user_id: UUID) -> str:
    """The name of the time zone that a person has set. Raises NotFound."""
    name = await _get_timezone.first(db, user_id=user_id)
    if name is None:
        raise NotFound
    return name


async def get_student_totals(db: Db, student_id: UUID) -> StudentTotals:
    return await _get_student_totals.one(db, student_id=student_id)


async def get_student_quizzes(db: Db, student_id: UUID) -> StudentQuizzes:
    return await _get_student_quizzes.one(db, student_id=student_id)


async def list_study_quarters(db: Db, student_id: UUID) -> list[int]:
    """The quarters of an hour since 1970 with a completed lesson or a submitted attempt."""
    return await _list_study_quarters.all(db, student_id=student_id)


async def list_activity(db: Db, student_id: UUID, periods: Periods) -> list[Activity]:
    """What a student did in each period in which they did something."""
    return await _list_activity.all(db, student_id=student_id, bounds=periods.quarters)


async def note_activity(db: Db, user_ids: Sequence[UUID], hour: int) -> None:
    """Note that these people read or changed something about learning in this hour."""
    await _note_activity.run(db, user_ids=list(user_ids), active_hour=hour)


async def delete_old_activity(db: Db, *, before: datetime, limit: int) -> int:
    """Forget some people's last hours of learning from before a moment; how many went."""
    return await _delete_old_activity.run(db, before=before, limit=limit)
