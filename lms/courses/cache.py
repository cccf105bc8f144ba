"""The catalogue's cache: replies as bytes, right for as long as the catalogue's versions stand.

A change to anything that readers of courses see moves a version in its own transaction (the
triggers of migration 0004). A reader asks for the versions first, then for the reply that was
made under them: in this process, in Redis, at last in PostgreSQL. So a change is visible on
the next read in every process, whatever becomes of Redis. Readers that come together share
one query for the versions, which is what makes this cheap.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from aiohttp import web
from redis import asyncio as redis

from lms.db import Db, Query
from lms.etags import make_etag
from lms.metrics import CACHE
from lms.redis_pool import RedisPool
from lms.reply import Cached

_REPLIES = 2_000  # kept by a process, some 20 kB each at the most
_REDIS_SECONDS = 300  # old versions are never asked for again; this is when they go
_SHARDS = 64

_list_versions = Query("courses/list_versions", list)


@dataclass(frozen=True, slots=True)
class Made:
    """What a cache entry holds besides its JSON: the resource's version, and a page's meta."""

    body: bytes
    version: int | None
    meta: dict[str, Any]


class CatalogueCache:
    """Public views only: what a person sees because of who she is never comes here."""

    def __init__(self, db: Db, pool: RedisPool) -> None:
        self._versions = _Versions(db)
        self._redis = pool
        self._replies: OrderedDict[tuple[str, int], Cached] = OrderedDict()

    async def list_page(self, name: str, make: Callable[[], Awaitable[Made]]) -> Cached:
        """A page of the catalogue; any course's change makes it anew."""
        return await self._get(f"list:{name}", sum(await self._versions.read()), make)

    async def course(self, course_id: UUID, make: Callable[[], Awaitable[Made]]) -> Cached:
        """One course; other courses' changes mostly leave it alone."""
        versions = await self._versions.read()
        return await self._get(str(course_id), versions[course_id.bytes[15] % _SHARDS], make)

    async def _get(self, name: str, version: int, make: Callable[[], Awaitable[Made]]) -> Cached:
        key = (name, version)
        known = self._replies.get(key)
        if known is not None:
            self._replies.move_to_end(key)
            CACHE.labels("process").inc()
            return known
        stored = await self._redis.try_call(lambda client: client.get(_redis_key(key)))
        if stored is not None:
            CACHE.labels("redis").inc()
            fields = orjson.loads(stored)
            made = Made(fields["body"].encode(), fields["version"], fields["meta"])
        else:
            CACHE.labels("miss").inc()
            made = await make()
            await self._redis.try_call(lambda client: _store(client, key, made))
        reply = Cached(
            made.body, make_etag(made.body + orjson.dumps(made.meta), made.version), made.meta
        )
        self._replies[key] = reply
        if len(self._replies) > _REPLIES:
            self._replies.popitem(last=False)
        return reply


async def _store(client: redis.Redis, key: tuple[str, int], made: Made) -> None:
    fields = {"body": made.body.decode(), "version": made.version, "meta": made.meta}
    await client.set(_redis_key(key), orjson.dumps(fields), ex=_REDIS_SECONDS)


def _redis_key(key: tuple[str, int]) -> str:
    return f"lms:catalogue:{key[0]}:{key[1]}"


class _Versions:
    """The catalogue's versions, read for many at once.

    Whoever asks while a query runs waits for the next one: the answer must be younger than
    the question, or a reader could miss what was committed before she asked.
    """

    def __init__(self, db: Db) -> None:
        self._db = db
        self._waiting: list[asyncio.Future[list[int]]] = []
        self._reading: asyncio.Task[None] | None = None

    async def read(self) -> list[int]:
        answer: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_for_all())
        return await answer

    async def _read_for_all(self) -> None:
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                try:
                    versions = await _list_versions.one(self._db)
                except Exception as error:
                    for answer in waiting:
                        if not answer.done():
                            answer.set_exception(error)
                    continue
                for answer in waiting:
                    if not answer.done():
                        answer.set_result(versions)
        finally:
            self._reading = None


CATALOGUE: web.AppKey[CatalogueCache] = web.AppKey("catalogue", CatalogueCache)
