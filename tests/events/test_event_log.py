"""The event log: complete, in order, and shown to whom it concerns."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest

from lms.core.db.pool import Pool
from lms.core.db.query import Query
from lms.core.db.transactions import begin
from lms.events import queries as events
from lms.events.log import record_event
from lms.events.payloads import PAYLOADS, TYPES
from lms.settings import Settings
from lms.tools.bench.plans import explain
from tests.api import Api
from tests.conftest import QueryCount
from tests.core.jobs.conftest import until
from tests.events.settling import settle
from tests.factories import enroll, fill, make_course, make_open_course
from tests.people import PASSWORD, Person


def _lesson(number: int, course_id: UUID | None = None) -> dict[str, Any]:
    return {
        "enrollment_id": uuid4(),
        "course_id": course_id or uuid4(),
        "student_id": uuid4(),
        "lesson_id": UUID(int=number),
        "completed_at": "2026-01-01T00:00:00Z",
    }


async def _events(api: Api, who: Person, query: str = "", *, settled: bool = True) -> list[Any]:
    if settled:
        await settle(api)
    return list((await api.get(f"/events?limit=100{query}", as_=who)).data)


async def test_each_change_of_a_course_is_an_event_as_documented(
    api: Api, ada: Person, tara: Person, sam: Person
) -> None:
    course, lessons = await make_open_course(api, tara, title="Bees")
    await api.patch(f"/courses/{course['id']}", {"title": "Bees and wasps"}, as_=tara)
    enrollment = await enroll(api, sam, course)
    await enroll(api, sam, course)  # again: nothing happens
    await api.delete(f"/enrollments/{enrollment['id']}", as_=sam)
    await enroll(api, sam, course)
    for lesson in (lessons[0], lessons[0], lessons[1]):
        await api.post(f"/enrollments/{enrollment['id']}/lessons/{lesson['id']}/complete", as_=sam)
    await api.post(f"/courses/{course['id']}/archive", as_=tara)
    await api.post(f"/courses/{course['id']}/archive", as_=tara)  # is archived already
    await api.post(f"/courses/{course['id']}/unpublish", as_=tara)
    events = await _events(api, ada)
    assert [event["type"] for event in events] == [
        "course.published",
        "course.updated",
        "enrollment.created",
        "enrollment.dropped",
        "enrollment.created",
        "lesson.completed",
        "lesson.completed",
        "enrollment.completed",
        "course.archived",
        "course.updated",
    ]
    for event in events:
        assert not PAYLOADS[event["type"]]().validate(event["data"]), event
    assert [event["data"].get("status") for event in events[-4:]] == [
        None,
        "completed",
        "archived",
        "draft",
    ]
    assert await _events(api, tara) == events


async def test_registering_is_an_event_for_admins_alone(
    api: Api, ada: Person, tara: Person
) -> None:
    new = {"email": "new@example.com", "password": PASSWORD, "full_name": "New Person"}
    user = (await api.post("/auth/register", new)).data["user"]
    [event] = await _events(api, ada)
    assert (event["type"], event["data"]["user_id"]) == ("user.registered", user["id"])
    assert not PAYLOADS["user.registered"]().validate(event["data"])
    assert "new@example.com" not in str(event)
    assert await _events(api, tara) == []


async def test_an_instructor_sees_no_other_teachers_courses(
    api: Api, ada: Person, tara: Person, theo: Person, sam: Person
) -> None:
    mine, _ = await make_open_course(api, tara)
    other, _ = await make_open_course(api, theo)
    assert [event["data"]["course_id"] for event in await _events(api, tara)] == [mine["id"]]
    [theirs] = await _events(api, theo)
    assert theirs["data"]["course_id"] == other["id"]
    unseen = await api.get(f"/events?after={theirs['id']}", as_=tara)
    unknown = await api.get(f"/events?after={uuid4()}", as_=tara)
    for reply in (unseen, unknown):
        assert (reply.status, reply.code, reply.pointers) == (422, "validation_failed", ["?after"])
    assert (await api.get("/events", as_=sam)).status == 403
    assert len(await _events(api, ada)) == 2


async def test_reading_continues_after_an_event_of_a_deleted_course(api: Api, tara: Person) -> None:
    course, _ = await make_open_course(api, tara)
    [event] = await _events(api, tara)
    await api.delete(f"/courses/{course['id']}", as_=tara)
    await make_open_course(api, tara)
    assert len(await _events(api, tara, f"&after={event['id']}")) == 1
    assert len(await _events(api, tara)) == 2


async def test_a_courses_events_move_with_it_to_a_new_owner(
    api: Api, db: Pool, tara: Person, theo: Person
) -> None:
    """With the event of a writer who was at work meanwhile, whose commit came later."""
    course, _ = await make_open_course(api, tara)
    kept, _ = await make_open_course(api, tara)
    course_id = UUID(course["id"])

    async def hand_over() -> None:
        async with begin(db) as connection:
            await connection.execute(
                "update courses set instructor_id = $1 where id = $2", theo.id, course_id
            )

    async with begin(db) as writing:
        await record_event(writing, "lesson.completed", _lesson(1, course_id), course_id=course_id)
        handing = asyncio.create_task(hand_over())
        await until(lambda: _is_waiting(db))
    await handing
    async with begin(db) as connection:
        await record_event(
            connection, "lesson.completed", _lesson(2, course_id), course_id=course_id
        )
    told = [event["data"].get("lesson_id", "published")[-1] for event in await _events(api, theo)]
    assert told == ["d", "1", "2"]
    assert [event["data"]["course_id"] for event in await _events(api, tara)] == [kept["id"]]


async def _is_waiting(db: Pool) -> bool:
    async with db.acquire() as connection:
        return bool(
            await connection.fetchval(
                "select exists (select from pg_locks where not granted"
                " and relation = 'events'::regclass and database ="
                " (select oid from pg_database where datname = current_database()))"
            )
        )


async def test_an_instructors_log_is_read_without_a_full_scan(
    api: Api, db: Pool, tara: Person, theo: Person
) -> None:
    """Neither many courses, nor much that happened in them, nor a rare type costs a walk."""
    await fill(
        db,
        "insert into courses (instructor_id, title, slug) select id, 'Course', 'c-' || n || '-'"
        " || row_number() over () from users, generate_series(1, 40) n where id = any($1)",
        [tara.id, theo.id],
    )
    await fill(
        db,
        "insert into events (type, course_id, data)"
        " select case n when 60 then 'course.archived' else 'lesson.completed' end, id, '{}'"
        " from courses, generate_series(1, 60) n",
    )
    async with db.acquire() as connection:
        await connection.execute("analyze events")
        for types in (TYPES, ["course.archived"]):
            query = Query.registry["events/list_instructor_events"]
            given = {
                "instructor_id": str(tara.id),
                "types": orjson.dumps(types).decode(),
                "after_xid": "0",
            }
            plan = await explain(connection, query, given)
            assert "events_by_instructor" in plan, plan
            assert "Rows Removed" not in plan, plan
            [read] = re.findall(r"^  Buffers: shared hit=(\d+)", plan, re.M)[:1]
            assert int(read) < 200, plan


async def test_events_are_filtered_by_type_and_paged(api: Api, db: Pool, ada: Person) -> None:
    async with begin(db) as connection:
        for number in range(5):
            await record_event(connection, "lesson.completed", _lesson(number))
        course = {"course_id": uuid4(), "instructor_id": uuid4(), "title": "T", "slug": "t"}
        await record_event(connection, "course.updated", {**course, "status": "draft"})
    everything = await _events(api, ada)
    assert [event["data"].get("lesson_id", "")[-1:] for event in everything] == [*"01234", ""]
    assert len(await _events(api, ada, "&types=course.updated")) == 1
    both = await _events(api, ada, "&types=lesson.completed,course.updated")
    assert both == everything
    later = await _events(api, ada, f"&types=lesson.completed&after={everything[2]['id']}")
    assert later == everything[3:5]
    first = await api.get("/events?limit=4&include_total=true", as_=ada)
    assert first.meta["total"] == 6
    second = await api.get(f"/events?limit=4&cursor={first.meta['next_cursor']}", as_=ada)
    assert first.data + second.data == everything
    assert second.meta["next_cursor"] is None


@pytest.mark.parametrize(
    "query", ["types=", "types=nonsense", "types=webhook.test", "after=x", "limit=0", "before=1"]
)
async def test_an_invalid_query_is_422(api: Api, ada: Person, query: str) -> None:
    assert (await api.get(f"/events?{query}", as_=ada)).status == 422


async def test_an_event_shows_once_all_older_transactions_are_over(
    api: Api, db: Pool, ada: Person
) -> None:
    async with _open(db) as slow:
        await record_event(slow, "lesson.completed", _lesson(1))
        async with begin(db) as quick:
            await record_event(quick, "lesson.completed", _lesson(2))
        assert await _events(api, ada, settled=False) == []
        [withheld] = await _withheld(api)
        assert 0 < withheld < 60
    shown = await _events(api, ada)
    assert [event["data"]["lesson_id"][-1] for event in shown] == ["1", "2"]
    assert await _withheld(api) == [0]


async def _withheld(api: Api) -> list[float]:
    """What /metrics tells of it."""
    text = (await api.get("/metrics", root=True)).body.decode()
    return [float(n) for n in re.findall(r"^lms_events_withheld_seconds (\S+)$", text, re.M)]


@asynccontextmanager
async def _open(db: Pool) -> AsyncIterator[asyncpg.Connection]:
    async with begin(db) as connection:
        yield connection


async def test_a_polling_consumer_misses_nothing(api: Api, settings: Settings, ada: Person) -> None:
    """Writers hold their transactions for different times, some undo them, some nest."""
    writers, rounds = 8, 25
    committed: set[str] = set()
    running = True

    async def write(number: int) -> None:
        rng = random.Random(number)
        connection = await asyncpg.connect(settings.database_url.value)
        await connection.set_type_codec(
            "jsonb", schema="pg_catalog", encoder=_to_json, decoder=lambda text: text
        )
        for turn in range(rounds):
            ids = []
            transaction = connection.transaction()
            await transaction.start()
            for _ in range(rng.choice((1, 1, 2))):
                async with connection.transaction():  # a subtransaction has an xid of its own
                    ids.append(
                        str(await record_event(connection, "lesson.completed", _lesson(turn)))
                    )
                await asyncio.sleep(rng.choice((0, 0, 0.002, 0.01, 0.04)))
            if rng.random() < 0.1:
                await transaction.rollback()
            else:
                await transaction.commit()
                committed.update(ids)
        await connection.close()

    seen: list[str] = []

    async def poll() -> None:
        after = ""
        while True:
            was_running = running
            page = (await api.get(f"/events?limit=7{after}", as_=ada)).data
            seen.extend(event["id"] for event in page)
            if page:
                after = f"&after={page[-1]['id']}"
            elif not was_running:
                return

    polling = asyncio.create_task(poll())
    await asyncio.gather(*(write(number) for number in range(writers)))
    await settle(api)
    running = False
    await polling
    assert len(seen) == len(set(seen))
    assert set(seen) == committed
    assert seen == [event["id"] for event in await _all(api, ada)]  # the order stands


def _to_json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


async def _all(api: Api, who: Person) -> list[Any]:
    found: list[Any] = []
    query = ""
    while True:
        reply = await api.get(f"/events?limit=100{query}", as_=who)
        found += reply.data
        if reply.meta["next_cursor"] is None:
            return found
        query = f"&cursor={reply.meta['next_cursor']}"


async def test_an_event_is_rolled_back_with_its_cause(api: Api, ada: Person, tara: Person) -> None:
    course = await make_course(api, tara)
    reply = await api.post(f"/courses/{course['id']}/publish", as_=tara)  # it has no lesson
    assert reply.code == "course_not_publishable"
    assert await _events(api, ada) == []


async def test_an_event_with_the_wrong_payload_is_refused(db: Pool) -> None:
    async with begin(db) as connection:
        with pytest.raises(TypeError, match="completed tells"):
            await record_event(connection, "lesson.completed", {"lesson_id": uuid4()})
        with pytest.raises(TypeError, match="no type of event"):
            await record_event(connection, "lesson.begun", {})


async def test_reading_the_log_takes_a_fixed_number_of_queries(
    api: Api, ada: Person, tara: Person, queries: QueryCount
) -> None:
    await make_open_course(api, tara)
    [event] = await _events(api, tara)
    await _events(api, ada)
    for who in (ada, tara):
        async with queries.expect(1):
            await _events(api, who, settled=False)
        async with queries.expect(2):
            await _events(api, who, f"&after={event['id']}", settled=False)


async def test_only_old_events_are_deleted(db: Pool, settings: Settings) -> None:
    async with begin(db) as connection:
        for number in (1, 2):
            await record_event(connection, "lesson.completed", _lesson(number))
        old = datetime.now(UTC) - timedelta(days=91)
        await connection.execute(
            "update events set id = $1 where data->>'lesson_id' = $2",
            UUID(int=(int(old.timestamp() * 1000) << 80) + 7),
            str(UUID(int=1)),
        )
    before = datetime.now(UTC) - timedelta(days=90)
    assert await events.delete_old_events(db, before=before, limit=100) == 1
    async with db.acquire() as connection:
        left = await connection.fetch("select data->>'lesson_id' from events")
    assert [row[0] for row in left] == [str(UUID(int=2))]


def test_the_documentation_lists_every_type() -> None:
    text = (Path(__file__).parents[2] / "docs/events.md").read_text()
    for type in TYPES:
        assert f"`{type}`" in text
