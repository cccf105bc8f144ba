"""When access to a course ends, its open attempts close with what was saved."""

import asyncio
from typing import Any

from lms.attempts.tasks import close_ended_attempts
from lms.core.db.pool import Pool
from lms.core.jobs.claims import claim
from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext
from tests.api import Api
from tests.attempts.casts import ESSAY, SHORT, TRUE_FALSE, given, make_quiz, make_taken, start
from tests.attempts.clock import turn_back
from tests.conftest import QueryCount
from tests.events.settling import settle
from tests.factories import enroll, make_open_course
from tests.people import Person


async def _save(api: Api, student: Person, attempt: Any, answer: Any, seq: int = 1) -> Any:
    return await api.patch(
        f"/attempts/{attempt['id']}/answers",
        {"answers": [given(attempt, 0, answer, seq)]},
        as_=student,
    )


async def _run_promised(worker: WorkerContext) -> int:
    """What the end of access promised, as a worker does it; how many jobs there were."""
    done = 0
    while jobs := await claim(
        worker.db, "progress", {"close_ended_attempts": 1}, room=1, lease_seconds=30
    ):
        (job,) = jobs
        assert isinstance(job, Job)
        await close_ended_attempts(worker, job)
        done += 1
    return done


async def _events(api: Api, reader: Person, type: str) -> list[Any]:
    await settle(api)
    return [one["data"] for one in (await api.get(f"/events?types={type}", as_=reader)).data]


async def _refunded(api: Api, tara: Person, sam: Person, ada: Person) -> tuple[Any, Any]:
    """A quiz of a course that Sam paid for, and his order."""
    course, _ = await make_open_course(api, tara, price={"amount": 500, "currency": "EUR"})
    quiz, _ = await make_quiz(api, tara, course, SHORT)
    order = (await api.post("/orders", {"course_id": course["id"]}, as_=sam)).data
    await api.post(f"/orders/{order['id']}/mark-paid", {"reference": "r"}, as_=ada)
    await enroll(api, sam, course)
    return quiz, order


async def test_a_refund_closes_the_open_attempt_with_what_was_saved(
    api: Api, tara: Person, sam: Person, ada: Person
) -> None:
    quiz, order = await _refunded(api, tara, sam, ada)
    attempt = await start(api, sam, quiz)
    assert (await _save(api, sam, attempt, "Paris")).status == 200
    assert (await api.post(f"/orders/{order['id']}/refund", as_=ada)).status == 200
    path = f"/attempts/{attempt['id']}"
    late = await _save(api, sam, attempt, "Rome", 2)
    assert (late.status, late.code) == (409, "attempt_closed")
    for _ in range(2):
        submitted = await api.post(
            f"{path}/submit", {"answers": [given(attempt, 0, "Rome", 3)]}, as_=sam
        )
        assert (submitted.status, submitted.code) == (409, "attempt_closed")
    read = (await api.get(path, as_=sam)).data
    assert (read["status"], read["closed_by"], read["points"]) == ("graded", "access_ended", 1)
    assert "questions" not in read
    assert "answers" not in read
    seen = (await api.get(path, as_=tara)).data
    assert [one["answer"] for one in seen["answers"]] == ["Paris"]


async def test_the_whole_attempt_comes_back_with_access(
    api: Api, tara: Person, sam: Person
) -> None:
    course, quiz, place = await make_taken(api, tara, sam, SHORT)
    attempt = await start(api, sam, quiz)
    path = f"/attempts/{attempt['id']}"
    await _save(api, sam, attempt, "Paris")
    await api.delete(f"/enrollments/{place['id']}", as_=sam)
    without = await api.get(path, as_=sam)
    assert "questions" not in without.data
    await enroll(api, sam, course)
    tag = {"If-None-Match": without.headers["ETag"]}
    whole = await api.get(path, as_=sam, headers=tag)
    assert (whole.status, whole.data["closed_by"]) == (200, "access_ended")
    assert [one["answer"] for one in whole.data["answers"]] == ["Paris"]
    again = await api.post(f"/quizzes/{quiz['id']}/attempts", as_=sam)
    assert (again.status, again.data["number"]) == (201, 2)


async def test_a_quick_return_does_not_open_the_attempt_again(
    api: Api, tara: Person, sam: Person
) -> None:
    course, quiz, place = await make_taken(api, tara, sam, SHORT)
    attempt = await start(api, sam, quiz)
    await _save(api, sam, attempt, "Paris")
    await api.delete(f"/enrollments/{place['id']}", as_=sam)
    await enroll(api, sam, course)  # nobody looked at the attempt meanwhile
    assert (await _save(api, sam, attempt, "Rome", 2)).code == "attempt_closed"
    again = await api.post(f"/quizzes/{quiz['id']}/attempts", as_=sam)
    assert (again.status, again.data["number"]) == (201, 2)
    read = (await api.get(f"/attempts/{attempt['id']}", as_=sam)).data
    assert (read["closed_by"], read["points"]) == ("access_ended", 1)


async def test_the_worker_closes_it_as_of_the_moment_of_the_end(
    api: Api, tara: Person, sam: Person, olly: Person, db: Pool, worker: WorkerContext
) -> None:
    course, quiz, place = await make_taken(api, tara, sam, SHORT, max_attempts=1)
    await enroll(api, olly, course)
    attempt, bystander = await start(api, sam, quiz), await start(api, olly, quiz)
    await _save(api, sam, attempt, "Paris")
    await api.delete(f"/enrollments/{place['id']}", as_=sam)
    assert await _run_promised(worker) == 1
    async with db.acquire() as connection:
        ended = await connection.fetchrow(
            "select e.access_ended_at = a.finished_at as is_exact, a.status, a.closed_by "
            "from attempts a join enrollments e on e.id = a.enrollment_id where a.id = $1",
            attempt["id"],
        )
    assert tuple(ended) == (True, "graded", "access_ended")
    assert (await api.get(f"/attempts/{bystander['id']}", as_=olly)).data["status"] == "in_progress"
    (submitted,) = await _events(api, tara, "quiz.submitted")
    (graded,) = await _events(api, tara, "quiz.graded")
    assert submitted["attempt_id"] == graded["attempt_id"] == attempt["id"]
    figures = (await api.get(f"/quizzes/{quiz['id']}/statistics", as_=tara)).data
    assert (figures["count"], figures["mean_percent"]) == (1, 100)
    await enroll(api, sam, course)  # it counts as an attempt
    used = await api.post(f"/quizzes/{quiz['id']}/attempts", as_=sam)
    assert (used.status, used.code) == (409, "attempts_used_up")
    learn = (await api.get(f"/courses/{course['id']}/learn", as_=sam)).data["quizzes"][0]
    assert (learn["best_score_percent"], learn["attempts_used"]) == (100, 1)


async def test_an_essay_of_a_student_who_left_goes_to_marking(
    api: Api, tara: Person, sam: Person
) -> None:
    _, quiz, place = await make_taken(api, tara, sam, ESSAY)
    attempt = await start(api, sam, quiz)
    await _save(api, sam, attempt, "My words.")
    await api.delete(f"/enrollments/{place['id']}", as_=sam)
    path = f"/attempts/{attempt['id']}"
    assert (await api.get(path, as_=tara)).data["status"] == "needs_marking"
    grade = {"grades": [{"question_id": attempt["questions"][0]["id"], "points": 1}]}
    marked = (await api.post(f"{path}/grade", grade, as_=tara)).data
    assert (marked["status"], marked["closed_by"]) == ("graded", "access_ended")


async def test_a_deadline_before_the_end_of_access_is_what_closed_it(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    _, quiz, place = await make_taken(api, tara, sam, TRUE_FALSE, time_limit_minutes=10)
    attempt = await start(api, sam, quiz)
    await turn_back(db, attempt, 2)  # in the grace
    await api.delete(f"/enrollments/{place['id']}", as_=sam)
    assert (await _save(api, sam, attempt, True)).code == "attempt_closed"
    read = (await api.get(f"/attempts/{attempt['id']}", as_=sam)).data
    assert read["closed_by"] == "deadline"
    assert read["finished_at"] == read["expires_at"]


async def test_a_save_that_races_the_end_counts_or_is_refused(
    api: Api, tara: Person, sam: Person
) -> None:
    """Fifty saves and a student who leaves: the latest that was accepted is what is marked."""
    _, quiz, place = await make_taken(api, tara, sam, SHORT)
    attempt = await start(api, sam, quiz)

    async def leave() -> None:
        await asyncio.sleep(0.02)
        await api.delete(f"/enrollments/{place['id']}", as_=sam)
        await api.get(f"/attempts/{attempt['id']}", as_=sam)  # closes it

    saves = (_save(api, sam, attempt, f"Answer {seq}", seq) for seq in range(1, 51))
    *replies, _ = await asyncio.gather(*saves, leave())
    accepted = [seq for seq, reply in enumerate(replies, 1) if reply.status == 200]
    assert {reply.status for reply in replies} <= {200, 409}
    assert all(reply.status == 200 or reply.code == "attempt_closed" for reply in replies)
    kept = (await api.get(f"/attempts/{attempt['id']}", as_=tara)).data["answers"]
    assert [one["seq"] for one in kept] == ([max(accepted)] if accepted else [])


async def test_asking_for_access_costs_autosave_no_statement(
    api: Api, tara: Person, sam: Person, queries: QueryCount
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, SHORT)
    attempt = await start(api, sam, quiz)
    async with queries.expect(2):
        assert (await _save(api, sam, attempt, "Paris")).status == 200


async def test_a_repeat_under_its_key_shows_no_questions_once_access_is_over(
    api: Api, tara: Person, sam: Person, olly: Person, ada: Person
) -> None:
    quiz, order = await _refunded(api, tara, sam, ada)
    path = f"/quizzes/{quiz['id']}/attempts"
    attempt = (await api.post(path, as_=sam, headers={"Idempotency-Key": "start"})).data
    submit = f"/attempts/{attempt['id']}/submit"
    body = {"answers": [given(attempt, 0, "Lima")]}
    first = await api.post(submit, body, as_=sam, headers={"Idempotency-Key": "submit"})
    again = await api.post(submit, body, as_=sam, headers={"Idempotency-Key": "submit"})
    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert (await api.post(path, as_=sam, headers={"Idempotency-Key": "start"})).status == 201
    await api.post(f"/orders/{order['id']}/refund", as_=ada)
    start_again = await api.post(path, as_=sam, headers={"Idempotency-Key": "start"})
    assert (start_again.status, "questions" in str(start_again.body)) == (403, False)
    again = await api.post(submit, body, as_=sam, headers={"Idempotency-Key": "submit"})
    assert (again.status, again.code) == (409, "attempt_closed")
