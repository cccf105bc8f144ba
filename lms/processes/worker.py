"""The worker: claims promises from Postgres and keeps them.

Each queue has a lane, which has a limited number of jobs in hand. When the lane is full it still
takes one job of each kind of which it has none. A lane looks for work when taskiq brings a wake-up,
when one of its jobs ends and more were waiting, and at every sweep; the sweep needs nothing but
Postgres. Jobs run beside the taskiq receivers, not inside them, so a Redis that crashes stops the
wake-ups and nothing else.
"""

import asyncio
import logging
import random
from collections.abc import Sequence
from contextlib import suppress

import asyncpg
from taskiq.receiver import Receiver

from lms.certificates.documents import site_design
from lms.core.db.pool import Pool
from lms.core.db.transactions import AWAY
from lms.core.db.wakeups import Wakeups, due_now
from lms.core.jobs import queries
from lms.core.jobs.broker import QUEUES, Nudger, QueueBroker
from lms.core.jobs.claims import describe
from lms.core.jobs.lanes import Lane
from lms.core.jobs.tallies import flush_tallies, tally
from lms.core.jobs.tasks import WorkerContext
from lms.core.log import configure_logging, get_logger
from lms.core.parsers import Parsers
from lms.core.redis_pool import RedisPool
from lms.core.storage import create_storage
from lms.core.telemetry.sentry import start_sentry, stop_sentry
from lms.core.telemetry.tracing import start_tracing, stop_tracing
from lms.notifications.mailer import open_mailer
from lms.notifications.mails import MAILS
from lms.notifications.rendering import check_templates
from lms.processes.loading import load_tasks
from lms.processes.signals import until_signal
from lms.settings import Settings, SettingsError

log = get_logger(__name__)

_PARSER_SECONDS = 60.0  # a job waits for a parser rather than failing
_RETRY_SECONDS = 1.0  # before a receiver of wake-ups that failed listens again


class Worker:
    """The lanes of one process, their wake-ups, the sweep and the renewal of leases."""

    def __init__(self, settings: Settings, queues: Sequence[str]) -> None:
        self.settings = settings
        self.db = Pool(settings.database_url, settings, application="lms-worker")
        self.redis = RedisPool(settings)
        self.nudger = Nudger(settings)
        self.storage = create_storage(settings)
        self.parsers = Parsers(settings, patience_seconds=_PARSER_SECONDS)
        context = WorkerContext(
            settings=settings,
            db=self.db,
            redis=self.redis,
            mailer=open_mailer(settings),
            storage=self.storage,
            parsers=self.parsers,
        )
        self.lanes = [Lane(queue, _size(settings, queue), context, self._wake) for queue in queues]
        self.brokers = [QueueBroker(settings, queue) for queue in queues]
        for broker, lane in zip(self.brokers, self.lanes, strict=True):
            broker.on_wake(lane.woken)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set and the jobs in hand are done."""
        await self.db.open()
        await self.storage.open()
        receivers = [
            asyncio.create_task(self._receive(broker, stop), name=f"wake-ups {broker.queue}")
            for broker in self.brokers
        ]
        lanes = [asyncio.create_task(lane.run(), name=f"lane {lane.queue}") for lane in self.lanes]
        sweep = asyncio.create_task(self._sweep(), name="sweep")
        renewal = asyncio.create_task(self._renew(), name="leases")
        log.info("worker started", queues=[lane.queue for lane in self.lanes])
        stopped = asyncio.create_task(stop.wait(), name="stop")
        endless = (stopped, sweep, renewal, *lanes)
        try:
            await asyncio.wait(endless, return_when=asyncio.FIRST_COMPLETED)
            for task in endless:
                if task.done():
                    task.result()  # a fault of our own ends the process, loudly
            log.info("worker stops", running=sum(len(lane.running) for lane in self.lanes))
            sweep.cancel()
            for lane in self.lanes:
                lane.stop()
            for broker in self.brokers:
                broker.stop_listening()
            await asyncio.gather(*lanes, *receivers)
        finally:
            for task in (*endless, *receivers):
                task.cancel()
            await asyncio.gather(*endless, *receivers, return_exceptions=True)
            with suppress(*AWAY, asyncpg.PostgresError):
                await flush_tallies(self.db)
            await self.nudger.close()
            for broker in self.brokers:
                await broker.shutdown()
            await self.parsers.close()
            await self.storage.close()
            await self.redis.close()
            await self.db.close()

    def _wake(self, wakeups: Wakeups) -> None:
        """Look here at once or when it is time, and have other workers look where it is time."""
        for lane in self.lanes:
            if lane.queue in wakeups:
                lane.look_in(wakeups[lane.queue])
        self.nudger.nudge(due_now(wakeups))

    async def _receive(self, broker: QueueBroker, stop: asyncio.Event) -> None:
        broker.is_worker_process = True
        while not stop.is_set():
            receiver = Receiver(
                broker,
                run_startup=False,
                validate_params=False,
                max_async_tasks=1,  # a wake-up that is held here reaches no other worker
            )
            try:
                await receiver.listen(stop)
            except Exception:
                log.exception("the receiver of wake-ups failed", queue=broker.queue)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _sweep(self) -> None:
        """Find jobs that no wake-up announced, and jobs that silent workers left behind."""
        away = False
        while True:
            try:
                while expired := await queries.expire_leases(self.db):
                    for job in expired:
                        result = "dead" if job.status == "dead" else "lost"
                        tally("lms_jobs", result, subject=job.queue)
                        log.warning(
                            "a lease ran out", job_id=job.id, kind=job.kind,
                            try_number=job.try_number, status=job.status,
                        )  # fmt: skip
                await flush_tallies(self.db)
                away = False
            except (*AWAY, asyncpg.PostgresError) as error:
                if not away:
                    log.warning("the sweep waits for PostgreSQL", error=describe(error))
                away = True
            for lane in self.lanes:
                lane.look()
            # Not in step with the other workers, so that they share the sweeping.
            share = random.uniform(0.8, 1.0)  # noqa: S311 (no secret)
            await asyncio.sleep(self.settings.sweep_seconds * share)

    async def _renew(self) -> None:
        """Keep the leases of what is running; stop what has lost its own."""
        lease = self.settings.job_lease_seconds
        while True:
            await asyncio.sleep(lease / 4)  # so that three failures in a row lose nothing
            held = {
                running: (job, task)
                for lane in self.lanes
                for running, (job, task) in lane.running.items()
                if not (job.finishing or job.finished)
            }
            if not held:
                continue
            try:
                lost = await queries.renew_leases(
                    self.db, [job for job, _ in held.values()], lease_seconds=lease
                )
            except (*AWAY, asyncpg.PostgresError) as error:
                log.warning("leases were not renewed", error=describe(error))
                continue
            for one in lost:
                job, task = held[one.id, one.try_number]
                if not (job.finishing or job.finished):
                    task.cancel()


def _size(settings: Settings, queue: str) -> int:
    """How many jobs of a queue are in hand at once; webhooks wait for servers of others."""
    return settings.webhook_concurrency if queue == "webhooks" else settings.worker_concurrency


async def run(settings: Settings, queues: Sequence[str], stop: asyncio.Event) -> None:
    """Keep the promises of these queues until `stop` is set."""
    unknown = set(queues) - set(QUEUES)
    if unknown:
        raise SettingsError(
            f"{', '.join(sorted(unknown))} is not a queue; there are {', '.join(QUEUES)}."
        )
    load_tasks()
    # A setting that would make every certificate or mail fail stops us here, with a message.
    site_design(settings.certificate_template)
    check_templates(settings, MAILS)
    # taskiq logs every message; wake-ups are not worth a line.
    logging.getLogger("taskiq").setLevel(logging.WARNING)
    await Worker(settings, list(dict.fromkeys(queues)) or list(QUEUES)).run(stop)


def main(settings: Settings, queues: Sequence[str] = ()) -> int:
    """Run a worker for these queues, or for all, until SIGTERM; the exit code."""
    configure_logging(settings.log_level)
    start_sentry(settings, "lms-worker")
    start_tracing(settings, "lms-worker")
    try:
        asyncio.run(until_signal(lambda stop: run(settings, queues, stop)))
    finally:
        stop_tracing()
        stop_sentry()
    return 0
