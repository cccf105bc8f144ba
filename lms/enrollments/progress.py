"""A student's way through a course, told once for handlers and tasks."""

from uuid import UUID

import asyncpg

from lms.certificates.promises import promise_certificate
from lms.enrollments import queries
from lms.enrollments.queries import LessonProgress


async def complete_lesson(
    db: asyncpg.Connection, enrollment_id: UUID, lesson_id: UUID
) -> LessonProgress:
    """Mark a lesson done in an enrolment that the caller holds.

    The last one completes the enrolment, and in the same transaction promises the
    certificate and the mail, once. Raises NotFound for a lesson of another course, and
    QuizNotPassed for one whose quiz is not passed.
    """
    progress = await queries.complete_lesson(db, enrollment_id, lesson_id)
    await complete_if_done(db, enrollment_id)
    return progress


async def pass_quiz(db: asyncpg.Connection, enrollment_id: UUID, quiz_id: UUID) -> None:
    """A quiz was passed in an enrolment that the caller holds, in the transaction of the mark.

    Its lessons are done; and it may be the last thing that the enrolment waited for.
    """
    await queries.complete_quiz_lessons(db, enrollment_id, quiz_id)
    await complete_if_done(db, enrollment_id)


async def complete_if_done(db: asyncpg.Connection, enrollment_id: UUID) -> bool:
    """Complete an enrolment whose every lesson and required quiz is done; whether this did."""
    completed = await queries.complete_enrollment(db, enrollment_id)
    if completed:
        await promise_certificate(db, enrollment_id)
    return completed
