"""Deleting what is old, in batches that are small enough at any size of the table."""

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

import asyncpg

from lms.core.db.pool import DatabaseAway
from lms.core.db.query import Db
from lms.core.jobs.tasks import WorkerContext
from lms.core.log import get_logger
from lms.retention import Ages

log = get_logger(__name__)

_FIRST_ROWS = 500
_MOST_ROWS = 10_000
# Of one statement: a tenth of the limit of 2 s, and no lock that somebody would notice.
_STATEMENT_SECONDS = 0.2
# Of one table and run; the next run goes on. Below the time limit of every duty.
_RUN_SECONDS = 300.0


class Delete(Protocol):
    """Deletes up to `limit` rows from before a moment, the oldest first; how many went.

    Rows that somebody else holds are passed over.
    """

    async def __call__(self, db: Db, *, before: datetime, limit: int) -> int: ...


async def delete_aged(
    worker: WorkerContext, rule: Ages, delete: Delete, *, seconds: float = _RUN_SECONDS
) -> int:
    """Delete a table's old rows, batch by batch, until none is left or the time is over.

    A row may carry others with it, such as an event its deliveries. So the size of a batch follows
    from how long the one before took. Returns how many rows went.
    """
    before = rule.before(worker.settings)
    began = time.monotonic()
    deleted, limit = 0, _FIRST_ROWS
    while time.monotonic() - began < seconds:
        started = time.monotonic()
        try:
            gone = await delete(worker.db, before=before, limit=limit)
        except (asyncpg.QueryCanceledError, DatabaseAway):
            if limit == 1:
                raise  # no smaller batch would help
            limit = max(1, limit // 10)
            continue
        deleted += gone
        if gone < limit:
            return deleted
        took = max(time.monotonic() - started, 0.001)
        # At most doubled, since one quick statement says little.
        limit = max(1, min(_MOST_ROWS, 2 * limit, int(limit * _STATEMENT_SECONDS / took)))
    log.warning("old rows are left for the next run", table=rule.table, deleted=deleted)
    return deleted


async def delete_all_aged(worker: WorkerContext, deletes: Iterable[tuple[Ages, Delete]]) -> None:
    """Delete the old rows of several tables.

    One that fails keeps no other from its turn; what it raised is raised at the end.
    """
    failures = []
    for rule, delete in deletes:
        try:
            await delete_aged(worker, rule, delete)
        except Exception as failure:
            failures.append(failure)
            log.error("old rows cannot be deleted", table=rule.table, error=str(failure))
    if failures:
        raise failures[0]
