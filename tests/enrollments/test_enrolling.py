"""A place in a course: taken once, never more than there are, left and taken again."""

import asyncio
from collections import Counter
from functools import partial
from typing import Any

import pytest

from lms.core.db.pool import Pool
from tests.api import Api, Response
from tests.enrollments.conftest import fetch, fetchval, insist
from tests.factories import enroll, make_course, make_lesson, make_open_course
from tests.people import Cast, Person
from tests.work import Work


async def _ask(api: Api, who: Person, course: Any) -> Response:
    return await api.post("/enrollments", {"course_id": course["id"]}, as_=who)


async def _count(api: Api, course: Any) -> int:
    return (await api.get(f"/courses/{course['id']}")).data["enrollment_count"]


async def test_enrolling_again_is_the_same_enrolment(api: Api, tara: Person, sam: Person) -> None:
    course, lessons = await make_open_course(api, tara, lessons=2)
    first = await api.post("/enrollments", {"course_id": course["id"]}, as_=sam)
    again = await api.post("/enrollments", {"course_id": course["id"]}, as_=sam)
    assert (first.status, again.status) == (201, 200)
    assert first.data == again.data
    assert first.data["resume_lesson_id"] == lessons[0]["id"]
    assert first.headers["Location"] == f"/api/v1/enrollments/{first.data['id']}"
    assert await _count(api, course) == 1


async def test_enrolling_prepares_every_lesson_and_adding_one_touches_nobody(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=3)
    other, _ = await make_open_course(api, tara, title="A bystander")
    mine, _ = await enroll(api, sam, course), await enroll(api, sam, other)
    await make_lesson(api, tara, course, title="New")
    rows = await fetch(
        db,
        "select p.lesson_id from lesson_progress p join lessons l on l.id = p.lesson_id "
        "where p.enrollment_id = $1 order by l.position",
        mine["id"],
    )
    assert [str(row["lesson_id"]) for row in rows] == [lesson["id"] for lesson in lessons]
    shown = (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data
    assert (shown["total_lessons"], len(shown["lessons"])) == (4, 4)


async def test_a_draft_is_unknown_and_an_archived_course_not_open(
    api: Api, tara: Person, sam: Person
) -> None:
    draft = await make_course(api, tara)
    archived, _ = await make_open_course(api, tara)
    await api.post(f"/courses/{archived['id']}/archive", as_=tara)
    replies = [
        await api.post("/enrollments", {"course_id": course["id"]}, as_=sam)
        for course in (draft, archived)
    ]
    assert [(r.status, r.code) for r in replies] == [(404, "not_found"), (409, "course_not_open")]


async def test_a_priced_course_asks_for_payment(api: Api, tara: Person, sam: Person) -> None:
    course, _ = await make_open_course(api, tara, price={"amount": 1999, "currency": "USD"})
    reply = await api.post("/enrollments", {"course_id": course["id"]}, as_=sam)
    assert (reply.status, reply.code) == (402, "payment_required")
    assert await _count(api, course) == 0


async def test_dropping_frees_the_seat_and_re_enrolling_keeps_progress(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, (first, _) = await make_open_course(api, tara, lessons=2, capacity=1)
    mine = await enroll(api, sam, course)
    await api.post(f"/enrollments/{mine['id']}/lessons/{first['id']}/complete", as_=sam)
    full = await api.post("/enrollments", {"course_id": course["id"]}, as_=olly)
    assert (full.status, full.code) == (409, "course_full")
    assert (await api.delete(f"/enrollments/{mine['id']}", as_=sam)).status == 204
    theirs = await enroll(api, olly, course)
    back = await api.post("/enrollments", {"course_id": course["id"]}, as_=sam)
    assert (back.status, back.code) == (409, "course_full")
    await api.delete(f"/enrollments/{theirs['id']}", as_=olly)
    back = await api.post("/enrollments", {"course_id": course["id"]}, as_=sam)
    assert back.status == 200
    assert back.data["progress_percent"] == 50
    assert back.data["enrolled_at"] == mine["enrolled_at"]
    assert await _count(api, course) == 1


async def test_a_course_that_was_completed_is_not_dropped(
    api: Api, tara: Person, sam: Person
) -> None:
    course, (only,) = await make_open_course(api, tara, lessons=1)
    mine = await enroll(api, sam, course)
    await api.post(f"/enrollments/{mine['id']}/lessons/{only['id']}/complete", as_=sam)
    reply = await api.delete(f"/enrollments/{mine['id']}", as_=sam)
    assert (reply.status, reply.code) == (409, "enrollment_completed")


async def test_only_the_student_works_in_an_enrolment_others_may_see(
    api: Api, tara: Person, theo: Person, sam: Person, olly: Person, ada: Person
) -> None:
    course, (lesson, _) = await make_open_course(api, tara, lessons=2)
    mine = await enroll(api, sam, course)
    await enroll(api, olly, course)
    path = f"/enrollments/{mine['id']}"
    sees = [(await api.get(path, as_=who)).status for who in (sam, tara, ada, theo, olly)]
    assert sees == [200, 200, 200, 404, 404]
    lesson_path = f"{path}/lessons/{lesson['id']}"
    event = {
        "id": "0198b6a0-0000-7000-8000-000000000001",
        "lesson_id": lesson["id"],
        "type": "completed",
        "occurred_at": "2026-01-01T00:00:00Z",
    }
    for who, status in ((tara, 403), (ada, 403), (theo, 404), (olly, 404)):
        replies = [
            await api.post(f"{lesson_path}/complete", as_=who),
            await api.patch(f"{lesson_path}/progress", {"time_spent_seconds": 1}, as_=who),
            await api.post(f"{path}/progress/batch", {"events": [event]}, as_=who),
        ]
        assert [reply.status for reply in replies] == [status] * 3, who.full_name
    why = f"{path}?reason=Wrong+class"
    drops = [(await api.delete(why, as_=who)).status for who in (theo, olly, sam, tara, ada)]
    assert drops == [404, 404, 422, 204, 204]


async def test_students_continue_in_an_unpublished_or_archived_course(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, (first, second) = await make_open_course(api, tara, lessons=2)
    mine = await enroll(api, sam, course)
    for step, lesson in (("unpublish", first), ("archive", second)):
        await api.post(f"/courses/{course['id']}/{step}", as_=tara)
        page = await api.get(f"/courses/{course['id']}/learn", as_=sam)
        assert [shown["locked"] for shown in page.data["lessons"]] == [False, False]
        done = await api.post(f"/enrollments/{mine['id']}/lessons/{lesson['id']}/complete", as_=sam)
        assert done.status == 200
        outsider = await api.get(f"/courses/{course['id']}/learn", as_=olly)
        assert outsider.status == (404 if step == "unpublish" else 200)
    assert done.data["enrollment"]["status"] == "completed"
    assert all(shown["locked"] for shown in outsider.data["lessons"])


@pytest.mark.parametrize("places", [1, 7])
async def test_fifty_students_race_for_a_few_seats(
    api: Api, tara: Person, cast: Cast, places: int
) -> None:
    course, _ = await make_open_course(api, tara, capacity=places)
    students = [await cast.person(f"S{n} Racer") for n in range(50)]
    replies = await asyncio.gather(*(insist(partial(_ask, api, who, course)) for who in students))
    outcome = Counter((r.status, "" if r.status == 201 else r.code) for r in replies)
    assert outcome == {(201, ""): places, (409, "course_full"): 50 - places}
    assert await _count(api, course) == places


async def test_fifty_requests_of_one_student_make_one_enrolment(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara, capacity=3)
    replies = await asyncio.gather(*(insist(partial(_ask, api, sam, course)) for _ in range(50)))
    assert Counter(reply.status for reply in replies) == {201: 1, 200: 49}
    assert len({reply.data["id"] for reply in replies}) == 1
    assert await fetchval(db, "select count(*) from enrollments") == 1
    assert await fetchval(db, "select count(*) from jobs where kind = 'send_email'") == 1


async def test_racing_drops_and_re_enrolments_keep_to_the_capacity(
    api: Api, tara: Person, cast: Cast, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara, capacity=5)
    students = [await cast.person(f"S{n} Racer") for n in range(10)]

    async def come_and_go(who: Person) -> None:
        for _ in range(5):
            reply = await insist(partial(_ask, api, who, course))
            if reply.status == 409:
                assert reply.code == "course_full"
                continue
            assert reply.status in (200, 201)
            assert reply.data["status"] == "active"
            path = f"/enrollments/{reply.data['id']}"
            left = await insist(partial(api.delete, path, as_=who))
            assert left.status == 204

    async def watch() -> None:
        while True:
            taken = await fetchval(db, "select count(*) from enrollments where status <> 'dropped'")
            assert taken <= 5
            await asyncio.sleep(0)

    watcher = asyncio.create_task(watch())
    await asyncio.gather(*(come_and_go(who) for who in students))
    watcher.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watcher
    assert await _count(api, course) == 0


async def test_re_enrolling_completes_a_course_with_nothing_left_to_do(
    api: Api, tara: Person, sam: Person, work: Work
) -> None:
    course, (first, second) = await make_open_course(api, tara, lessons=2)
    mine = await enroll(api, sam, course)
    await api.post(f"/enrollments/{mine['id']}/lessons/{first['id']}/complete", as_=sam)
    await api.delete(f"/enrollments/{mine['id']}", as_=sam)
    await api.delete(f"/lessons/{second['id']}", as_=tara)
    await work()
    assert (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data["status"] == "dropped"
    back = await api.post("/enrollments", {"course_id": course["id"]}, as_=sam)
    assert (back.data["status"], back.data["progress_percent"]) == ("completed", 100)
