"""What a change of a course leaves to be done for its students."""

from uuid import UUID

import asyncpg

from lms.core.jobs.promises import promise
from lms.courses import queries


async def prepare_removal(db: asyncpg.Connection, course_id: UUID) -> None:
    """Before something that students still had to do, a lesson or a quiz, is taken out of a course.

    Who is completing a lesson at this moment is waited for: of two that happen at once, one
    must see the other. First of all in the transaction, since they may need what we change.
    """
    await queries.lock_completions(db, course_id)
    await promise_recount(db, course_id)


async def promise_recount(db: asyncpg.Connection, course_id: UUID) -> None:
    """Those who have nothing left to do complete a course soon, in the background."""
    await promise(db, "progress", "recount_course", {"course_id": str(course_id)})
