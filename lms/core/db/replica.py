"""Reads that a replica may serve while it is up to date; otherwise the primary serves them.

Nobody sees old data by it: the replica is asked first how far it has come, so a reader sees
everything that was committed before they asked, their own writes included. Tokens and accounts are
read from the primary alone, and every write goes there.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
from aiohttp import web

from lms.core.db.pool import Pool
from lms.core.db.queries import get_wal_position, has_reached_wal_position
from lms.core.db.transactions import AWAY
from lms.core.log import get_logger

T = TypeVar("T")
log = get_logger(__name__)

_REST_SECONDS = 5.0  # after a failure, everything is read from the primary for this long
# A replica nearby is some milliseconds behind; we do not wait for one that is further behind.
_TRIES = 5
_PAUSE_SECONDS = 0.01


class Replica:
    """The pool of the replica, if one is configured, and whether it may be asked."""

    def __init__(self, pool: Pool | None) -> None:
        self._pool = pool
        self._away_until = 0.0

    @property
    def configured(self) -> bool:
        return self._pool is not None

    async def read(
        self,
        primary: Pool,
        work: Callable[[Pool], Awaitable[T]],
        *,
        knows: Callable[[Pool], Awaitable[bool]],
    ) -> T:
        """What `work` reads: on the replica if it `knows` enough, on the primary otherwise.

        If the replica fails in the middle, the primary does `work` again, so it must only read.
        """
        if self._pool is not None and time.monotonic() >= self._away_until:
            try:
                if await knows(self._pool):
                    return await work(self._pool)
            except asyncpg.DataError:
                raise  # the question's fault, not the replica's
            except (*AWAY, asyncpg.PostgresError) as error:  # or it lacks our schema yet
                log.warning("the replica is away", error=type(error).__name__)
                self._away_until = time.monotonic() + _REST_SECONDS
        return await work(primary)

    async def read_present(self, primary: Pool, work: Callable[[Pool], Awaitable[T]]) -> T:
        """What `work` reads, with everything that is committed by now.

        Measured by PostgreSQL's log: the replica must have replayed it up to the position that the
        primary had flushed when this was called.
        """
        if self._pool is None:
            return await work(primary)
        position = await get_wal_position(primary)

        async def knows(pool: Pool) -> bool:
            for tries_left in reversed(range(_TRIES)):
                if await has_reached_wal_position(pool, position):
                    return True
                if tries_left:
                    await asyncio.sleep(_PAUSE_SECONDS)
            return False

        return await self.read(primary, work, knows=knows)


REPLICA: web.AppKey[Replica] = web.AppKey("replica", Replica)
REPLICA_POOL: web.AppKey[Pool | None] = web.AppKey("replica_pool")
