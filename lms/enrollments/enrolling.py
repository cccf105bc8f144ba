"""Beginning, ending and resuming enrolments; each takes or frees a seat of its course.

The caller has locked the course's seats (`queries.lock_seats`) in a transaction.
"""

from uuid import UUID

import asyncpg

from lms.core.http.request import CurrentUser
from lms.enrollments import queries
from lms.enrollments.places import fill_seats_soon
from lms.enrollments.progress import complete_if_done
from lms.enrollments.queries import EnrollmentLock
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


async def drop(db: asyncpg.Connection, enrollment: EnrollmentLock) -> None:
    """A student leaves; the progress is kept for coming back."""
    await queries.drop_enrollment(
        db, enrollment.id, dropped_by="student", actor_id=enrollment.student_id, reason=None
    )
    await fill_seats_soon(db, enrollment.course_id)


async def remove(
    db: asyncpg.Connection, enrollment: EnrollmentLock, *, by: CurrentUser, reason: str
) -> None:
    """Staff take a student out, who is told why and cannot come back by themselves."""
    role = "admin" if by.is_admin else "staff"
    if enrollment.status == "active":
        await queries.drop_enrollment(
            db, enrollment.id, dropped_by=role, actor_id=by.id, reason=reason
        )
        await fill_seats_soon(db, enrollment.course_id)
    elif not await queries.bar_enrollment(
        db, enrollment.id, dropped_by=role, actor_id=by.id, reason=reason
    ):
        return  # removed already
    await promise_email(
        db,
        "removed_from_course",
        to_user_id=enrollment.student_id,
        enrollment_id=str(enrollment.id),
    )


async def revoke(
    db: asyncpg.Connection, course_id: UUID, student_id: UUID, *, actor_id: UUID
) -> None:
    """A refunded student is out, completed or not."""
    if await queries.revoke_enrollment(db, course_id, student_id, actor_id=actor_id):
        await fill_seats_soon(db, course_id)
