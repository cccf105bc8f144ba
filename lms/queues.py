"""How the queues are doing, and what an operator does about dead jobs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lms.broker import QUEUES
from lms.db import Db, Query


@dataclass(frozen=True, slots=True)
class ListedJob:
    """A job as an operator sees it."""

    id: UUID
    queue: str
    kind: str
    status: str
    promise_key: str | None
    attempts: int
    max_attempts: int
    run_at: datetime
    created_at: datetime
    finished_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """How a queue is doing: `depth` counts what is due and waits."""

    queue: str
    depth: int
    oldest_seconds: float
    running: int
    dead: int


_retry_job = Query("jobs/retry_job", str)
_list_dead_jobs = Query("jobs/list_dead_jobs", ListedJob)
_list_open_jobs = Query("jobs/list_open_jobs", ListedJob)
_count_jobs = Query("jobs/count_jobs", QueueDepth)


async def retry(db: Db, job_id: UUID, *, more_attempts: int = 5) -> str | None:
    """Give a dead job some more tries, from now; its queue, or None if it is not dead."""
    return await _retry_job.first(db, id=job_id, more_attempts=more_attempts)


async def list_dead(db: Db, *, queue: str | None = None, limit: int = 100) -> list[ListedJob]:
    """Jobs that used up their tries, the latest to die first."""
    return await _list_dead_jobs.all(db, queue=queue, limit=limit)


async def list_open(db: Db, *, queue: str | None = None, limit: int = 100) -> list[ListedJob]:
    """Jobs that wait or run, the first to be due first."""
    return await _list_open_jobs.all(db, queue=queue, limit=limit)


async def count_jobs(db: Db) -> list[QueueDepth]:
    """Depth, oldest age, running and dead of every queue; costs as much as there is to do."""
    return await _count_jobs.all(db, queues=list(QUEUES))
