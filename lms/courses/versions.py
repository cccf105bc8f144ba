"""The catalogue's versions, read for many at once; triggers move them."""

import asyncio
from uuid import UUID

from lms.core.db.query import Db
from lms.courses import queries

_BYTES = 8  # of each number, the first one first
_SHARDS = 64


class Versions:
    """The versions at one moment: of each course, and of the catalogue as a whole."""

    __slots__ = ("_raw", "catalogue")

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        starts = range(0, len(raw), _BYTES)
        self.catalogue = sum(int.from_bytes(raw[i : i + _BYTES], "big") for i in starts)

    def of(self, course_id: UUID) -> int:
        """The version of a course; it moves when the course does, and seldom otherwise."""
        start = course_id.int % _SHARDS * _BYTES
        return int.from_bytes(self._raw[start : start + _BYTES], "big")

    def are(self, raw: bytes) -> bool:
        return self._raw == raw


class VersionReader:
    """Reads the versions; requests that arrive together share a query.

    A request that arrives while a query runs waits for the next one: its answer must not be older
    than the request, or the reader could miss changes that were committed before.
    """

    def __init__(self, db: Db) -> None:
        self._db = db
        self._waiting: list[asyncio.Future[Versions]] = []
        self._reading: asyncio.Task[None] | None = None
        self._last = Versions(b"")

    async def read(self) -> Versions:
        """The versions at a moment after this call. Raises what `lms.core.db.query.AWAY` lists."""
        answer: asyncio.Future[Versions] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_for_all())
        return await answer

    async def _read_for_all(self) -> None:
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                try:
                    raw = await queries.get_versions(self._db)
                except Exception as error:
                    for answer in waiting:
                        if not answer.done():
                            answer.set_exception(error)
                    continue
                if not self._last.are(raw):
                    self._last = Versions(raw)
                for answer in waiting:
                    if not answer.done():
                        answer.set_result(self._last)
                # One turn of the loop, so that all waiting requests share the next query.
                await asyncio.sleep(0)
        finally:
            self._reading = None
