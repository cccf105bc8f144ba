"""A cursor of ours is taken at any length, and every other one is none."""

import pytest

from lms.core.db.pool import Pool
from tests.api import Api
from tests.factories import enroll, make_open_course
from tests.people import Cast, Person

CJK = "\U00020000"  # four bytes of UTF-8


@pytest.mark.parametrize("character", [CJK, "😀", "\\", '"', "字"])
async def test_a_cursor_of_our_own_is_taken_at_any_length(
    api: Api, tara: Person, db: Pool, character: str
) -> None:
    titles = [character * (255 - n) for n in range(4)]
    made = [(await make_open_course(api, tara, title=title))[0]["id"] for title in titles]
    seen: list[str] = []
    path = "/courses?sort=title&limit=1"
    while path:
        reply = await api.get(path)
        assert reply.status == 200, reply.body
        seen += [course["id"] for course in reply.data]
        cursor = reply.meta["next_cursor"]
        assert cursor is None or f"cursor={cursor}" in reply.headers["Link"]
        path = f"/courses?sort=title&limit=1&cursor={cursor}" if cursor else ""
    assert sorted(seen) == sorted(made)


async def test_a_roster_by_long_names_is_paged_through(
    api: Api, tara: Person, cast: Cast, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara)
    for number in range(3):
        student = await cast.person(f"S{number} " + CJK * 190)
        await enroll(api, student, course)
    seen: list[str] = []
    path = f"/courses/{course['id']}/enrollments?sort=name&limit=1"
    cursor = ""
    while True:
        reply = await api.get(path + cursor, as_=tara)
        seen += [entry["student"]["full_name"] for entry in reply.data]
        if reply.meta["next_cursor"] is None:
            break
        cursor = f"&cursor={reply.meta['next_cursor']}"
    assert [name[:2] for name in seen] == ["S0", "S1", "S2"]


@pytest.mark.parametrize("cursor", ["", "x", "A" * 1001, "A" * 8_000, "A" * 20_000, "%F0%9F%98%80",
                                    "%00", "a%0Ab", "====", "%ED%A0%80"])  # fmt: skip
async def test_a_cursor_that_we_did_not_make_is_none(api: Api, ada: Person, cursor: str) -> None:
    for path in ("/courses", "/users", "/auth/sessions"):
        reply = await api.get(f"{path}?cursor={cursor}", as_=ada)
        assert (reply.status, reply.code) == (400, "invalid_cursor")
