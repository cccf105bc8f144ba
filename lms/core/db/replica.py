"""Reads that may lag: on a replica while there is one that knows enough, else on the primary.

Nothing is read here for which a replica's age could matter: it is asked first how far it has
come, and a reader sees whatever was committed before she asked, her own writes included. Tokens,
accounts and all that is written are the primary's alone.
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
# A replica in the same place is some milliseconds behind; one that is further is not waited for.
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

        Also on the primary when the replica fails at it, so `work` only reads.
        """
        if self._pool is not None and time.monotonic() >= self._away_until:
            try:
                if await knows(self._pool):
                    return await work(self._pool)
            except asyncpg.DataError:
                raise  # the question's fault, not the replica's
            except (*AWAY, asyncpg.PostgresError) as error:  # or not yet of our schema
                log.warning("the replica is away", error=type(error).__name__)
                self._away_until = time.monotonic() + _REST_SECONDS
        return await work(primary)

    async def read_present(self, primary: Pool, work: Callable[[Pool], Awaitable[T]]) -> T:
        """What `work` reads of all that is committed now.

        PostgreSQL's own measure: the replica has replayed the log as far as the primary had
        flushed it when this was asked.
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
