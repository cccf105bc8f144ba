"""Who reads which lesson: the outline is public, what is in it is not."""

import pytest

from tests.api import Api
from tests.factories import enroll, make_course, make_lesson, make_open_course
from tests.people import Person

_INSIDE = {"content", "video_url", "file_id", "file_url", "metadata"}


async def test_the_outline_is_public_but_lesson_contents_are_not(
    api: Api, tara: Person, theo: Person, sam: Person, olly: Person, ada: Person
) -> None:
    course, lessons = await make_open_course(api, tara)
    preview = await make_lesson(api, tara, course, title="Preview", is_preview=True)
    await enroll(api, sam, course)
    for someone, reads in ((None, 0), (olly, 0), (theo, 0), (sam, 1), (tara, 1), (ada, 1)):
        outline = (await api.get(f"/courses/{course['id']}/lessons", as_=someone)).data
        for shown in (*outline, (await api.get(f"/lessons/{lessons[0]['id']}", as_=someone)).data):
            open_ = bool(reads) or shown["id"] == preview["id"]
            assert shown["locked"] is not open_
            assert _INSIDE & set(shown) == (_INSIDE if open_ else set())


@pytest.mark.parametrize("state", ["unpublish", "archive"])
async def test_students_go_on_reading_a_course_that_was_closed(
    api: Api, tara: Person, sam: Person, olly: Person, state: str
) -> None:
    course, lessons = await make_open_course(api, tara)
    preview = await make_lesson(api, tara, course, title="Preview", is_preview=True)
    await enroll(api, sam, course)
    await api.post(f"/courses/{course['id']}/{state}", as_=tara)
    paths = (f"/courses/{course['id']}", f"/courses/{course['slug']}")
    outline, inside = f"/courses/{course['id']}/lessons", f"/lessons/{preview['id']}"
    for path in (*paths, outline, inside, f"/lessons/{lessons[0]['id']}"):
        assert (await api.get(path, as_=sam)).status == 200, path
    assert (await api.get(inside, as_=sam)).data["content"] == "Read this."
    for someone in (None, olly):
        for path in (*paths, outline, inside):
            expected = 404 if state == "unpublish" else 200
            assert (await api.get(path, as_=someone)).status == expected, path
        if state == "archive":  # found, but locked, what was a preview included
            shown = (await api.get(outline, as_=someone)).data
            assert [lesson["locked"] for lesson in shown] == [True] * 3
            assert not _INSIDE & set((await api.get(inside, as_=someone)).data)
    enrolling = await api.post("/enrollments", {"course_id": course["id"]}, as_=olly)
    assert enrolling.status == (404 if state == "unpublish" else 409)
    enrollment = (await api.get("/enrollments/my-courses", as_=sam)).data[0]
    await api.delete(f"/enrollments/{enrollment['id']}", as_=sam)
    assert (await api.get(f"/lessons/{lessons[0]['id']}", as_=sam)).status == (
        404 if state == "unpublish" else 200
    )


async def test_a_missing_lesson_looks_like_a_hidden_one(
    api: Api, tara: Person, sam: Person
) -> None:
    draft = await make_course(api, tara)
    lesson = await make_lesson(api, tara, draft)
    hidden = await api.get(f"/lessons/{lesson['id']}", as_=sam)
    missing = await api.get("/lessons/00000000-0000-7000-8000-000000000000", as_=sam)
    malformed = await api.get("/lessons/not-an-id", as_=sam)
    for reply in (hidden, missing, malformed):
        assert reply.status == 404
        assert {**reply.json, "request_id": ""} == {**hidden.json, "request_id": ""}
