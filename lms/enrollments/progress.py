"""A student's way through a course, in one place for handlers and tasks.

The caller has locked the enrolment (`queries.lock_enrollment`).
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from lms.certificates.promises import promise_certificates
from lms.enrollments import queries
from lms.enrollments.queries import EventResult, LessonProgress
from lms.errors import Conflict, NotFound


class QuizNotPassed(Conflict):
    """A quiz lesson is done once its quiz is passed; start an attempt at it."""


async def complete_lesson(
    db: asyncpg.Connection, enrollment_id: UUID, lesson_id: UUID
) -> LessonProgress:
    """Mark a lesson as done; repeating changes nothing.

    The last one completes the enrolment. Raises NotFound for a lesson of another course, and
    QuizNotPassed for one whose quiz is not passed.
    """
    await queries.complete_lesson(db, enrollment_id, lesson_id)
    progress = await queries.get_lesson_progress(db, enrollment_id, lesson_id)
    if progress is None:
        raise NotFound
    if progress.status != "completed":
        raise QuizNotPassed
    await complete_if_done(db, enrollment_id)
    return progress


async def pass_quiz(db: asyncpg.Connection, enrollment_id: UUID, quiz_id: UUID) -> None:
    """Complete the lessons of a passed quiz, in the transaction of the mark.

    The quiz may be the last thing that was missing, so the enrolment may complete, too.
    """
    await queries.complete_quiz_lessons(db, [enrollment_id], quiz_id)
    await complete_if_done(db, enrollment_id)


async def pass_quiz_together(
    db: asyncpg.Connection, enrollment_ids: Sequence[UUID], quiz_id: UUID
) -> None:
    """The same for several enrolments at once, as after a correction."""
    await queries.complete_quiz_lessons(db, enrollment_ids, quiz_id)
    await complete_those_done(db, enrollment_ids)


async def merge_events(
    db: asyncpg.Connection,
    enrollment_id: UUID,
    events: Sequence[Mapping[str, Any]],
    *,
    most_parts: int,
) -> list[EventResult]:
    """Add what was done offline; a result for each event, in their order."""
    first = {event["id"]: event for event in reversed(events)}  # of two alike, the first
    counted = await queries.merge_events(
        db, enrollment_id, list(first.values()), most_parts=most_parts
    )
    results = {result.id: result for result in counted}
    if any(event["type"] == "completed" for event in events):
        await complete_if_done(db, enrollment_id)
    told = []
    for event in events:
        result = results[event["id"]]
        told.append(result)
        if result.status == "counted":
            results[event["id"]] = EventResult(result.id, "duplicate", None)
    return told


async def complete_if_done(db: asyncpg.Connection, enrollment_id: UUID) -> bool:
    """Complete an enrolment if nothing is left to do; returns whether it did.

    In the same transaction the certificate and the mail are promised, once.
    """
    completed = await queries.complete_enrollment(db, enrollment_id)
    if completed:
        await promise_certificates(db, [enrollment_id])
    return completed


async def complete_those_done(db: asyncpg.Connection, enrollment_ids: Sequence[UUID]) -> None:
    """The same for several enrolments, in as many statements as for one.

    It has an SQL file of its own: a query for one id is planned once, one for a list each time.
    """
    completed = await queries.complete_enrollments(db, enrollment_ids)
    if completed:
        await promise_certificates(db, completed)
