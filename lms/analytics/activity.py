"""Who is learning: the people who read or changed something about learning, hour by hour.

A request only puts a person into a set. The set is written a moment later, with one statement for
all who came meanwhile, and nobody in it again in that hour. No request waits, and a page that is
read a thousand times an hour costs one row.
"""

import asyncio
import time
from uuid import UUID

from aiohttp import web

from lms.analytics.queries import note_activity
from lms.core.db.pool import Pool
from lms.core.jobs.repeating import Repeated

_SOON_SECONDS = 0.02  # people who come together are written together
_WRITE_SECONDS = 1.0  # for those whom a failure left waiting


class ActivityLog:
    """The people noted in this hour, and which of them are not written yet."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._hour = 0
        self._seen: set[UUID] = set()
        self._waiting: set[UUID] = set()
        self._writing: asyncio.Task[None] | None = None
        self._at_work = asyncio.Lock()
        self.writer = Repeated("noting who learns", self.write, seconds=_WRITE_SECONDS)

    def note(self, user_id: UUID) -> None:
        """This person is learning now."""
        hour = int(time.time()) // 3600
        if hour != self._hour:
            self._hour, self._seen = hour, set(self._waiting)
        if user_id not in self._seen:
            self._seen.add(user_id)
            self._waiting.add(user_id)
            if self._writing is None or self._writing.done():
                self._writing = asyncio.create_task(self._write_soon(), name="noting who learns")

    async def _write_soon(self) -> None:
        await asyncio.sleep(_SOON_SECONDS)
        await self.writer.once()

    async def write(self) -> None:
        """Write the people who wait; if that fails, they go on waiting."""
        async with self._at_work:  # whoever asks for it next finds the last ones written, too
            if not self._waiting:
                return
            waiting, self._waiting = self._waiting, set()
            try:
                await note_activity(self._pool, sorted(waiting), self._hour)
            except BaseException:  # also when `stop` comes in the middle
                self._waiting |= waiting
                raise

    def start(self) -> None:
        self.writer.start()

    async def stop(self) -> None:
        if self._writing is not None:
            await self._writing
        await self.writer.stop()
        await self.writer.once()


ACTIVITY: web.AppKey[ActivityLog] = web.AppKey("activity", ActivityLog)
