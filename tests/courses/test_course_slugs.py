"""Addresses of courses: made from any title, never taken twice."""

import asyncio
import re

import pytest

from lms.courses.slugs import MAX_LENGTH, slugify
from tests.api import Api
from tests.factories import make_course
from tests.people import Person

_SHAPE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@pytest.mark.parametrize(
    "title",
    [
        "Python für Anfänger", "Основы программирования", "编程入门", "プログラミング",
        "مقدمة في البرمجة", "יסודות התכנות", "प्रोग्रामिंग", "การเขียนโปรแกรม", "프로그래밍",
        "🎉🎉🎉", "!!!",
        "---", "Ünïcödé", "categories",
        "0192f3a4-0000-7000-8000-000000000000", "x" * 255, "ﷺ" * 255,
        "{{7*7}}", "../../etc", "İstanbul",
    ],
)  # fmt: skip
async def test_a_title_in_any_script_makes_a_usable_slug(
    api: Api, tara: Person, title: str
) -> None:
    made = slugify(title)
    assert _SHAPE.fullmatch(made)
    assert len(made) <= MAX_LENGTH
    course, again = [await make_course(api, tara, title=title) for _ in range(2)]
    assert course["slug"] == made
    assert course["slug"] != again["slug"]
    for one in (course, again):
        assert (await api.get(f"/courses/{one['slug']}", as_=tara)).data["id"] == one["id"]


async def test_twenty_courses_of_one_title_get_twenty_slugs(
    api: Api, tara: Person, theo: Person
) -> None:
    made = await asyncio.gather(
        *(make_course(api, tara if n % 2 else theo, title="The same title") for n in range(20))
    )
    slugs = {course["slug"] for course in made}
    assert len(slugs) == 20
    assert "the-same-title" in slugs


async def test_one_of_twenty_requests_for_one_slug_gets_it(api: Api, tara: Person) -> None:
    body = {"title": "A title", "slug": "one-address"}
    replies = await asyncio.gather(*(api.post("/courses", body, as_=tara) for _ in range(20)))
    assert sorted(reply.status for reply in replies) == [201] + [409] * 19
    assert {reply.code for reply in replies if reply.status == 409} == {"slug_taken"}


@pytest.mark.parametrize(
    "slug",
    ["categories", "Upper", "two--hyphens", "-a", "a-", "a b", "ä", "a\n", "", "x" * 81,
     "0192f3a4-0000-7000-8000-000000000000"],
)  # fmt: skip
async def test_a_slug_of_another_shape_is_refused(api: Api, tara: Person, slug: str) -> None:
    reply = await api.post("/courses", {"title": "A title", "slug": slug}, as_=tara)
    assert (reply.status, [*reply.pointers]) == (422, ["/slug"])


async def test_a_slug_leads_to_the_course_that_has_it_now(api: Api, tara: Person) -> None:
    first, second = [await make_course(api, tara, title=title) for title in ("First", "Second")]
    for course in (first, second):
        lesson = {"title": "L", "content_type": "text", "content": "Read."}
        await api.post(f"/courses/{course['id']}/lessons", lesson, as_=tara)
        await api.post(f"/courses/{course['id']}/publish", as_=tara)
    assert (await api.get("/courses/first")).data["id"] == first["id"]
    taken = await api.patch(f"/courses/{second['id']}", {"slug": "first"}, as_=tara)
    assert taken.code == "slug_taken"
    await api.patch(f"/courses/{first['id']}", {"slug": "moved"}, as_=tara)
    assert (await api.get("/courses/first")).status == 404
    await api.patch(f"/courses/{second['id']}", {"slug": "first"}, as_=tara)
    assert (await api.get("/courses/first")).data["id"] == second["id"]
    assert (await api.get("/courses/moved")).data["id"] == first["id"]
    assert (await api.get(f"/courses/{first['id']}")).data["slug"] == "moved"


@pytest.mark.parametrize(
    "path", ["%00", "a%00b", "%ED%A0%80", "A", "-", "a" * 5000, "%F0%9F%98%80"]
)
async def test_an_invalid_slug_is_not_found(api: Api, tara: Person, path: str) -> None:
    await make_course(api, tara, title="A course", slug="a")
    for reply in (
        await api.get(f"/courses/{path}", as_=tara),
        await api.patch(f"/courses/{path}", {"title": "Other"}, as_=tara),
        await api.delete(f"/courses/{path}", as_=tara),
    ):
        assert (reply.status, reply.code) == (404, "not_found")
