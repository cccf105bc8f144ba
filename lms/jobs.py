"""Promises: work outside the database, written as a row with the change that causes it.

The row is what is true; whoever writes it may be killed at any line afterwards. A worker
claims it for the length of a lease, renews the lease while it works, and finishes it in the
transaction of its own writes. The number of the attempt is the fence: a worker that was
frozen past its lease finds that it may no longer finish. So a task may *run* twice (its
worker died), but what it writes through `job.commit` happens once.

    async with begin(pool) as db:
        await queries.complete(db, enrollment_id)
        await promise(db, "certificates", "render_certificate", {"id": id}, key=f"certificate:{id}")
"""

import importlib
import importlib.util
import pkgutil
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import asyncpg

import lms
from lms.broker import QUEUES
from lms.db import Db, Pool, Query, begin
from lms.redis_pool import RedisPool
from lms.settings import Settings
from lms.storage import Storage
from lms.tracing import current_traceparent

_ERROR_LENGTH = 500  # enough to know what went wrong; the log has the rest


class LeaseLost(Exception):
    """The lease of this attempt ran out, so it may not finish; another attempt will."""


class GiveUp(Exception):
    """Raised by a task that would fail for ever: the job is dead at once."""


class Mailer(Protocol):
    """Sends one message to one address, or raises; GiveUp when trying again is no use."""

    async def send(self, message: bytes, *, to: str, message_id: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerContext:
    """What a task works with."""

    settings: Settings
    db: Pool
    redis: RedisPool
    mailer: Mailer
    storage: Storage


@dataclass
class ClaimedJob:
    """A job as a worker holds it."""

    id: UUID
    queue: str
    kind: str
    args: dict[str, Any]
    promise_key: str | None
    attempt: int
    max_attempts: int
    created_at: datetime
    traceparent: str | None = None


class Job(ClaimedJob):
    """One attempt at a job."""

    finished = False
    finishing = False

    @property
    def is_periodic(self) -> bool:
        """Whether the scheduler promised it: nobody will ask whether that was ever kept.

        Duties of each few seconds would otherwise be most of what the table keeps.
        """
        return "due_at" in self.args and any(d.task.kind == self.kind for d in DUTIES.values())

    @asynccontextmanager
    async def commit(self, db: Pool) -> AsyncIterator[asyncpg.Connection]:
        """A transaction for the task's own writes, which also finishes the job.

        Raises LeaseLost before anything is written if this attempt's lease ran out. The job's
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
        finish = _forget_job if self.is_periodic else _finish_job
        if not await finish.run(db, id=self.id, attempt=self.attempt):
            raise LeaseLost(f"attempt {self.attempt} of job {self.id} outlived its lease")


@dataclass(frozen=True, slots=True)
class LostLease:
    """An attempt that may not finish any more."""

    id: UUID
    attempt: int


@dataclass(frozen=True, slots=True)
class ExpiredJob:
    """A job whose worker fell silent, and what became of it."""

    id: UUID
    queue: str
    kind: str
    attempt: int
    status: str


_promise_job = Query("jobs/promise_job", UUID)
_promise_jobs = Query("jobs/promise_jobs", str)
_get_promise = Query("jobs/get_promise", UUID)
_release_promise = Query("jobs/release_promise", str)
_claim_jobs = Query("jobs/claim_jobs", ClaimedJob)
_renew_leases = Query("jobs/renew_leases", LostLease)
_finish_job: Query[None] = Query("jobs/finish_job")
_forget_job: Query[None] = Query("jobs/forget_job")
_fail_job = Query("jobs/fail_job", str)
_expire_leases = Query("jobs/expire_leases", ExpiredJob)
_is_running_elsewhere = Query("jobs/is_running_elsewhere", bool)
_absorb_jobs: Query[None] = Query("jobs/absorb_jobs")


# What there is to do


TaskFunction = Callable[[WorkerContext, Job], Awaitable[None]]


def backoff(attempt: int) -> float:
    """Seconds before the next try: 2, 4, 8 … up to 10 minutes, each less up to half of it.

    The jitter keeps jobs that failed together from failing together again.
    """
    share = random.uniform(0.5, 1.0)  # noqa: S311 (no secret)
    return float(min(2.0 ** min(attempt, 20), 600.0) * share)


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of job and the function that keeps it."""

    queue: str
    kind: str
    function: TaskFunction
    max_attempts: int
    timeout_seconds: float
    backoff: Callable[[int], float]


@dataclass(frozen=True, slots=True)
class Duty:
    """A task that is promised again whenever its time has come."""

    name: str
    every: timedelta
    task: Task


TASKS: dict[str, Task] = {}
DUTIES: dict[str, Duty] = {}


def task(
    *,
    queue: str,
    kind: str,
    max_attempts: int = 20,  # with backoff(), two hours of trying
    timeout_seconds: float = 120.0,  # a task that hangs must not keep its place for ever
    backoff: Callable[[int], float] = backoff,
) -> Callable[[TaskFunction], TaskFunction]:
    """Declare the function that keeps jobs of this kind, in a domain's `tasks.py`."""
    if queue not in QUEUES:
        raise ValueError(f"{queue} is not a queue; there are {', '.join(QUEUES)}")

    def declare(function: TaskFunction) -> TaskFunction:
        known = TASKS.get(kind)
        if known is not None and known.function is not function:
            raise ValueError(f"two tasks keep jobs of kind {kind}")
        TASKS[kind] = Task(queue, kind, function, max_attempts, timeout_seconds, backoff)
        return function

    return declare


def periodic(*, every: timedelta, name: str) -> Callable[[TaskFunction], TaskFunction]:
    """Promise a task again at each multiple of `every` since 1970. Stands above `@task`."""

    def declare(function: TaskFunction) -> TaskFunction:
        below = next((known for known in TASKS.values() if known.function is function), None)
        if below is None:
            raise TypeError("@periodic stands above @task")
        DUTIES[name] = Duty(name, every, below)
        return function

    return declare


def load_tasks() -> None:
    """Import every domain's tasks.py, which declares what the domain promises."""
    for found in pkgutil.iter_modules(lms.__path__, "lms."):
        if found.ispkg and importlib.util.find_spec(f"{found.name}.tasks"):
            importlib.import_module(f"{found.name}.tasks")


# For those who promise

_promised_to: ContextVar[set[str] | None] = ContextVar("promised_to", default=None)


@contextmanager
def collect_queues() -> Iterator[set[str]]:
    """The queues that were promised something inside, to be nudged after the commit."""
    queues: set[str] = set()
    token = _promised_to.set(queues)
    try:
        yield queues
    finally:
        _promised_to.reset(token)


async def promise(
    db: asyncpg.Connection,
    queue: str,
    kind: str,
    args: Mapping[str, Any],
    *,
    key: str | None = None,
    run_at: datetime | None = None,
    hold: bool = False,
) -> UUID:
    """Promise work in the caller's transaction; the job's id.

    `key` names the cause: a second promise with it is the first one. A `hold` promise waits
    until `release(db, key)`. `args` are kept in clear for weeks: ids, never secrets.
    """
    known = TASKS.get(kind)
    if known is not None and known.queue != queue:
        raise ValueError(f"jobs of kind {kind} belong to the queue {known.queue}")
    if hold and key is None:
        raise ValueError("a promise that is held needs a key to be released by")
    for _ in range(3):  # the other one's row may vanish between the two statements
        made = await _promise_job.first(
            db,
            queue=queue,
            kind=kind,
            args=dict(args),
            promise_key=key,
            run_at=run_at,
            hold=hold,
            traceparent=current_traceparent(),
        )
        if made is None:
            made = await _get_promise.first(db, promise_key=key)
        elif run_at is None and not hold:
            note_queue(queue)
        if made is not None:
            return made
    raise LookupError(f"the promise {key} comes and goes")


async def promise_many(
    db: asyncpg.Connection,
    queue: str,
    kind: str,
    promises: Mapping[str, Mapping[str, Any]],
    *,
    hold: bool = False,
) -> None:
    """Promise work of one kind many times, in one statement: the args of each by its key.

    Promises that are a `hold` wait until each is released, as in `promise`.
    """
    if not promises:
        return
    made = await _promise_jobs.all(
        db,
        queue=queue,
        kind=kind,
        args=[dict(args) for args in promises.values()],
        promise_keys=list(promises),
        hold=hold,
        traceparent=current_traceparent(),
    )
    if made and not hold:
        note_queue(queue)


async def release(db: asyncpg.Connection, key: str) -> bool:
    """Make a held promise due; False if none was held under this key."""
    queue = await _release_promise.first(db, promise_key=key)
    if queue is not None:
        note_queue(queue)
    return queue is not None


def note_queue(queue: str) -> None:
    """Have the workers of a queue woken after the commit."""
    queues = _promised_to.get()
    if queues is not None:
        queues.add(queue)


# For workers


async def claim(
    db: Db, queue: str, rooms: Mapping[str, int], *, room: int, lease_seconds: float
) -> list[Job]:
    """Take up to `room` due jobs, of each kind at most `rooms[kind]`.

    Kinds that this worker does not know stay for one that does: during a rolling upgrade
    the old workers must not bury the new jobs.
    """
    claimed = await _claim_jobs.all(
        db,
        queue=queue,
        kinds=list(rooms),
        rooms=list(rooms.values()),
        tries=[TASKS[kind].max_attempts for kind in rooms],
        room=room,
        lease_seconds=float(lease_seconds),
    )
    return [Job(**vars(job)) for job in claimed]


async def is_running_elsewhere(db: Db, job: Job) -> bool:
    """Whether another job of this kind with the same args is in some worker's hands."""
    return await _is_running_elsewhere.one(db, id=job.id, kind=job.kind, args=job.args)


async def absorb(db: Db, job: Job) -> int:
    """Finish the due jobs that ask for the same as this one; how many there were.

    For tasks that do whatever is to be done: what those were promised for has been committed,
    so this one finds it when it looks after this.
    """
    return await _absorb_jobs.run(db, queue=job.queue, kind=job.kind, args=job.args)


async def renew_leases(db: Db, held: Sequence[Job], *, lease_seconds: float) -> list[LostLease]:
    """Prolong the leases of running jobs; those that are lost."""
    return await _renew_leases.all(
        db,
        ids=[job.id for job in held],
        attempts=[job.attempt for job in held],
        lease_seconds=float(lease_seconds),
    )


async def fail(db: Db, job: Job, error: BaseException) -> str | None:
    """Note why an attempt failed: `pending` again after a while, or `dead`; None if not ours."""
    known = TASKS.get(job.kind)
    delay = (known.backoff if known else backoff)(job.attempt)
    return await _fail_job.first(
        db,
        id=job.id,
        attempt=job.attempt,
        give_up=isinstance(error, GiveUp),
        delay_seconds=float(delay),
        error=describe(error),
    )


async def expire_leases(db: Db, *, limit: int = 100) -> list[ExpiredJob]:
    """Take back the jobs of workers that fell silent."""
    return await _expire_leases.all(db, limit=limit)


_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+(?=@)")
_SECRETS = re.compile(
    r"(?i)\b([\w-]*(?:password|passwd|token|secret|signature|authorization|api[_-]?key)[\w-]*)"
    r"(\W{1,3})(?:bearer |basic )?[^\s&\"']+"
)


def describe(error: BaseException) -> str:
    """An error in one short line, without what looks like a secret.

    Only the first line: PostgreSQL's second is a DETAIL that quotes the row.
    """
    first = (str(error).splitlines() or [""])[0]
    text = f"{type(error).__name__}: {first}".rstrip(": ")
    text = _SECRETS.sub(r"\1\2***", _CREDENTIALS.sub("***", text))
    return "".join(c if c.isprintable() else " " for c in text)[:_ERROR_LENGTH]
