"""The catalogue's lists: who sees what, in which order, under which filter."""

from typing import Any

import pytest

from lms.core.db.pool import Pool
from tests.api import Api
from tests.conftest import QueryCount
from tests.factories import enroll, make_course, make_lesson, make_open_course
from tests.people import Cast, Person
from tests.running import eventually


async def _titles(api: Api, query: str = "", as_: Person | None = None) -> list[str]:
    return [course["title"] for course in (await api.get(f"/courses?{query}", as_=as_)).data]


async def test_drafts_and_archived_courses_are_listed_for_their_owner_and_admins_only(
    api: Api, tara: Person, theo: Person, sam: Person, ada: Person
) -> None:
    await make_open_course(api, tara, title="Open")
    await make_course(api, tara, title="Draft")
    archived, _ = await make_open_course(api, tara, title="Archived")
    await api.post(f"/courses/{archived['id']}/archive", as_=tara)
    for someone in (None, sam, theo):
        assert await _titles(api, as_=someone) == ["Open"]
        assert await _titles(api, "status=draft", as_=someone) == []
        assert await _titles(api, "q=draft", as_=someone) == []
        for sort in ("title", "popular", "rating"):
            assert await _titles(api, f"sort={sort}&q=archived", as_=someone) == []
    for someone in (tara, ada):
        assert sorted(await _titles(api, as_=someone)) == ["Archived", "Draft", "Open"]
        assert await _titles(api, "status=draft", as_=someone) == ["Draft"]
        assert await _titles(api, "status=archived&q=archived", as_=someone) == ["Archived"]
    assert (await api.get("/courses?mine=true")).status == 401
    assert len(await _titles(api, "mine=true", as_=tara)) == 3
    assert await _titles(api, "mine=true", as_=sam) == []
    assert await _titles(api, f"mine=true&instructor_id={tara.id}", as_=theo) == []


async def test_a_teacher_who_became_a_student_no_longer_sees_old_drafts(
    api: Api, db: Pool, tara: Person
) -> None:
    course = await make_course(api, tara, title="Draft")
    await make_lesson(api, tara, course)
    async with db.acquire() as connection:
        await connection.execute("update users set role = 'student' where id = $1", tara.id)
    for path in (
        f"/courses/{course['id']}", f"/courses/{course['slug']}",
        f"/courses/{course['id']}/lessons", f"/courses/{course['id']}/reviews",
    ):  # fmt: skip

        async def look(path: str = path) -> bool:
            return (await api.get(path, as_=tara)).status == 404

        assert await eventually(look, 3)
    assert await _titles(api, "mine=true", as_=tara) == []


async def test_each_order_sorts_and_breaks_ties(
    api: Api, db: Pool, tara: Person, cast: Cast
) -> None:
    courses = {}
    for title in ("Éclairs", "apples", "Zebras", "ebooks"):
        courses[title], _ = await make_open_course(api, tara, title=title)
    async with db.acquire() as connection:
        for title, students, count, total in (
            ("Éclairs", 5, 2, 9), ("apples", 7, 1, 5), ("Zebras", 5, 4, 18), ("ebooks", 0, 0, 0),
        ):  # fmt: skip
            await connection.execute(
                "update course_counters set enrollment_count = $2, rating_count = $3,"
                " rating_sum = $4 where course_id = $1",
                courses[title]["id"], students, count, total,
            )  # fmt: skip
    expected = {
        "": ["ebooks", "Zebras", "apples", "Éclairs"],
        "newest": ["ebooks", "Zebras", "apples", "Éclairs"],
        "title": ["apples", "ebooks", "Éclairs", "Zebras"],
        "popular": ["apples", "Zebras", "Éclairs", "ebooks"],
        "rating": ["apples", "Zebras", "Éclairs", "ebooks"],
    }
    for someone in (None, tara):
        for sort, titles in expected.items():
            query = f"sort={sort}&" if sort else ""
            assert await _titles(api, query, as_=someone) == titles, sort
            paged: list[str] = []
            cursor = ""
            while cursor is not None:
                more = f"&cursor={cursor}" if cursor else ""
                reply = await api.get(f"/courses?{query}limit=1{more}", as_=someone)
                paged += [course["title"] for course in reply.data]
                cursor = reply.meta["next_cursor"]
            assert paged == titles, sort
    rated = (await api.get("/courses?sort=rating")).data
    assert [course["average_rating"] for course in rated] == [5.0, 4.5, 4.5, None]


async def test_every_filter_leaves_out_the_others(api: Api, tara: Person, theo: Person) -> None:
    wanted, _ = await make_open_course(
        api, tara, title="Wanted", category="music", difficulty="advanced",
        price={"amount": 1999, "currency": "EUR"},
    )  # fmt: skip
    other, _ = await make_open_course(
        api, theo, title="Other", price={"amount": 0, "currency": "EUR"}
    )
    for query in (
        "category=music", "difficulty=advanced", f"instructor_id={tara.id}", "price=paid",
        "q=wanted", "status=published&category=music",
    ):  # fmt: skip
        for sort in ("newest", "title", "popular", "rating"):
            reply = await api.get(f"/courses?{query}&sort={sort}&include_total=true")
            assert [course["id"] for course in reply.data] == [wanted["id"]], (query, sort)
            assert reply.meta["total"] == 1
    assert await _titles(api, "price=free") == ["Other"]
    since = other["updated_at"].replace(":", "%3A")
    assert await _titles(api, f"updated_since={since}") == ["Other"]
    assert (await api.get("/courses/categories")).data == [{"name": "music", "count": 1}]


async def test_a_cursor_works_only_where_it_was_made(
    api: Api, tara: Person, theo: Person, sam: Person
) -> None:
    for n in range(3):
        await make_open_course(api, tara, title=f"Course {n}")

    async def cursor_of(query: str, as_: Person | None = None) -> str:
        return str((await api.get(f"/courses?limit=1&{query}", as_=as_)).meta["next_cursor"])

    mine = await cursor_of("sort=title", tara)
    for query, someone in (
        (f"cursor={mine}&sort=popular", tara), (f"cursor={mine}&sort=title", theo),
        (f"cursor={mine}&sort=title&difficulty=beginner", tara), (f"cursor={mine}", None),
        ("cursor=AAAA", None), ("cursor=%F0%9F%98%80", sam),
    ):  # fmt: skip
        reply = await api.get(f"/courses?{query}", as_=someone)
        assert (reply.status, reply.code) == (400, "invalid_cursor"), query
    # The public list is the same for all, and so are its pages.
    public = await cursor_of("sort=title")
    for someone in (None, sam):
        assert await _titles(api, f"sort=title&cursor={public}", someone) == [
            "Course 1",
            "Course 2",
        ]


@pytest.mark.parametrize("title", ["\U0001f600" * 255, '"' * 255, "\\" * 255, "Ǆ" * 255, "İ" * 255])
async def test_paging_by_title_takes_any_title(api: Api, tara: Person, title: str) -> None:
    made = {(await make_course(api, tara, title=title))["id"] for _ in range(3)}
    seen: list[Any] = []
    cursor = ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        reply = await api.get(f"/courses?sort=title&limit=1{more}", as_=tara)
        seen += [course["id"] for course in reply.data]
        cursor = reply.meta["next_cursor"]
    assert sorted(seen) == sorted(made)


async def test_each_read_of_the_catalogue_has_a_fixed_number_of_queries(
    api: Api, queries: QueryCount, tara: Person, sam: Person, olly: Person
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=3)
    draft, draft_lessons = await make_open_course(api, tara, title="Draft")
    await enroll(api, sam, draft)
    await api.post(f"/courses/{draft['id']}/unpublish", as_=tara)
    for _ in range(12):
        await make_open_course(api, tara, lessons=1)
    counts: list[tuple[int, str, Person | None]] = [
        # the versions; what is not kept yet; a search reads the question first
        *((2, f"/courses?sort={sort}", None) for sort in ("newest", "title", "popular", "rating")),
        (1, "/courses?sort=newest", None),
        (1, "/courses?sort=newest", sam),
        (2, "/courses?limit=5", None),
        (3, "/courses?limit=5&include_total=true", None),
        (3, "/courses?q=course", None),
        (3, "/courses?q=course&sort=title", None),
        (4, "/courses?q=course&include_total=true", None),
        (1, "/courses?q=course", sam),
        (1, "/courses", tara),
        (2, "/courses?q=course", tara),
        (2, "/courses/categories", None),
        (1, "/courses/categories", sam),
        (2, f"/courses/{course['id']}", None),
        (1, f"/courses/{course['id']}", None),
        (2, f"/courses/{course['slug']}", None),  # the first time in this process
        (1, f"/courses/{course['slug']}", None),
        (1, f"/courses/{course['slug']}", sam),
        (1, f"/courses/{course['id']}", tara),
        (1, f"/courses/{course['slug']}", tara),
        (3, f"/courses/{draft['id']}", sam),
        (3, f"/courses/{draft['slug']}", sam),
        (1, f"/lessons/{lessons[0]['id']}", None),
        (1, f"/lessons/{lessons[0]['id']}", olly),
        (1, f"/lessons/{draft_lessons[0]['id']}", sam),
        (2, f"/courses/{course['id']}/lessons", None),
        (3, f"/courses/{course['id']}/lessons?include_total=true", sam),
        (2, f"/courses/{course['id']}/reviews", None),
    ]  # fmt: skip
    for person in (sam, tara, olly):
        await api.get("/users/me", as_=person)  # from now on the process knows them
    for count, path, someone in counts:
        try:
            async with queries.expect(count):
                reply = await api.get(path, as_=someone)
        except AssertionError as error:
            raise AssertionError(f"GET {path}: {error}") from None
        assert reply.status == 200, path
