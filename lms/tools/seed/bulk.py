"""Generated data of any size, to see how the application does with a million rows."""

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
from lms.core.db.transactions import begin
from lms.settings import Settings, SettingsError
from lms.tools.seed import queries

_BATCH = 5000  # students in one transaction
_STATEMENT_SECONDS = 3600.0  # nobody waits for these


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
    run = secrets.token_hex(3)  # in every name, so that this can be run again
    students, others = max(size // 2, 1), max(size // 100, 1)
    async with begin(pool) as db:
        await queries.skip_triggers(db)  # if this is refused, nothing has been made yet
    with _bar() as bar:
        enrolling = bar.add_task("enrolments", total=students * 2)
        counting = bar.add_task("figures", total=1)
        async with begin(pool) as db:
            teachers = await queries.add_teachers(db, run, count=1 + others // 10)
            courses = await queries.add_courses(db, run, teachers, first=0, last=others)
            await queries.add_lessons(db, courses)
            await queries.add_quizzes(db, courses)
        big, *rest = courses
        for first in range(0, students, _BATCH):
            count = min(_BATCH, students - first)
            async with begin(pool) as db:
                ids = await queries.add_students(db, run, first=first, last=first + count - 1)
                await queries.skip_triggers(db)
                await queries.add_enrollments(db, ids, big, rest)
            bar.advance(enrolling, 2 * count)
        async with begin(pool) as db:
            await queries.update_enrollment_counts(db, courses)
        while not await fold(pool, from_scratch=True):
            pass  # the worker's own fold was quicker: try after it
        await queries.analyze(pool)
        await queries.vacuum(pool)
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
