"""The statements of the fold; `folding.py` says in which order they run."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from lms.core.db.query import Query


@dataclass(frozen=True, slots=True)
class ChangedCourse:
    """A course in which something changed.

    `is_stale`: the course lost a lesson, so its count of lessons done must be made anew.
    """

    course_id: UUID
    is_stale: bool


_lock_fold = Query("analytics/lock_fold", bool)
_note_everything: Query[None] = Query("analytics/note_everything")
_analyze_changes: Query[None] = Query("analytics/analyze_changes")
_list_changed_courses = Query("analytics/list_changed_courses", ChangedCourse)
_forget_outlines: Query[None] = Query("analytics/forget_outlines")
_delete_done: Query[None] = Query("analytics/delete_done")
_recount_done: Query[None] = Query("analytics/recount_done")
_fold_done: Query[None] = Query("analytics/fold_done")
_recount_pairs: Query[None] = Query("analytics/recount_pairs")
_fold_pairs: Query[None] = Query("analytics/fold_pairs")
_fold_students: Query[None] = Query("analytics/fold_students")
_fold_figures: Query[None] = Query("analytics/fold_figures")
_fold_buckets: Query[None] = Query("analytics/fold_buckets")
_keep_outlines: Query[None] = Query("analytics/keep_outlines")
_delete_figures: Query[None] = Query("analytics/delete_figures")
_delete_changes: Query[None] = Query("analytics/delete_changes")


async def lock_fold(db: asyncpg.Connection) -> bool:
    """Whether this transaction may fold; False while another one does."""
    return await _lock_fold.one(db)


async def note_everything(db: asyncpg.Connection) -> None:
    """Make the next fold count everything anew."""
    await _note_everything.run(db)


async def analyze_changes(db: asyncpg.Connection) -> None:
    """Tell the planner that there may be millions of changes now."""
    await _analyze_changes.run(db)


async def list_changed_courses(db: asyncpg.Connection) -> list[ChangedCourse]:
    """The courses in which something changed since the last fold."""
    return await _list_changed_courses.all(db)


async def forget_outlines(db: asyncpg.Connection, course_ids: Sequence[UUID]) -> None:
    """Note that the counts for these courses' lessons are no longer valid."""
    await _forget_outlines.run(db, course_ids=list(course_ids))


async def delete_done(db: asyncpg.Connection, course_ids: Sequence[UUID]) -> None:
    """Delete these courses' counts of lessons done."""
    await _delete_done.run(db, course_ids=list(course_ids))


async def recount_done(db: asyncpg.Connection, course_ids: Sequence[UUID]) -> None:
    """Count from scratch how many active enrolments have how many lessons done."""
    await _recount_done.run(db, course_ids=list(course_ids))


async def fold_done(db: asyncpg.Connection, course_ids: Sequence[UUID]) -> None:
    """Add the changes to how many active enrolments have how many lessons done."""
    await _fold_done.run(db, course_ids=list(course_ids))


async def recount_pairs(db: asyncpg.Connection, course_ids: Sequence[UUID]) -> None:
    """Count from scratch the enrolments with both lessons done, for new pairs of neighbours."""
    await _recount_pairs.run(db, course_ids=list(course_ids))


async def fold_pairs(db: asyncpg.Connection, course_ids: Sequence[UUID]) -> None:
    """Add the changes to the enrolments with both lessons done, for pairs that were neighbours."""
    await _fold_pairs.run(db, course_ids=list(course_ids))


async def fold_students(db: asyncpg.Connection) -> None:
    """Add the changes to teachers' students by the hour of their last sign of life."""
    await _fold_students.run(db)


async def fold_figures(db: asyncpg.Connection) -> None:
    """Add the changes to the plain totals."""
    await _fold_figures.run(db)


async def fold_buckets(db: asyncpg.Connection) -> None:
    """Add the changes to the totals that are kept by a number, such as the hour."""
    await _fold_buckets.run(db)


async def keep_outlines(db: asyncpg.Connection, course_ids: Sequence[UUID]) -> None:
    """Keep the lessons for which these courses' progress is counted from now on."""
    await _keep_outlines.run(db, course_ids=list(course_ids))


async def delete_figures(db: asyncpg.Connection, course_ids: Sequence[UUID]) -> None:
    """Delete the figures of deleted courses, out of these."""
    await _delete_figures.run(db, course_ids=list(course_ids))


async def delete_changes(db: asyncpg.Connection) -> None:
    """Delete the changes that this snapshot sees, since the totals hold them now."""
    await _delete_changes.run(db)
