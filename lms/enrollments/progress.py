"""A student's way through a course, told once for handlers and tasks."""

from uuid import UUID

import asyncpg

from lms.certificates.promises import promise_certificate
from lms.enrollments import queries
from lms.enrollments.queries import LessonProgress
from lms.events.log import record_event
from lms.events.stories import record_enrollment


async def complete_lesson(
    db: asyncpg.Connection, enrollment_id: UUID, lesson_id: UUID
) -> LessonProgress:
    """Mark a lesson done in an enrolment that the caller holds.

    The last one completes the enrolment, and in the same transaction promises the
    certificate and the mail, once. Raises NotFound for a lesson of another course.
    """
    done = await queries.complete_lesson(db, enrollment_id, lesson_id)
    if done.is_first:
        await record_event(
            db,
            "lesson.completed",
            {
                "enrollment_id": enrollment_id,
                "course_id": done.course_id,
                "student_id": done.student_id,
                "lesson_id": lesson_id,
                "completed_at": done.completed_at,
            },
            course_id=done.course_id,
        )
    await complete_if_done(db, enrollment_id)
    return LessonProgress(
        done.lesson_id,
        done.status,
        done.completed_at,
        done.time_spent_seconds,
        done.last_position_seconds,
    )


async def complete_if_done(db: asyncpg.Connection, enrollment_id: UUID) -> bool:
    """Complete an enrolment whose every lesson is done; whether this did it."""
    completed = await queries.complete_enrollment(db, enrollment_id)
    if completed:
        await promise_certificate(db, enrollment_id)
        enrollment = await queries.get_enrollment(db, enrollment_id)
        await record_enrollment(db, "enrollment.completed", enrollment)
    return completed
