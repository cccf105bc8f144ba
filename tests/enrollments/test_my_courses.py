"""My courses: in four orders, paged, each enrolment once."""

from typing import Any

import pytest

from tests.api import Api
from tests.factories import enroll, make_open_course
from tests.people import Person


async def _all(api: Api, who: Person, query: str) -> list[Any]:
    rows: list[Any] = []
    cursor = ""
    while True:
        reply = await api.get(f"/enrollments/my-courses?limit=2{query}{cursor}", as_=who)
        rows += reply.data
        if reply.meta["next_cursor"] is None:
            return rows
        cursor = f"&cursor={reply.meta['next_cursor']}"


@pytest.fixture
async def titles(api: Api, tara: Person, sam: Person, olly: Person) -> list[str]:
    """Sam's courses, enrolled in this order; done of their four lessons: 1, 3, 0, 3, 4."""
    names = ["banana", "Apple", "élan", "Cherry", "apple pie"]
    for name, done in zip(names, (1, 3, 0, 3, 4), strict=True):
        course, lessons = await make_open_course(api, tara, lessons=4, title=name)
        mine = await enroll(api, sam, course)
        await enroll(api, olly, course)
        for lesson in lessons[:done]:
            await api.post(f"/enrollments/{mine['id']}/lessons/{lesson['id']}/complete", as_=sam)
    return names


async def test_each_order_pages_through_every_enrolment_once(
    api: Api, titles: list[str], sam: Person
) -> None:
    async def order(sort: str) -> list[str]:
        return [row["course"]["title"] for row in await _all(api, sam, f"&sort={sort}")]

    assert await order("newest") == titles[::-1]
    assert await order("title") == ["Apple", "apple pie", "banana", "Cherry", "élan"]
    assert await order("progress") == ["apple pie", "Cherry", "Apple", "banana", "élan"]
    assert await order("last_accessed") == ["apple pie", "Cherry", "Apple", "banana", "élan"]


async def test_filters_leave_out_the_others(api: Api, titles: list[str], sam: Person) -> None:
    for sort in ("newest", "title", "progress", "last_accessed"):
        (done,) = await _all(api, sam, f"&sort={sort}&status=completed")
        assert (done["course"]["title"], done["progress_percent"]) == ("apple pie", 100)
        since = done["updated_at"]
        rows = await _all(api, sam, f"&sort={sort}&updated_since={since}")
        assert [row["course"]["title"] for row in rows] == ["apple pie"]
    reply = await api.get("/enrollments/my-courses?include_total=true&limit=1", as_=sam)
    assert reply.meta["total"] == 5


async def test_a_page_is_one_statement_whatever_its_order(
    api: Api, titles: list[str], sam: Person, queries: Any
) -> None:
    for sort in ("newest", "title", "progress", "last_accessed"):
        path = f"/enrollments/my-courses?sort={sort}"
        await api.get(path, as_=sam)
        async with queries.expect(1):
            assert len((await api.get(path, as_=sam)).data) == 5


async def test_a_cursor_belongs_to_its_order(api: Api, titles: list[str], sam: Person) -> None:
    page = await api.get("/enrollments/my-courses?limit=1&sort=title", as_=sam)
    cursor = page.meta["next_cursor"]
    reply = await api.get(f"/enrollments/my-courses?limit=1&cursor={cursor}", as_=sam)
    assert (reply.status, reply.code) == (400, "invalid_cursor")
