"""The catalogue's cache: replies as bytes, valid until the catalogue's versions change.

A change to anything that readers of courses see moves a version in its own transaction (the
triggers of migration 0013). A reader asks for the versions first, then for the reply that was
made under them: in this process, in Redis, at last in PostgreSQL. So a change is visible on
the next read in every process, whatever becomes of Redis. Requests that arrive together share one
query for the versions and one reply, which keeps this cheap. Its costs and what we tried:
docs/decisions/0007-catalogue-versions.md.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import Any, TypeVar
from uuid import UUID

import orjson
from aiohttp import web
from redis import asyncio as redis

from lms.core.db.pool import Pool
from lms.core.db.replica import Replica
from lms.core.http.etags import make_etag
from lms.core.http.reply import Cached
from lms.core.metrics import note_cache_read
from lms.core.redis_pool import RedisPool
from lms.courses import queries
from lms.courses.versions import VersionReader, Versions

T = TypeVar("T")
_Key = tuple[UUID | str, int]  # a course or a list, and the version it was made under

_PROCESS_BYTES = 24 * 2**20  # of replies kept by a process, a sixth of what it may take
_ENTRY_BYTES = 2**20  # a larger reply is made anew each time, and pushes out no others
_REDIS_SECONDS = 300  # old versions are never asked for again; this is when they go
_SLUGS = 10_000  # remembered by a process
# Part of every key, so that a release with other fields does not read these entries.
_FORMAT = blake2b(repr(queries.Course.__match_args__).encode(), digest_size=4).hexdigest()


@dataclass(frozen=True, slots=True)
class Made:
    """A cached reply: its JSON, the resource's version, and a page's meta."""

    body: bytes
    version: int | None = None
    meta: dict[str, Any] = field(default_factory=dict)
    course_id: str = ""  # of a single course
    slug: str = ""


class CatalogueCache:
    """Public views only: a view that depends on the person is never kept here."""

    def __init__(self, db: Pool, lists_db: Pool, replica: Replica, pool: RedisPool) -> None:
        self._versions = VersionReader(db)
        self._lists_db = lists_db
        self._replica = replica
        self._redis = pool
        self._kept = _Kept()
        self._making: dict[tuple[UUID | str, int, str], asyncio.Task[_Entry]] = {}
        # The course of each address, as last seen; used only if that course still has the address.
        self._slugs: OrderedDict[str, UUID] = OrderedDict()

    async def read_list(self, read: Callable[[Pool], Awaitable[T]]) -> T:
        """A list that is not cached; perhaps from an up-to-date replica."""
        if not self._replica.configured:
            return await read(self._lists_db)
        return await self._read_at((await self._versions.read()).catalogue, read)

    async def _read_at(self, version: int, read: Callable[[Pool], Awaitable[T]]) -> T:
        """A list as of this version of the catalogue, or later."""

        async def knows(db: Pool) -> bool:
            return Versions(await queries.get_versions(db)).catalogue >= version

        return await self._replica.read(self._lists_db, read, knows=knows)

    async def list_page(
        self, name: str, make: Callable[[Pool], Awaitable[Made]], *, shared: bool = True
    ) -> Cached:
        """A page of the catalogue; any course's change makes it anew.

        Only lists of which there are few are `shared` over Redis: it could not hold the pages of
        every possible search. A process keeps all lists, within its limit of bytes.
        """
        version = (await self._versions.read()).catalogue
        known = self._recall((name, version))
        if known is not None:
            return known.reply

        async def read() -> Made:
            return await self._read_at(version, make)

        return (await self._get((name, version), read, shared=shared)).reply

    async def course(self, named: UUID | str, make: Callable[[], Awaitable[Made]]) -> Cached:
        """One course by its id or slug; other courses' changes mostly leave it alone."""
        versions = await self._versions.read()
        course_id = named if isinstance(named, UUID) else self._slugs.get(named)
        entry = None
        if course_id is not None:
            key = (course_id, versions.of(course_id))
            entry = self._recall(key) or await self._get(key, make, asked=str(named))
        if entry is None or (isinstance(named, str) and entry.slug != named):
            # The address is new to us, or its course has another one now.
            entry = _Entry.of(await make())
            found_id = UUID(entry.course_id)
            self._kept.add((found_id, versions.of(found_id)), entry)
        if isinstance(named, str):
            self._slugs[named] = UUID(entry.course_id)
            if len(self._slugs) > _SLUGS:
                self._slugs.popitem(last=False)
        return entry.reply

    def _recall(self, key: _Key) -> "_Entry | None":
        known = self._kept.get(key)
        if known is not None:
            note_cache_read("process")
        return known

    async def _get(
        self,
        key: _Key,
        make: Callable[[], Awaitable[Made]],
        *,
        asked: str = "",
        shared: bool = True,
    ) -> "_Entry":
        flight = (*key, asked)
        making = self._making.get(flight)
        if making is None:
            # A task of its own: if the first request goes away, the others still wait for it.
            making = asyncio.create_task(self._fetch(key, make, shared))
            self._making[flight] = making
            making.add_done_callback(lambda task: self._land(flight, task))
        return await asyncio.shield(making)

    def _land(self, flight: tuple[UUID | str, int, str], task: "asyncio.Task[_Entry]") -> None:
        del self._making[flight]
        if not task.cancelled():
            task.exception()  # marked as seen, for when all who waited have left

    async def _fetch(
        self, key: _Key, make: Callable[[], Awaitable[Made]], shared: bool
    ) -> "_Entry":
        name = _redis_key(key)
        stored = None
        if shared:
            stored = await self._redis.try_call(lambda client: client.get(name))
        if stored is not None:
            note_cache_read("redis")
            values = orjson.loads(stored)
            made = Made(**{**values, "body": values["body"].encode()})
        else:
            note_cache_read("miss")
            made = await make()
            if made.course_id not in ("", str(key[0])):
                return _Entry.of(made)  # the address leads to another course than it did
            # An empty result stays out of Redis: categories that no course has are endless.
            if shared and made.body != b"[]" and len(made.body) <= _ENTRY_BYTES:
                await self._redis.try_call(lambda client: _store(client, name, made))
        entry = _Entry.of(made)
        self._kept.add(key, entry)
        return entry


@dataclass(frozen=True, slots=True)
class _Entry:
    reply: Cached
    course_id: str
    slug: str

    @classmethod
    def of(cls, made: Made) -> "_Entry":
        etag = make_etag(made.body + orjson.dumps(made.meta), made.version)
        return cls(Cached(made.body, etag, made.meta), made.course_id, made.slug)


class _Kept:
    """This process's entries, the least recently used going first, within a number of bytes."""

    def __init__(self) -> None:
        self._entries: OrderedDict[_Key, _Entry] = OrderedDict()
        self._bytes = 0

    def get(self, key: _Key) -> _Entry | None:
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def add(self, key: _Key, entry: _Entry) -> None:
        if key in self._entries or len(entry.reply.body) > _ENTRY_BYTES:
            return
        self._entries[key] = entry
        self._bytes += _size(key, entry)
        while self._bytes > _PROCESS_BYTES:
            self._bytes -= _size(*self._entries.popitem(last=False))


def _size(key: _Key, entry: _Entry) -> int:
    # With the compressed body, and the objects around them.
    return len(entry.reply.body) * 4 // 3 + len(str(key[0])) + 1000


async def _store(client: redis.Redis, name: str, made: Made) -> None:
    values = {**asdict(made), "body": made.body.decode()}
    await client.set(name, orjson.dumps(values), ex=_REDIS_SECONDS)


def _redis_key(key: _Key) -> str:
    return f"lms:catalogue:{_FORMAT}:{key[0]}:{key[1]}"


CATALOGUE: web.AppKey[CatalogueCache] = web.AppKey("catalogue", CatalogueCache)
