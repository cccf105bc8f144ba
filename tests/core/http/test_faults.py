"""All that is wrong with a body is told at once."""

from typing import Any

from lms.core.ids import new_id
from tests.api import Api
from tests.factories import make_course, make_lesson, make_open_course
from tests.people import Person


async def make_quiz(api: Api, tara: Person, **fields: Any) -> Any:
    course, _ = await make_open_course(api, tara)
    body = {"course_id": course["id"], "title": "What do you remember?", **fields}
    return (await api.post("/quizzes", body, as_=tara)).data


async def test_every_fault_of_a_registration_is_told_at_once(api: Api) -> None:
    body = {"email": "nobody", "password": "123", "full_name": "www.evil.example", "more": 1}
    assert (await api.post("/auth/register", body)).faults == {
        ("/email", "invalid_email"), ("/password", "too_short"), ("/full_name", "invalid"),
        ("/more", "unknown_field"),
    }  # fmt: skip


async def test_values_that_can_be_kept_nowhere_hide_no_other_fault(api: Api, tara: Person) -> None:
    body = {
        "email": "nobody", "password": "123", "full_name": "Sam\0", "more": 2**60, "less": "\0",
    }  # fmt: skip
    assert (await api.post("/auth/register", body)).faults == {
        ("/email", "invalid_email"), ("/password", "too_short"), ("/full_name", "invalid_text"),
        ("/more", "out_of_range"), ("/less", "invalid_text"),
    }  # fmt: skip
    many = {"metadata": {str(n): "\0" for n in range(1000)}, "title": ""}
    reply = await api.post("/courses", many, as_=tara)
    assert len(reply.faults) == 101


async def test_every_fault_of_a_new_password_is_told_at_once(api: Api, sam: Person) -> None:
    reply = await api.post("/users/me/password", {"new_password": "password"}, as_=sam)
    assert reply.faults == {
        ("/current_password", "required"), ("/new_password", "common_password"),
    }  # fmt: skip
    reply = await api.post("/auth/reset-password", {"new_password": "aaaabbbbcccc"})
    assert reply.faults == {("/token", "required"), ("/new_password", "predictable_password")}


async def test_every_fault_of_a_quiz_is_told_at_once(api: Api, tara: Person) -> None:
    quiz = await make_quiz(api, tara)
    body = {
        "title": "", "available_from": "2026-09-02T00:00:00Z",
        "available_until": "2026-09-01T00:00:00Z", "passing_score": 101,
    }  # fmt: skip
    reply = await api.patch(f"/quizzes/{quiz['id']}", body, as_=tara)
    assert reply.pointers.count("/available_until") == 1
    assert set(reply.pointers) == {"/title", "/available_until", "/passing_score"}


async def test_every_fault_of_a_question_is_told_at_once(api: Api, tara: Person) -> None:
    quiz = await make_quiz(api, tara)
    path = f"/quizzes/{quiz['id']}/questions"
    items = [{"id": "a", "text": "One"}, {"id": "a", "text": "Two"}, {"id": "b", "text": "Three"}]
    body = {"type": "multiple_choice", "points": -1, "options": items, "answer": ["x", "y", "x"]}
    assert (await api.post(path, body, as_=tara)).faults == {
        ("/text", "required"), ("/points", "invalid"), ("/options/1/id", "repeated"),
        ("/answer/0", "unknown_option"), ("/answer/1", "unknown_option"),
        ("/answer/2", "unknown_option"), ("/answer", "repeated"),
    }  # fmt: skip
    sides = {"left": items, "right": items}
    body = {"type": "matching", "text": "Match", "options": sides, "answer": {"a": "z"}}
    assert (await api.post(path, body, as_=tara)).faults == {
        ("/options/left/1/id", "repeated"), ("/options/right/1/id", "repeated"),
        ("/answer/a", "unknown_option"), ("/answer", "invalid"),
    }  # fmt: skip
    body = {"type": "numeric", "text": "", "answer": "many"}
    reply = await api.post(path, body, as_=tara)
    assert reply.pointers[0] == "/text"
    assert any(pointer.startswith("/answer") for pointer in reply.pointers)


async def test_every_picture_that_is_none_is_told_at_once(api: Api, tara: Person) -> None:
    course = await make_course(api, tara)
    unknown = str(new_id())
    body = {
        "thumbnail_file_id": unknown,
        "certificate": {"logo_file_id": unknown, "signature_file_id": unknown},
    }
    reply = await api.patch(f"/courses/{course['id']}", body, as_=tara)
    assert reply.faults == {
        ("/thumbnail_file_id", "unknown_file"), ("/certificate/logo_file_id", "unknown_file"),
        ("/certificate/signature_file_id", "unknown_file"),
    }  # fmt: skip


async def test_a_file_and_a_quiz_that_a_lesson_may_not_show_are_told_at_once(
    api: Api, tara: Person
) -> None:
    course = await make_course(api, tara)
    lesson = await make_lesson(api, tara, course)
    other = await make_quiz(api, tara)
    body = {"title": "Both", "content_type": "text", "file_id": str(new_id()),
            "quiz_id": other["id"]}  # fmt: skip
    expected = {("/file_id", "unknown_file"), ("/quiz_id", "not_found")}
    path = f"/courses/{course['id']}/lessons"
    assert (await api.post(path, body, as_=tara)).faults == expected
    assert (await api.patch(f"/lessons/{lesson['id']}", body, as_=tara)).faults == expected
    assert (await api.get(path, as_=tara)).data == [lesson]
