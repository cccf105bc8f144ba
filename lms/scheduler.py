"""The scheduler: promises each periodic duty when its time has come.

Any number may run. A duty is a row with the time at which it is due next; one statement
advances the row and writes the job, so whoever gets the row has fired that time, wholly or
not at all, and nobody can fire it again. taskiq's scheduler sends to Redis from memory: it
would need a lock to keep two of them apart, a lock can be held by a process that is frozen,
and what it sends can be lost. There is no leader here to kill or freeze, and the clock is
PostgreSQL's alone.
"""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

import asyncpg

from lms import jobs
from lms.broker import Nudger
from lms.db import AWAY, Db, Pool, Query
from lms.jobs import DUTIES, Duty, Job, WorkerContext, load_tasks, periodic, task
from lms.log import configure_logging, get_logger
from lms.sentry import start_sentry, stop_sentry
from lms.settings import Settings

log = get_logger(__name__)

_TICK_SECONDS = 1.0  # how late a duty may be
# A duty that was renamed, removed or rolled back would be late for ever, and read as silence.
# One that a scheduler of another release keeps is never late by so much; if it is forgotten all
# the same, its scheduler makes it again at its next look.
_LOOK_SECONDS = 60.0  # between looks at what duties there are
_SILENT_SECONDS = 60.0
_BATCH = 2000  # rows deleted by one statement: some milliseconds


@dataclass(frozen=True, slots=True)
class Fired:
    """A duty that was promised just now."""

    name: str
    queue: str


_add_schedules: Query[None] = Query("jobs/add_schedules")
_forget_schedules: Query[None] = Query("jobs/forget_schedules")
_fire_due_schedules = Query("jobs/fire_due_schedules", Fired)
_delete_done_jobs: Query[None] = Query("jobs/delete_done_jobs")
_delete_dead_jobs: Query[None] = Query("jobs/delete_dead_jobs")


async def add_schedules(db: Db, duties: Iterable[Duty]) -> None:
    """Make the rows of new duties; one whose period became shorter is due sooner."""
    wanted = list(duties)
    await _add_schedules.run(
        db,
        names=[duty.name for duty in wanted],
        every_seconds=[duty.every.total_seconds() for duty in wanted],
    )


async def forget_schedules(db: Db, duties: Iterable[Duty]) -> int:
    """Delete the rows of other duties that nobody has fired for a minute; how many there were."""
    names = [duty.name for duty in duties]
    return await _forget_schedules.run(db, names=names, silent_seconds=_SILENT_SECONDS)


async def fire_due(db: Db, duties: Iterable[Duty]) -> list[Fired]:
    """Promise what is due, and say which of it was ours to promise."""
    wanted = list(duties)
    return await _fire_due_schedules.all(
        db,
        names=[duty.name for duty in wanted],
        queues=[duty.task.queue for duty in wanted],
        kinds=[duty.task.kind for duty in wanted],
        every_seconds=[duty.every.total_seconds() for duty in wanted],
    )


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Promise every domain's duties until `stop` is set, through any absence of Postgres."""
    db = Pool(settings.database_url, settings, application="lms-scheduler")
    nudger = Nudger(settings)
    await db.open()
    log.info("scheduler started", duties=sorted(DUTIES))
    away = False
    look_at = float("-inf")
    try:
        while not stop.is_set():
            try:
                if time.monotonic() >= look_at:
                    await add_schedules(db, DUTIES.values())
                    if forgotten := await forget_schedules(db, DUTIES.values()):
                        log.info("forgot duties that nobody fires", count=forgotten)
                    look_at = time.monotonic() + _LOOK_SECONDS
                fired = await fire_due(db, DUTIES.values())
                nudger.nudge({one.queue for one in fired})
                away = False
            except (*AWAY, asyncpg.PostgresError) as error:
                if not away:
                    log.warning("the scheduler waits for PostgreSQL", error=jobs.describe(error))
                away, look_at = True, float("-inf")
            try:
                async with asyncio.timeout(_TICK_SECONDS):
                    await stop.wait()
            except TimeoutError:
                pass
    finally:
        await nudger.close()
        await db.close()


async def until_signal(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `work` until SIGTERM or SIGINT asks it to come to an end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await work(stop)


def main(settings: Settings) -> int:
    """Run a scheduler until SIGTERM; the exit code."""
    load_tasks()
    configure_logging(settings.log_level)
    start_sentry(settings, "lms-scheduler")
    try:
        asyncio.run(until_signal(lambda stop: run(settings, stop)))
    finally:
        stop_sentry()
    return 0


@periodic(every=timedelta(hours=1), name="delete old jobs")
@task(queue="progress", kind="delete_old_jobs", max_attempts=3)
async def delete_old_jobs(worker: WorkerContext, job: Job) -> None:
    """Delete jobs past their retention; dead ones are kept for longer, to be looked into."""
    settings = worker.settings
    for query, days in (
        (_delete_done_jobs, settings.job_retention_days),
        (_delete_dead_jobs, settings.dead_job_retention_days),
    ):
        deleted = _BATCH
        while deleted == _BATCH:
            deleted = await query.run(worker.db, days=days, limit=_BATCH)
