"""What a student saved is marked, whatever was killed meanwhile: against real processes."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.redis_server import RedisServer
from tests.running import Site, eventually

_QUESTIONS = [
    {"type": "short_answer", "text": "Capital of France?", "answer": {"accepted": ["Paris"]}},
    {"type": "true_false", "text": "Water is wet.", "answer": True},
]


async def _quiz(site: Site, teacher: Any, until: datetime) -> tuple[Any, Any]:
    async def post(path: str, body: Any = None) -> Any:
        token = teacher["tokens"]["access_token"]
        reply = await site.api.post(path, body, token=token, check=False)
        return reply.data

    course = await post("/courses", {"title": "A course", "description": "About it."})
    lesson = {"title": "One", "content_type": "text", "content": "Read."}
    await post(f"/courses/{course['id']}/lessons", lesson)
    quiz = await post(
        "/quizzes",
        {
            "course_id": course["id"],
            "title": "Timed",
            "available_until": until.isoformat(),
            "show_results": "answers",
        },
    )
    for question in _QUESTIONS:
        await post(f"/quizzes/{quiz['id']}/questions", question)
    await post(f"/quizzes/{quiz['id']}/publish")
    await post(f"/courses/{course['id']}/publish")
    return course, quiz


async def test_saved_answers_survive_killed_processes_and_lost_redis(
    site: Site,
    redis_server: RedisServer,
) -> None:
    teacher, student = await site.register("Tara Teacher"), await site.register("Sam Student")
    await site.make_instructor(teacher["user"]["id"])
    until = datetime.now(UTC) + timedelta(seconds=6)
    course, quiz = await _quiz(site, teacher, until)
    token = student["tokens"]["access_token"]

    async def call(method: str, path: str, body: Any = None) -> Any:
        return await site.api.request(method, path, json=body, token=token, check=False)

    await call("POST", "/enrollments", {"course_id": course["id"]})
    attempt = (await call("POST", f"/quizzes/{quiz['id']}/attempts")).data
    path = f"/attempts/{attempt['id']}"
    ids = [question["id"] for question in attempt["questions"]]
    saved = {"answers": [{"question_id": ids[0], "answer": "paris", "seq": 1}]}
    assert (await call("PATCH", f"{path}/answers", saved)).status == 200
    # Acknowledged, and at once everything is gone; the student too.
    await site.api_process.kill()
    await site.worker.kill()
    await site.scheduler.kill()
    await redis_server.stop()
    await site.worker.start()
    await site.scheduler.start()

    connection = await asyncpg.connect(site.settings.database_url.value)

    async def look() -> Any:
        return await connection.fetchrow(
            "select *, clock_timestamp() - expires_at as late from attempts "
            "where id = $1 and status <> 'in_progress'",
            UUID(attempt["id"]),
        )

    try:
        closed = await eventually(look, seconds=60)
    finally:
        await connection.close()
    assert (closed["status"], closed["closed_by"]) == ("graded", "deadline")
    assert closed["finished_at"] == closed["expires_at"] == until
    assert (closed["points"], closed["score_percent"]) == (1, 50)
    assert closed["late"] < timedelta(seconds=site.settings.quiz_grace_seconds + 30)
    await site.api_process.start()

    async def read() -> Any:
        try:
            reply = await call("GET", path)
        except OSError:
            return None
        return reply if reply.status == 200 else None

    shown = (await eventually(read)).data
    assert (shown["status"], shown["answers"]) == ("graded", saved["answers"])


@pytest.mark.slow
@pytest.mark.parametrize("moment", [0.0, 0.3, 0.8, 1.5, 3.0])
async def test_a_worker_killed_at_any_moment_after_the_deadline_leaves_one_mark(
    site: Site,
    moment: float,
) -> None:
    teacher = await site.register("Tara Teacher")
    await site.make_instructor(teacher["user"]["id"])
    until = datetime.now(UTC) + timedelta(seconds=8)
    course, quiz = await _quiz(site, teacher, until)
    for number in range(8):
        student = await site.register(f"Student{number} Person")
        token = student["tokens"]["access_token"]
        await site.api.post("/enrollments", {"course_id": course["id"]}, token=token, check=False)
        reply = await site.api.post(f"/quizzes/{quiz['id']}/attempts", token=token, check=False)
        answer = {"question_id": reply.data["questions"][1]["id"], "answer": True, "seq": 1}
        path = f"/attempts/{reply.data['id']}/answers"
        await site.api.patch(path, {"answers": [answer]}, token=token, check=False)
    due = until + timedelta(seconds=site.settings.quiz_grace_seconds + moment)
    await asyncio.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
    await site.worker.kill()
    await site.worker.start()
    connection = await asyncpg.connect(site.settings.database_url.value)

    async def look() -> bool:
        row = await connection.fetchrow(
            "select count(*) filter (where status = 'graded' and points = 1 "
            "and finished_at = expires_at) as right from attempts"
        )
        return bool(row["right"] == 8)

    try:
        await eventually(look, seconds=60)
    finally:
        await connection.close()
    assert datetime.now(UTC) < until + timedelta(seconds=site.settings.quiz_grace_seconds + 30)
