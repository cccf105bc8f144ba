"""The catalogue's cache: never late, never somebody else's, and never needed."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from redis.asyncio import Redis

from lms.app import create_app
from lms.core.db.pool import Pool
from lms.core.db.replica import Replica
from lms.core.http.reply import Cached
from lms.core.redis_pool import RedisPool
from lms.courses import cache
from lms.courses.cache import CatalogueCache, Made
from lms.settings import Secret, Settings
from tests.api import Api, Server
from tests.conftest import QueryCount, run_sql, with_database
from tests.factories import enroll, make_course, make_lesson, make_open_course
from tests.openapi_checker import ResponseChecker
from tests.people import Person
from tests.redis_server import RedisServer
from tests.running import Address, Process, eventually, free_port, wait_until_ready


@pytest.fixture
async def other(settings: Settings, db: Pool, tmp_path: Path) -> AsyncIterator[Api]:
    """Another API process of the same installation."""
    mine = replace(
        settings, port=free_port(), public_url=settings.base_url, data_dir=tmp_path
    )  # one address, as behind a proxy: what a token is for
    process = Process("api", settings=mine, log=tmp_path / "api.log")
    await process.start()
    try:
        async with Api(Address(mine.port)) as client:
            await wait_until_ready(client, process)
            yield client
    finally:
        await process.end()


async def test_a_change_is_seen_in_another_process_on_its_next_read(
    api: Api, other: Api, db: Pool, tara: Person, theo: Person, sam: Person
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=2, category="music")
    await make_open_course(api, theo, category="theo")
    path = f"/courses/{course['id']}"
    enrollment: Any = {}

    async def learn() -> None:
        enrollment.update(await enroll(api, sam, course))

    async def review() -> None:
        done = f"/enrollments/{enrollment['id']}/lessons/{lessons[0]['id']}/complete"
        await api.post(done, as_=sam)
        await api.put(f"{path}/reviews", {"rating": 4}, as_=sam)

    changes: list[tuple[str, Callable[[], Awaitable[Any]], Any]] = [
        ("title", lambda: api.patch(path, {"title": "New title"}, as_=tara), "New title"),
        ("lesson_count", lambda: make_lesson(api, tara, course), 3),
        ("enrollment_count", learn, 1),
        ("average_rating", review, 4.0),
        ("instructor", lambda: api.patch("/users/me", {"full_name": "Tara New"}, as_=tara),
         {"id": str(tara.id), "full_name": "Tara New"}),
        ("category", lambda: api.patch(path, {"category": None}, as_=tara), None),
    ]  # fmt: skip
    reads = (path, f"/courses/{course['slug']}", "/courses", "/courses?sort=popular",
             "/courses?q=what", "/courses?sort=rating&limit=7")  # fmt: skip

    async def see(client: Api, who: Person | None, read: str) -> Any:
        data = (await client.get(read, as_=who)).data
        if isinstance(data, list):
            return next(one for one in data if one["id"] == course["id"])
        return data

    for field, change, expected in changes:
        for client in (api, other):
            for read in reads:
                await see(client, None, read)
        await change()
        for client in (other, api):
            for who in (None, sam):
                for read in reads:
                    assert (await see(client, who, read))[field] == expected, (field, read)
    assert (await other.get("/courses/categories")).data == [{"name": "theo", "count": 1}]
    for state, status in (("unpublish", 404), ("publish", 200), ("archive", 200)):
        await api.post(f"{path}/{state}", as_=tara)
        assert (await other.get(path)).status == status
        listed = [one["id"] for one in (await other.get("/courses")).data]
        assert (course["id"] in listed) is (state == "publish")
    bystander, _ = await make_open_course(api, tara)
    async with db.acquire() as connection:  # a teacher of courses, though a student again
        await connection.execute("update users set role = 'student' where id = $1", theo.id)
    assert (await other.get("/courses?category=theo")).data[0]["instructor"]["full_name"]
    await api.patch("/users/me", {"full_name": "Theo Student"}, as_=theo)
    shown = (await other.get("/courses?category=theo")).data[0]["instructor"]
    assert shown["full_name"] == "Theo Student"
    assert (await other.get(f"/courses/{bystander['id']}")).status == 200
    await api.delete(f"/courses/{bystander['id']}", as_=tara)
    assert (await other.get(f"/courses/{bystander['id']}")).status == 404


async def test_nobody_sees_a_page_cached_for_someone_else(
    api: Api, tara: Person, theo: Person, sam: Person, olly: Person, ada: Person
) -> None:
    course, _ = await make_open_course(api, tara, title="Draft again")
    await enroll(api, sam, course)
    await api.post(f"/courses/{course['id']}/unpublish", as_=tara)
    paths = (f"/courses/{course['id']}", f"/courses/{course['slug']}")
    may = (tara, ada, sam)
    for _ in range(2):
        for who in (tara, None, sam, olly, ada, theo, None, sam):
            for path in paths:
                reply = await api.get(path, as_=who)
                assert reply.status == (200 if who in may else 404), (who, path)
            listed = (await api.get("/courses", as_=who)).data
            assert len(listed) == (1 if who in (tara, ada) else 0)
            if who is not None:
                mine = (await api.get("/courses?mine=true", as_=who)).data
                assert len(mine) == (1 if who is tara else 0)


async def test_a_crafted_filter_cannot_poison_the_cache(api: Api, tara: Person) -> None:
    """Whoever writes a filter into the value of another must not choose what others see."""
    await make_open_course(api, tara, title="Wanted", category="music", difficulty="advanced")
    for hostile, usual in (
        ("category=music%26difficulty%3Dadvanced", "category=music&difficulty=advanced"),
        ("q=wanted%26sort%3Dtitle", "q=wanted&sort=title"),
        ("category=music%26q%3Dwanted", "category=music&q=wanted"),
    ):
        assert (await api.get(f"/courses?{hostile}")).data == [], hostile
        shown = (await api.get(f"/courses?{usual}")).data
        assert [course["title"] for course in shown] == ["Wanted"], usual


async def test_cache_hits_are_counted_by_where_they_came_from(
    api: Api, tara: Person, theo: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    await make_open_course(api, theo)  # is on the page, and nobody reads it alone
    for path in ("/courses?limit=7", f"/courses/{course['id']}"):
        counts = [await _cache_reads(api)]
        for _ in range(3):
            await api.get(path)
            counts.append(await _cache_reads(api))
        more = [Counter(now) - Counter(then) for then, now in pairwise(counts)]
        assert more == [{"miss": 1}, {"process": 1}, {"process": 1}], path


async def _cache_reads(api: Api) -> dict[str, int]:
    text = (await api.get("/metrics", root=True)).body.decode()
    found = re.findall(r'^lms_cache_reads_total\{result="(\w+)"\} (\d+)', text, re.MULTILINE)
    return {result: int(count) for result, count in found}


async def test_empty_pages_are_not_kept_in_redis(
    api: Api, settings: Settings, tara: Person
) -> None:
    """Anyone can ask for any number of categories that nobody has."""
    await make_open_course(api, tara, category="music")
    redis = Redis.from_url(settings.redis_url.value)
    await redis.flushdb()
    for n in range(5):
        assert (await api.get(f"/courses?category=none-{n}")).data == []
    assert await redis.keys("lms:catalogue:*") == []
    assert len((await api.get("/courses?category=music")).data) == 1
    assert len(await redis.keys("lms:catalogue:*")) == 1
    await redis.aclose()


async def test_concurrent_readers_share_one_computation(
    api: Api, tara: Person, queries: QueryCount
) -> None:
    await make_open_course(api, tara)
    await api.get("/courses?limit=9")
    queries.attach()
    replies = await asyncio.gather(*(api.get("/courses?limit=8") for _ in range(40)))
    assert len({reply.etag for reply in replies}) == 1
    made = [name for name in await queries.settle() if "list_courses" in name]
    assert len(made) == 1


@pytest.fixture
async def redis_server(tmp_path: Path) -> AsyncIterator[RedisServer]:
    server = RedisServer(tmp_path / "redis", free_port())
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def fragile(
    settings: Settings, db: Pool, redis_server: RedisServer, checker: ResponseChecker
) -> AsyncIterator[Api]:
    """An application with a Redis of its own, and the usual patience with it."""
    mine = replace(
        settings,
        redis_url=Secret(redis_server.url),
        redis_timeout_seconds=0.05,
        rate_limit_general_per_minute=1_000_000,  # asks Redis as well
    )
    server = Server(create_app(mine))
    await server.start_server()
    async with Api(server, checker) as client:
        yield client
    await server.close()


@pytest.mark.parametrize("trouble", ["stopped", "hung"])
async def test_reads_work_without_redis_and_use_it_again_when_it_is_back(
    fragile: Api, redis_server: RedisServer, tara: Person, sam: Person, trouble: str
) -> None:
    course, lessons = await make_open_course(fragile, tara)
    reads = [
        (path, who)
        for path in (
            "/courses", "/courses?q=what", "/courses?sort=rating", f"/courses/{course['id']}",
            f"/courses/{course['slug']}", "/courses/categories",
            f"/courses/{course['id']}/lessons", f"/lessons/{lessons[0]['id']}",
        )
        for who in (None, sam, tara)
    ]  # fmt: skip

    async def slowest() -> float:
        worst = 0.0
        for n, (path, who) in enumerate(reads):
            # Something new each time, so that no process has it yet.
            await fragile.patch(f"/courses/{course['id']}", {"description": f"{n}"}, as_=tara)
            started = time.perf_counter()
            reply = await fragile.get(path, as_=who)
            worst = max(worst, time.perf_counter() - started)
            assert reply.status == 200
        return worst

    await slowest()  # what is done once in a process is done
    usual = await slowest()
    if trouble == "hung":
        redis_server.freeze()
    else:
        await redis_server.stop()
    try:
        extra = await slowest() - usual
        assert extra < 0.1, extra
        together = asyncio.gather(*(fragile.get("/courses?limit=3") for _ in range(30)))
        assert {reply.status for reply in await together} == {200}
    finally:
        if trouble == "hung":
            redis_server.thaw()
        else:
            await redis_server.start()
    redis = Redis.from_url(redis_server.url)
    await redis.flushdb()

    async def stored() -> bool:
        await fragile.patch(f"/courses/{course['id']}", {"description": "again"}, as_=tara)
        await fragile.get("/courses")
        return bool(await redis.keys("lms:catalogue:*"))

    assert await eventually(stored, 5)
    for key in await redis.keys("lms:catalogue:*"):
        assert 0 < await redis.ttl(key) <= 300
    await redis.aclose()


async def test_a_process_caches_within_its_limit_of_bytes(
    db: Pool, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_PROCESS_BYTES", 12_000)
    monkeypatch.setattr(cache, "_ENTRY_BYTES", 3_000)
    kept = cache._Kept()
    for n in range(100):
        kept.add((f"list:{n}", n), cache._Entry(Cached(b"x" * 2_000, "e"), "", ""))
        kept.add((f"large:{n}", n), cache._Entry(Cached(b"x" * 3_001, "e"), "", ""))
        assert kept._bytes <= 12_000
    assert kept.get(("large:99", 99)) is None
    assert [n for n in range(100) if kept.get((f"list:{n}", n))] == [97, 98, 99]


async def test_lists_come_from_the_replica_once_it_has_caught_up(
    settings: Settings, db: Pool, template: str, tara: Person, api: Api,
    checker: ResponseChecker, sam: Person,
) -> None:  # fmt: skip
    """A second database stands for the replica; moving its versions is its catching up."""
    name = f"lms_replica_{free_port()}"
    url = settings.database_url
    await make_open_course(api, tara, title="On the primary")
    await run_sql(url, f'create database "{name}" template "{template}"')
    replica = with_database(url, name)
    server = Server(create_app(replace(settings, database_replica_url=replica)))
    try:
        await server.start_server()
        async with Api(server, checker) as client:
            for who in (None, sam, tara):  # it lags: the primary answers
                for query in ("", "?q=primary", "?sort=title", "?limit=3&include_total=true"):
                    listed = (await client.get(f"/courses{query}", as_=who)).data
                    assert [one["title"] for one in listed] == ["On the primary"]
            connection = await asyncpg.connect(replica.value)
            await connection.execute("update catalogue_versions set version = 1e15::bigint")
            await connection.close()
            await make_course(client, tara)  # another version, so nothing kept is right
            for who in (None, tara):  # now it answers, and here it has no courses
                assert (await client.get("/courses", as_=who)).data == []
            await run_sql(url, f'drop database "{name}" with (force)')
            await make_course(client, tara)
            for who in (None, tara):  # it is gone: the primary answers
                assert (await client.get("/courses?status=published", as_=who)).data
    finally:
        await server.close()
        await run_sql(url, f'drop database if exists "{name}" with (force)')


async def test_a_failed_computation_is_not_cached(db: Pool, settings: Settings) -> None:
    catalogue = CatalogueCache(db, db, Replica(None), RedisPool(settings))
    calls = 0

    async def fail(_: Pool) -> Made:
        nonlocal calls
        calls += 1
        raise LookupError("once")

    async def work(_: Pool) -> Made:
        return Made(b"[]")

    failed = await asyncio.gather(
        *(catalogue.list_page("a", fail) for _ in range(5)), return_exceptions=True
    )
    assert {type(one) for one in failed} == {LookupError}
    assert (await catalogue.list_page("a", work)).body == b"[]"
    assert catalogue._making == {}
