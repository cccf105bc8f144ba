"""Duplicating: a draft with everything its author wrote, and nothing that students did."""

import asyncio

from tests.api import Api
from tests.conftest import QueryCount
from tests.factories import enroll, make_lesson, make_open_course
from tests.people import Person

_OWN = {"id", "slug", "status", "enrollment_count", "published_at", "created_at", "updated_at"}


async def test_a_copy_is_a_draft_with_the_same_texts_and_lessons(
    api: Api, tara: Person, sam: Person, queries: QueryCount
) -> None:
    course, lessons = await make_open_course(
        api, tara, title="Original", category="music", price={"amount": 0, "currency": "EUR"},
        metadata={"a": [1]}, learning_objectives=["Sing"], capacity=7, language="de",
        certificate={"title": "Diploma"},
    )  # fmt: skip
    lessons.append(
        await make_lesson(
            api, tara, course, title="Film", content_type="video", metadata={"b": 2},
            video_url="https://media.example.com/a.mp4", is_preview=True, duration_minutes=5,
        )
    )  # fmt: skip
    bystander, _ = await make_open_course(api, tara, title="Bystander")
    removed = await make_lesson(api, tara, course, title="Removed")
    await api.delete(f"/lessons/{removed['id']}", as_=tara)
    await enroll(api, sam, course)
    original = (await api.get(f"/courses/{course['id']}", as_=tara)).data
    await api.post(f"/courses/{bystander['id']}/duplicate", as_=tara)  # types are known now
    async with queries.expect(10):  # four of them begin and end transactions
        reply = await api.post(f"/courses/{course['id']}/duplicate", as_=tara)
    assert reply.status == 201
    copy, id_map = reply.data["course"], reply.data["id_map"]
    assert reply.headers["Location"].endswith(copy["id"])
    assert {k: v for k, v in copy.items() if k not in _OWN} == {
        k: v for k, v in original.items() if k not in _OWN
    }
    assert (copy["status"], copy["published_at"], copy["enrollment_count"]) == ("draft", None, 0)
    assert copy["slug"] != original["slug"]
    copies = (await api.get(f"/courses/{copy['id']}/lessons", as_=tara)).data
    assert id_map == {
        course["id"]: copy["id"],
        **{old["id"]: new["id"] for old, new in zip(lessons, copies, strict=True)},
    }
    for old, new in zip(lessons, copies, strict=True):
        own = {"id", "course_id", "created_at", "updated_at", "locked"}
        assert {k: v for k, v in new.items() if k not in own} == {
            k: v for k, v in old.items() if k not in own
        }
    assert (await api.post(f"/courses/{copy['id']}/publish", as_=tara)).data[
        "status"
    ] == "published"
    after = (await api.get(f"/courses/{course['id']}", as_=tara)).data
    assert after == original


async def test_only_the_owner_and_admins_copy(
    api: Api, tara: Person, theo: Person, sam: Person, ada: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    path = f"/courses/{course['id']}/duplicate"
    assert (await api.post(path)).status == 401
    for someone in (sam, theo):
        assert (await api.post(path, as_=someone)).status == 403
    copy = (await api.post(path, as_=ada)).data["course"]
    assert copy["instructor"]["id"] == str(tara.id)
    await api.post(f"/courses/{course['id']}/unpublish", as_=tara)
    assert (await api.post(path, as_=theo)).status == 404


async def test_twenty_copies_at_once_are_twenty_courses(api: Api, tara: Person) -> None:
    course, _ = await make_open_course(api, tara)
    path = f"/courses/{course['id']}/duplicate"
    replies = await asyncio.gather(*(api.post(path, as_=tara) for _ in range(20)))
    assert len({reply.data["course"]["id"] for reply in replies}) == 20
    assert len({reply.data["course"]["slug"] for reply in replies}) == 20
    again = [
        await api.post(path, as_=tara, headers={"Idempotency-Key": "copy-once"}) for _ in range(2)
    ]
    assert again[0].data["course"]["id"] == again[1].data["course"]["id"]
