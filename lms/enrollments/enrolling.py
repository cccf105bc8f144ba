"""Beginning, ending and resuming enrolments; each takes or frees a seat of its course.

The caller has locked the course's seats (`queries.lock_seats`) in a transaction.
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
    """Resume a dropped enrolment with its progress."""
    await queries.lock_enrollment(db, enrollment_id)  # and what its course has now
    await queries.return_to_course(db, enrollment_id)
    # The lessons that were left to do may have been removed meanwhile.
    await complete_if_done(db, enrollment_id)


async def drop(db: asyncpg.Connection, enrollment_id: UUID) -> None:
    """End an active enrolment; its progress is kept in case the student comes back."""
    await queries.drop_enrollment(db, enrollment_id)
