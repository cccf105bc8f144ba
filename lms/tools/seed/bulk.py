"""Data of any size, to see how things go with a million of them."""

import secrets
from dataclasses import replace
from uuid import UUID

import asyncpg
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from lms.analytics.folding import fold
from lms.core.db.pool import Pool
from lms.core.db.query import Query
from lms.core.db.transactions import begin
from lms.settings import Settings, SettingsError

_BATCH = 5000  # students in one transaction
_STATEMENT_SECONDS = 3600.0  # nobody waits for these

_add_teachers = Query("tools/seed/add_teachers", UUID)
_add_students = Query("tools/seed/add_students", UUID)
_add_courses = Query("tools/seed/add_courses", UUID)
_add_lessons: Query[None] = Query("tools/seed/add_lessons")
_add_quizzes: Query[None] = Query("tools/seed/add_quizzes")
_add_enrollments: Query[None] = Query("tools/seed/add_enrollments")
_skip_triggers: Query[None] = Query("tools/seed/skip_triggers")
_count_places: Query[None] = Query("tools/seed/count_places")
_analyze: Query[None] = Query("tools/seed/analyze")
_vacuum: Query[None] = Query("tools/seed/vacuum")


async def load_size(settings: Settings, size: int) -> UUID:
    """Add about `size` enrolments, each with ten progress rows and an attempt.

    Returns the id of the biggest course.
    Half of them are in one course, the others in size/100 courses. Raises SettingsError in
    production, and where the database's role may not load past triggers.
    """
    if settings.is_production:
        raise SettingsError("LMS_ENVIRONMENT is production, where demo data is refused.")
    settings = replace(
        settings, database_statement_seconds=_STATEMENT_SECONDS, database_pool_size=1
    )
    pool = Pool(settings.database_url, settings, application="lms-seed")
    await pool.open()
    try:
        return await _load(pool, size)
    except asyncpg.InsufficientPrivilegeError:
        raise SettingsError(
            "LMS_DATABASE_URL: its role may not set session_replication_role; load as a "
            "superuser, or grant it."
        ) from None
    finally:
        await pool.close()


async def _load(pool: Pool, size: int) -> UUID:
    run = secrets.token_hex(3)  # so that it can be run again
    students, others = max(size // 2, 1), max(size // 100, 1)
    async with begin(pool) as db:
        await _skip_triggers.run(db)  # refused here, it leaves no courses without students
    with _bar() as bar:
        enrolling = bar.add_task("enrolments", total=students * 2)
        counting = bar.add_task("figures", total=1)
        async with begin(pool) as db:
            teachers = await _add_teachers.all(db, run=run, count=1 + others // 10)
            courses = await _add_courses.all(
                db, instructor_ids=teachers, run=run, first=0, last=others
            )
            await _add_lessons.run(db, course_ids=courses)
            await _add_quizzes.run(db, course_ids=courses)
        big, *rest = courses
        for first in range(0, students, _BATCH):
            count = min(_BATCH, students - first)
            async with begin(pool) as db:
                ids = await _add_students.all(db, run=run, first=first, last=first + count - 1)
                await _skip_triggers.run(db)
                await _add_enrollments.run(db, student_ids=ids, big_course_id=big, course_ids=rest)
            bar.advance(enrolling, 2 * count)
        async with begin(pool) as db:
            await _count_places.run(db, course_ids=courses)
        while not await fold(pool, from_scratch=True):
            pass  # the worker's own fold was quicker: after it
        await _analyze.run(pool)
        await _vacuum.run(pool)
        bar.advance(counting)
    return big


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description:<12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
