"""Who is learning: people noted by the hour in which they read or changed learning.

A request only puts a name into a set; once a second the set is written, one statement for all
of them, and not again in that hour. Nobody waits, and a page that is read a thousand times an
hour costs one row.
"""

import asyncio
import time
from uuid import UUID

from aiohttp import web

from lms.analytics.queries import note_activity
from lms.db import AWAY, Pool
from lms.log import get_logger

log = get_logger(__name__)

_WRITE_SECONDS = 1.0


class ActivityLog:
    """The people of this hour, and those of them who are not written yet."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._hour = 0
        self._seen: set[UUID] = set()
        self._waiting: set[UUID] = set()
        self._writer: asyncio.Task[None] | None = None

    def note(self, user_id: UUID) -> None:
        """This person is learning now."""
        hour = int(time.time()) // 3600
        if hour != self._hour:
            self._hour, self._seen = hour, set(self._waiting)
        if user_id not in self._seen:
            self._seen.add(user_id)
            self._waiting.add(user_id)

    async def write(self) -> None:
        """Write who waits; they wait on if PostgreSQL is away."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, set()
        try:
            await note_activity(self._pool, sorted(waiting), self._hour)
        except AWAY as error:
            self._waiting |= waiting
            log.warning("activity is not written", error=type(error).__name__)

    async def _write_forever(self) -> None:
        while True:
            await asyncio.sleep(_WRITE_SECONDS)
            await self.write()

    def start(self) -> None:
        self._writer = asyncio.create_task(self._write_forever())

    async def stop(self) -> None:
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
        await self.write()


ACTIVITY: web.AppKey[ActivityLog] = web.AppKey("activity", ActivityLog)
