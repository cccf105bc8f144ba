"""The deadline is the server's: what is late changes nothing, and nobody has to come back."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from aiohttp import web

from lms.attempts.tasks import close_overdue_attempts
from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs.claims import claim
from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext
from tests.api import Api
from tests.attempts.casts import (
    ESSAY,
    SHORT,
    TRUE_FALSE,
    all_right,
    given,
    make_quiz,
    make_taken,
    start,
)
from tests.attempts.clock import turn_back
from tests.factories import enroll
from tests.people import Person
from tests.running import eventually


async def run_duty(worker: WorkerContext) -> None:
    """The periodic task, as the worker runs it."""
    async with worker.db.acquire() as connection:
        await connection.execute(
            "insert into jobs (queue, kind, args) "
            "values ('progress', 'close_overdue_attempts', '{}')"
        )
    (job,) = await claim(
        worker.db, "progress", {"close_overdue_attempts": 1}, room=1, lease_seconds=30
    )
    assert isinstance(job, Job)
    await close_overdue_attempts(worker, job)


async def test_a_save_counts_within_the_grace_period_but_not_after_it(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, SHORT, time_limit_minutes=10)
    attempt = await start(api, sam, quiz)
    path = f"/attempts/{attempt['id']}/answers"
    await turn_back(db, attempt, 3)
    in_grace = await api.patch(path, {"answers": [given(attempt, 0, "Paris", 1)]}, as_=sam)
    assert (in_grace.status, in_grace.data["seconds_left"]) == (200, 0)
    await turn_back(db, attempt, 5)
    late = await api.patch(path, {"answers": [given(attempt, 0, "Rome", 2)]}, as_=sam)
    assert (late.status, late.code) == (409, "attempt_closed")
    closed = (
        await api.post(
            f"/attempts/{attempt['id']}/submit",
            {"answers": [given(attempt, 0, "Rome", 3)]},
            as_=sam,
        )
    ).data
    assert (closed["closed_by"], closed["points"]) == ("deadline", 1)
    assert closed["finished_at"] == closed["expires_at"]


async def test_a_submit_within_the_grace_ends_with_the_deadline(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE, time_limit_minutes=10)
    attempt = await start(api, sam, quiz)
    await turn_back(db, attempt, 3)
    closed = (
        await api.post(
            f"/attempts/{attempt['id']}/submit", {"answers": all_right(attempt)}, as_=sam
        )
    ).data
    assert (closed["closed_by"], closed["points"]) == ("student", 1)
    assert closed["finished_at"] == closed["expires_at"]


async def test_a_student_who_returns_late_sees_the_result_at_once(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE, time_limit_minutes=10)
    attempt = await start(api, sam, quiz)
    path = f"/attempts/{attempt['id']}"
    await api.patch(f"{path}/answers", {"answers": all_right(attempt)}, as_=sam)
    await turn_back(db, attempt, 60)
    read = (await api.get(path, as_=sam)).data
    assert (read["status"], read["closed_by"], read["score_percent"]) == ("graded", "deadline", 100)
    second = await api.post(f"/quizzes/{quiz['id']}/attempts", as_=sam)
    assert (second.status, second.data["number"]) == (201, 2)


async def test_starting_again_closes_the_overdue_attempt(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE, time_limit_minutes=10)
    first = await start(api, sam, quiz)
    await turn_back(db, first, 60)
    second = await api.post(f"/quizzes/{quiz['id']}/attempts", as_=sam)
    assert (second.status, second.data["number"]) == (201, 2)
    assert (await api.get(f"/attempts/{first['id']}", as_=sam)).data["status"] == "graded"


async def test_the_worker_closes_overdue_attempts_only(
    api: Api, tara: Person, sam: Person, olly: Person, db: Pool, worker: WorkerContext
) -> None:
    course, quiz, enrollment = await make_taken(
        api, tara, sam, TRUE_FALSE, ESSAY, time_limit_minutes=10
    )
    await enroll(api, olly, course)
    plain, _ = await make_quiz(
        api, tara, course, TRUE_FALSE, is_required=True, time_limit_minutes=9
    )
    overdue, gone = await start(api, sam, quiz), await start(api, sam, plain)
    bystander = await start(api, olly, quiz)
    for attempt in (overdue, gone):
        await api.patch(
            f"/attempts/{attempt['id']}/answers", {"answers": all_right(attempt)}, as_=sam
        )
    await turn_back(db, overdue, 6)
    await turn_back(db, gone, 3600)
    await turn_back(db, bystander, 3)  # in its grace
    await run_duty(worker)
    marked = (await api.get(f"/attempts/{overdue['id']}", as_=tara)).data
    assert (marked["status"], marked["points"], marked["closed_by"]) == (
        "needs_marking", None, "deadline",
    )  # fmt: skip
    assert marked["finished_at"] == marked["expires_at"]
    passed = (await api.get(f"/attempts/{gone['id']}", as_=sam)).data
    assert (passed["status"], passed["passed"]) == ("graded", True)
    assert (await api.get(f"/attempts/{bystander['id']}", as_=olly)).data["status"] == "in_progress"
    state = (await api.get(f"/enrollments/{enrollment['id']}", as_=sam)).data
    assert state["status"] == "active"  # its lessons are still to be done


async def test_an_attempt_that_cannot_be_marked_does_not_block_the_others(
    api: Api, tara: Person, sam: Person, olly: Person, db: Pool, worker: WorkerContext
) -> None:
    course, quiz, _ = await make_taken(api, tara, sam, SHORT, time_limit_minutes=10)
    await enroll(api, olly, course)
    broken, whole = await start(api, sam, quiz), await start(api, olly, quiz)
    for person, attempt in ((sam, broken), (olly, whole)):
        await api.patch(
            f"/attempts/{attempt['id']}/answers", {"answers": all_right(attempt)}, as_=person
        )
        await turn_back(db, attempt, 60)
    async with db.acquire() as connection:
        await connection.execute(
            "update attempt_questions set key = '{}' where attempt_id = $1", UUID(broken["id"])
        )
    with pytest.raises(RuntimeError, match="1 overdue"):
        await run_duty(worker)
    assert (await api.get(f"/attempts/{whole['id']}", as_=olly)).data["points"] == 1


async def test_an_extension_moves_the_deadline_of_an_open_attempt(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, quiz, _ = await make_taken(
        api, tara, sam, TRUE_FALSE, time_limit_minutes=10, max_attempts=1
    )
    await enroll(api, olly, course)
    attempt, bystander = await start(api, sam, quiz), await start(api, olly, quiz)
    path = f"/quizzes/{quiz['id']}/extensions/{sam.id}"
    reply = await api.patch(path, {"extra_minutes": 15}, as_=tara)
    assert (reply.data["extra_minutes"], reply.data["extra_attempts"]) == (15, 0)
    moved = (await api.get(f"/attempts/{attempt['id']}", as_=sam)).data
    started = datetime.fromisoformat(moved["started_at"])
    assert datetime.fromisoformat(moved["expires_at"]) == started + timedelta(minutes=25)
    same = (await api.get(f"/attempts/{bystander['id']}", as_=olly)).data
    assert same["expires_at"] == bystander["expires_at"]
    await api.post(f"/attempts/{attempt['id']}/submit", as_=sam)
    again = f"/quizzes/{quiz['id']}/attempts"
    assert (await api.post(again, as_=sam)).code == "attempts_used_up"
    reply = await api.patch(path, {"extra_attempts": 1}, as_=tara)
    assert (reply.data["extra_minutes"], reply.data["extra_attempts"]) == (15, 1)
    second = (await api.post(again, as_=sam)).data
    assert 1498 < second["seconds_left"] <= 1500
    assert (await api.post(again, as_=olly)).status == 200  # still the one that is open


async def test_an_extension_does_not_reopen_an_attempt(
    api: Api, tara: Person, sam: Person, olly: Person, db: Pool
) -> None:
    course, _, _ = await make_taken(api, tara, sam, TRUE_FALSE)
    limited, _ = await make_quiz(api, tara, course, TRUE_FALSE, time_limit_minutes=1)
    over = await start(api, sam, limited)
    await turn_back(db, over, 6)
    await api.patch(
        f"/quizzes/{limited['id']}/extensions/{sam.id}", {"extra_minutes": 60}, as_=tara
    )
    assert (await api.get(f"/attempts/{over['id']}", as_=sam)).data["closed_by"] == "deadline"
    nobody = await api.patch(
        f"/quizzes/{limited['id']}/extensions/{olly.id}", {"extra_minutes": 1}, as_=tara
    )
    assert nobody.status == 404


async def test_the_grace_period_is_a_setting(
    api: Api, app: web.Application, tara: Person, sam: Person, db: Pool, worker: WorkerContext
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE, time_limit_minutes=10)
    attempt = await start(api, sam, quiz)
    await turn_back(db, attempt, 30)
    patient = replace(worker, settings=replace(worker.settings, quiz_grace_seconds=60))
    await run_duty(patient)
    async with db.acquire() as connection:
        status = await connection.fetchval("select status from attempts")
    assert status == "in_progress"
    await asyncio.gather(run_duty(worker))
    assert (await api.get(f"/attempts/{attempt['id']}", as_=sam)).data["closed_by"] == "deadline"


async def test_a_submit_overtaken_by_the_deadline_says_so(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    """It looks at the clock, waits for a save, and writes its answers when the grace is over."""
    _, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE, time_limit_minutes=10)
    attempt = await start(api, sam, quiz)
    await turn_back(db, attempt, 4)  # of a grace of 5 s
    answers = {"answers": all_right(attempt)}
    async with begin(db) as connection:
        held = "select id from attempts where id = $1 for no key update"
        await connection.execute(held, UUID(attempt["id"]))
        submit = asyncio.create_task(
            api.post(f"/attempts/{attempt['id']}/submit", answers, as_=sam)
        )

        async def is_over() -> bool:
            async with db.acquire() as other:
                return bool(
                    await other.fetchval(
                        "select clock_timestamp() > expires_at + interval '5 s' from attempts"
                    )
                )

        await eventually(is_over)
    closed = (await submit).data
    assert (closed["closed_by"], closed["points"], closed["answers"]) == ("deadline", 0, [])
    assert closed["finished_at"] == closed["expires_at"]
