"""Teachers come and go: courses change hands, and no published course is left alone."""

import asyncio
from typing import Any

import pytest

from lms.analytics.folding import fold
from lms.core.db.pool import Pool
from tests.api import Api
from tests.attempts.casts import TRUE_FALSE, make_quiz
from tests.events.settling import settle
from tests.factories import enroll, give_course, make_course, make_lesson, make_open_course
from tests.files.forms import upload
from tests.files.samples import PDF, image
from tests.people import PASSWORD, Cast, Person
from tests.roles import give_role
from tests.running import eventually


async def _erase(api: Api, person: Person) -> Any:
    return await api.request("DELETE", "/users/me", json={"password": PASSWORD}, as_=person)


async def test_an_admin_gives_a_course_to_another_teacher(
    api: Api, tara: Person, theo: Person, ada: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    other, _ = await make_open_course(api, tara)
    given = await give_course(api, ada, course, theo)
    assert (given.status, given.data["instructor"]["id"]) == (200, str(theo.id))
    path = f"/courses/{course['id']}"
    assert (await api.patch(path, {"title": "Theo's now"}, as_=theo)).status == 200
    assert (await api.patch(path, {"title": "Tara's still"}, as_=tara)).status == 403
    assert (await api.get(path)).data["instructor"]["full_name"] == theo.full_name
    kept = (await api.get(f"/courses/{other['id']}")).data
    assert kept["instructor"]["id"] == str(tara.id)


async def test_only_an_admin_gives_and_only_a_teacher_is_given(
    api: Api, tara: Person, theo: Person, sam: Person, ada: Person, cast: Cast
) -> None:
    course, _ = await make_open_course(api, tara)
    for person in (tara, theo):
        for heir in (theo, tara):
            assert (await give_course(api, person, course, heir)).status == 403
    gone = await cast.person("Gus Gone", role="instructor")
    await api.patch(f"/users/{gone.id}", {"is_active": False}, as_=ada)
    for heir in (sam, gone):
        reply = await give_course(api, ada, course, heir)
        assert (reply.status, reply.pointers) == (422, ["/instructor_id"])
    unknown = {"instructor_id": "00000000-0000-7000-8000-000000000000"}
    assert (await api.patch(f"/courses/{course['id']}", unknown, as_=ada)).status == 422
    null = await api.patch(f"/courses/{course['id']}", {"instructor_id": None}, as_=ada)
    assert null.status == 422
    assert (await api.get(f"/courses/{course['id']}")).data["instructor"]["id"] == str(tara.id)
    assert (await give_course(api, ada, course, ada)).status == 200


async def test_both_teachers_have_the_event_of_a_hand_over(
    api: Api, tara: Person, theo: Person, ada: Person, cast: Cast, db: Pool
) -> None:
    uma = await cast.person("Uma Teacher", role="instructor")
    course, _ = await make_open_course(api, tara)
    url = "https://receiver.example.com/hook"
    hooks = [
        (await api.post("/webhooks", {"url": url, "types": ["course.updated"]}, as_=one)).data["id"]
        for one in (tara, theo, uma, ada)
    ]
    await give_course(api, ada, course, theo)

    async def told(person: Person) -> list[str]:
        await settle(api)
        events = (await api.get("/events?types=course.updated", as_=person)).data
        return [one["data"]["instructor_id"] for one in events]

    assert await told(tara) == await told(theo) == await told(ada) == [str(theo.id)]
    assert await told(uma) == []
    counts = [
        len((await api.get(f"/webhooks/{hook}/deliveries", as_=one)).data)
        for hook, one in zip(hooks, (tara, theo, uma, ada), strict=True)
    ]
    assert counts == [1, 1, 0, 1]
    # From here on the course is Theo's, and what it told before is, too.
    await api.patch(f"/courses/{course['id']}", {"title": "Another title"}, as_=theo)
    assert len(await told(tara)) == 1
    assert len(await told(theo)) == 2
    await settle(api)
    published = (await api.get("/events?types=course.published", as_=theo)).data
    assert [one["data"]["course_id"] for one in published] == [course["id"]]


async def test_files_stay_usable_in_a_course_that_changed_hands(
    api: Api, tara: Person, theo: Person, sam: Person, ada: Person
) -> None:
    document = await upload(api, tara, PDF, "handout.pdf")
    picture, logo = [await upload(api, tara, image(), f"{n}.png") for n in range(2)]
    secret = await upload(api, tara, PDF, "not-shown.pdf")
    course, _ = await make_open_course(api, tara)
    lesson = await make_lesson(api, tara, course, content_type="document", file_id=document["id"])
    path = f"/courses/{course['id']}"
    shown = {"thumbnail_file_id": picture["id"], "certificate": {"logo_file_id": logo["id"]}}
    await api.patch(path, shown, as_=tara)
    await enroll(api, sam, course)
    await give_course(api, ada, course, theo)
    assert (await api.get(f"/files/{document['id']}/download", as_=sam)).body == PDF
    assert (await api.get(f"/files/{document['id']}/download", as_=theo)).body == PDF
    assert (await api.patch(path, {**shown, "title": "Unchanged files"}, as_=theo)).status == 200
    unchanged = {"file_id": document["id"], "title": "Still there"}
    assert (await api.patch(f"/lessons/{lesson['id']}", unchanged, as_=theo)).status == 200
    again = {"title": "Once more", "content_type": "document", "file_id": document["id"]}
    assert (await api.post(f"{path}/lessons", again, as_=theo)).status == 201
    quiz, _ = await make_quiz(api, theo, course, TRUE_FALSE)
    text = f"See /api/v1/files/{document['id']}/download"
    await api.post(f"/quizzes/{quiz['id']}/questions", {**TRUE_FALSE, "text": text}, as_=theo)
    for fields in ({"file_id": secret["id"]}, {"file_id": picture["id"]}):
        reply = await api.patch(f"/lessons/{lesson['id']}", fields, as_=theo)
        assert reply.pointers == ["/file_id"]
    mine = await make_course(api, theo)
    elsewhere = await api.post(f"/courses/{mine['id']}/lessons", again, as_=theo)
    assert elsewhere.pointers == ["/file_id"]
    assert (await api.delete(f"/files/{document['id']}", as_=tara)).code == "file_in_use"


async def test_the_figures_of_both_teachers_follow_a_course(
    api: Api, tara: Person, theo: Person, sam: Person, olly: Person, ada: Person, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara)
    stays, _ = await make_open_course(api, tara)
    await enroll(api, sam, course)
    await enroll(api, olly, stays)

    async def active(person: Person) -> Any:
        return (await api.get("/analytics/instructor", as_=person)).data["active_students"]

    assert await fold(db)
    assert (await active(tara), await active(theo)) == (2, 0)
    await give_course(api, ada, course, theo)
    assert (await active(tara), await active(theo)) == (1, 1)
    assert await fold(db)
    assert (await active(tara), await active(theo)) == (1, 1)
    assert await fold(db, from_scratch=True)
    assert (await active(tara), await active(theo)) == (1, 1)


async def test_nobody_leaves_published_courses_behind(
    api: Api, tara: Person, theo: Person, ada: Person
) -> None:
    course, _ = await make_open_course(api, tara, title="Bees")
    await make_open_course(api, theo, title="Not Tara's")
    await make_course(api, tara, title="A draft")
    replies = [
        await _erase(api, tara),
        await api.patch(f"/users/{tara.id}", {"role": "student"}, as_=ada),
    ]
    for reply in replies:
        assert (reply.status, reply.code) == (409, "courses_need_a_teacher")
        (entry,) = reply.json["errors"]
        assert entry.pop("detail")
        assert entry == {
            "pointer": "",
            "code": "course_published",
            "course_id": course["id"],
            "title": "Bees",
        }
    assert (await api.get("/users/me", as_=tara)).data["role"] == "instructor"
    disabled = await api.patch(f"/users/{tara.id}", {"is_active": False}, as_=ada)
    assert disabled.status == 200  # always
    await api.patch(f"/users/{tara.id}", {"is_active": True}, as_=ada)
    await give_course(api, ada, course, theo)
    assert (await api.patch(f"/users/{tara.id}", {"role": "student"}, as_=ada)).status == 200


async def test_an_erased_teachers_drafts_go_to_the_oldest_active_admin(
    api: Api, tara: Person, theo: Person, ada: Person, cast: Cast
) -> None:
    await cast.person("Bea Admin", role="admin")
    draft = await make_course(api, tara)
    archived, _ = await make_open_course(api, tara)
    await api.post(f"/courses/{archived['id']}/archive", as_=tara)
    other = await make_course(api, theo)
    assert (await _erase(api, tara)).status == 204
    for course, owner in ((draft, ada), (archived, ada), (other, theo)):
        shown = (await api.get(f"/courses/{course['id']}", as_=ada)).data
        assert shown["instructor"]["id"] == str(owner.id)


@pytest.mark.parametrize("way", ["demoted", "erased"])
async def test_publishing_and_leaving_at_once_leave_no_course_alone(
    api: Api, tara: Person, ada: Person, db: Pool, way: str
) -> None:
    """Forty-nine courses are published while their teacher leaves: she stays, or none is open."""
    async with db.acquire() as connection:
        made = await connection.fetch(
            "insert into courses (instructor_id, title, slug, description) "
            "select $1, 'Course ' || n, 'course-' || n, 'About it.' from generate_series(1, 49) n "
            "returning id",
            tara.id,
        )
        await connection.execute(
            "insert into lessons (course_id, title, content_type, content, position) "
            "select id, 'Lesson', 'text', 'Read.', 1 from courses where instructor_id = $1",
            tara.id,
        )

    async def leave() -> Any:
        if way == "erased":
            return await _erase(api, tara)
        return await api.patch(f"/users/{tara.id}", {"role": "student"}, as_=ada)

    left, *publishing = await asyncio.gather(
        leave(), *(api.post(f"/courses/{course_id}/publish", as_=ada) for (course_id,) in made)
    )
    assert {reply.status for reply in publishing} <= {200, 409}
    assert left.status in (200, 204, 409)
    async with db.acquire() as connection:
        alone, open_ones = await connection.fetchrow(
            "select count(*) filter (where not is_teacher(u)), "
            "count(*) filter (where u.id = $1) "
            "from courses c join users u on u.id = c.instructor_id where c.status = 'published'",
            tara.id,
        )
    assert alone == 0
    assert (left.status == 409) == (open_ones > 0)


async def test_a_teacher_is_not_demoted_while_a_course_is_being_published(
    api: Api, tara: Person, ada: Person, db: Pool
) -> None:
    course = await make_course(api, tara)
    await make_lesson(api, tara, course)
    async with db.acquire() as holder, db.acquire() as watcher, holder.transaction():
        await holder.execute("lock table events in exclusive mode")
        publishing = asyncio.create_task(api.post(f"/courses/{course['id']}/publish", as_=tara))

        async def waits() -> Any:  # for the event, the last that it writes
            return await watcher.fetchval("select count(*) from pg_locks where not granted")

        await eventually(waits)
        demoting = asyncio.create_task(api.patch(f"/users/{tara.id}", {"role": "student"}, as_=ada))
        await asyncio.wait({demoting}, timeout=0.5)
    published, demoted = await publishing, await demoting
    assert published.status == 200
    assert (demoted.status, demoted.code) == (409, "courses_need_a_teacher")


async def test_a_course_of_somebody_who_teaches_no_more_is_not_published(
    api: Api, tara: Person, theo: Person, ada: Person
) -> None:
    course = await make_course(api, tara)
    await make_lesson(api, tara, course)
    await give_role(api, ada, tara, "student")
    path = f"/courses/{course['id']}/publish"
    refused = await api.post(path, as_=ada)
    assert (refused.code, refused.pointers) == ("course_not_publishable", ["/instructor_id"])
    await give_course(api, ada, course, theo)
    assert (await api.post(path, as_=theo)).status == 200
