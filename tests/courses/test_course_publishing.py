"""Publishing: what a course needs, and that it never loses it while it is open."""

import asyncio
from typing import Any

from lms.core.db.pool import Pool
from tests.api import Api
from tests.factories import enroll, make_course, make_lesson, make_open_course
from tests.people import Person


async def test_publishing_names_everything_that_is_missing(api: Api, tara: Person) -> None:
    course = await make_course(api, tara, description=" ")
    path = f"/courses/{course['id']}/publish"
    reply = await api.post(path, as_=tara)
    assert (reply.status, reply.code) == (409, "course_not_publishable")
    assert reply.pointers == ["/description", "/lessons"]
    for kind in ("text", "video", "document", "quiz"):
        await make_lesson(api, tara, course, content_type=kind, content="  ")
    reply = await api.post(path, as_=tara)
    assert reply.pointers == [
        "/description", "/lessons/0/content", "/lessons/1/video_url", "/lessons/2/file_id",
        "/lessons/3/quiz_id",
    ]  # fmt: skip
    assert (await api.get(f"/courses/{course['id']}", as_=tara)).data["status"] == "draft"


async def test_a_published_course_refuses_what_would_make_it_unpublishable(
    api: Api, tara: Person
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=1)
    path, lesson = f"/courses/{course['id']}", f"/lessons/{lessons[0]['id']}"
    unfinished = {"title": "Film", "content_type": "video"}
    before = (await api.get(path, as_=tara)).data
    replies = [
        await api.patch(path, {"description": ""}, as_=tara),
        await api.patch(lesson, {"content": ""}, as_=tara),
        await api.patch(lesson, {"content": None}, as_=tara),
        await api.patch(lesson, {"content_type": "quiz"}, as_=tara),
        await api.delete(lesson, as_=tara),
        await api.post(f"{path}/lessons", unfinished, as_=tara),
    ]
    for reply in replies:
        assert (reply.status, reply.code) == (409, "course_not_publishable")
        assert reply.pointers
    assert (await api.get(path, as_=tara)).data == before
    assert len((await api.get(f"{path}/lessons")).data) == 1
    await api.post(f"{path}/unpublish", as_=tara)
    assert (await api.post(f"{path}/lessons", unfinished, as_=tara)).status == 201
    assert (await api.post(f"{path}/publish", as_=tara)).pointers == ["/lessons/1/video_url"]


async def test_a_race_never_leaves_an_unpublishable_course_published(
    api: Api, tara: Person
) -> None:
    for _ in range(5):
        course = await make_course(api, tara)
        lesson = await make_lesson(api, tara, course)
        replies = await asyncio.gather(
            api.post(f"/courses/{course['id']}/publish", as_=tara),
            api.patch(f"/lessons/{lesson['id']}", {"content": None}, as_=tara),
            api.delete(f"/lessons/{lesson['id']}", as_=tara),
            api.patch(f"/courses/{course['id']}", {"description": ""}, as_=tara),
        )
        assert all(reply.status < 500 for reply in replies)
        now = (await api.get(f"/courses/{course['id']}", as_=tara)).data
        if now["status"] == "published":
            left = (await api.get(f"/courses/{course['id']}/lessons", as_=tara)).data
            assert now["description"]
            assert [one["content"] for one in left] == ["Read this."]


async def test_setting_a_state_again_keeps_the_first_publication_time(
    api: Api, tara: Person, theo: Person, sam: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    path = f"/courses/{course['id']}"
    for state in ("publish", "unpublish", "unpublish", "publish", "archive", "archive", "publish"):
        reply = await api.post(f"{path}/{state}", as_=tara)
        assert (reply.status, reply.data["published_at"]) == (200, course["published_at"])
    for state in ("publish", "unpublish", "archive"):
        assert (await api.post(f"{path}/{state}", as_=theo)).status == 403
        assert (await api.post(f"{path}/{state}", as_=sam)).status == 403
    for field in ("status", "published_at", "instructor_id", "enrollment_count", "lesson_count"):
        reply = await api.patch(path, {field: "draft"}, as_=tara)
        assert (reply.status, reply.pointers) == (422, [f"/{field}"])


async def test_changing_a_course_keeps_its_students_work(
    api: Api, db: Pool, tara: Person, sam: Person
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=2)
    done, _ = await make_open_course(api, tara, title="Done", lessons=1)
    path = f"/courses/{course['id']}"
    enrollment = await enroll(api, sam, course)
    mine = f"/enrollments/{enrollment['id']}"
    await api.post(f"{mine}/lessons/{lessons[0]['id']}/complete", as_=sam)
    finished = await enroll(api, sam, done)
    lesson = (await api.get(f"/courses/{done['id']}/lessons", as_=sam)).data[0]
    await api.post(f"/enrollments/{finished['id']}/lessons/{lesson['id']}/complete", as_=sam)
    for one in (course, done):
        reply = await api.delete(f"/courses/{one['id']}", as_=tara)
        assert (reply.status, reply.code) == (409, "course_has_enrollments")

    async def state() -> Any:
        return (await api.get(mine, as_=sam)).data

    before = await state()
    assert (before["progress_percent"], before["completed_lessons"]) == (50, 1)
    await api.patch(path, {"title": "Another title"}, as_=tara)
    await api.patch(f"/lessons/{lessons[0]['id']}", {"title": "New", "content": "New"}, as_=tara)
    await api.post(f"{path}/archive", as_=tara)
    await api.post(f"{path}/unpublish", as_=tara)
    assert (await state())["lessons"] == before["lessons"]
    await api.delete(f"/lessons/{lessons[1]['id']}", as_=tara)
    after = await state()
    assert (after["progress_percent"], after["total_lessons"]) == (100, 1)
    # What was done in a removed lesson is kept.
    await api.delete(f"/lessons/{lessons[0]['id']}", as_=tara)
    async with db.acquire() as connection:
        kept = await connection.fetchval(
            "select count(*) from lesson_progress where completed_at is not null"
        )
    assert kept == 2
    certificates = (await api.get("/certificates/my-certificates", as_=sam)).data
    assert [one["course"]["title"] for one in certificates] == ["Done"]
    # Whoever leaves keeps the course's row in place too.
    await api.delete(mine, as_=sam)
    assert (await api.delete(path, as_=tara)).code == "course_has_enrollments"


async def test_deleting_while_twenty_enrol_deletes_all_or_nothing(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    for _ in range(4):
        course, _ = await make_open_course(api, tara)
        body = {"course_id": course["id"]}
        replies = await asyncio.gather(
            *(api.post("/enrollments", body, as_=(sam, olly)[n % 2]) for n in range(10)),
            api.delete(f"/courses/{course['id']}", as_=tara),
            *(api.post("/enrollments", body, as_=(sam, olly)[n % 2]) for n in range(10)),
        )
        assert all(reply.status in (200, 201, 204, 404, 409) for reply in replies), replies
        deleted = replies[10].status == 204
        assert deleted is ((await api.get(f"/courses/{course['id']}")).status == 404)
        if not deleted:
            assert (await api.get(f"/courses/{course['id']}")).data["enrollment_count"] == 2


async def test_a_change_with_an_outdated_tag_is_refused(
    api: Api, tara: Person, sam: Person
) -> None:
    course, lessons = await make_open_course(api, tara)
    for path in (f"/courses/{course['id']}", f"/lessons/{lessons[0]['id']}"):
        read = (await api.get(path, as_=tara)).etag
        await enroll(api, sam, course)  # moves a counter, which is no write to the course
        match = {"If-Match": read}
        assert (await api.patch(path, {"title": "First"}, as_=tara, headers=match)).status == 200
        late = await api.patch(path, {"title": "Second"}, as_=tara, headers=match)
        assert (late.status, late.code) == (412, "precondition_failed")
        assert (await api.delete(path, as_=tara, headers=match)).status == 412
        assert (await api.get(path, as_=tara)).data["title"] == "First"


async def test_authors_and_students_who_write_at_once_never_deadlock(
    api: Api, db: Pool, tara: Person, sam: Person, olly: Person
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=2)
    path = f"/courses/{course['id']}"
    for student in (sam, olly):
        enrollment = await enroll(api, student, course)
        done = f"/enrollments/{enrollment['id']}/lessons/{lessons[0]['id']}/complete"
        await api.post(done, as_=student)

    async def deadlocks() -> int:
        async with db.acquire() as connection:
            return await connection.fetchval(
                "select deadlocks from pg_stat_database where datname = current_database()"
            )

    async def leave_and_return(student: Person) -> Any:
        mine = (await api.get("/enrollments/my-courses", as_=student)).data[0]
        await api.delete(f"/enrollments/{mine['id']}", as_=student)
        return await api.post("/enrollments", {"course_id": course["id"]}, as_=student)

    before = await deadlocks()
    replies = await asyncio.gather(
        *(api.patch(path, {"category": f"c-{n}", "title": f"T {n}"}, as_=tara) for n in range(3)),
        *(api.put(f"{path}/reviews", {"rating": 1 + n % 5}, as_=sam) for n in range(3)),
        *(leave_and_return(olly) for _ in range(2)),
        *(api.post(f"{path}/duplicate", as_=tara) for _ in range(2)),
        *(make_and_remove(api, tara, course, n) for n in range(3)),
    )
    assert all(reply.status < 300 for reply in replies), [reply.status for reply in replies]
    assert await deadlocks() == before
    shown = (await api.get(path)).data
    assert (shown["enrollment_count"], shown["rating_count"], shown["lesson_count"]) == (2, 1, 2)
    assert (await api.get(f"/courses?sort=popular&category={shown['category']}")).data


async def make_and_remove(api: Api, teacher: Person, course: Any, n: int) -> Any:
    lesson = await make_lesson(api, teacher, course, title=f"Passing {n}")
    return await api.delete(f"/lessons/{lesson['id']}", as_=teacher)
