"""One try at a job, as the worker that claimed it holds it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from lms.core.db.pool import Pool
from lms.core.db.query import Db
from lms.core.db.transactions import begin
from lms.core.jobs import queries
from lms.core.jobs.queries import ClaimedJob


class LeaseLost(Exception):
    """The lease of this try ran out, so it may not finish; a later try will."""


class GiveUp(Exception):
    """Raised by a task that would fail for ever: the job is dead at once."""


class Refused(Exception):
    """Raised by a task when somebody else's answer is a lasting no: the job is over at once.

    It is `refused`, not dead: nothing of ours is broken, so nobody is woken for a single one.
    """


class Job(ClaimedJob):
    """One try at a job."""

    finished = False
    finishing = False
    # Whether the row is deleted when it is done, since nobody asks about it later: what the
    # scheduler or a source promised would otherwise fill most of the table.
    is_forgotten = False

    @asynccontextmanager
    async def commit(self, db: Pool) -> AsyncIterator[asyncpg.Connection]:
        """A transaction for the task's own writes, which also finishes the job.

        Raises LeaseLost before anything is written if this try lost its lease. The job's
        row stays locked until the end, so nobody can take it over meanwhile.
        """
        self.finishing = True
        try:
            async with begin(db) as connection:
                await self._finish(connection)
                yield connection
            self.finished = True
        finally:
            self.finishing = False

    async def finish(self, db: Db) -> None:
        """Finish a job that has nothing of its own to write. Raises LeaseLost."""
        await self._finish(db)
        self.finished = True

    async def _finish(self, db: Db) -> None:
        finish = queries.forget_job if self.is_forgotten else queries.finish_job
        if not await finish(db, self):
            raise LeaseLost(f"try {self.try_number} of job {self.id} outlived its lease")
