"""Promises: work outside the database, written as a row with the change that causes it.

Only the row counts: the process that wrote it may be killed at any line afterwards. A worker claims
it for the length of a lease, renews the lease while it works, and finishes it in the transaction of
its own writes. The number of the try is the fence: a worker that was frozen past its lease finds
that it may no longer finish. So a task may *run* twice (its worker died), but what it writes
through `job.commit` happens once. Why not taskiq alone: docs/decisions/0005-jobs-in-postgresql.md.

    async with begin(pool) as db:
        await queries.complete(db, enrollment_id)
        await promise(db, "certificates", "render_certificate", {"id": id}, key=f"certificate:{id}")
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from lms.core.db.wakeups import note_queue
from lms.core.jobs import queries
from lms.core.jobs.broker import QUEUES
from lms.core.jobs.tasks import TASKS
from lms.core.telemetry.tracing import current_traceparent


async def promise(
    db: asyncpg.Connection,
    queue: str,
    kind: str,
    args: Mapping[str, object],
    *,
    key: str | None = None,
    run_at: datetime | None = None,
    hold: bool = False,
) -> UUID:
    """Promise work in the caller's transaction; the job's id.

    `key` names the cause: a second promise with the same key is not made, and the id of the first
    is returned. A `hold` promise waits until `release(db, key)`. `args` are stored in clear for
    weeks, so they hold ids and never secrets.
    """
    if queue not in QUEUES:
        raise ValueError(f"{queue} is not a queue; there are {', '.join(QUEUES)}")
    known = TASKS.get(kind)
    if known is not None and known.queue != queue:
        raise ValueError(f"jobs of kind {kind} belong to the queue {known.queue}")
    if hold and key is None:
        raise ValueError("a promise that is held needs a key to be released by")
    for _ in range(3):  # the earlier job may vanish between the two statements
        made = await queries.promise_job(
            db,
            queue,
            kind,
            args,
            promise_key=key,
            run_at=run_at,
            hold=hold,
            traceparent=current_traceparent(),
        )
        if made is None:
            made = await queries.get_promise(db, key)
        elif not hold:
            delay = (run_at - datetime.now(UTC)).total_seconds() if run_at is not None else 0.0
            note_queue(queue, seconds=max(0.0, delay))
        if made is not None:
            return made
    raise LookupError(f"the promise {key} comes and goes")


async def promise_many(
    db: asyncpg.Connection,
    queue: str,
    kind: str,
    promises: Mapping[str, Mapping[str, object]],
    *,
    hold: bool = False,
) -> None:
    """Promise many jobs of one kind in one statement; `promises` maps keys to args.

    With `hold` each of them waits until it is released, as in `promise`.
    """
    if not promises:
        return
    made = await queries.promise_jobs(
        db, queue, kind, promises, hold=hold, traceparent=current_traceparent()
    )
    if made and not hold:
        note_queue(queue)


async def release(db: asyncpg.Connection, key: str) -> bool:
    """Make a held promise due; False if none was held under this key."""
    queue = await queries.release_promise(db, key)
    if queue is not None:
        note_queue(queue)
    return queue is not None
