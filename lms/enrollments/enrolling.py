"""Enrolments begin, end, and go on again; each takes or frees a seat of its course.

The caller holds the course's seats (`queries.lock_seats`), in a transaction.
"""

from uuid import UUID

import asyncpg

from lms.enrollments import queries
from lms.enrollments.progress import complete_if_done
from lms.notifications.promises import promise_email


async def enroll(db: asyncpg.Connection, course_id: UUID, student_id: UUID) -> UUID:
    """A new enrolment, and the mail that confirms it."""
    enrollment_id = await queries.enroll(db, course_id, student_id)
    await promise_email(
        db,
        "enrolled",
        to_user_id=student_id,
        key=f"enrolled:{enrollment_id}",
        enrollment_id=str(enrollment_id),
    )
    return enrollment_id


async def return_to_course(db: asyncpg.Connection, enrollment_id: UUID) -> None:
    """A dropped enrolment goes on where it was."""
    await queries.lock_enrollment(db, enrollment_id)  # and what its course has now
    await queries.return_to_course(db, enrollment_id)
    # What was left to do may have been taken out of the course meanwhile.
    await complete_if_done(db, enrollment_id)


async def drop(db: asyncpg.Connection, enrollment_id: UUID) -> None:
    """An active enrolment ends; its progress is kept for coming back."""
    await queries.drop_enrollment(db, enrollment_id)
