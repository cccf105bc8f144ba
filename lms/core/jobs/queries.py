"""Jobs, their queues and schedules, as rows; see sql/core/jobs/."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.db.query import Db, Query
from lms.core.jobs.broker import QUEUES


@dataclass
class ClaimedJob:
    """A job in a worker's hands. `try_number` counts from 1 and is the fence of its lease."""

    id: UUID
    queue: str
    kind: str
    args: dict[str, Any]
    promise_key: str | None
    try_number: int
    max_tries: int
    created_at: datetime
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class LostLease:
    """A try that may not finish any more."""

    id: UUID
    try_number: int


@dataclass(frozen=True, slots=True)
class ExpiredJob:
    """A job whose worker fell silent, and the status that it has now."""

    id: UUID
    queue: str
    kind: str
    try_number: int
    status: str


@dataclass(frozen=True, slots=True)
class ListedJob:
    """A job as an operator sees it."""

    id: UUID
    queue: str
    kind: str
    status: str
    promise_key: str | None
    tries: int
    max_tries: int
    run_at: datetime
    created_at: datetime
    finished_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """How a queue is doing: `depth` counts what is due and waits, of webhooks the deliveries."""

    queue: str
    depth: int
    oldest_seconds: float
    running: int
    dead: int
    refused: int


@dataclass(frozen=True, slots=True)
class FiredSchedule:
    """A periodic task that was promised just now."""

    name: str
    queue: str


@dataclass(frozen=True, slots=True)
class Tally:
    """A sum over all worker processes that ever ran."""

    name: str
    subject: str
    result: str
    value: int


_promise_job = Query("core/jobs/promise_job", UUID)
_promise_jobs = Query("core/jobs/promise_jobs", str)
_get_promise = Query("core/jobs/get_promise", UUID)
_release_promise = Query("core/jobs/release_promise", str)
_claim_jobs = Query("core/jobs/claim_jobs", ClaimedJob)
_renew_leases = Query("core/jobs/renew_leases", LostLease)
_finish_job: Query[None] = Query("core/jobs/finish_job")
_forget_job: Query[None] = Query("core/jobs/forget_job")
_fail_job = Query("core/jobs/fail_job", str)
_expire_leases = Query("core/jobs/expire_leases", ExpiredJob)
_absorb_jobs: Query[None] = Query("core/jobs/absorb_jobs")
_retry_job = Query("core/jobs/retry_job", str)
_list_dead_jobs = Query("core/jobs/list_dead_jobs", ListedJob)
_list_refused_jobs = Query("core/jobs/list_refused_jobs", ListedJob)
_list_open_jobs = Query("core/jobs/list_open_jobs", ListedJob)
_count_jobs = Query("core/jobs/count_jobs", QueueDepth)
_delete_done_jobs: Query[None] = Query("core/jobs/delete_done_jobs")
_delete_dead_jobs: Query[None] = Query("core/jobs/delete_dead_jobs")
_delete_refused_jobs: Query[None] = Query("core/jobs/delete_refused_jobs")
_add_schedules: Query[None] = Query("core/jobs/add_schedules")
_forget_schedules: Query[None] = Query("core/jobs/forget_schedules")
_fire_due_schedules = Query("core/jobs/fire_due_schedules", FiredSchedule)
_add_tallies: Query[None] = Query("core/jobs/add_tallies")
_list_tallies = Query("core/jobs/list_tallies", Tally)


async def promise_job(
    db: Db,
    queue: str,
    kind: str,
    args: Mapping[str, object],
    *,
    promise_key: str | None,
    run_at: datetime | None,
    hold: bool,
    traceparent: str | None,
) -> UUID | None:
    """The new job's id; None if this key was promised before."""
    return await _promise_job.first(
        db,
        queue=queue,
        kind=kind,
        args=dict(args),
        promise_key=promise_key,
        run_at=run_at,
        hold=hold,
        traceparent=traceparent,
    )


async def promise_jobs(
    db: Db,
    queue: str,
    kind: str,
    promises: Mapping[str, Mapping[str, object]],
    *,
    hold: bool,
    traceparent: str | None,
) -> list[str]:
    """The keys of the new jobs: those that were not promised before."""
    return await _promise_jobs.all(
        db,
        queue=queue,
        kind=kind,
        args=[dict(args) for args in promises.values()],
        promise_keys=list(promises),
        hold=hold,
        traceparent=traceparent,
    )


async def get_promise(db: Db, promise_key: str | None) -> UUID | None:
    """The id of the job that was promised under this key."""
    return await _get_promise.first(db, promise_key=promise_key)


async def release_promise(db: Db, promise_key: str) -> str | None:
    """The queue of the held promise that is due now; None if none was held."""
    return await _release_promise.first(db, promise_key=promise_key)


async def claim_jobs(
    db: Db,
    queue: str,
    rooms: Mapping[str, int],
    max_tries: Sequence[int],
    *,
    room: int,
    lease_seconds: float,
) -> list[ClaimedJob]:
    """Up to `room` due jobs; of each kind at most `rooms[kind]`."""
    return await _claim_jobs.all(
        db,
        queue=queue,
        kinds=list(rooms),
        rooms=list(rooms.values()),
        max_tries=list(max_tries),
        room=room,
        lease_seconds=float(lease_seconds),
    )


async def renew_leases(
    db: Db, held: Sequence[ClaimedJob], *, lease_seconds: float
) -> list[LostLease]:
    """Prolong the leases of running jobs; returns those that are lost."""
    return await _renew_leases.all(
        db,
        ids=[job.id for job in held],
        try_numbers=[job.try_number for job in held],
        lease_seconds=float(lease_seconds),
    )


async def finish_job(db: Db, job: ClaimedJob) -> bool:
    """Whether this try still held its lease; if so, the job is done now."""
    return bool(await _finish_job.run(db, id=job.id, try_number=job.try_number))


async def forget_job(db: Db, job: ClaimedJob) -> bool:
    """As finish_job, but the row goes: for periodic tasks, which nobody asks about later."""
    return bool(await _forget_job.run(db, id=job.id, try_number=job.try_number))


async def fail_job(
    db: Db, job: ClaimedJob, *, ending: str | None, delay_seconds: float, error: str
) -> str | None:
    """The job's status now; None if a later try began.

    It is `ending`, or else `pending`, or `dead` after the last try.
    """
    return await _fail_job.first(
        db,
        id=job.id,
        try_number=job.try_number,
        ending=ending,
        delay_seconds=float(delay_seconds),
        error=error,
    )


async def expire_leases(db: Db, *, limit: int = 100) -> list[ExpiredJob]:
    """Take back the jobs of workers that fell silent."""
    return await _expire_leases.all(db, limit=limit)


async def absorb_jobs(db: Db, job: ClaimedJob, *, limit: int) -> int:
    """Finish up to `limit` other due jobs of the same kind and args; returns how many."""
    return await _absorb_jobs.run(db, queue=job.queue, kind=job.kind, args=job.args, limit=limit)


async def retry_job(db: Db, job_id: UUID, *, more_tries: int = 5) -> str | None:
    """Give a dead or refused job some more tries, from now; its queue, or None if it is neither."""
    return await _retry_job.first(db, id=job_id, more_tries=more_tries)


async def list_dead_jobs(db: Db, *, queue: str | None = None, limit: int = 100) -> list[ListedJob]:
    """Jobs that used up their tries, the latest to die first."""
    return await _list_dead_jobs.all(db, queue=queue, limit=limit)


async def list_refused_jobs(
    db: Db, *, queue: str | None = None, limit: int = 100
) -> list[ListedJob]:
    """Jobs that somebody else refused for good, the latest first."""
    return await _list_refused_jobs.all(db, queue=queue, limit=limit)


async def list_open_jobs(db: Db, *, queue: str | None = None, limit: int = 100) -> list[ListedJob]:
    """Jobs that wait or run, the first to be due first."""
    return await _list_open_jobs.all(db, queue=queue, limit=limit)


async def count_jobs(db: Db) -> list[QueueDepth]:
    """How every queue is doing; the cost grows with what is not done."""
    return await _count_jobs.all(db, queues=list(QUEUES))


async def delete_done_jobs(db: Db, *, before: datetime, limit: int) -> int:
    """Delete up to `limit` jobs that were done before a moment; how many went."""
    return await _delete_done_jobs.run(db, before=before, limit=limit)


async def delete_dead_jobs(db: Db, *, before: datetime, limit: int) -> int:
    """Delete up to `limit` jobs that died before a moment; how many went."""
    return await _delete_dead_jobs.run(db, before=before, limit=limit)


async def delete_refused_jobs(db: Db, *, before: datetime, limit: int) -> int:
    """Delete up to `limit` jobs that were refused before a moment; how many went."""
    return await _delete_refused_jobs.run(db, before=before, limit=limit)


async def add_schedules(db: Db, periods: Mapping[str, float]) -> None:
    """Make the rows of new periodic tasks, by name and seconds; a shorter period is due sooner."""
    await _add_schedules.run(db, names=list(periods), every_seconds=list(periods.values()))


async def forget_schedules(db: Db, names: Sequence[str], *, silent_seconds: float) -> int:
    """Delete the rows of other names that nobody has fired for so long; returns how many."""
    return await _forget_schedules.run(db, names=list(names), silent_seconds=silent_seconds)


async def fire_due_schedules(
    db: Db,
    names: Sequence[str],
    queues: Sequence[str],
    kinds: Sequence[str],
    every_seconds: Sequence[float],
) -> list[FiredSchedule]:
    """Promise the tasks that are due; returns those that this call promised."""
    return await _fire_due_schedules.all(
        db,
        names=list(names),
        queues=list(queues),
        kinds=list(kinds),
        every_seconds=list(every_seconds),
    )


async def add_tallies(
    db: Db,
    names: Sequence[str],
    subjects: Sequence[str],
    results: Sequence[str],
    counts: Sequence[int],
) -> None:
    """Add counts to the sums of all worker processes."""
    await _add_tallies.run(
        db,
        names=list(names),
        subjects=list(subjects),
        results=list(results),
        counts=list(counts),
    )


async def list_tallies(db: Db) -> list[Tally]:
    """Every sum."""
    return await _list_tallies.all(db)
