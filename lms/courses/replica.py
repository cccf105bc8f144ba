"""Reads that may go to a replica, as long as it is there and has caught up.

A replica that has not replayed the catalogue's present versions is not asked: a list never
shows less than what was committed when it was asked for.
"""

import time

import asyncpg

from lms.courses import queries
from lms.courses.versions import Versions
from lms.db import AWAY, Pool
from lms.log import get_logger

log = get_logger(__name__)

_REST_SECONDS = 5.0  # after a failure, lists are read from the primary for this long


class Replica:
    """Chooses between the list pool and the primary's."""

    def __init__(self, primary: Pool, list_pool: Pool, *, configured: bool) -> None:
        self.primary = list_pool if not configured else primary
        self.configured = configured
        self._list_pool = list_pool
        self._away_until = 0.0

    async def pool_at(self, version: int) -> Pool:
        """A pool that knows the catalogue as of this sum of its versions."""
        if not self.configured:
            return self.primary
        if time.monotonic() < self._away_until:
            return self.primary
        try:
            reached = Versions(await queries.list_versions(self._list_pool)).catalogue
        except (*AWAY, asyncpg.PostgresError) as error:  # or not yet of our schema
            log.warning("the replica is away", error=type(error).__name__)
            self._away_until = time.monotonic() + _REST_SECONDS
            return self.primary
        return self._list_pool if reached >= version else self.primary
