"""Taking a quiz: start, save, submit, and what an attempt freezes."""

from typing import Any
from uuid import uuid4

import pytest

from lms.core.db.pool import Pool
from tests.api import Api
from tests.attempts.casts import (
    EIGHT,
    ESSAY,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    SHORT,
    SINGLE,
    TRUE_FALSE,
    all_right,
    given,
    make_quiz,
    make_taken,
    right_answer,
    start,
)
from tests.conftest import QueryCount
from tests.factories import enroll, make_lesson, make_open_course
from tests.people import Person


async def _sql(db: Pool, statement: str, *args: Any) -> Any:
    async with db.acquire() as connection:
        return await connection.fetchval(statement, *args)


async def test_all_right_answers_of_every_type_give_every_point(
    api: Api, tara: Person, sam: Person
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, *EIGHT[:-1])
    attempt = await start(api, sam, quiz)
    reply = await api.post(
        f"/attempts/{attempt['id']}/submit", {"answers": all_right(attempt)}, as_=sam
    )
    closed = reply.data
    assert (closed["status"], closed["closed_by"]) == ("graded", "student")
    assert (closed["points"], closed["max_points"], closed["score_percent"]) == (7, 7, 100)
    assert closed["passed"] is True
    assert all(question["correct"] for question in closed["questions"])


async def test_starting_again_returns_the_open_attempt_unchanged(
    api: Api, tara: Person, sam: Person
) -> None:
    _, quiz, _ = await make_taken(
        api, tara, sam, *EIGHT, shuffle_questions=True, shuffle_options=True
    )
    first = await start(api, sam, quiz)
    await api.patch(f"/attempts/{first['id']}/answers", {"answers": all_right(first)}, as_=sam)
    again = await api.post(f"/quizzes/{quiz['id']}/attempts", as_=sam)
    assert again.status == 200
    assert again.data["id"] == first["id"]
    assert again.data["questions"] == first["questions"]
    read = (await api.get(f"/attempts/{first['id']}", as_=sam)).data
    assert read["questions"] == first["questions"]
    saved = {one["question_id"]: one["answer"] for one in read["answers"]}
    assert saved == {one["question_id"]: one["answer"] for one in all_right(first)}


async def test_orders_differ_between_attempts_and_options_have_new_ids(
    api: Api, tara: Person, sam: Person
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, ORDERING, MULTIPLE, shuffle_options=True)
    orders, ids = set(), []
    for _ in range(6):
        attempt = await start(api, sam, quiz)
        orders.add(tuple(o["text"] for q in attempt["questions"] for o in q["options"]))
        ids += [o["id"] for q in attempt["questions"] for o in q["options"]]
        await api.post(f"/attempts/{attempt['id']}/submit", as_=sam)
    assert len(orders) > 1
    assert len(set(ids)) == len(ids)


async def test_later_edits_of_the_quiz_do_not_touch_an_attempt(
    api: Api, tara: Person, sam: Person
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, SINGLE, TRUE_FALSE, NUMERIC)
    attempt = await start(api, sam, quiz)
    questions = (await api.get(f"/quizzes/{quiz['id']}/questions", as_=tara)).data
    single, truth, number = (question["id"] for question in questions)
    changes = {"text": "Another", "points": 50, "answer": "pink"}
    assert (await api.patch(f"/questions/{single}", changes, as_=tara)).status == 200
    assert (await api.delete(f"/questions/{truth}", as_=tara)).status == 204
    order = {"question_ids": [number, single]}
    await api.patch(f"/quizzes/{quiz['id']}/questions/reorder", order, as_=tara)
    await api.patch(
        f"/quizzes/{quiz['id']}", {"passing_score": 100, "time_limit_minutes": 1}, as_=tara
    )
    read = (await api.get(f"/attempts/{attempt['id']}", as_=sam)).data
    assert read["questions"] == attempt["questions"]
    assert read["expires_at"] is None
    answers = [*all_right(attempt)[:2], given(attempt, 2, "-1")]
    closed = (
        await api.post(f"/attempts/{attempt['id']}/submit", {"answers": answers}, as_=sam)
    ).data
    assert (closed["points"], closed["max_points"], closed["score_percent"]) == (2, 3, 66.67)
    assert closed["passed"] is False  # by the 70 % it started with


@pytest.mark.parametrize(
    ("sent", "kept"),
    [([1, 2], 2), ([2, 1], 2), ([5, 5], 5), ([0, 2**53 - 1, 7], 2**53 - 1)],
)
async def test_only_a_greater_seq_overwrites_an_answer(
    api: Api, tara: Person, sam: Person, sent: list[int], kept: int
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, SHORT, ESSAY)
    attempt = await start(api, sam, quiz)
    path = f"/attempts/{attempt['id']}/answers"
    bystander = given(attempt, 1, "An essay", seq=3)
    await api.patch(path, {"answers": [bystander]}, as_=sam)
    for index, seq in enumerate(sent):
        answer = given(attempt, 0, f"{seq} at {index}", seq=seq)
        saved = (await api.patch(path, {"answers": [answer]}, as_=sam)).data
    first = sent.index(kept)
    expected = given(attempt, 0, f"{kept} at {first}", seq=kept)
    assert saved["answers"] == [expected]
    read = (await api.get(f"/attempts/{attempt['id']}", as_=sam)).data
    assert read["answers"] == [expected, bystander]


async def test_a_question_answered_twice_in_a_call_keeps_the_greatest_seq(
    api: Api, tara: Person, sam: Person
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, SHORT)
    attempt = await start(api, sam, quiz)
    answers = [
        given(attempt, 0, "two", 2),
        given(attempt, 0, "three", 3),
        given(attempt, 0, "x", 3),
    ]
    reply = await api.patch(f"/attempts/{attempt['id']}/answers", {"answers": answers}, as_=sam)
    assert reply.data["answers"] == [answers[1]]


async def test_an_answer_can_be_taken_back(api: Api, tara: Person, sam: Person) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE)
    attempt = await start(api, sam, quiz)
    path = f"/attempts/{attempt['id']}"
    await api.patch(f"{path}/answers", {"answers": [given(attempt, 0, True, 1)]}, as_=sam)
    await api.patch(f"{path}/answers", {"answers": [given(attempt, 0, None, 2)]}, as_=sam)
    assert (await api.post(f"{path}/submit", as_=sam)).data["points"] == 0


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (SINGLE, "red"),  # the author's id is none of the attempt's
        (SINGLE, ["x"]),
        (MULTIPLE, "x"),
        (MULTIPLE, [1]),
        (TRUE_FALSE, "true"),
        (TRUE_FALSE, 1),
        (SHORT, 5),
        (SHORT, "x" * 1001),
        (NUMERIC, [3]),
        (NUMERIC, True),
        (ORDERING, {"a": "b"}),
        (EIGHT[5], ["x"]),
        (EIGHT[5], {"cat": "purr"}),
        (ESSAY, {"text": "x"}),
    ],
)
async def test_an_answer_of_the_wrong_shape_is_refused_and_saves_nothing(
    api: Api, tara: Person, sam: Person, question: Any, answer: Any
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, question, TRUE_FALSE)
    attempt = await start(api, sam, quiz)
    answers = [given(attempt, 1, True), given(attempt, 0, answer)]
    for reply in (
        await api.patch(f"/attempts/{attempt['id']}/answers", {"answers": answers}, as_=sam),
        await api.post(f"/attempts/{attempt['id']}/submit", {"answers": answers}, as_=sam),
    ):
        assert (reply.status, reply.pointers) == (422, ["/answers/1/answer"])
    read = (await api.get(f"/attempts/{attempt['id']}", as_=sam)).data
    assert (read["status"], read["answers"]) == ("in_progress", [])


async def test_a_question_of_another_attempt_cannot_be_answered(
    api: Api, tara: Person, sam: Person
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE)
    attempt = await start(api, sam, quiz)
    answer = {"question_id": str(uuid4()), "answer": True, "seq": 1}
    reply = await api.patch(f"/attempts/{attempt['id']}/answers", {"answers": [answer]}, as_=sam)
    assert (reply.status, reply.pointers) == (422, ["/answers/0/question_id"])


async def test_submitting_again_answers_the_same_and_changes_nothing(
    api: Api, tara: Person, sam: Person
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE)
    attempt = await start(api, sam, quiz)
    path = f"/attempts/{attempt['id']}/submit"
    first = (await api.post(path, {"answers": [given(attempt, 0, True)]}, as_=sam)).data
    again = (await api.post(path, {"answers": [given(attempt, 0, False, 9)]}, as_=sam)).data
    clocks = ("server_now", "seconds_left")
    assert {k: v for k, v in again.items() if k not in clocks} == {
        k: v for k, v in first.items() if k not in clocks
    }
    late = await api.patch(
        f"/attempts/{attempt['id']}/answers", {"answers": [given(attempt, 0, False, 9)]}, as_=sam
    )
    assert (late.status, late.code) == (409, "attempt_closed")


async def test_attempts_are_numbered_and_never_more_than_allowed(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE, max_attempts=2)
    await enroll(api, olly, course)
    await start(api, olly, quiz)  # whose attempts are not Sam's
    numbers = []
    for _ in range(2):
        attempt = await start(api, sam, quiz)
        numbers.append(attempt["number"])
        await api.post(f"/attempts/{attempt['id']}/submit", as_=sam)
    reply = await api.post(f"/quizzes/{quiz['id']}/attempts", as_=sam)
    assert numbers == [1, 2]
    assert (reply.status, reply.code) == (409, "attempts_used_up")


async def test_only_enrolled_students_may_start_a_published_quiz(
    api: Api, tara: Person, theo: Person, sam: Person, olly: Person, db: Pool
) -> None:
    course, quiz, enrollment = await make_taken(api, tara, sam, TRUE_FALSE)
    path = f"/quizzes/{quiz['id']}/attempts"
    for outsider in (olly, theo, tara):
        assert (await api.post(path, as_=outsider)).status == 403
    assert (await api.post(f"/quizzes/{uuid4()}/attempts", as_=sam)).status == 404
    draft, _ = await make_quiz(api, tara, course, TRUE_FALSE, publish=False)
    assert (await api.post(f"/quizzes/{draft['id']}/attempts", as_=sam)).status == 404
    await api.delete(f"/enrollments/{enrollment['id']}", as_=sam)
    assert (await api.post(path, as_=sam)).status == 403


async def test_a_quiz_outside_its_window_cannot_be_started(
    api: Api, tara: Person, sam: Person
) -> None:
    course, later, _ = await make_taken(
        api, tara, sam, TRUE_FALSE, available_from="2100-01-01T00:00:00Z"
    )
    past, _ = await make_quiz(api, tara, course, TRUE_FALSE, available_until="2001-01-01T00:00:00Z")
    for quiz in (later, past):
        reply = await api.post(f"/quizzes/{quiz['id']}/attempts", as_=sam)
        assert (reply.status, reply.code) == (409, "quiz_not_open")


async def test_the_deadline_is_the_earlier_of_limit_and_window(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    course, limited, _ = await make_taken(api, tara, sam, TRUE_FALSE, time_limit_minutes=10)
    attempt = await start(api, sam, limited)
    assert 598 < attempt["seconds_left"] <= 600
    windowed, _ = await make_quiz(
        api, tara, course, TRUE_FALSE, available_until="2100-01-01T00:00:00Z"
    )
    assert (await start(api, sam, windowed))["expires_at"] == "2100-01-01T00:00:00Z"
    until = await _sql(db, "select (now() + interval '5 minutes')::text")
    both, _ = await make_quiz(
        api, tara, course, TRUE_FALSE, time_limit_minutes=10,
        available_until=until.replace(" ", "T") + ":00",
    )  # fmt: skip
    assert 298 < (await start(api, sam, both))["seconds_left"] <= 300


async def test_other_peoples_attempts_are_not_found(
    api: Api, tara: Person, theo: Person, sam: Person, olly: Person, ada: Person
) -> None:
    course, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE)
    await enroll(api, olly, course)
    attempt = await start(api, sam, quiz)
    path, answers = f"/attempts/{attempt['id']}", {"answers": [given(attempt, 0, True)]}
    grades = {"grades": [{"question_id": attempt["questions"][0]["id"], "points": 1}]}
    for other in (olly, theo):
        assert (await api.get(path, as_=other)).status == 404
        assert (await api.patch(f"{path}/answers", answers, as_=other)).status == 404
        assert (await api.post(f"{path}/submit", as_=other)).status == 404
    assert (await api.post(f"{path}/grade", grades, as_=theo)).status == 404
    for teacher in (tara, ada):
        assert (await api.get(path, as_=teacher)).status == 200
        assert (await api.patch(f"{path}/answers", answers, as_=teacher)).status == 403
        assert (await api.post(f"{path}/submit", as_=teacher)).status == 403
    assert (await api.post(f"{path}/grade", grades, as_=sam)).status == 403
    listed = f"/quizzes/{quiz['id']}/attempts"
    assert [a["id"] for a in (await api.get(listed, as_=sam)).data] == [attempt["id"]]
    assert (await api.get(listed, as_=olly)).data == []
    assert (await api.get(listed, as_=theo)).data == []
    assert [a["id"] for a in (await api.get(listed, as_=tara)).data] == [attempt["id"]]


async def test_passing_completes_the_quiz_lesson_and_at_last_the_course(
    api: Api, tara: Person, sam: Person, olly: Person, db: Pool
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=1)
    quiz, _ = await make_quiz(api, tara, course, TRUE_FALSE)
    required, _ = await make_quiz(api, tara, course, TRUE_FALSE, is_required=True)
    lesson = await make_lesson(
        api, tara, course, content_type="quiz", content=None, quiz_id=quiz["id"]
    )
    enrollment = await enroll(api, sam, course)
    bystander = await enroll(api, olly, course)
    path = f"/enrollments/{enrollment['id']}"
    refused = await api.post(f"{path}/lessons/{lesson['id']}/complete", as_=sam)
    assert (refused.status, refused.code) == (409, "quiz_not_passed")

    attempt = await start(api, sam, quiz)
    await api.post(f"/attempts/{attempt['id']}/submit", as_=sam)  # without an answer
    assert (await api.get(path, as_=sam)).data["completed_lessons"] == 0
    attempt = await start(api, sam, quiz)
    await api.post(f"/attempts/{attempt['id']}/submit", {"answers": all_right(attempt)}, as_=sam)
    assert (await api.get(path, as_=sam)).data["completed_lessons"] == 1
    assert (await api.post(f"{path}/lessons/{lesson['id']}/complete", as_=sam)).status == 200

    await api.post(f"{path}/lessons/{lessons[0]['id']}/complete", as_=sam)
    state = (await api.get(path, as_=sam)).data
    assert (state["progress_percent"], state["status"]) == (100, "active")  # one is required
    attempt = await start(api, sam, required)
    await api.post(f"/attempts/{attempt['id']}/submit", {"answers": all_right(attempt)}, as_=sam)
    assert (await api.get(path, as_=sam)).data["status"] == "completed"
    assert await _sql(db, "select count(*) from certificates") == 1
    assert (await api.get(f"/enrollments/{bystander['id']}", as_=olly)).data["status"] == "active"


async def test_a_lesson_shows_only_a_quiz_of_its_own_course(
    api: Api, tara: Person, sam: Person
) -> None:
    course, quiz, _ = await make_taken(api, tara, sam)
    other, _ = await make_open_course(api, tara)
    body = {"title": "Quiz", "content_type": "quiz", "quiz_id": quiz["id"]}
    reply = await api.post(f"/courses/{other['id']}/lessons", body, as_=tara)
    assert (reply.status, reply.pointers) == (422, ["/quiz_id"])
    lesson = (await api.post(f"/courses/{course['id']}/lessons", body, as_=tara)).data
    reply = await api.patch(f"/lessons/{lesson['id']}", {"quiz_id": str(uuid4())}, as_=tara)
    assert (reply.status, reply.pointers) == (422, ["/quiz_id"])
    reply = await api.delete(f"/quizzes/{quiz['id']}", as_=tara)
    assert (reply.status, reply.code) == (409, "quiz_in_use")
    reply = await api.patch(f"/lessons/{lesson['id']}", {"quiz_id": None}, as_=tara)
    assert (reply.status, reply.code) == (409, "course_not_publishable")


@pytest.mark.parametrize("count", [2, 200])
async def test_starting_takes_as_many_queries_for_200_questions_as_for_2(
    api: Api, tara: Person, sam: Person, olly: Person, queries: QueryCount, count: int
) -> None:
    course, _ = await make_open_course(api, tara)
    quiz, _ = await make_quiz(api, tara, course, publish=False)
    content = "\n".join(["type,text,options,answer"] + [
        f"multiple_choice,Question {n},a|b|c|d|e,1|3" for n in range(count)
    ])  # fmt: skip
    order = {"format": "csv", "content": content}
    await api.post(f"/quizzes/{quiz['id']}/questions/import", order, as_=tara)
    await api.post(f"/quizzes/{quiz['id']}/publish", as_=tara)
    await enroll(api, olly, course)
    other = await start(api, olly, quiz)  # a connection asks about types when it first meets them
    await api.post(f"/attempts/{other['id']}/submit", as_=olly)
    await enroll(api, sam, course)
    async with queries.expect(12):  # begin and commit with them
        attempt = await start(api, sam, quiz)
    assert len(attempt["questions"]) == count
    async with queries.expect(2):
        await api.get(f"/attempts/{attempt['id']}", as_=sam)
    answers = [
        {"question_id": q["id"], "answer": [q["options"][0]["id"]], "seq": 1}
        for q in attempt["questions"]
    ]
    async with queries.expect(2):  # what may be answered, and the one that saves
        await api.patch(f"/attempts/{attempt['id']}/answers", {"answers": answers}, as_=sam)
    async with queries.expect(12):
        await api.post(f"/attempts/{attempt['id']}/submit", as_=sam)


async def test_right_answers_use_the_attempts_own_option_ids(
    api: Api, tara: Person, sam: Person
) -> None:
    """What `right_answer` says is what the key says, under the attempt's ids."""
    _, quiz, _ = await make_taken(api, tara, sam, *EIGHT[:-1])
    attempt = await start(api, sam, quiz)
    closed = (await api.post(f"/attempts/{attempt['id']}/submit", as_=sam)).data
    for question in closed["questions"]:
        if question["type"] not in ("short_answer", "numeric"):
            assert question["answer"] == right_answer(question)
