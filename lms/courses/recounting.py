"""Work for the students of a course after the course was changed."""

from uuid import UUID

import asyncpg

from lms.core.jobs.promises import promise
from lms.courses import queries


async def prepare_removal(db: asyncpg.Connection, course_id: UUID) -> None:
    """Call this before a lesson or a quiz that students still had to do leaves a course.

    It waits for students who are completing a lesson at this moment: of two changes at once, one
    must see the other. It comes first in the transaction, since they may need the rows that we
    change.
    """
    await queries.lock_completions(db, course_id)
    await promise_recount(db, course_id)


async def promise_recount(db: asyncpg.Connection, course_id: UUID) -> None:
    """Promise that students with nothing left to do complete the course, in the background."""
    await promise(db, "progress", "recount_course", {"course_id": str(course_id)})


async def promise_seats(db: asyncpg.Connection, course_id: UUID) -> None:
    """Those who wait in line get the seats of a course that became free, in the background."""
    await promise(db, "progress", "fill_seats", {"course_id": str(course_id)})
