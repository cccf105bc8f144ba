"""Lessons keep their places 1..n, whoever moves them at once."""

import asyncio
import random
from typing import Any

import pytest

from lms.core.db.pool import Pool
from tests.api import Api
from tests.factories import make_course, make_lesson, make_open_course
from tests.people import Person


async def _lessons(api: Api, teacher: Person, course: Any) -> list[Any]:
    return list((await api.get(f"/courses/{course['id']}/lessons?limit=100", as_=teacher)).data)


def _is_dense(lessons: list[Any]) -> bool:
    return [lesson["position"] for lesson in lessons] == list(range(1, len(lessons) + 1))


async def test_twenty_lessons_made_at_once_each_get_a_position(api: Api, tara: Person) -> None:
    course = await make_course(api, tara)
    bystander, _ = await make_open_course(api, tara, lessons=3)
    made = await asyncio.gather(*(make_lesson(api, tara, course, title=f"{n}") for n in range(20)))
    lessons = await _lessons(api, tara, course)
    assert _is_dense(lessons)
    assert {lesson["id"] for lesson in lessons} == {lesson["id"] for lesson in made}
    assert len(await _lessons(api, tara, bystander)) == 3


async def test_concurrent_changes_leave_a_dense_order(
    api: Api, tara: Person, ada: Person, db: Pool
) -> None:
    course = await make_course(api, tara)
    bystander, kept = await make_open_course(api, tara, lessons=3)
    made = [await make_lesson(api, tara, course, title=f"{n}") for n in range(12)]
    ids = [lesson["id"] for lesson in made]

    async def create(n: int) -> Any:
        body = {"title": f"new {n}", "content_type": "text"}
        return await api.post(f"/courses/{course['id']}/lessons", body, as_=tara)

    async def remove(n: int) -> Any:
        return await api.delete(f"/lessons/{ids[n // 2]}", as_=ada)  # each by two at once

    async def reorder(n: int) -> Any:
        order = random.sample(ids, len(ids))
        body = {"course_id": course["id"], "lesson_ids": order}
        return await api.patch("/lessons/reorder", body, as_=tara)

    jobs = [work(n) for n in range(7) for work in (create, remove, reorder)]
    replies = await asyncio.gather(*jobs)
    statuses = [reply.status for reply in replies]
    assert all(status in (200, 201, 204, 404, 409) for status in statuses), statuses
    assert statuses.count(201) == 7
    assert statuses.count(204) == 4  # lessons 0, 1, 2, 3, each removed once
    lessons = await _lessons(api, tara, course)
    assert _is_dense(lessons)
    assert len(lessons) == 12 + 7 - 4
    assert [lesson["id"] for lesson in await _lessons(api, tara, bystander)] == [
        lesson["id"] for lesson in kept
    ]
    async with db.acquire() as connection:  # nothing is lost: what is removed keeps its row
        count = await connection.fetchval(
            "select count(*) from lessons where course_id = $1", course["id"]
        )
    assert count == 12 + 7


async def test_twenty_reorderings_at_once_end_in_one_of_them(api: Api, tara: Person) -> None:
    course, lessons = await make_open_course(api, tara, lessons=6)
    ids = [lesson["id"] for lesson in lessons]
    orders = [random.sample(ids, len(ids)) for _ in range(20)]
    replies = await asyncio.gather(
        *(
            api.patch("/lessons/reorder", {"course_id": course["id"], "lesson_ids": o}, as_=tara)
            for o in orders
        )
    )
    for reply, order in zip(replies, orders, strict=True):
        assert [lesson["id"] for lesson in reply.data] == order
    now = await _lessons(api, tara, course)
    assert _is_dense(now)
    assert [lesson["id"] for lesson in now] in orders


async def test_a_new_order_names_each_lesson_once(api: Api, tara: Person, theo: Person) -> None:
    course, lessons = await make_open_course(api, tara, lessons=3)
    _, others = await make_open_course(api, tara, lessons=1)
    ids = [lesson["id"] for lesson in lessons]
    for wrong in (ids[:2], [*ids, ids[0]], [*ids, others[0]["id"]], [ids[0], ids[0], ids[1]]):
        body = {"course_id": course["id"], "lesson_ids": wrong}
        assert (await api.patch("/lessons/reorder", body, as_=tara)).code == "lessons_differ"
    body = {"course_id": course["id"], "lesson_ids": ids}
    assert (await api.patch("/lessons/reorder", body, as_=theo)).code == "forbidden"
    missing = {**body, "course_id": str(theo.id)}
    assert (await api.patch("/lessons/reorder", missing, as_=tara)).status == 404


@pytest.mark.parametrize("count", [2_000])
async def test_a_large_course_is_ordered_and_copied_in_one_statement(
    api: Api, tara: Person, db: Pool, count: int
) -> None:
    course = await make_course(api, tara)
    async with db.acquire() as connection:
        await connection.execute(
            "insert into lessons (course_id, title, content_type, position)"
            " select $1, 'Lesson ' || i, 'text', i from generate_series(1, $2::integer) i",
            course["id"], count,
        )  # fmt: skip
        ids = [
            str(row[0])
            for row in await connection.fetch(
                "select id from lessons where course_id = $1 order by position desc", course["id"]
            )
        ]
    body = {"course_id": course["id"], "lesson_ids": ids}
    reply = await api.patch("/lessons/reorder", body, as_=tara, check=False)
    assert [lesson["id"] for lesson in reply.data] == ids
    copied = await api.post(f"/courses/{course['id']}/duplicate", as_=tara)
    assert copied.data["course"]["lesson_count"] == count
