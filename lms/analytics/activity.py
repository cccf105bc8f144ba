"""Who is learning: the people who read or changed something about learning, hour by hour.

A request only adds its user to a set. Once a second one statement writes the new people of the set,
each once an hour. No request waits, and a thousand reads by one person in an hour cost one row.
"""

import time
from uuid import UUID

from aiohttp import web

from lms.analytics.queries import note_activity
from lms.core.db.pool import Pool
from lms.core.jobs.repeating import Repeated

_WRITE_SECONDS = 1.0


class ActivityLog:
    """The people noted in this hour, and which of them are not written yet."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._hour = 0
        self._seen: set[UUID] = set()
        self._waiting: set[UUID] = set()
        self.writer = Repeated("noting who learns", self.write, seconds=_WRITE_SECONDS)

    def note(self, user_id: UUID) -> None:
        """This person is learning now."""
        hour = int(time.time()) // 3600
        if hour != self._hour:
            self._hour, self._seen = hour, set(self._waiting)
        if user_id not in self._seen:
            self._seen.add(user_id)
            self._waiting.add(user_id)

    async def write(self) -> None:
        """Write the people who are not written yet; if that fails, the next call tries again."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, set()
        try:
            await note_activity(self._pool, sorted(waiting), self._hour)
        except BaseException:  # also cancelled by `stop`
            self._waiting |= waiting
            raise

    def start(self) -> None:
        self.writer.start()

    async def stop(self) -> None:
        await self.writer.stop()
        await self.writer.once()


ACTIVITY: web.AppKey[ActivityLog] = web.AppKey("activity", ActivityLog)
