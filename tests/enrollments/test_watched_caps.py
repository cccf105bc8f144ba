"""However a student jumps about, a lesson keeps so many watched parts and no more."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from lms.core.db.pool import Pool
from tests.api import Api
from tests.factories import enroll, make_open_course
from tests.people import Person

MOST = 500


async def _watched(api: Api, who: Person, mine: Any, lesson: Any) -> list[list[int]]:
    lessons = (await api.get(f"/enrollments/{mine['id']}", as_=who)).data["lessons"]
    [course] = [one for one in lessons if one["lesson_id"] == lesson["id"]]
    outline = (await api.get(f"/courses/{mine['course']['id']}/learn", as_=who)).data["lessons"]
    [shown] = [one for one in outline if one["id"] == lesson["id"]]
    assert course["lesson_id"] == lesson["id"]
    return list(shown["watched"])


async def _report(api: Api, who: Person, mine: Any, lesson: Any, parts: list[list[int]]) -> None:
    path = f"/enrollments/{mine['id']}/lessons/{lesson['id']}/progress"
    for first in range(0, len(parts), 100):
        reply = await api.patch(path, {"watched": parts[first : first + 100]}, as_=who)
        assert reply.status == 200, reply.body


async def test_the_smallest_gaps_are_closed_the_earlier_first(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, [lesson, other] = await make_open_course(api, tara, lessons=2)
    mine, theirs = await enroll(api, sam, course), await enroll(api, olly, course)
    await _report(api, olly, theirs, lesson, [[1, 2], [3, 4]])
    # Gaps of 9 seconds, but two of 2 seconds; then two parts more than may be kept.
    starts = [10 * n for n in range(MOST - 2)]
    parts = [[start, start + 1] for start in starts]
    close = [[5003, 5004], [5006, 5007]]
    await _report(api, sam, mine, lesson, parts + close)
    assert len(await _watched(api, sam, mine, lesson)) == MOST
    await _report(api, sam, mine, lesson, [[9000, 9001]])
    watched = await _watched(api, sam, mine, lesson)
    assert len(watched) == MOST
    assert [5003, 5007] in watched
    await _report(api, sam, mine, lesson, [[9500, 9501]])
    watched = await _watched(api, sam, mine, lesson)
    assert (len(watched), watched[0]) == (MOST, [0, 11])  # of equal gaps the first
    assert await _watched(api, olly, theirs, lesson) == [[1, 2], [3, 4]]
    assert await _watched(api, sam, mine, other) == []


async def test_counted_time_keeps_no_more_parts_and_loses_no_second(
    api: Api, db: Pool, tara: Person, sam: Person
) -> None:
    course, [lesson] = await make_open_course(api, tara, lessons=1)
    mine = await enroll(api, sam, course)
    async with db.acquire() as connection:
        await connection.execute("update enrollments set enrolled_at = now() - interval '1 day'")
    yesterday = datetime.now(UTC) - timedelta(hours=20)
    for batch in range(3):
        events = [
            {
                "id": str(uuid4()),
                "type": "progress",
                "lesson_id": lesson["id"],
                "occurred_at": (yesterday + timedelta(seconds=10 * n)).isoformat(),
                "time_spent_seconds": 1,
            }
            for n in range(400 * batch, 400 * (batch + 1))
        ]
        path = f"/enrollments/{mine['id']}/progress/batch"
        reply = await api.post(path, {"events": events}, as_=sam)
        assert reply.data["enrollment"]["time_spent_seconds"] == 400 * (batch + 1)
    async with db.acquire() as connection:
        parts = await connection.fetchval(
            "select max((select count(*) from unnest(studied))) from lesson_progress"
        )
    assert parts == MOST


async def test_racing_reports_keep_no_more(api: Api, tara: Person, sam: Person) -> None:
    course, [lesson] = await make_open_course(api, tara, lessons=1)
    mine = await enroll(api, sam, course)
    random = Random(7)
    starts = random.sample(range(0, 40_000, 2), 2_000)

    few = asyncio.Semaphore(8)  # one enrolment is written by one at a time

    async def send(some: list[int]) -> int:
        path = f"/enrollments/{mine['id']}/lessons/{lesson['id']}/progress"
        body = {"watched": [[start, start + 1] for start in some]}
        async with few:
            return (await api.patch(path, body, as_=sam)).status

    chunks = [starts[n : n + 40] for n in range(0, len(starts), 40)]
    assert set(await asyncio.gather(*(send(chunk) for chunk in chunks))) == {200}
    watched = await _watched(api, sam, mine, lesson)
    assert len(watched) == MOST
    for start in starts:
        assert any(first <= start < end for first, end in watched)
