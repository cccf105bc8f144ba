"""The fold: adds what changed to the totals, and forgets the changes, in one snapshot.

It may be killed at any point (then nothing happened), run twice, run in two places at once (one of
them gives up), or not run for a week (reads get slower, never wrong).
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg

from lms.analytics import fold_queries as queries
from lms.core.db.pool import Pool
from lms.core.log import get_logger

log = get_logger(__name__)

Pause = Callable[[str], Awaitable[None]]


async def fold(db: Pool, *, from_scratch: bool = False, pause: Pause | None = None) -> bool:
    """Fold what this snapshot sees; False if another fold was quicker.

    `from_scratch` counts everything anew from the base tables. `pause` is called before each
    step; whatever it raises undoes the fold.
    """
    try:
        # One snapshot for all: a change is folded and deleted, or neither, and whatever the totals
        # take from the base tables agrees with the changes.
        async with (
            db.acquire() as connection,
            connection.transaction(isolation="repeatable_read"),
        ):
            if not await queries.lock_fold(connection):
                return False
            if from_scratch:
                await queries.note_everything(connection)
                await queries.analyze_changes(connection)
            await _fold(connection, pause)
    except asyncpg.SerializationError:  # another fold ended between our snapshot and our lock
        log.info("another fold was quicker")
        return False
    return True


async def _fold(db: asyncpg.Connection, pause: Pause | None) -> None:
    courses = await queries.list_changed_courses(db)
    changed = [course.course_id for course in courses]
    stale = [course.course_id for course in courses if course.is_stale]
    fresh = [course.course_id for course in courses if not course.is_stale]
    # The changes and the outlines go last, since all the other steps read both.
    steps: tuple[tuple[Callable[..., Awaitable[None]], list[UUID] | None], ...] = (
        (queries.forget_outlines, stale),
        (queries.delete_done, stale),
        (queries.recount_done, stale),
        (queries.fold_done, fresh),
        (queries.recount_pairs, changed),
        (queries.fold_pairs, fresh),
        (queries.fold_students, None),
        (queries.fold_figures, None),
        (queries.fold_buckets, None),
        (queries.keep_outlines, changed),
        (queries.delete_figures, changed),
        (queries.delete_changes, None),
    )
    for step, course_ids in steps:
        if pause is not None:
            await pause(step.__name__)
        if course_ids is None:
            await step(db)
        elif course_ids:
            await step(db, course_ids)
