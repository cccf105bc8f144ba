"""ETags: an unchanged resource is not sent again, and nobody overwrites what they have not seen."""

import asyncio

from tests.api import Api
from tests.factories import enroll, make_course, make_open_course
from tests.people import Person


async def test_an_unchanged_resource_is_304_and_a_changed_one_is_sent(
    api: Api, tara: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    path = f"/courses/{course['id']}"
    seen = await api.get(path)
    again = await api.get(path, headers={"If-None-Match": f'"other", W/{seen.etag}'})
    assert (again.status, again.body, again.etag) == (304, b"", seen.etag)
    await api.patch(path, {"title": "Another title"}, as_=tara)
    changed = await api.get(path, headers={"If-None-Match": seen.etag})
    assert changed.data["title"] == "Another title"


async def test_ten_writers_with_one_tag_have_one_winner(api: Api, tara: Person) -> None:
    course = await make_course(api, tara)
    path = f"/courses/{course['id']}"
    seen = await api.get(path, as_=tara)
    replies = await asyncio.gather(
        *(
            api.patch(path, {"title": f"Title {n}"}, as_=tara, headers={"If-Match": seen.etag})
            for n in range(10)
        )
    )
    assert sorted(reply.status for reply in replies) == [200] + [412] * 9
    winner = next(reply for reply in replies if reply.status == 200)
    assert (await api.get(path, as_=tara)).data["title"] == winner.data["title"]
    assert {r.code for r in replies if r.status == 412} == {"precondition_failed"}


async def test_an_enrolment_does_not_change_the_courses_tag(
    api: Api, tara: Person, sam: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    path = f"/courses/{course['id']}"
    seen = await api.get(path, as_=tara)
    await enroll(api, sam, course)
    moved = await api.get(path, as_=tara, headers={"If-None-Match": seen.etag})
    assert moved.data["enrollment_count"] == 1
    reply = await api.patch(path, {"title": "Newer"}, as_=tara, headers={"If-Match": seen.etag})
    assert reply.status == 200


async def test_a_tag_does_not_depend_on_compression(api: Api, tara: Person) -> None:
    course = await make_course(api, tara, description="Long. " * 500)
    path = f"/courses/{course['id']}"
    plain = await api.get(path, as_=tara, headers={"Accept-Encoding": "identity"})
    packed = await api.get(path, as_=tara, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.etag == plain.etag
    assert packed.data == plain.data
