"""Reviews: who writes them, that each writes one, and that the average is theirs."""

import asyncio
from typing import Any

from lms.core.db.pool import Pool
from tests.api import Api
from tests.conftest import QueryCount
from tests.factories import enroll, make_open_course
from tests.people import Cast, Person


async def _learn(api: Api, student: Person, course: Any, lessons: list[Any]) -> Any:
    enrollment = await enroll(api, student, course)
    for lesson in lessons:
        path = f"/enrollments/{enrollment['id']}/lessons/{lesson['id']}/complete"
        assert (await api.post(path, as_=student)).status == 200
    return enrollment


async def _rating(api: Api, course: Any) -> tuple[Any, Any]:
    shown = (await api.get(f"/courses/{course['id']}")).data
    return shown["average_rating"], shown["rating_count"]


async def test_a_student_reviews_once_after_a_fifth_of_the_course(
    api: Api, tara: Person, sam: Person, olly: Person, queries: QueryCount
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=6)
    bystander, _ = await make_open_course(api, tara, title="Bystander")
    path = f"/courses/{course['id']}/reviews"
    assert (await api.put(path, {"rating": 5}, as_=sam)).code == "forbidden"
    enrollment = await _learn(api, sam, course, lessons[:1])
    early = await api.put(path, {"rating": 5}, as_=sam)
    assert (early.status, early.code) == (409, "review_too_early")  # 16 %
    await _learn(api, sam, course, lessons[1:2])
    async with queries.expect(7):  # with begin, commit and the event
        first = await api.put(path, {"rating": 5, "text": "Good.\nVery."}, as_=sam)
    assert first.status == 200
    assert first.data["student"] == {"id": str(sam.id), "full_name": "Sam Student"}
    assert await _rating(api, course) == (5.0, 1)
    second = await api.put(path, {"rating": 2}, as_=sam)
    assert second.data["id"] == first.data["id"]
    assert (second.data["text"], second.data["created_at"]) == ("", first.data["created_at"])
    assert await _rating(api, course) == (2.0, 1)
    await _learn(api, olly, course, lessons)
    await api.put(path, {"rating": 5}, as_=olly)
    assert await _rating(api, course) == (3.5, 2)
    listed = await api.get(f"{path}?include_total=true")
    assert [review["rating"] for review in listed.data] == [5, 2]
    assert listed.meta["total"] == 2
    assert "@" not in listed.body.decode()
    page = await api.get(f"{path}?limit=1")
    page = await api.get(f"{path}?limit=1&cursor={page.meta['next_cursor']}")
    assert [review["rating"] for review in page.data] == [2]
    since = listed.data[0]["updated_at"]
    assert len((await api.get(f"{path}?updated_since={since}")).data) == 1
    await api.delete(f"/enrollments/{enrollment['id']}", as_=sam)
    assert (await api.put(path, {"rating": 1}, as_=sam)).code == "forbidden"
    assert await _rating(api, course) == (3.5, 2)
    assert await _rating(api, bystander) == (None, 0)


async def test_twenty_reviews_at_once_are_all_counted_and_one_each(
    api: Api, db: Pool, cast: Cast, tara: Person
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=2)
    students = [await cast.person(f"Student {n}") for n in range(5)]
    for student in students:
        await _learn(api, student, course, lessons[:1])
    path = f"/courses/{course['id']}/reviews"
    replies = await asyncio.gather(
        *(api.put(path, {"rating": 1 + n % 4}, as_=students[n % 5]) for n in range(20))
    )
    assert {reply.status for reply in replies} == {200}
    ratings = [review["rating"] for review in (await api.get(path)).data]
    assert len(ratings) == 5
    assert await _rating(api, course) == (round(sum(ratings) / 5, 2), 5)
    async with db.acquire() as connection:  # whoever erases a review, the average follows
        await connection.execute("delete from reviews where student_id = $1", students[0].id)
    assert (await _rating(api, course))[1] == 4


async def test_an_invalid_review_is_refused(
    api: Api, tara: Person, sam: Person, ada: Person
) -> None:
    course, lessons = await make_open_course(api, tara)
    await _learn(api, sam, course, lessons)
    path = f"/courses/{course['id']}/reviews"
    for body in (
        {}, {"rating": 0}, {"rating": 6}, {"rating": 4.5}, {"rating": "5"}, {"rating": True},
        {"rating": None}, {"rating": 5, "text": "x" * 5001}, {"rating": 5, "text": "\x07"},
        {"rating": 5, "student_id": str(ada.id)}, {"rating": 5, "text": None},
    ):  # fmt: skip
        assert (await api.put(path, body, as_=sam)).status == 422, body
    assert (await api.put(path, {"rating": 5})).status == 401
    assert (await api.put(path, {"rating": 5}, as_=tara)).code == "forbidden"
    unread = {"If-Match": '"1-abc"'}
    assert (await api.put(path, {"rating": 5}, as_=sam, headers=unread)).status == 412
    written = await api.put(path, {"rating": 5}, as_=sam)
    read = {"If-Match": written.etag}
    assert (await api.put(path, {"rating": 4}, as_=sam, headers=read)).status == 200
    assert (await api.put(path, {"rating": 3}, as_=sam, headers=read)).status == 412
    assert await _rating(api, course) == (4.0, 1)


async def test_reviews_are_visible_to_those_who_see_the_course(
    api: Api, tara: Person, theo: Person, sam: Person, olly: Person
) -> None:
    course, lessons = await make_open_course(api, tara)
    await _learn(api, sam, course, lessons)
    path = f"/courses/{course['id']}/reviews"
    await api.put(path, {"rating": 5}, as_=sam)
    for someone in (None, olly, theo, sam, tara):
        assert len((await api.get(path, as_=someone)).data) == 1
    await api.post(f"/courses/{course['id']}/unpublish", as_=tara)
    for someone, status in ((None, 404), (olly, 404), (theo, 404), (sam, 200), (tara, 200)):
        assert (await api.get(path, as_=someone)).status == status
    assert (await api.put(path, {"rating": 4}, as_=sam)).status == 200
    assert (await api.put(path, {"rating": 4}, as_=olly)).status == 404
