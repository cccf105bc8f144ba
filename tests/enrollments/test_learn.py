"""The learner's page: everything in one call, the same cost whatever the course's size."""

from typing import Any
from uuid import UUID

from lms.core.db.pool import Pool
from tests.api import Api
from tests.enrollments.conftest import attach_quiz, attempt_quiz
from tests.factories import enroll, make_course, make_lesson, make_open_course
from tests.people import Person


async def test_the_learning_page_has_all_that_a_learner_needs(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, (first, second) = await make_open_course(api, tara, lessons=2, title="Knots")
    await make_open_course(api, tara, title="Another")
    mine = await enroll(api, sam, course)
    theirs = await enroll(api, olly, course)
    path = f"/courses/{course['id']}/learn"
    await api.post(f"/enrollments/{theirs['id']}/lessons/{second['id']}/complete", as_=olly)
    await api.patch(
        f"/enrollments/{mine['id']}/lessons/{first['id']}/progress",
        {"last_position_seconds": 12, "watched": [[0, 12]]},
        as_=sam,
    )
    page = (await api.get(path, as_=sam)).data
    assert (page["course"]["title"], page["course"]["lesson_count"]) == ("Knots", 2)
    assert page["course"]["instructor"] == {"id": str(tara.id), "full_name": "Tara Teacher"}
    enrolment = (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data
    del enrolment["lessons"]
    assert page["enrollment"] == enrolment
    assert [(x["id"], x["status"], x["locked"]) for x in page["lessons"]] == [
        (first["id"], "in_progress", False),
        (second["id"], "not_started", False),
    ]
    assert page["lessons"][0]["watched"] == [[0, 12]]
    assert page["resume_lesson"] == (await api.get(f"/lessons/{first['id']}", as_=sam)).data
    assert page["resume_lesson"]["content"]
    assert page["certificate"] is None
    for lesson in (first, second):
        await api.post(f"/enrollments/{mine['id']}/lessons/{lesson['id']}/complete", as_=sam)
    page = (await api.get(path, as_=sam)).data
    assert (page["enrollment"]["status"], page["resume_lesson"]) == ("completed", None)
    assert page["certificate"]["status"] == "pending"
    assert page["certificate"]["verify_url"].endswith(page["certificate"]["number"])


async def test_people_who_are_not_enrolled_see_a_locked_outline(
    api: Api, tara: Person, theo: Person, sam: Person, olly: Person
) -> None:
    course = await make_course(api, tara)
    await make_lesson(api, tara, course, title="Preview", is_preview=True, content="open")
    await make_lesson(api, tara, course, title="Secret", content="canary")
    path = f"/courses/{course['id']}/learn"
    assert [(await api.get(path, as_=who)).status for who in (tara, theo, olly)] == [200, 404, 404]
    assert (await api.get(path)).status == 401
    await api.post(f"/courses/{course['id']}/publish", as_=tara)
    for who in (theo, olly):
        reply = await api.get(path, as_=who)
        assert [lesson["locked"] for lesson in reply.data["lessons"]] == [False, True]
        assert (reply.data["enrollment"], reply.data["resume_lesson"]) == (None, None)
        assert b"canary" not in reply.body
    mine = await enroll(api, sam, course)
    await api.delete(f"/enrollments/{mine['id']}", as_=sam)
    left = await api.get(path, as_=sam)
    assert left.data["enrollment"]["status"] == "dropped"
    assert [lesson["locked"] for lesson in left.data["lessons"]] == [False, True]
    assert b"canary" not in left.body


async def test_the_learning_page_is_304_until_anything_changes(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, (first, second) = await make_open_course(api, tara, lessons=2)
    mine = await enroll(api, sam, course)
    path = f"/courses/{course['id']}/learn"
    etag = (await api.get(path, as_=sam)).etag

    async def changed() -> bool:
        nonlocal etag
        reply = await api.get(path, as_=sam, headers={"If-None-Match": etag})
        if reply.status == 304:
            assert not reply.body
            return False
        etag = reply.etag
        return True

    assert not await changed()
    await enroll(api, olly, course)
    assert not await changed()
    await api.post(f"/enrollments/{mine['id']}/lessons/{first['id']}/complete", as_=sam)
    assert await changed()
    await api.patch(f"/lessons/{second['id']}", {"title": "Renamed"}, as_=tara)
    assert await changed()
    await api.patch(f"/courses/{course['id']}", {"title": "Renamed"}, as_=tara)
    assert await changed()
    assert not await changed()


async def test_quizzes_show_attempts_left_and_the_best_score(
    api: Api, tara: Person, sam: Person, olly: Person, db: Pool
) -> None:
    course, (open_, silent) = await make_open_course(api, tara, lessons=2)
    first = await attach_quiz(db, open_, is_required=True, max_attempts=3)
    second = await attach_quiz(db, silent, show_results="never")
    mine, theirs = await enroll(api, sam, course), await enroll(api, olly, course)
    for quiz_id in (first, second):
        await attempt_quiz(db, theirs["id"], quiz_id, 100)
        for score in (40, 30):
            await attempt_quiz(db, mine["id"], quiz_id, score)
    path = f"/courses/{course['id']}/learn"
    names = ("id", "attempts_used", "attempts_left", "best_score_percent", "passed", "lesson_ids")
    quizzes = (await api.get(path, as_=sam)).data["quizzes"]
    assert [[quiz[name] for name in names] for quiz in quizzes] == [
        [first, 2, 1, 40, False, [open_["id"]]],
        [second, 2, None, None, None, [silent["id"]]],
    ]
    etag = (await api.get(path, as_=sam)).etag
    await attempt_quiz(db, mine["id"], first, 75)
    reply = await api.get(path, as_=sam, headers={"If-None-Match": etag})
    assert (reply.data["quizzes"][0]["passed"], reply.data["quizzes"][0]["attempts_left"]) == (
        True,
        0,
    )
    assert reply.data["lessons"][0]["status"] == "completed"


async def _fill(db: Pool, course: Any, lessons: int) -> None:
    async with db.acquire() as connection:
        await connection.execute(
            "insert into lessons (course_id, title, content_type, content, position) "
            "select $1, 'Lesson ' || n, 'text', 'words', n from generate_series(2, $2) n",
            UUID(course["id"]),
            lessons,
        )
        await connection.execute(
            "insert into quizzes (course_id, title, status) select $1, 'Quiz', 'published' "
            "from generate_series(1, $2)",
            UUID(course["id"]),
            max(1, lessons // 10),
        )


async def test_five_hundred_lessons_cost_as_many_statements_as_five(
    api: Api, tara: Person, sam: Person, db: Pool, queries: Any
) -> None:
    for size in (5, 500):
        course, (first,) = await make_open_course(api, tara, lessons=1, title=f"{size} lessons")
        await _fill(db, course, size)
        mine = await enroll(api, sam, course)
        await api.post(f"/enrollments/{mine['id']}/lessons/{first['id']}/complete", as_=sam)
        path = f"/courses/{course['id']}/learn"
        await api.get(path, as_=sam)
        # begin, course, enrolment, certificate, outline, quizzes, the next lesson, commit
        async with queries.expect(8):
            page = (await api.get(path, as_=sam)).data
        assert (len(page["lessons"]), len(page["quizzes"])) == (size, max(1, size // 10))
        assert page["enrollment"]["completed_lessons"] == 1
