"""What is hidden stays hidden: marked texts are looked for in every reply of every route."""

import re
from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from aiohttp import web

from lms.core.http.routing import Endpoint, endpoints
from tests.api import Api
from tests.factories import enroll, make_course, make_lesson, make_open_course
from tests.files.forms import upload
from tests.people import Person

# Would end the session that the walk goes on with, the account, or Sam's place.
_ENDS_THE_WALK = re.compile(
    r"logout|/auth/sessions|/users/me/(password|email)|DELETE /api/v1/(users/me|enrollments)"
)


class Planted:
    """A course whose hidden parts are marked, and where to look for it."""

    def __init__(
        self, course: Any, lessons: list[Any], marks: list[str], files: Sequence[str] = ()
    ) -> None:
        self.course, self.lessons, self.marks, self.files = course, lessons, marks, files


async def _plant(api: Api, teacher: Person, name: str, **fields: Any) -> Planted:
    course, _ = await make_open_course(api, teacher, title=f"Course {name}", lessons=1, **fields)
    places = ("content", "film", "key", "value", "text", "file", "name")
    marks = [f"canary-{name}-{place}" for place in places]
    file = await upload(api, teacher, marks[5].encode(), f"{marks[6]}.txt")
    hidden = [
        await make_lesson(
            api, teacher, course, title="Film", content_type="video", content=marks[0],
            video_url=f"https://media.example.com/{marks[1]}.mp4", metadata={marks[2]: marks[3]},
        ),
        await make_lesson(api, teacher, course, title="Text", content=marks[4]),
        await make_lesson(
            api, teacher, course, title="Handout", content_type="document", file_id=file["id"]
        ),
    ]  # fmt: skip
    return Planted(course, hidden, marks, [file["id"]])


async def _plant_draft(api: Api, teacher: Person) -> Planted:
    marks = [f"canary-draft-{place}" for place in ("title", "text", "value", "lesson", "inside")]
    course = await make_course(
        api, teacher, title=marks[0], description=marks[1], metadata={"key": marks[2]},
        category=marks[2], slug="an-address",
    )  # fmt: skip
    lesson = await make_lesson(
        api, teacher, course, title=marks[3], content=marks[4], is_preview=True
    )
    return Planted(course, [lesson], marks)


@pytest.fixture
async def planted(api: Api, tara: Person, sam: Person) -> list[Planted]:
    """A free, a priced, an archived and a draft course; Sam is a student of the free one."""
    paid = {"amount": 4900, "currency": "USD"}
    courses = [
        await _plant(api, tara, "free"),
        await _plant(api, tara, "paid", price=paid),
        await _plant(api, tara, "archived"),
        await _plant_draft(api, tara),
    ]
    await api.post(f"/courses/{courses[2].course['id']}/archive", as_=tara)
    await enroll(api, sam, courses[0].course)
    return courses


def _calls(endpoint: Endpoint, planted: list[Planted], more: list[str]) -> list[str]:
    """The route's path with every planted id where it could mean something."""
    courses = [p.course["id"] for p in planted]
    lessons = [lesson["id"] for p in planted for lesson in p.lessons]
    places = {
        "{course}": [*courses, *(p.course["slug"] for p in planted)],
        "{course_id}": courses,
        "{lesson_id}": lessons,
        "{file_id}": [file_id for p in planted for file_id in p.files],
    }
    names = re.findall(r"\{[^}]+\}", endpoint.path)
    paths = []
    for values in product(*(places.get(name, [*courses, *lessons, *more]) for name in names)):
        path = endpoint.path
        for name, value in zip(names, values, strict=True):
            path = path.replace(name, value)
        paths.append(path)
    return paths


async def _walk(
    app: web.Application, api: Api, who: Person | None, planted: list[Planted], more: list[str]
) -> list[tuple[str, bytes]]:
    """Every reply that a person gets, whatever they ask for."""
    replies = []
    first = planted[0].course["id"]
    for endpoint in endpoints(app):
        if _ENDS_THE_WALK.search(endpoint.name) or endpoint.name == "POST /api/v1/enrollments":
            continue
        for path in _calls(endpoint, planted, more):
            if endpoint.method == "GET":
                tries: list[tuple[str, Any]] = [(path, None)]
                if endpoint.query is not None and "cursor" in endpoint.query.fields:
                    tries.append((f"{path}?limit=100&include_total=true", None))
                    if "q" in endpoint.query.fields:
                        tries.append((f"{path}?limit=100&q=canary", None))
            else:
                lesson_ids = [lesson["id"] for lesson in planted[0].lessons]
                order = {"course_id": first, "lesson_ids": lesson_ids}
                tries = [(path, order if "reorder" in path else {"title": "Changed"})]
            for url, body in tries:
                reply = await api.request(
                    endpoint.method, url, as_=who, json=body, root=True, check=False
                )
                assert reply.status < 500, (endpoint.name, url, reply.body)
                head = " ".join(f"{k}: {v}" for k, v in reply.headers.items())
                replies.append((f"{endpoint.method} {url}", reply.body + head.encode()))
    return replies


async def test_no_route_shows_hidden_parts_to_people_without_access(
    app: web.Application, api: Api, planted: list[Planted],
    tara: Person, theo: Person, sam: Person, olly: Person,
) -> None:  # fmt: skip
    enrollment = (await api.get("/enrollments/my-courses", as_=sam)).data[0]["id"]
    for who, free in ((None, True), (olly, True), (theo, True), (sam, False)):
        hidden = [mark for p in planted[0 if free else 1 :] for mark in p.marks]
        for call, body in await _walk(app, api, who, planted, [enrollment]):
            for mark in hidden:
                assert mark.encode() not in body, (who and who.full_name, call, mark)
    # The marks are there to be found: the teacher sees each of them.
    seen = b"".join(body for _, body in await _walk_reads(api, tara, planted))
    assert [mark for p in planted for mark in p.marks if mark.encode() not in seen] == []
    assert planted[0].marks[0].encode() in b"".join(
        body for _, body in await _walk_reads(api, sam, planted[:1])
    )


async def _walk_reads(api: Api, who: Person, planted: list[Planted]) -> list[tuple[str, bytes]]:
    paths = [f"/courses/{p.course['id']}" for p in planted]
    paths += [f"/lessons/{lesson['id']}" for p in planted for lesson in p.lessons]
    paths += [f"/files/{file_id}" for p in planted for file_id in p.files]
    paths += [f"/files/{file_id}/download" for p in planted for file_id in p.files]
    return [(path, (await api.get(path, as_=who)).body) for path in paths]
