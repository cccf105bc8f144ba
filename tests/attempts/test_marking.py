"""People mark, and mark again; corrected questions are marked again for everyone."""

from typing import Any
from uuid import UUID

import pytest

from lms.core.db.pool import Pool
from tests.api import Api
from tests.attempts.casts import (
    ESSAY,
    MATCHING,
    MULTIPLE,
    SHORT,
    SINGLE,
    TRUE_FALSE,
    all_right,
    given,
    make_taken,
    option,
    start,
)
from tests.conftest import QueryCount
from tests.factories import enroll
from tests.people import Cast, Person
from tests.running import eventually


async def _take(api: Api, student: Person, quiz: Any, *answers: Any) -> Any:
    attempt = await start(api, student, quiz)
    sent = [given(attempt, n, answer) for n, answer in enumerate(answers)]
    reply = await api.post(f"/attempts/{attempt['id']}/submit", {"answers": sent}, as_=student)
    return reply.data


async def test_an_essay_waits_in_the_queue_until_a_person_marks_it(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, quiz, enrollment = await make_taken(
        api, tara, sam, ESSAY, {**ESSAY, "points": 2}, TRUE_FALSE, is_required=True
    )
    await enroll(api, olly, course)
    waiting = await _take(api, sam, quiz, "One", "Two", True)
    done = await _take(api, olly, quiz)  # wrote nothing, so there is nothing to read
    assert (waiting["status"], waiting["points"], waiting["passed"]) == (
        "needs_marking",
        None,
        None,
    )
    assert (done["status"], done["points"]) == ("graded", 0)
    queue = f"/quizzes/{quiz['id']}/attempts?status=needs_marking"
    assert [a["id"] for a in (await api.get(queue, as_=tara)).data] == [waiting["id"]]
    one, two, truth = (question["id"] for question in waiting["questions"])
    path = f"/attempts/{waiting['id']}/grade"
    half = {"grades": [{"question_id": one, "points": 0.5, "feedback": "Good *start*."}]}
    assert (await api.post(path, half, as_=tara)).data["status"] == "needs_marking"
    rest = {"grades": [{"question_id": two, "points": "1.75"}]}
    marked = (await api.post(path, rest, as_=tara)).data
    assert (marked["status"], marked["points"], marked["score_percent"]) == ("graded", 3.25, 81.25)
    assert marked["questions"][0]["feedback"] == "Good *start*."
    assert (await api.get(queue, as_=tara)).data == []
    seen = (await api.get(f"/attempts/{waiting['id']}", as_=sam)).data
    assert [q["points_awarded"] for q in seen["questions"]] == [0.5, 1.75, 1]
    again = {"grades": [{"question_id": one, "points": 0}, {"question_id": truth, "points": 0.5}]}
    marked = (await api.post(path, again, as_=tara)).data  # over the machine's mark too
    assert (marked["points"], marked["score_percent"], marked["passed"]) == (2.25, 56.25, False)
    # What was passed once stays passed for the course.
    state = (await api.get(f"/enrollments/{enrollment['id']}", as_=sam)).data
    assert state["status"] == "active"


async def test_an_attempts_stages_are_recorded_as_events(
    api: Api, tara: Person, theo: Person, sam: Person
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, ESSAY)
    waiting = await _take(api, sam, quiz, "Words")
    grade = {"question_id": waiting["questions"][0]["id"], "points": 1}
    await api.post(f"/attempts/{waiting['id']}/grade", {"grades": [grade]}, as_=tara)
    done = await _take(api, sam, quiz)  # marked by the machine at once
    types = "/events?types=quiz.started,quiz.submitted,quiz.graded"

    async def all_of_it() -> Any:  # an event shows when every older transaction is over
        events = (await api.get(types, as_=tara)).data
        return events if len(events) >= 6 else None

    told = await eventually(all_of_it)
    assert [(event["type"], event["data"]["attempt_id"]) for event in told] == [
        (f"quiz.{what}", attempt["id"])
        for attempt in (waiting, done)
        for what in ("started", "submitted", "graded")
    ]
    scores = [event["data"]["score_percent"] for event in told]
    assert scores == [None, None, 100, None, 0, 0]
    assert (await api.get(types, as_=theo)).data == []


async def test_impossible_marks_are_refused(api: Api, tara: Person, sam: Person) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, ESSAY)
    attempt = await start(api, sam, quiz)
    path, question = f"/attempts/{attempt['id']}/grade", attempt["questions"][0]["id"]
    good = {"question_id": question, "points": 1}
    reply = await api.post(path, {"grades": [good]}, as_=tara)
    assert (reply.status, reply.code) == (409, "attempt_open")
    await api.post(
        f"/attempts/{attempt['id']}/submit", {"answers": [given(attempt, 0, "Words")]}, as_=sam
    )
    for grades, pointer in (
        ([{**good, "points": 1.01}], "/grades/0/points"),
        ([{**good, "points": -1}], "/grades/0/points"),
        ([{**good, "points": 0.00000001}], "/grades/0/points"),
        ([{**good, "points": "NaN"}], "/grades/0/points"),
        ([good, good], "/grades/1/question_id"),
        ([{**good, "question_id": attempt["id"]}], "/grades/0/question_id"),
    ):
        reply = await api.post(path, {"grades": grades}, as_=tara)
        assert (reply.status, reply.pointers) == (422, [pointer])
    assert (await api.get(f"/attempts/{attempt['id']}", as_=tara)).data["status"] == "needs_marking"


async def test_a_dry_run_reports_exactly_what_the_real_run_does(
    api: Api, tara: Person, sam: Person, olly: Person, db: Pool
) -> None:
    course, quiz, _enrollment = await make_taken(api, tara, sam, SINGLE, SHORT, ESSAY)
    _, other, _ = await make_taken(api, tara, olly, SINGLE)
    await enroll(api, olly, course)
    wrong = await start(api, sam, quiz)
    pink = option(wrong["questions"][0], "Pink")
    wrong = await _finish(api, sam, wrong, pink, "Paris", "")
    right = await _take(api, olly, quiz, None, "Lutetia", "Words")  # waits for marking
    red = await start(api, olly, other)
    bystander = await _finish(api, olly, red, option(red["questions"][0], "Red"))
    questions = (await api.get(f"/quizzes/{quiz['id']}/questions", as_=tara)).data
    path = f"/quizzes/{quiz['id']}/regrade"
    assert (await api.post(path, {"dry_run": True}, as_=tara)).data == {"attempts": []}

    await api.patch(f"/questions/{questions[0]['id']}", {"answer": "pink", "points": 3}, as_=tara)
    before = (await api.get(f"/attempts/{wrong['id']}", as_=tara)).data
    dry = (await api.post(path, {"dry_run": True}, as_=tara)).data["attempts"]
    assert (await api.get(f"/attempts/{wrong['id']}", as_=tara)).data["points"] == before["points"]
    real = (await api.post(path, {"dry_run": False}, as_=tara)).data["attempts"]
    assert dry == real
    assert {"attempt_id": wrong["id"], "score_before": 33.33, "score_after": 80,
            "passed_before": False, "passed_after": True} in real  # fmt: skip
    assert len(real) == 2  # the one that waits gives more points now as well
    after = (await api.get(f"/attempts/{wrong['id']}", as_=sam)).data
    assert (after["points"], after["max_points"], after["passed"]) == (4, 5, True)
    assert after["questions"][0]["answer"] == pink
    assert [q["text"] for q in after["questions"]] == [q["text"] for q in wrong["questions"]]
    waits = (await api.get(f"/attempts/{right['id']}", as_=tara)).data
    assert (waits["status"], waits["max_points"]) == ("needs_marking", 5)
    same = (await api.get(f"/attempts/{bystander['id']}", as_=olly)).data
    assert (same["points"], same["updated_at"]) == (1, bystander["updated_at"])
    assert (await api.post(path, {"dry_run": False}, as_=tara)).data == {"attempts": []}
    assert (await api.post(path, {}, as_=tara)).pointers == ["/dry_run"]


async def _finish(api: Api, student: Person, attempt: Any, *answers: Any) -> Any:
    sent = [given(attempt, n, answer) for n, answer in enumerate(answers)]
    reply = await api.post(f"/attempts/{attempt['id']}/submit", {"answers": sent}, as_=student)
    return reply.data


async def test_regrading_may_pass_students_and_keeps_marks_given_by_hand(
    api: Api, tara: Person, sam: Person
) -> None:
    course, quiz, enrollment = await make_taken(
        api, tara, sam, SHORT, {**ESSAY, "points": 4}, is_required=True, passing_score=80
    )
    lessons = (await api.get(f"/courses/{course['id']}/lessons", as_=sam)).data
    for lesson in lessons:
        await api.post(f"/enrollments/{enrollment['id']}/lessons/{lesson['id']}/complete", as_=sam)
    attempt = await _take(api, sam, quiz, "Lutece", "Words")
    essay = attempt["questions"][1]["id"]
    await api.post(
        f"/attempts/{attempt['id']}/grade", {"grades": [{"question_id": essay, "points": 3}]},
        as_=tara,
    )  # fmt: skip
    questions = (await api.get(f"/quizzes/{quiz['id']}/questions", as_=tara)).data
    await api.patch(
        f"/questions/{questions[0]['id']}", {"answer": {"accepted": ["lutece"]}}, as_=tara
    )
    await api.patch(f"/questions/{questions[1]['id']}", {"explanation": "So."}, as_=tara)
    (change,) = (
        await api.post(f"/quizzes/{quiz['id']}/regrade", {"dry_run": False}, as_=tara)
    ).data["attempts"]
    assert (change["score_before"], change["score_after"]) == (60, 80)
    state = (await api.get(f"/enrollments/{enrollment['id']}", as_=sam)).data
    assert state["status"] == "completed"
    await api.patch(f"/questions/{questions[1]['id']}", {"points": 2}, as_=tara)
    await api.post(f"/quizzes/{quiz['id']}/regrade", {"dry_run": False}, as_=tara)
    shown = (await api.get(f"/attempts/{attempt['id']}", as_=tara)).data
    assert [q["points_awarded"] for q in shown["questions"]] == [1, 2]  # 3, but never above 2
    assert shown["score_percent"] == 100


@pytest.mark.parametrize("number", [1, 9])
async def test_students_who_pass_by_regrading_are_completed_in_one_go(
    api: Api, tara: Person, olly: Person, cast: Cast, db: Pool, queries: QueryCount, number: int
) -> None:
    """Each is done with the course, and that costs the same statements for one as for nine."""
    course, quiz, _ = await make_taken(api, tara, olly, SHORT, is_required=True)
    lessons = (await api.get(f"/courses/{course['id']}/lessons", as_=tara)).data
    for n in range(number):
        student = await cast.person(f"Student {n}")
        place = await enroll(api, student, course)
        for lesson in lessons:
            path = f"/enrollments/{place['id']}/lessons/{lesson['id']}/complete"
            await api.post(path, as_=student)
        await _take(api, student, quiz, "Lutece")
    (question,) = (await api.get(f"/quizzes/{quiz['id']}/questions", as_=tara)).data
    right = {"answer": {"accepted": ["lutece"]}}
    await api.patch(f"/questions/{question['id']}", right, as_=tara)
    queries.attach()
    before = len(await queries.settle())
    reply = await api.post(f"/quizzes/{quiz['id']}/regrade", {"dry_run": False}, as_=tara)
    assert len(reply.data["attempts"]) == number
    # Without what a new connection asks about types.
    assert len([name for name in (await queries.settle())[before:] if name[:3] == "-- "]) == 17
    async with db.acquire() as connection:
        rows = await connection.fetch(
            "select e.status, c.id is not null, j.run_at = 'infinity' from enrollments e"
            " left join certificates c on c.enrollment_id = e.id"
            " left join jobs j on j.promise_key = 'completed:' || e.id"
            " where e.course_id = $1 order by e.id",
            UUID(course["id"]),
        )
    # Olly, who made no attempt, goes on; the others' mails wait for their certificates.
    bystander, *passed = [tuple(row) for row in rows]
    assert bystander == ("active", False, None)
    assert passed == [("completed", True, True)] * number


async def test_regrading_considers_only_options_that_the_attempt_showed(
    api: Api, tara: Person, sam: Person
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, MULTIPLE, MATCHING, SINGLE, TRUE_FALSE)
    attempt = await start(api, sam, quiz)
    attempt = await _finish(api, sam, attempt, *(a["answer"] for a in all_right(attempt)))
    questions = (await api.get(f"/quizzes/{quiz['id']}/questions", as_=tara)).data
    multiple, matching, single, truth = questions
    more = [*multiple["options"], {"id": "6", "text": "Number 6"}]
    await api.patch(
        f"/questions/{multiple['id']}", {"options": more, "answer": ["2", "4", "6"]}, as_=tara
    )
    sides = {**matching["options"], "left": matching["options"]["left"][:1]}
    await api.patch(
        f"/questions/{matching['id']}", {"options": sides, "answer": {"cat": "purr"}}, as_=tara
    )
    new_type = {"type": "essay"}
    assert (await api.patch(f"/questions/{single['id']}", new_type, as_=tara)).status == 200
    assert (await api.delete(f"/questions/{truth['id']}", as_=tara)).status == 204
    reply = await api.post(f"/quizzes/{quiz['id']}/regrade", {"dry_run": False}, as_=tara)
    assert reply.data["attempts"] == []
    shown = (await api.get(f"/attempts/{attempt['id']}", as_=sam)).data
    assert [q["points_awarded"] for q in shown["questions"]] == [1, 1, 1, 1]


@pytest.mark.parametrize("score", [100, 33.33])
async def test_regrading_applies_the_current_passing_score(
    api: Api, tara: Person, sam: Person, score: float
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE, passing_score=50)
    attempt = await _take(api, sam, quiz, score == 100)
    await api.patch(f"/quizzes/{quiz['id']}", {"passing_score": 0}, as_=tara)
    changes = (await api.post(f"/quizzes/{quiz['id']}/regrade", {"dry_run": False}, as_=tara)).data[
        "attempts"
    ]
    assert len(changes) == (score != 100)
    assert (await api.get(f"/attempts/{attempt['id']}", as_=sam)).data["passed"] is True


async def test_regrading_records_an_event_for_each_changed_result(
    api: Api, tara: Person, sam: Person, olly: Person, db: Pool
) -> None:
    course, quiz, _ = await make_taken(api, tara, sam, SINGLE, ESSAY)
    await enroll(api, olly, course)
    attempts = []
    for person, colour in ((sam, "Pink"), (olly, "Pink"), (sam, "Red")):
        attempt = await start(api, person, quiz)
        id = option(attempt["questions"][0], colour)
        attempts.append(await _finish(api, person, attempt, id, ""))
    waits = await start(api, olly, quiz)
    pink = option(waits["questions"][0], "Pink")
    await _finish(api, olly, waits, pink, "Read me")

    async def graded() -> list[Any]:
        async with db.acquire() as connection:
            rows = await connection.fetch(
                "select data from events where type = 'quiz.graded' order by xid, position"
            )
        return [row[0] for row in rows]

    before = await graded()
    assert [event["score_percent"] for event in before] == [0, 0, 50]
    (question, _) = (await api.get(f"/quizzes/{quiz['id']}/questions", as_=tara)).data
    await api.patch(f"/questions/{question['id']}", {"answer": "pink"}, as_=tara)
    path = f"/quizzes/{quiz['id']}/regrade"
    await api.post(path, {"dry_run": True}, as_=tara)
    assert await graded() == before
    await api.post(path, {"dry_run": False}, as_=tara)
    told = (await graded())[len(before) :]
    assert [(event["attempt_id"], event["score_percent"]) for event in told] == [
        (attempts[0]["id"], 50), (attempts[1]["id"], 50), (attempts[2]["id"], 0),
    ]  # fmt: skip
    await api.post(path, {"dry_run": False}, as_=tara)
    assert len(await graded()) == len(before) + 3
