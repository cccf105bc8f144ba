"""What was done offline arrives in any order, twice, and by clocks that are wrong."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from lms.core.db.pool import Pool
from tests.api import Api
from tests.enrollments.conftest import fetchval, insist
from tests.factories import enroll, make_open_course
from tests.people import Cast, Person


def an_event(lesson: Any, at: datetime | str, **fields: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "lesson_id": lesson["id"],
        "type": "progress",
        "occurred_at": at if isinstance(at, str) else at.isoformat(),
        **fields,
    }


async def send(api: Api, who: Person, mine: Any, *events: Any) -> Any:
    path = f"/enrollments/{mine['id']}/progress/batch"
    return (await insist(partial(api.post, path, {"events": list(events)}, as_=who))).data


def _essence(state: Any) -> Any:
    lessons = [
        (
            one["lesson_id"], one["status"], one["time_spent_seconds"], one["watched"],
            one["last_position_seconds"], one["completed_at"],
        )
        for one in state["lessons"]
    ]  # fmt: skip
    head = ("progress_percent", "completed_lessons", "time_spent_seconds", "resume_lesson_id",
            "status", "last_accessed_at")  # fmt: skip
    return lessons, [state[name] for name in head]


async def test_any_order_duplicates_and_repeats_lead_to_the_same_state(
    api: Api, tara: Person, cast: Cast, db: Pool, age: Any
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=4)
    now = datetime.now(UTC)
    dice = random.Random(7)
    events = []
    for n in range(60):
        lesson = lessons[n % 3]  # the last one is never touched
        at = now - timedelta(seconds=dice.randrange(100, 3000))
        kind = "completed" if n % 13 == 0 else "progress"
        start = dice.randrange(500)
        events.append(
            an_event(lesson, at, type=kind, time_spent_seconds=dice.randrange(90),
                     last_position_seconds=start, watched=[[start, start + 20]])
        )  # fmt: skip
    events.append(an_event(lessons[0], now - timedelta(days=4000), time_spent_seconds=30))
    states = []
    enrolled_at = now - timedelta(seconds=3600)
    for turn in range(4):
        who = await cast.person(f"S{turn} Offline")
        mine = await enroll(api, who, course)
        async with db.acquire() as connection:
            await connection.execute(
                "update enrollments set enrolled_at = $2 where id = $1", mine["id"], enrolled_at
            )
        order = [dict(event) for event in events]
        if turn:
            dice.shuffle(order)
        size = (61, 61, 10, 1)[turn]
        for first in range(0, len(order), size):
            batch = order[first : first + size]
            await send(api, who, mine, *batch, *(batch[:3] if turn == 2 else []))
        if turn > 1:
            again = await send(api, who, mine, *order)
            assert {result["status"] for result in again["results"]} == {"duplicate"}
        states.append(_essence((await api.get(f"/enrollments/{mine['id']}", as_=who)).data))
    assert states[0] == states[1] == states[2] == states[3]
    assert states[0][1][0] == 75
    assert [lesson[1] for lesson in states[0][0]] == ["completed"] * 3 + ["not_started"]


async def test_overlapping_time_counts_once_and_never_exceeds_the_clock(
    api: Api, tara: Person, sam: Person, age: Any
) -> None:
    course, (lesson,) = await make_open_course(api, tara, lessons=1)
    mine = await enroll(api, sam, course)
    await age(mine, 600)
    now = datetime.now(UTC).replace(microsecond=0)
    reply = await send(
        api, sam, mine,
        an_event(lesson, now - timedelta(seconds=300), time_spent_seconds=60),
        an_event(lesson, now - timedelta(seconds=270), time_spent_seconds=60),  # half of it new
        an_event(lesson, now - timedelta(seconds=280), time_spent_seconds=10),  # all known
    )  # fmt: skip
    assert reply["enrollment"]["time_spent_seconds"] == 90
    reply = await send(api, sam, mine, an_event(lesson, now, time_spent_seconds=999_999))
    assert 600 <= reply["enrollment"]["time_spent_seconds"] <= 605


@pytest.mark.parametrize(
    "clock",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1970-01-01T00:00:00Z",
     "2100-02-28T12:00:00+02:00"],
)  # fmt: skip
async def test_event_times_are_clamped_between_enrolment_and_now(
    api: Api, tara: Person, sam: Person, clock: str, age: Any
) -> None:
    course, (lesson,) = await make_open_course(api, tara, lessons=1)
    mine = await enroll(api, sam, course)
    await age(mine, 100)
    reply = await send(
        api, sam, mine, an_event(lesson, clock, type="completed", time_spent_seconds=40)
    )
    done = reply["enrollment"]["lessons"][0]
    state = (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data
    assert state["enrolled_at"] <= done["completed_at"] <= datetime.now(UTC).isoformat()
    assert done["time_spent_seconds"] == 40
    assert state["status"] == "completed"


async def test_progress_never_goes_back(api: Api, tara: Person, sam: Person, age: Any) -> None:
    course, (lesson, _) = await make_open_course(api, tara, lessons=2)
    mine = await enroll(api, sam, course)
    await age(mine, 5000)
    now = datetime.now(UTC)
    await send(
        api, sam, mine,
        an_event(lesson, now - timedelta(seconds=50), type="completed", last_position_seconds=200),
    )  # fmt: skip
    before = (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data
    reply = await send(
        api, sam, mine, an_event(lesson, now - timedelta(seconds=20), last_position_seconds=10)
    )
    after = reply["enrollment"]["lessons"][0]
    assert (after["status"], after["last_position_seconds"]) == ("completed", 200)
    assert after["completed_at"] == before["lessons"][0]["completed_at"]
    older = await send(
        api, sam, mine, an_event(lesson, now - timedelta(seconds=400), type="completed")
    )
    assert older["enrollment"]["lessons"][0]["completed_at"] < after["completed_at"]


async def test_each_event_has_its_result_and_a_refused_one_stays_free(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    course, (lesson, gone) = await make_open_course(api, tara, lessons=2)
    _, (foreign,) = await make_open_course(api, tara, lessons=1, title="Another")
    mine = await enroll(api, sam, course)
    await api.delete(f"/lessons/{gone['id']}", as_=tara)
    now = datetime.now(UTC)
    good, stray, removed = (an_event(one, now) for one in (lesson, foreign, gone))
    reply = await send(api, sam, mine, good, stray, good, removed)
    assert [(r["id"], r["status"], r["code"]) for r in reply["results"]] == [
        (good["id"], "counted", None),
        (stray["id"], "refused", "lesson_not_found"),
        (good["id"], "duplicate", None),
        (removed["id"], "refused", "lesson_not_found"),
    ]
    mended = {**stray, "lesson_id": lesson["id"]}
    reply = await send(api, sam, mine, mended)
    assert reply["results"][0]["status"] == "counted"
    assert await fetchval(db, "select count(*) from progress_events") == 2


async def test_an_event_id_counts_only_once_ever(
    api: Api, tara: Person, sam: Person, age: Any
) -> None:
    course, (lesson, other) = await make_open_course(api, tara, lessons=2)
    mine = await enroll(api, sam, course)
    await age(mine, 1000)
    now = datetime.now(UTC)
    first = an_event(lesson, now - timedelta(seconds=500), time_spent_seconds=10)
    before = await send(api, sam, mine, first)
    more = {
        "occurred_at": now.isoformat(),
        "time_spent_seconds": 100,
        "last_position_seconds": 900,
        "watched": [[0, 900]],
        "type": "completed",
    }
    for second in ({**first, **more}, {**first, **more, "lesson_id": other["id"]}):
        after = await send(api, sam, mine, second)
        assert [result["status"] for result in after["results"]] == ["duplicate"]
        assert _essence(after["enrollment"]) == _essence(before["enrollment"])


async def test_the_same_batch_fifty_times_at_once_counts_once(
    api: Api, tara: Person, sam: Person, db: Pool, age: Any
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=3)
    mine = await enroll(api, sam, course)
    await age(mine, 1000)
    now = datetime.now(UTC)
    events = [
        an_event(lesson, now - timedelta(seconds=100 * n), type="completed", time_spent_seconds=50)
        for n, lesson in enumerate(lessons, 1)
    ]
    replies = await asyncio.gather(*(send(api, sam, mine, *events) for _ in range(50)))
    counted = [r for reply in replies for r in reply["results"] if r["status"] == "counted"]
    assert len(counted) == 3
    assert {reply["enrollment"]["time_spent_seconds"] for reply in replies} == {150}
    assert {reply["enrollment"]["status"] for reply in replies} == {"completed"}
    assert await fetchval(db, "select count(*) from certificates") == 1


async def test_five_hundred_events_are_one_statement(
    api: Api, tara: Person, sam: Person, queries: Any
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=3)
    mine = await enroll(api, sam, course)
    now = datetime.now(UTC)
    few = [an_event(lessons[0], now)]
    many = [
        an_event(lessons[n % 2], now, last_position_seconds=n, watched=[[n, n + 1]])
        for n in range(500)
    ]
    await send(api, sam, mine, an_event(lessons[0], now))
    async with queries.expect(6):  # begin, lock, merge, enrolment, lessons, commit
        await send(api, sam, mine, *few)
    async with queries.expect(6):
        reply = await send(api, sam, mine, *many)
    assert reply["enrollment"]["lessons"][0]["watched"] == [[n, n + 1] for n in range(0, 500, 2)]


async def test_batches_of_the_wrong_shape_are_refused_whole(
    api: Api, tara: Person, sam: Person
) -> None:
    course, (lesson,) = await make_open_course(api, tara, lessons=1)
    mine = await enroll(api, sam, course)
    now = datetime.now(UTC)
    good = an_event(lesson, now)
    for wrong in (
        [],
        [good] * 501,
        [{**good, "id": "not-a-uuid"}],
        [{**good, "occurred_at": "yesterday"}],
        [{**good, "occurred_at": "2026-01-01T00:00:00"}],
        [{**good, "type": "dropped"}],
        [{**good, "status": "completed"}],
        [good, {**good, "time_spent_seconds": "5"}],
    ):
        path = f"/enrollments/{mine['id']}/progress/batch"
        assert (await api.post(path, {"events": wrong}, as_=sam)).status == 422, wrong
    await api.delete(f"/enrollments/{mine['id']}", as_=sam)
    path = f"/enrollments/{mine['id']}/progress/batch"
    reply = await api.post(path, {"events": [good]}, as_=sam)
    assert (reply.status, reply.code) == (409, "enrollment_dropped")
