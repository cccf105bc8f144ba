"""Time, position and watched parts of a lesson; completing, by hand and by removal."""

import asyncio
from collections import Counter
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from lms.attempts import lifecycle
from lms.attempts.queries import lock_attempt
from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.enrollments.progress import complete_lesson
from lms.enrollments.queries import lock_enrollment
from tests.api import Api
from tests.enrollments.conftest import attach_quiz, attempt_quiz, fetch, fetchval, insist
from tests.factories import enroll, make_lesson, make_open_course
from tests.people import Cast, Person
from tests.work import Work


async def _report(api: Api, who: Person, mine: Any, lesson: Any, **report: Any) -> Any:
    path = f"/enrollments/{mine['id']}/lessons/{lesson['id']}/progress"
    return (await api.patch(path, report, as_=who)).data["progress"]


async def _complete(api: Api, who: Person, mine: Any, lesson: Any) -> Any:
    path = f"/enrollments/{mine['id']}/lessons/{lesson['id']}/complete"
    return (await api.post(path, as_=who)).data


async def test_reported_time_never_exceeds_the_clock(
    api: Api, tara: Person, sam: Person, age: Any
) -> None:
    course, (lesson, other) = await make_open_course(api, tara, lessons=2)
    mine = await enroll(api, sam, course)
    at_once = await _report(api, sam, mine, lesson, time_spent_seconds=3600)
    assert at_once["time_spent_seconds"] <= 2
    await age(mine, 100)
    later = await _report(api, sam, mine, lesson, time_spent_seconds=60)
    assert later["time_spent_seconds"] - at_once["time_spent_seconds"] == 60
    again = await _report(api, sam, mine, lesson, time_spent_seconds=60)
    assert again["time_spent_seconds"] - later["time_spent_seconds"] <= 2
    state = (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data
    assert state["time_spent_seconds"] == again["time_spent_seconds"]
    assert state["last_accessed_at"] is not None
    assert [one["status"] for one in state["lessons"]] == ["in_progress", "not_started"]
    assert state["resume_lesson_id"] == lesson["id"] != other["id"]


async def test_a_report_that_is_repeated_with_its_key_counts_once(
    api: Api, tara: Person, sam: Person, age: Any
) -> None:
    course, (lesson,) = await make_open_course(api, tara, lessons=1)
    mine = await enroll(api, sam, course)
    await age(mine, 1000)
    path = f"/enrollments/{mine['id']}/lessons/{lesson['id']}/progress"
    headers = {"Idempotency-Key": "report-1"}
    body = {"time_spent_seconds": 10}
    first = await api.patch(path, body, as_=sam, headers=headers)
    await age(mine, 1000)
    second = await api.patch(path, body, as_=sam, headers=headers)
    assert second.body == first.body
    assert second.headers["Idempotent-Replayed"] == "true"
    assert first.data["progress"]["time_spent_seconds"] == 10


async def test_watched_parts_are_merged_and_the_position_is_the_last_one_told(
    api: Api, tara: Person, sam: Person
) -> None:
    course, (lesson,) = await make_open_course(api, tara, lessons=1)
    mine = await enroll(api, sam, course)
    await _report(api, sam, mine, lesson, watched=[[60, 90], [0, 30]], last_position_seconds=90)
    known = await _report(api, sam, mine, lesson, watched=[[30, 50], [80, 120]])
    assert known["watched"] == [[0, 50], [60, 120]]
    assert known["last_position_seconds"] == 90
    back = await _report(api, sam, mine, lesson, last_position_seconds=5)
    assert (back["last_position_seconds"], back["watched"]) == (5, [[0, 50], [60, 120]])


async def test_reports_of_the_wrong_shape_are_refused_and_change_nothing(
    api: Api, tara: Person, sam: Person
) -> None:
    course, (lesson,) = await make_open_course(api, tara, lessons=1)
    other, (foreign,) = await make_open_course(api, tara, lessons=1, title="Another")
    mine = await enroll(api, sam, course)
    await enroll(api, sam, other)
    path = f"/enrollments/{mine['id']}/lessons/{lesson['id']}/progress"
    for wrong in (
        {},
        {"time_spent_seconds": -1},
        {"time_spent_seconds": 1.5},
        {"time_spent_seconds": 10**9},
        {"last_position_seconds": True},
        {"watched": [[5, 5]]},
        {"watched": [[9, 5]]},
        {"watched": [[1]]},
        {"watched": [[-1, 5]]},
        {"watched": [[0, 1]] * 501},
        {"status": "completed"},
        {"completed_at": "2026-01-01T00:00:00Z"},
    ):
        assert (await api.patch(path, wrong, as_=sam)).status == 422, wrong
    elsewhere = path.replace(lesson["id"], foreign["id"])
    for wrong_path in (elsewhere, path.replace(lesson["id"], str(uuid4()))):
        reply = await api.patch(wrong_path, {"time_spent_seconds": 1}, as_=sam)
        assert reply.status == 404
    state = (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data
    assert (state["last_accessed_at"], state["updated_at"]) == (None, mine["updated_at"])


async def test_completing_again_changes_nothing(api: Api, tara: Person, sam: Person) -> None:
    course, (first, second) = await make_open_course(api, tara, lessons=2)
    mine = await enroll(api, sam, course)
    once = await _complete(api, sam, mine, first)
    await _report(api, sam, mine, second, last_position_seconds=1)
    before = (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data
    again = await _complete(api, sam, mine, first)
    assert again["progress"] == once["progress"]
    assert again["enrollment"]["updated_at"] == before["updated_at"]
    assert again["enrollment"]["resume_lesson_id"] == second["id"]
    completed = (await _complete(api, sam, mine, second))["enrollment"]
    for lesson in (first, second):  # the course is completed once, as of then
        assert (await _complete(api, sam, mine, lesson))["enrollment"] == completed


async def test_a_quiz_lesson_is_not_completed_by_hand_but_by_passing(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    course, (lesson, quiz) = await make_open_course(api, tara, lessons=2)
    quiz_id = await attach_quiz(db, quiz)
    mine = await enroll(api, sam, course)
    await _complete(api, sam, mine, lesson)
    path = f"/enrollments/{mine['id']}/lessons/{quiz['id']}"
    reply = await api.post(f"{path}/complete", as_=sam)
    assert (reply.status, reply.code) == (409, "quiz_not_passed")
    event = {
        "id": str(uuid4()),
        "lesson_id": quiz["id"],
        "type": "completed",
        "occurred_at": "2030-01-01T00:00:00Z",
    }
    batch = await api.post(
        f"/enrollments/{mine['id']}/progress/batch", {"events": [event]}, as_=sam
    )
    assert batch.data["results"] == [
        {"id": event["id"], "status": "refused", "code": "quiz_not_passed"}
    ]
    await attempt_quiz(db, mine["id"], quiz_id, 60)
    assert (await api.post(f"{path}/complete", as_=sam)).code == "quiz_not_passed"
    await attempt_quiz(db, mine["id"], quiz_id, 80)
    done = await _complete(api, sam, mine, quiz)
    assert (done["enrollment"]["status"], done["enrollment"]["progress_percent"]) == (
        "completed",
        100,
    )


async def test_fifty_complete_calls_for_the_last_lessons_complete_once(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=5)
    mine = await enroll(api, sam, course)
    path = f"/enrollments/{mine['id']}/lessons"
    replies = await asyncio.gather(
        *(
            insist(partial(api.post, f"{path}/{lessons[n % 5]['id']}/complete", as_=sam))
            for n in range(50)
        )
    )
    assert {reply.status for reply in replies} == {200}
    assert {r.data["enrollment"]["progress_percent"] for r in replies} <= {20, 40, 60, 80, 100}
    state = (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data
    assert (state["status"], state["completed_lessons"]) == ("completed", 5)
    assert await fetchval(db, "select count(*) from certificates") == 1
    jobs = await fetch(db, "select coalesce(args ->> 'template', kind) as what from jobs")
    assert Counter(row["what"] for row in jobs) == {
        "enrolled": 1,
        "completed": 1,
        "render_certificate": 1,
    }
    events = Counter(row["type"] for row in await fetch(db, "select type from events"))
    assert events == {
        "course.published": 1,
        "enrollment.created": 1,
        "lesson.completed": 5,
        "enrollment.completed": 1,
    }


async def test_removing_the_last_open_lesson_completes_the_course(
    api: Api, tara: Person, cast: Cast, sam: Person, work: Work, db: Pool
) -> None:
    course, (first, second, third) = await make_open_course(api, tara, lessons=3)
    other, (foreign,) = await make_open_course(api, tara, lessons=1, title="Another")
    students = [await cast.person(f"S{n} Student") for n in range(3)]
    places = [await enroll(api, who, course) for who in students]
    bystander = await enroll(api, sam, other)
    for who, mine, done in zip(
        students, places, ([first, second], [first, second, third], [first]), strict=True
    ):
        for lesson in done:
            await _complete(api, who, mine, lesson)
    assert (await api.delete(f"/lessons/{third['id']}", as_=tara)).status == 204
    # Right at once, before any worker has come by.
    shown = [(await api.get(f"/enrollments/{p['id']}", as_=tara)).data for p in places]
    assert [(s["progress_percent"], s["completed_lessons"], s["total_lessons"]) for s in shown] == [
        (100, 2, 2),
        (100, 2, 2),
        (50, 1, 2),
    ]
    assert [s["status"] for s in shown] == ["active", "completed", "active"]
    assert await work() == 1
    shown = [(await api.get(f"/enrollments/{p['id']}", as_=tara)).data for p in places]
    assert [s["status"] for s in shown] == ["completed", "completed", "active"]
    assert [s["completed_lessons"] for s in shown] == [2, 2, 1]
    assert await fetchval(db, "select count(*) from certificates") == 2
    counters = await fetch(db, "select done_lessons from enrollments where course_id = $1 "
                           "order by id", UUID(course["id"]))  # fmt: skip
    assert [row["done_lessons"] for row in counters] == [2, 2, 1]
    untouched = (await api.get(f"/enrollments/{bystander['id']}", as_=sam)).data
    assert (untouched["status"], untouched["total_lessons"]) == ("active", 1)
    assert foreign["id"] == untouched["resume_lesson_id"]


async def test_racing_removals_and_completions_leave_nobody_incomplete(
    api: Api, tara: Person, cast: Cast, work: Work
) -> None:
    """Each may see the other's lesson as still to be done; somebody has to see both."""
    for turn in range(6):
        course, (first, second) = await make_open_course(api, tara, lessons=2, title=f"No {turn}")
        students = [await cast.person(f"S{n} Student") for n in range(4)]
        places = [await enroll(api, who, course) for who in students]
        await asyncio.gather(
            api.delete(f"/lessons/{second['id']}", as_=tara),
            *(_complete(api, w, p, first) for w, p in zip(students, places, strict=True)),
        )
        await work()
        for place in places:
            state = (await api.get(f"/enrollments/{place['id']}", as_=tara)).data
            assert (state["status"], state["progress_percent"]) == ("completed", 100)


async def test_removing_a_lesson_waits_for_a_completion_under_way(
    api: Api, tara: Person, sam: Person, work: Work, db: Pool
) -> None:
    course, (first, second) = await make_open_course(api, tara, lessons=2)
    mine = await enroll(api, sam, course)
    async with begin(db) as connection:
        await lock_enrollment(connection, UUID(mine["id"]))
        await complete_lesson(connection, UUID(mine["id"]), UUID(first["id"]))
        removal = asyncio.create_task(api.delete(f"/lessons/{second['id']}", as_=tara))
        while not removal.done() and not await fetchval(
            db, "select count(*) from pg_locks where locktype = 'advisory' and not granted "
            "and database = (select oid from pg_database where datname = current_database())"
        ):  # fmt: skip
            await asyncio.sleep(0.02)
        await work()  # too early to see what is not committed yet
    assert (await removal).status == 204
    await work()
    state = (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data
    assert (state["status"], state["progress_percent"]) == ("completed", 100)


async def test_a_course_is_not_completed_before_its_required_quiz(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    course, (lesson, quiz) = await make_open_course(api, tara, lessons=2)
    quiz_id = await attach_quiz(db, quiz, is_required=True)
    await fetch(db, "update lessons set content_type = 'text', quiz_id = null where id = $1",
                quiz["id"])  # fmt: skip
    mine = await enroll(api, sam, course)
    for one in (lesson, quiz):
        state = (await _complete(api, sam, mine, one))["enrollment"]
    assert (state["status"], state["progress_percent"]) == ("active", 100)
    await attempt_quiz(db, mine["id"], quiz_id, 70)
    state = (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data
    assert state["status"] == "completed"


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_quiz_no_longer_required_stops_holding_up_completion(
    api: Api, tara: Person, sam: Person, db: Pool, work: Work, method: str
) -> None:
    """As when a lesson is removed: who has nothing left to do then is completed by a worker."""
    places = []
    for title in ("Changed", "A bystander"):
        course, (lesson,) = await make_open_course(api, tara, lessons=1, title=title)
        quiz_id = await fetchval(
            db,
            "insert into quizzes (course_id, title, status, is_required) "
            "values ($1, 'Quiz', 'published', true) returning id",
            course["id"],
        )
        places.append((quiz_id, await enroll(api, sam, course)))
        await _complete(api, sam, places[-1][1], lesson)
    await work()
    body = {"is_required": False} if method == "PATCH" else None
    reply = await api.request(method, f"/quizzes/{places[0][0]}", json=body, as_=tara)
    assert reply.status in (200, 204)
    await work()
    states = [
        (await api.get(f"/enrollments/{place['id']}", as_=sam)).data["status"]
        for _, place in places
    ]
    assert states == ["completed", "active"]


async def test_removing_a_lesson_waits_for_a_passing_mark_under_way(
    api: Api, tara: Person, sam: Person, work: Work, db: Pool
) -> None:
    """The mark does not see the removal yet, nor the worker after it the mark."""
    course, (first, second) = await make_open_course(api, tara, lessons=2)
    quiz_id = await attach_quiz(db, first)
    mine = await enroll(api, sam, course)
    attempt_id = await fetchval(
        db,
        "insert into attempts (quiz_id, student_id, enrollment_id, number, passing_score, "
        "max_points) values ($1, $2, $3, 1, 0, 0) returning id",
        quiz_id,
        sam.id,
        mine["id"],
    )
    async with begin(db) as connection:
        held = await lock_attempt(connection, attempt_id, grace_seconds=5)
        await lifecycle.close(connection, held, "student")
        removal = asyncio.create_task(api.delete(f"/lessons/{second['id']}", as_=tara))
        while not removal.done() and not await fetchval(
            db, "select count(*) from pg_locks where locktype = 'advisory' and not granted "
            "and database = (select oid from pg_database where datname = current_database())"
        ):  # fmt: skip
            await asyncio.sleep(0.02)
        await work()  # too early to see what is not committed yet
    assert (await removal).status == 204
    await work()
    state = (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data
    assert (state["status"], state["progress_percent"]) == ("completed", 100)


async def test_a_completed_enrolment_stays_so_when_the_course_grows(
    api: Api, tara: Person, sam: Person
) -> None:
    course, (only,) = await make_open_course(api, tara, lessons=1)
    mine = await enroll(api, sam, course)
    done = await _complete(api, sam, mine, only)
    added = await make_lesson(api, tara, course, title="More")
    state = (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data
    assert (state["status"], state["progress_percent"]) == ("completed", 100)
    assert (state["completed_lessons"], state["total_lessons"]) == (1, 2)
    assert state["resume_lesson_id"] == added["id"]
    assert state["completed_at"] == done["enrollment"]["completed_at"]


async def test_resume_points_to_the_first_open_lesson(api: Api, tara: Person, sam: Person) -> None:
    course, (one, two, three, four) = await make_open_course(api, tara, lessons=4)
    mine = await enroll(api, sam, course)

    async def resume() -> str | None:
        state = (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data
        return state["resume_lesson_id"]

    assert await resume() == one["id"]
    await _report(api, sam, mine, three, last_position_seconds=3)
    assert await resume() == three["id"]  # unfinished
    await _complete(api, sam, mine, three)
    assert await resume() == four["id"]  # the next after it
    await _complete(api, sam, mine, four)
    assert await resume() == one["id"]  # none after it: the first
    await _report(api, sam, mine, two, last_position_seconds=3)
    await api.delete(f"/lessons/{two['id']}", as_=tara)
    assert await resume() == one["id"]  # two is gone, four was before it, one is the first
    await _complete(api, sam, mine, one)
    assert await resume() is None
