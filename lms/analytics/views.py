"""The four views, each read from one snapshot, so that all its figures are of one moment."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from lms.analytics import queries, statistics
from lms.analytics.periods import Periods, days_of
from lms.analytics.queries import CourseFigures
from lms.core.db.pool import Pool
from lms.core.db.query import Db
from lms.core.jobs.queries import count_jobs

Json = dict[str, Any]

AT_RISK = timedelta(days=14)  # without a sign of life
ACTIVE = timedelta(days=30)


@asynccontextmanager
async def snapshot(pool: Pool) -> AsyncIterator[asyncpg.Connection]:
    """A connection on which every statement sees the same moment."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        yield connection


def hour_now() -> int:
    """Hours since 1970: the site's activity is noted by the hour."""
    return queries.hour_of(datetime.now(UTC))


async def read_course(db: Db, course_id: UUID, periods: Periods, now: datetime) -> CourseFigures:
    """The data from which a course's view is made. Raises NotFound."""
    return await queries.get_course_figures(db, course_id, periods, since=now - AT_RISK)


def course_view(course: CourseFigures, periods: Periods) -> Json:
    """A course's figures; the same work for a thousand enrolments and for a million."""
    counts = statistics.enrollment_counts(course.figures)
    reached = [counts["total"], *(completed for _, _, completed, _ in course.lessons)]
    seconds = course.figures.get("seconds", 0)
    return {
        "enrollments": counts,
        "completion_rate_percent": statistics.completion_rate(counts),
        "quizzes": statistics.quiz_results(course.figures),
        "ratings": _ratings(course.rating_sum, course.rating_count),
        "time_to_complete": {
            "mean_seconds": statistics.ratio(seconds, counts["completed"]),
            "median_seconds": statistics.mean(course.middle_seconds),
        },
        "students_at_risk": {"count": counts["active"] - course.recent},
        "lessons": [
            {
                "lesson_id": lesson_id,
                "completed": completed,
                "reached": before,
                "drop_off_percent": statistics.percent(before - both, before),
            }
            for (lesson_id, _, completed, both), before in zip(
                course.lessons, reached, strict=False
            )
        ],
        "enrollments_over_time": _series(
            periods, [course.enrolled.get(str(n), 0) for n in range(len(periods.starts))]
        ),
    }


async def instructor_view(
    db: asyncpg.Connection, instructor_id: UUID, periods: Periods, now: datetime
) -> Json:
    """A teacher's figures over all their courses; the work grows with the number of courses."""
    courses = await queries.list_taught_courses(db, instructor_id)
    ids = [course.id for course in courses]
    by_course = await queries.get_figures(db, ids)
    counts = statistics.enrollment_counts(_sum(by_course.values()))
    done = await queries.list_done(db, instructor_id)
    active = await queries.count_active_students(db, instructor_id, since=now - ACTIVE)
    enrolled = await queries.list_enrolled(db, ids, periods)
    by_status = Counter(course.status for course in courses)
    return {
        "courses": _by_status(by_status),
        "enrollments": counts,
        "active_students": active,
        "mean_progress_percent": statistics.mean_progress(
            ((row.lessons, row.done, row.n) for row in done), counts["completed"]
        ),
        "completion_rate_percent": statistics.completion_rate(counts),
        "ratings": _ratings(
            sum(course.rating_sum for course in courses),
            sum(course.rating_count for course in courses),
        ),
        "quizzes": [
            {"course_id": course_id, **statistics.quiz_results(by_course[course_id])}
            for course_id in ids
        ],
        "revenue": statistics.revenue(
            pair for figures in by_course.values() for pair in figures.items()
        ),
        "enrollments_over_time": _series(periods, enrolled),
    }


async def student_view(
    db: asyncpg.Connection, student_id: UUID, periods: Periods, zone: ZoneInfo
) -> Json:
    """A student's own figures, from that student's rows."""
    totals = await queries.get_student_totals(db, student_id)
    quizzes = await queries.get_student_quizzes(db, student_id)
    days = days_of(await queries.list_study_quarters(db, student_id), zone)
    active = {row.period: row for row in await queries.list_activity(db, student_id, periods)}
    mean, score = totals.mean_progress_percent, quizzes.mean_score_percent
    return {
        "courses": {
            "active": totals.active,
            "completed": totals.completed,
            "dropped": totals.dropped,
        },
        "mean_progress_percent": None if mean is None else round(mean, 2),
        "time_spent_seconds": totals.time_spent_seconds,
        "lessons_completed": totals.lessons_completed,
        "quizzes": {
            "attempts": quizzes.attempts,
            "passed": quizzes.passed,
            "mean_score_percent": None if score is None else round(score, 2),
        },
        "streak": statistics.streaks(days, datetime.now(zone).date()),
        "activity": [
            {
                "period": start,
                "lessons": row.lessons if (row := active.get(period)) else 0,
                "seconds": row.seconds if row else 0,
                "attempts": row.attempts if row else 0,
            }
            for period, start in enumerate(periods.starts)
        ],
    }


async def system_view(db: Db) -> Json:
    """The whole site's figures; the same work whatever its size."""
    site = await queries.get_system_figures(db, hour=hour_now())
    figures = site.figures
    depths = await count_jobs(db)  # not of the snapshot: queues change all the time
    users = {role: figures.get(f"users:{role}", 0) for role in ("student", "instructor", "admin")}
    return {
        "users": {**users, "total": sum(users.values())},
        "active_users": {
            "day": site.active_day,
            "week": site.active_week,
            "month": site.active_month,
        },
        "courses": _by_status(
            {status: figures.get(f"courses:{status}", 0) for status in _COURSE_STATUSES}
        ),
        "enrollments": statistics.enrollment_counts(figures),
        "certificates": {
            status: figures.get(f"certificates:{status}", 0) for status in ("issued", "revoked")
        },
        "revenue": statistics.revenue(figures.items()),
        "storage": {"files": figures.get("files", 0), "bytes": figures.get("bytes", 0)},
        "queues": {
            queue.queue: {
                "depth": queue.depth,
                "oldest_seconds": queue.oldest_seconds,
                "dead": queue.dead,
            }
            for queue in depths
        },
    }


_COURSE_STATUSES = ("published", "draft", "archived")


def _by_status(counts: Any) -> Json:
    by_status = {status: counts.get(status, 0) for status in _COURSE_STATUSES}
    return {"total": sum(by_status.values()), **by_status}


def _sum(parts: Any) -> dict[str, int]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(total)


def _ratings(total: int, count: int) -> Json:
    return {"average": statistics.ratio(total, count), "count": count}


def _series(periods: Periods, counts: list[int]) -> list[Json]:
    return [
        {"period": start, "count": count}
        for start, count in zip(periods.starts, counts, strict=True)
    ]
