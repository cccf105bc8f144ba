"""What tests of learning share: the progress queue's work, and clocks that went on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.enrollments.progress import pass_quiz
from lms.enrollments.queries import lock_enrollment
from tests.api import Response
from tests.people import Person


@pytest.fixture
def age(db: Pool) -> Callable[..., Awaitable[None]]:
    """Make an enrolment, and what was reported in it, so many seconds older."""

    async def go_on(enrollment: Any, seconds: int) -> None:
        async with db.acquire() as connection:
            await connection.execute(
                "update enrollments set enrolled_at = enrolled_at - make_interval(secs => $2) "
                "where id = $1",
                enrollment["id"],
                float(seconds),
            )
            await connection.execute(
                "update lesson_progress set studied = coalesce((select range_agg(int8range("
                "lower(part) - $2::bigint, upper(part) - $2::bigint)) from unnest(studied) part), "
                "'{}') where enrollment_id = $1",
                enrollment["id"],
                seconds,
            )

    return go_on


async def insist(send: Callable[[], Awaitable[Response]]) -> Response:
    """Send again while the machine is too busy to answer, as a client does after a 503."""
    while (reply := await send()).status == 503:
        await asyncio.sleep(0.1)
    return reply


async def fetch(db: Pool, sql: str, *args: Any) -> list[Any]:
    async with db.acquire() as connection:
        return list(await connection.fetch(sql, *args))


async def fetchval(db: Pool, sql: str, *args: Any) -> Any:
    async with db.acquire() as connection:
        return await connection.fetchval(sql, *args)


async def attach_quiz(db: Pool, lesson: Any, *, is_required: bool = False, **fields: Any) -> str:
    """Make a lesson one that shows a published quiz; the quiz's id."""
    quiz_id = await fetchval(
        db,
        "insert into quizzes (course_id, title, status, is_required, max_attempts, show_results) "
        "select course_id, 'Quiz', 'published', $2, $3, $4 from lessons where id = $1 returning id",
        lesson["id"],
        is_required,
        fields.get("max_attempts"),
        fields.get("show_results", "score"),
    )
    await fetch(
        db,
        "update lessons set content_type = 'quiz', quiz_id = $2 where id = $1",
        lesson["id"],
        quiz_id,
    )
    return str(quiz_id)


async def attempt_quiz(db: Pool, enrollment_id: Any, quiz_id: Any, score: int) -> None:
    """A marked attempt, and what follows from passing, as the assessment does it."""
    async with begin(db) as connection:
        await lock_enrollment(connection, UUID(str(enrollment_id)))
        await connection.execute(
            "insert into attempts (quiz_id, student_id, enrollment_id, number, status, "
            "passing_score, finished_at, closed_by, points, max_points, score_percent, passed) "
            "select $2, e.student_id, e.id, (select count(*) + 1 from attempts a where a.quiz_id "
            "= $2 and a.student_id = e.student_id), 'graded', 70, now(), "
            "'student', $3::integer, 100, $3::integer, $3::integer >= 70 "
            "from enrollments e where e.id = $1",
            enrollment_id,
            quiz_id,
            score,
        )
        if score >= 70:
            await pass_quiz(connection, UUID(str(enrollment_id)), UUID(str(quiz_id)))


async def prove(db: Pool, *people: Person) -> None:
    """Their addresses count as proved from now on."""
    await fetch(
        db,
        "update users set email_verified_at = now() where id = any($1::uuid[])",
        [person.id for person in people],
    )
