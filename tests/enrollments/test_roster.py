"""The roster of a course: for its teacher, searched and sorted."""

from typing import Any

import pytest

from tests.api import Api
from tests.factories import enroll, make_course, make_open_course
from tests.people import Cast, Person
from tests.work import Work


async def _all(api: Api, who: Person, course: Any, query: str = "") -> list[Any]:
    rows: list[Any] = []
    cursor = ""
    while True:
        path = f"/courses/{course['id']}/enrollments?limit=2{query}{cursor}"
        reply = await api.get(path, as_=who)
        rows += reply.data
        if reply.meta["next_cursor"] is None:
            return rows
        cursor = f"&cursor={reply.meta['next_cursor']}"


def _names(rows: list[Any]) -> list[str]:
    return [row["student"]["full_name"] for row in rows]


@pytest.fixture
async def course(api: Api, cast: Cast, tara: Person, olly: Person) -> Any:
    """Done of four lessons: zoe 1, Adam 4, mia 0 and left, Émile 2, Ben_100% 3 and left."""
    course, lessons = await make_open_course(api, tara, lessons=4)
    other, _ = await make_open_course(api, tara, title="Another")
    await enroll(api, olly, other)
    for name, done, leaves in (
        ("zoe Zimmer", 1, False),
        ("Adam Able", 4, False),
        ("mia Moss", 0, True),
        ("Émile Zola", 2, False),
        ("Ben_100% Berg", 3, True),
    ):
        who = await cast.person(name)
        mine = await enroll(api, who, course)
        for lesson in lessons[:done]:
            await api.post(f"/enrollments/{mine['id']}/lessons/{lesson['id']}/complete", as_=who)
        if leaves:
            await api.delete(f"/enrollments/{mine['id']}", as_=who)
    return {**course, "lessons": lessons}


async def test_each_order_lists_everybody_once(api: Api, course: Any, tara: Person) -> None:
    newest = ["Ben_100% Berg", "Émile Zola", "mia Moss", "Adam Able", "zoe Zimmer"]
    furthest = ["Adam Able", "Ben_100% Berg", "Émile Zola", "zoe Zimmer", "mia Moss"]
    by_name = ["Adam Able", "Ben_100% Berg", "mia Moss", "zoe Zimmer", "Émile Zola"]
    assert _names(await _all(api, tara, course)) == newest
    assert _names(await _all(api, tara, course, "&sort=progress")) == furthest
    assert sorted(_names(await _all(api, tara, course, "&sort=name"))) == sorted(by_name)
    assert _names(await _all(api, tara, course, "&sort=name"))[:4] == by_name[:4]
    row = (await _all(api, tara, course))[-1]
    assert row["student"]["email"].startswith("zoe")
    assert (row["progress_percent"], row["completed_lessons"]) == (25, 1)


async def test_filters_leave_out_the_others(api: Api, course: Any, tara: Person) -> None:
    for sort in ("newest", "name", "progress"):
        query = f"&sort={sort}&status="
        assert set(_names(await _all(api, tara, course, query + "dropped"))) == {
            "mia Moss",
            "Ben_100% Berg",
        }
        assert _names(await _all(api, tara, course, query + "completed")) == ["Adam Able"]
    path = f"/courses/{course['id']}/enrollments?include_total=true&status=active"
    assert (await api.get(path, as_=tara)).meta["total"] == 2


async def test_a_search_finds_parts_of_names_and_addresses(
    api: Api, course: Any, tara: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for few in (2000, 0):  # as a list of people, and while walking the roster
        monkeypatch.setattr("lms.enrollments.roster_handlers._FEW", few)
        for sort in ("newest", "name", "progress"):
            for q, names in (
                ("zIMM", ["zoe Zimmer"]),
                ("zo", ["zoe Zimmer", "Émile Zola"]),
                ("%C3%A9mile", ["Émile Zola"]),
                ("adam", ["Adam Able"]),
                ("@example.com", None),
                ("100%25", ["Ben_100% Berg"]),
                ("n_1", ["Ben_100% Berg"]),
                ("e_x", []),
                ("olly", []),
            ):
                found = _names(await _all(api, tara, course, f"&sort={sort}&q={q}"))
                everybody = _names(await _all(api, tara, course))
                assert sorted(found) == sorted(everybody if names is None else names), q


async def test_the_order_by_progress_is_exact_after_a_removal(
    api: Api, course: Any, tara: Person, work: Work
) -> None:
    """Ben did three, but the first of them is taken out, and so for the others."""
    await api.delete(f"/lessons/{course['lessons'][0]['id']}", as_=tara)
    await work()
    rows = await _all(api, tara, course, "&sort=progress")
    assert [row["completed_lessons"] for row in rows] == [3, 2, 1, 0, 0]
    assert [row["progress_percent"] for row in rows] == [100, 66, 33, 0, 0]


async def test_the_roster_sorts_by_a_new_name_at_once(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    await enroll(api, sam, course)
    await enroll(api, olly, course)
    assert _names(await _all(api, tara, course, "&sort=name")) == ["Olly Outsider", "Sam Student"]
    await api.patch("/users/me", {"full_name": "Aaron Student"}, as_=sam)
    assert _names(await _all(api, tara, course, "&sort=name")) == ["Aaron Student", "Olly Outsider"]


async def test_only_the_teacher_and_admins_read_a_roster(
    api: Api, course: Any, tara: Person, theo: Person, sam: Person, ada: Person
) -> None:
    path = f"/courses/{course['id']}/enrollments"
    assert [(await api.get(path, as_=who)).status for who in (tara, ada, theo, sam)] == [
        200,
        200,
        403,
        403,
    ]
    draft = await make_course(api, tara, title="Hidden")
    assert (await api.get(f"/courses/{draft['id']}/enrollments", as_=theo)).status == 404


async def test_a_page_costs_the_same_statements_whatever_is_asked(
    api: Api, course: Any, tara: Person, queries: Any
) -> None:
    for query, count in (("", 2), ("&sort=name&status=active", 2), ("&q=zo&sort=progress", 3)):
        path = f"/courses/{course['id']}/enrollments?limit=3{query}"
        await api.get(path, as_=tara)
        async with queries.expect(count):
            await api.get(path, as_=tara)
