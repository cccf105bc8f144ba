"""Writing quizzes and their questions."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from lms.core.db.pool import Pool
from tests.api import Api
from tests.attempts.casts import EIGHT, ESSAY, SINGLE, TRUE_FALSE, make_quiz, make_taken, start
from tests.factories import enroll, make_course, make_lesson, make_open_course
from tests.people import Person


async def test_a_quiz_is_created_read_and_changed(api: Api, tara: Person, olly: Person) -> None:
    course, _ = await make_open_course(api, tara)
    quiz, _ = await make_quiz(api, tara, course, *EIGHT, title="First", show_results="never")
    assert (quiz["status"], quiz["question_count"], quiz["total_points"]) == ("published", 8, 8)
    assert (quiz["passing_score"], quiz["max_attempts"], quiz["is_required"]) == (70, None, False)
    for person in (None, olly):
        read = await api.get(f"/quizzes/{quiz['id']}", as_=person)
        assert read.data == quiz
    etag = read.etag
    changed = await api.patch(
        f"/quizzes/{quiz['id']}", {"title": "Better", "passing_score": 66.67}, as_=tara,
        headers={"If-Match": etag},
    )  # fmt: skip
    assert (changed.data["title"], changed.data["passing_score"]) == ("Better", 66.67)
    assert changed.data["show_results"] == "never"
    stale = await api.patch(
        f"/quizzes/{quiz['id']}", {"title": "Older"}, as_=tara, headers={"If-Match": etag}
    )
    assert (stale.status, stale.code) == (412, "precondition_failed")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "published"), ("question_count", 3), ("passing_score", 100.01),
        ("passing_score", 66.667), ("passing_score", "NaN"), ("passing_score", True),
        ("max_attempts", 0), ("time_limit_minutes", 0), ("time_limit_minutes", 1.5),
        ("show_results", "always"), ("title", ""), ("available_from", "tomorrow"),
        ("available_from", "2026-01-01T00:00:00"),
        ("course_id", "0198c5f2-7b1e-7c3a-9f00-3d2c4b5a6978"),
    ],
)  # fmt: skip
async def test_invalid_quiz_fields_are_refused(
    api: Api, tara: Person, field: str, value: Any
) -> None:
    course, _ = await make_open_course(api, tara)
    body = {"course_id": course["id"], "title": "A quiz", field: value}
    reply = await api.post("/quizzes", body, as_=tara)
    assert (reply.status, reply.pointers) == (422, [f"/{field}"])


async def test_a_window_ends_after_it_begins(api: Api, tara: Person) -> None:
    course, _ = await make_open_course(api, tara)
    body = {
        "course_id": course["id"], "title": "A quiz",
        "available_from": "2026-02-01T00:00:00Z", "available_until": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    reply = await api.post("/quizzes", body, as_=tara)
    assert (reply.status, reply.pointers) == (422, ["/available_until"])
    del body["available_until"]
    quiz = (await api.post("/quizzes", body, as_=tara)).data
    until = {"available_until": "2026-01-01T00:00:00Z"}
    reply = await api.patch(f"/quizzes/{quiz['id']}", until, as_=tara)
    assert (reply.status, reply.pointers) == (422, ["/available_until"])


async def test_drafts_are_seen_and_changed_by_teacher_and_admins_only(
    api: Api, tara: Person, theo: Person, sam: Person, olly: Person, ada: Person
) -> None:
    course, quiz, _ = await make_taken(api, tara, sam)
    draft, (question,) = await make_quiz(api, tara, course, TRUE_FALSE, publish=False)
    hidden = await make_course(api, tara)
    secret, _ = await make_quiz(api, tara, hidden, TRUE_FALSE)
    for person in (None, theo, sam, olly):
        assert (await api.get(f"/quizzes/{draft['id']}", as_=person)).status == 404
        assert (await api.get(f"/quizzes/{secret['id']}", as_=person)).status == 404
        listed = (await api.get("/quizzes?include_total=true", as_=person)).json
        assert [q["id"] for q in listed["data"]] == [quiz["id"]]
        assert listed["meta"]["total"] == 1
    for person in (tara, ada):
        assert (await api.get(f"/quizzes/{draft['id']}", as_=person)).status == 200
        listed = (await api.get(f"/quizzes?course_id={course['id']}", as_=person)).data
        assert [q["id"] for q in listed] == [quiz["id"], draft["id"]]
    for method, path, body in (
        ("PATCH", f"/quizzes/{quiz['id']}", {"title": "Mine"}),
        ("DELETE", f"/quizzes/{quiz['id']}", None),
        ("POST", f"/quizzes/{quiz['id']}/publish", None),
        ("GET", f"/quizzes/{quiz['id']}/questions", None),
        ("POST", f"/quizzes/{quiz['id']}/questions", TRUE_FALSE),
        ("POST", f"/quizzes/{quiz['id']}/regrade", {"dry_run": True}),
        ("PATCH", f"/quizzes/{quiz['id']}/extensions/{sam.id}", {"extra_minutes": 1}),
        ("POST", "/quizzes", {"course_id": course["id"], "title": "Mine"}),
    ):
        assert (await api.request(method, path, json=body, as_=theo)).status == 403, path
        assert (await api.request(method, path, json=body, as_=sam)).status == 403, path
    body = {"course_id": hidden["id"], "title": "Mine"}
    assert (await api.post("/quizzes", body, as_=theo)).pointers == ["/course_id"]
    for method in ("GET", "PATCH", "DELETE"):
        body = {"text": "x"} if method == "PATCH" else None
        reply = await api.request(method, f"/questions/{question['id']}", json=body, as_=theo)
        assert reply.status == 404


@pytest.mark.parametrize("question", EIGHT, ids=lambda question: question["type"])
async def test_a_question_of_each_type_is_kept_as_it_was_written(
    api: Api, tara: Person, question: Any
) -> None:
    course, _ = await make_open_course(api, tara)
    quiz, _ = await make_quiz(api, tara, course, publish=False)
    new = {**question, "points": 2.5, "explanation": "Because."}
    made = (await api.post(f"/quizzes/{quiz['id']}/questions", new, as_=tara)).data
    assert (made["points"], made["explanation"], made["position"]) == (2.5, "Because.", 1)
    read = (await api.get(f"/questions/{made['id']}", as_=tara)).data
    assert read == made
    assert made["options"] == question.get("options")
    if question["type"] != "short_answer":
        assert made["answer"] == question.get("answer")
    again = (await api.patch(f"/questions/{made['id']}", {"answer": made["answer"]}, as_=tara)).data
    assert again["answer"] == made["answer"]


@pytest.mark.parametrize(
    ("question", "pointer"),
    [
        ({**SINGLE, "answer": "blue"}, "/answer"),
        ({**SINGLE, "answer": ["red"]}, "/answer"),
        ({**SINGLE, "options": [{"id": "a", "text": "x"}, {"id": "a", "text": "y"}],
          "answer": "a"}, "/options/1/id"),
        ({**SINGLE, "options": [{"id": "a"}]}, "/options/0/text"),
        ({**SINGLE, "options": [{"id": "red", "text": "x", "right": True}]}, "/options/0/right"),
        ({**SINGLE, "options": {"id": "red"}}, "/options"),
        ({**EIGHT[1], "answer": ["2", "2"]}, "/answer"),
        ({**EIGHT[1], "answer": ["9"]}, "/answer/0"),
        ({**TRUE_FALSE, "answer": "true"}, "/answer"),
        ({**TRUE_FALSE, "options": []}, "/options"),
        ({**EIGHT[3], "answer": {"accepted": []}}, "/answer/accepted"),
        ({**EIGHT[3], "answer": {"accepted": [" "]}}, "/answer/accepted/0"),
        ({**EIGHT[3], "answer": {"accepted": [{"text": "x", "percent": 101}]}},
         "/answer/accepted/0/percent"),
        ({**EIGHT[4], "answer": {"value": "many"}}, "/answer/value"),
        ({**EIGHT[4], "answer": {"value": "NaN"}}, "/answer/value"),
        ({**EIGHT[4], "answer": {"value": "1", "tolerance": "-1"}}, "/answer/tolerance"),
        ({**EIGHT[5], "answer": {"cat": "purr"}}, "/answer"),
        ({**EIGHT[5], "answer": {"cat": "purr", "dog": "howl"}}, "/answer/dog"),
        ({**EIGHT[6], "answer": ["one", "two"]}, "/answer"),
        ({**ESSAY, "answer": "x"}, "/answer"),
        ({**ESSAY, "points": -1}, "/points"),
        ({**ESSAY, "points": 0.00000001}, "/points"),
        ({**ESSAY, "points": 1e9}, "/points"),
        ({**ESSAY, "type": "drawing"}, "/type"),
        ({**ESSAY, "position": 1}, "/position"),
        ({**ESSAY, "text": "\u0000"}, "/text"),
    ],
)  # fmt: skip
async def test_an_invalid_question_is_refused_with_its_pointer(
    api: Api, tara: Person, question: Any, pointer: str
) -> None:
    course, _ = await make_open_course(api, tara)
    quiz, _ = await make_quiz(api, tara, course, publish=False)
    reply = await api.post(f"/quizzes/{quiz['id']}/questions", question, as_=tara)
    assert (reply.status, reply.pointers) == (422, [pointer])
    assert (await api.get(f"/quizzes/{quiz['id']}/questions", as_=tara)).data == []


async def test_publishing_lists_everything_that_is_missing(api: Api, tara: Person) -> None:
    course, _ = await make_open_course(api, tara)
    quiz, _ = await make_quiz(api, tara, course, publish=False)
    path = f"/quizzes/{quiz['id']}"
    reply = await api.post(f"{path}/publish", as_=tara)
    assert (reply.status, reply.code, reply.pointers) == (
        409, "quiz_not_publishable", ["/questions"],
    )  # fmt: skip
    unfinished = {"type": "single_choice", "text": "Which?"}
    made = (await api.post(f"{path}/questions", unfinished, as_=tara)).data
    await api.post(f"{path}/questions", {**TRUE_FALSE, "points": 0}, as_=tara)
    reply = await api.post(f"{path}/publish", as_=tara)
    assert reply.pointers == ["/questions/0/options", "/questions/0/answer"]
    finished = {"options": SINGLE["options"], "answer": "red"}
    await api.patch(f"/questions/{made['id']}", finished, as_=tara)
    assert (await api.post(f"{path}/publish", as_=tara)).data["status"] == "published"
    assert (await api.post(f"{path}/publish", as_=tara)).data["status"] == "published"
    # Published, it stays one that could be published.
    for reply in (
        await api.post(f"{path}/questions", unfinished, as_=tara),
        await api.patch(f"/questions/{made['id']}", {"answer": None}, as_=tara),
        await api.patch(f"/questions/{made['id']}", {"points": 0}, as_=tara),
        await api.delete(f"/questions/{made['id']}", as_=tara),
    ):
        assert (reply.status, reply.code) == (409, "quiz_not_publishable")
    assert (await api.get(path, as_=tara)).data["question_count"] == 2


async def test_positions_stay_dense_whatever_is_moved_and_deleted(
    api: Api, tara: Person, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara)
    quiz, made = await make_quiz(
        api, tara, course, *({**TRUE_FALSE, "text": f"Q{n}"} for n in range(6)), publish=False
    )
    _, bystanders = await make_quiz(api, tara, course, TRUE_FALSE, TRUE_FALSE)
    path = f"/quizzes/{quiz['id']}/questions"
    ids = [question["id"] for question in made]
    orders = [ids[n:] + ids[:n] for n in range(6)]
    replies = await asyncio.gather(
        *(api.patch(f"{path}/reorder", {"question_ids": order}, as_=tara) for order in orders),
        api.delete(f"/questions/{ids[2]}", as_=tara),
        *(api.post(path, TRUE_FALSE, as_=tara) for _ in range(3)),
    )
    assert {reply.status for reply in replies} <= {200, 201, 204, 409}
    found = (await api.get(f"{path}?include_total=true", as_=tara)).json
    assert [question["position"] for question in found["data"]] == list(range(1, 9))
    assert found["meta"]["total"] == 8
    for order in (ids, ids[:2], [*ids[:2], str(uuid4())]):
        reply = await api.patch(f"{path}/reorder", {"question_ids": order}, as_=tara)
        assert (reply.status, reply.code) == (409, "questions_differ")
    async with db.acquire() as connection:
        places = await connection.fetch(
            "select position from questions where id = any($1) order by position",
            [UUID(question["id"]) for question in bystanders],
        )
    assert [row["position"] for row in places] == [1, 2]


async def test_questions_are_paged_by_position(api: Api, tara: Person) -> None:
    course, _ = await make_open_course(api, tara)
    quiz, made = await make_quiz(api, tara, course, *[TRUE_FALSE] * 5, publish=False)
    path, found = f"/quizzes/{quiz['id']}/questions?limit=2", []
    cursor = ""
    for _ in range(3):
        reply = await api.get(path + cursor, as_=tara)
        found += [question["id"] for question in reply.data]
        cursor = f"&cursor={reply.meta['next_cursor']}"
    assert found == [question["id"] for question in made]
    assert reply.meta["next_cursor"] is None


async def test_only_quizzes_without_attempts_are_deleted(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    course, quiz, _ = await make_taken(api, tara, sam)
    await start(api, sam, quiz)
    reply = await api.delete(f"/quizzes/{quiz['id']}", as_=tara)
    assert (reply.status, reply.code) == (409, "quiz_has_attempts")
    unused, _ = await make_quiz(api, tara, course, TRUE_FALSE)
    lesson = await make_lesson(
        api, tara, course, content_type="quiz", content=None, quiz_id=unused["id"]
    )
    assert (await api.delete(f"/quizzes/{unused['id']}", as_=tara)).code == "quiz_in_use"
    await api.delete(f"/lessons/{lesson['id']}", as_=tara)
    assert (await api.delete(f"/quizzes/{unused['id']}", as_=tara)).status == 204
    assert (await api.get(f"/quizzes/{unused['id']}", as_=tara)).status == 404


async def test_deleting_a_course_deletes_its_quizzes(api: Api, tara: Person, db: Pool) -> None:
    course = await make_course(api, tara)
    quiz, _ = await make_quiz(api, tara, course, TRUE_FALSE)
    await make_lesson(api, tara, course, content_type="quiz", content=None, quiz_id=quiz["id"])
    assert (await api.delete(f"/courses/{course['id']}", as_=tara)).status == 204
    assert (await api.get(f"/quizzes/{quiz['id']}", as_=tara)).status == 404


async def test_changing_a_questions_type_needs_its_new_parts(api: Api, tara: Person) -> None:
    course, _ = await make_open_course(api, tara)
    _, (made,) = await make_quiz(api, tara, course, SINGLE, publish=False)
    changed = (await api.patch(f"/questions/{made['id']}", {"type": "true_false"}, as_=tara)).data
    assert (changed["options"], changed["answer"], changed["text"]) == (None, None, SINGLE["text"])


async def test_students_of_an_unpublished_course_may_still_take_its_quizzes(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, quiz, _ = await make_taken(api, tara, sam)
    await api.post(f"/courses/{course['id']}/unpublish", as_=tara)
    assert (await api.get(f"/quizzes/{quiz['id']}", as_=olly)).status == 404
    assert (await api.post(f"/quizzes/{quiz['id']}/attempts", as_=olly)).status == 404
    assert (await api.post(f"/quizzes/{quiz['id']}/attempts", as_=sam)).status == 201
    await enroll(api, sam, course)


async def test_a_copied_course_has_its_own_quizzes_and_lessons_that_show_them(
    api: Api, tara: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    quiz, questions = await make_quiz(api, tara, course, *EIGHT, title="Copied")
    second, _ = await make_quiz(api, tara, course, TRUE_FALSE, title="Second")
    lesson = await make_lesson(
        api, tara, course, content_type="quiz", content=None, quiz_id=quiz["id"]
    )
    data = (await api.post(f"/courses/{course['id']}/duplicate", as_=tara)).data
    ids = data["id_map"]
    listed = (await api.get(f"/quizzes?course_id={ids[course['id']]}", as_=tara)).data
    assert [q["id"] for q in listed] == [ids[quiz["id"]], ids[second["id"]]]
    assert [q["title"] for q in listed] == ["Copied", "Second"]
    copied = (await api.get(f"/quizzes/{ids[quiz['id']]}/questions", as_=tara)).data
    assert [q["id"] for q in copied] == [ids[q["id"]] for q in questions]
    assert [q["answer"] for q in copied] == [q["answer"] for q in questions]
    shown = (await api.get(f"/lessons/{ids[lesson['id']]}", as_=tara)).data
    assert shown["quiz_id"] == ids[quiz["id"]]
    assert (await api.get(f"/quizzes/{quiz['id']}", as_=tara)).data["question_count"] == 8
