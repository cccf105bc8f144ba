"""The scheduler: promises each periodic task when its time has come.

Any number may run. A periodic task has a row with the time at which it is due next; one statement
advances the row and writes the job. So each time is fired by exactly one scheduler, wholly or not
at all. taskiq's scheduler sends to Redis from memory: two of them would need a lock, a frozen
process could hold the lock, and what it sends can be lost. Here no leader can be killed or freeze,
and the clock is PostgreSQL's alone.
"""

import asyncio
import time
from collections.abc import Mapping

import asyncpg

from lms.core.db.pool import Pool
from lms.core.db.query import Db
from lms.core.db.transactions import AWAY
from lms.core.jobs import queries
from lms.core.jobs.broker import Nudger
from lms.core.jobs.claims import describe
from lms.core.jobs.queries import FiredSchedule
from lms.core.jobs.tasks import PERIODIC_TASKS, PeriodicTask
from lms.core.log import get_logger, start_logging, stop_logging, write_in_loop
from lms.core.telemetry.sentry import start_sentry, stop_sentry
from lms.processes.heartbeat import Heartbeat, answering_probes
from lms.processes.loading import load_tasks
from lms.processes.signals import until_signal
from lms.settings import Settings

log = get_logger(__name__)

_TICK_SECONDS = 1.0  # how late a periodic task may be
# A task that was renamed, removed or rolled back would be late for ever, and look as if the
# scheduler had stopped. A task that a scheduler of another release fires is never this late; if its
# row is deleted all the same, that scheduler makes it again at its next look.
_LOOK_SECONDS = 60.0  # between looks at which tasks there are
_SILENT_SECONDS = 60.0


async def add_schedules(db: Db, tasks: Mapping[str, PeriodicTask]) -> None:
    """Make the rows of new periodic tasks; one whose period became shorter is due sooner."""
    await queries.add_schedules(
        db, {name: task.every.total_seconds() for name, task in tasks.items()}
    )


async def forget_schedules(db: Db, tasks: Mapping[str, PeriodicTask]) -> int:
    """Delete the rows of other tasks that nobody has fired for a minute; how many there were."""
    return await queries.forget_schedules(db, list(tasks), silent_seconds=_SILENT_SECONDS)


async def fire_due(db: Db, tasks: Mapping[str, PeriodicTask]) -> list[FiredSchedule]:
    """Promise the tasks that are due; returns those that this call promised."""
    return await queries.fire_due_schedules(
        db,
        list(tasks),
        [periodic.task.queue for periodic in tasks.values()],
        [periodic.task.kind for periodic in tasks.values()],
        [periodic.every.total_seconds() for periodic in tasks.values()],
    )


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Promise every domain's periodic tasks until `stop` is set; PostgreSQL may come and go."""
    write_in_loop(asyncio.get_running_loop())
    heart = Heartbeat(_TICK_SECONDS)
    async with answering_probes(settings, heart):
        await _run(settings, stop, heart)


async def _run(settings: Settings, stop: asyncio.Event, heart: Heartbeat) -> None:
    db = Pool(settings.database_url, settings, application="lms-scheduler")
    nudger = Nudger(settings)
    await db.open()
    log.info("scheduler started", periodic_tasks=sorted(PERIODIC_TASKS))
    away = False
    look_at = float("-inf")
    try:
        while not stop.is_set():
            try:
                if time.monotonic() >= look_at:
                    await add_schedules(db, PERIODIC_TASKS)
                    if forgotten := await forget_schedules(db, PERIODIC_TASKS):
                        log.info("forgot periodic tasks that nobody fires", count=forgotten)
                    look_at = time.monotonic() + _LOOK_SECONDS
                fired = await fire_due(db, PERIODIC_TASKS)
                nudger.nudge({one.queue for one in fired})
                away = False
            except (*AWAY, asyncpg.PostgresError) as error:
                if not away:
                    log.warning("the scheduler waits for PostgreSQL", error=describe(error))
                away, look_at = True, float("-inf")
            heart.beat(can_work=not away)
            try:
                async with asyncio.timeout(_TICK_SECONDS):
                    await stop.wait()
            except TimeoutError:
                pass
    finally:
        await nudger.close()
        await db.close()


def main(settings: Settings) -> int:
    """Run a scheduler until SIGTERM; the exit code."""
    load_tasks()
    start_logging(settings, "lms-scheduler")
    start_sentry(settings, "lms-scheduler")
    try:
        asyncio.run(until_signal(lambda stop: run(settings, stop)))
    finally:
        stop_sentry()
        stop_logging()
    return 0
