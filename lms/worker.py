"""The worker: claims promises from Postgres and keeps them.

For each queue there is a lane, which has a bounded number of jobs in hand; when it is full it
still takes one of each kind of which it has none. A lane looks for work when taskiq brings a
wake-up, when one of its jobs ends and more were waiting, and at every sweep; the sweep needs
nothing but Postgres. Jobs run beside the taskiq receivers, not inside them, so a Redis that
crashes stops the wake-ups and nothing else.
"""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from uuid import UUID

import asyncpg
from taskiq.receiver import Receiver

from lms import jobs
from lms.broker import QUEUES, Nudger, QueueBroker
from lms.certificates.documents import site_design
from lms.db import AWAY, Pool
from lms.jobs import TASKS, Job, LeaseLost, WorkerContext, load_tasks
from lms.log import configure_logging, get_logger
from lms.notifications.mailer import open_mailer
from lms.notifications.mails import MAILS
from lms.notifications.rendering import check_templates
from lms.redis_pool import RedisPool
from lms.scheduler import until_signal  # and the duties it declares
from lms.sentry import start_sentry, stop_sentry
from lms.settings import Settings, SettingsError
from lms.storage import create_storage
from lms.tallies import flush_tallies, tally
from lms.tracing import note_failure, start_tracing, stop_tracing, tracing_job

log = get_logger(__name__)

_RETRY_SECONDS = 1.0  # between tries to tell Postgres what became of a job


# A job whose lease was lost can come back here while its old attempt is still being stopped.
Attempt = tuple[UUID, int]


class Lane:
    """One queue in this process: what is in hand, and room for more."""

    def __init__(
        self, queue: str, size: int, context: WorkerContext, nudge: Callable[[Iterable[str]], None]
    ) -> None:
        self.queue = queue
        self.size = size
        self.running: dict[Attempt, tuple[Job, asyncio.Task[None]]] = {}
        self._context = context
        self._nudge = nudge
        self._look = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._more = False
        self._away = False
        self._stopping = False

    def look(self) -> None:
        """Look for work soon."""
        self._look.set()

    async def woken(self) -> None:
        """A wake-up came: look for work, once there is room for it.

        While this waits, the receiver leaves further wake-ups to other workers.
        """
        await self._room.wait()
        self.look()

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopping = True
        self._look.set()
        self._room.set()

    async def run(self) -> None:
        """Claim work whenever there may be some, until stopped; then see the rest through."""
        while not self._stopping:
            await self._look.wait()
            self._look.clear()
            try:
                await self._fill()
            except (*AWAY, asyncpg.PostgresError) as error:
                if not self._away:
                    log.warning("cannot claim jobs", queue=self.queue, error=jobs.describe(error))
                self._away = True  # the next sweep tries again
            else:
                self._away = False
        while self.running:
            await asyncio.wait([task for _, task in self.running.values()])

    async def _fill(self) -> None:
        kinds = [task.kind for task in TASKS.values() if task.queue == self.queue]
        # With most places taken by one kind that hangs, the others share the rest.
        share = self.size if len(kinds) == 1 else max(1, self.size * 3 // 4)
        while kinds and not self._stopping:
            busy = Counter(job.kind for job, _ in self.running.values())
            room = self.size - len(self.running)
            is_full = room <= 0
            if is_full:
                # Two kinds can fill the lane for an hour, and one job can where there is one
                # place; what is due within seconds must not wait for them. So a kind with
                # nothing in hand has a place of its own, beside the others.
                rooms = {kind: int(not busy[kind]) for kind in kinds}
                room = sum(rooms.values())
            else:
                rooms = {kind: min(room, share - busy[kind]) for kind in kinds}
            if not any(places > 0 for places in rooms.values()):
                self._more = True
                break
            random.shuffle(kinds)
            claimed = await jobs.claim(
                self._context.db,
                self.queue,
                {kind: rooms[kind] for kind in kinds if rooms[kind] > 0},
                room=room,
                lease_seconds=self._context.settings.job_lease_seconds,
            )
            for job in claimed:
                task = asyncio.create_task(self._keep(job), name=f"job {job.id}")
                self.running[job.id, job.attempt] = (job, task)
            taken = Counter(job.kind for job in claimed)
            self._more = is_full or len(claimed) == room or any(taken[k] >= rooms[k] for k in kinds)
            if len(claimed) < room:
                break
            self._nudge([self.queue])  # we took all that we can: others may find the rest
        if len(self.running) >= self.size:
            self._room.clear()

    async def _keep(self, job: Job) -> None:
        try:
            with jobs.collect_queues() as queues, tracing_job(job):
                await self._attempt(job)
            if queues:
                self._nudge(queues)
        finally:
            del self.running[job.id, job.attempt]
            self._room.set()
            if self._more:
                self.look()

    async def _attempt(self, job: Job) -> None:
        known = TASKS[job.kind]
        try:
            async with asyncio.timeout(known.timeout_seconds):
                await known.function(self._context, job)
            if not job.finished:
                await self._tell(job, lambda: job.finish(self._context.db))
            tally("lms_jobs", "done", subject=self.queue)
        except LeaseLost as lost:
            note_failure(lost)  # counted by the sweep that takes the job back, as a killed one's
            log.warning("a job outlived its lease", job_id=job.id, kind=job.kind, error=str(lost))
        except asyncio.CancelledError as stopped:
            note_failure(stopped)
            log.warning("a job was stopped: its lease is lost", job_id=job.id, kind=job.kind)
        except Exception as error:
            note_failure(error)
            log.exception(
                "a job failed", job_id=job.id, kind=job.kind, attempt=job.attempt,
                max_attempts=job.max_attempts,
            )  # fmt: skip
            await self._tell_failure(job, error)

    async def _tell_failure(self, job: Job, error: Exception) -> None:
        async def fail() -> None:
            became = await jobs.fail(self._context.db, job, error)
            if became is None:  # not ours any more, and counted as lost
                return
            tally("lms_jobs", "dead" if became == "dead" else "failed", subject=self.queue)
            if became == "dead":
                log.error("a job is dead", job_id=job.id, kind=job.kind, attempt=job.attempt)

        try:
            await self._tell(job, fail)
        except (*AWAY, asyncpg.PostgresError) as away:
            # Its lease runs out by itself, and then it is tried again.
            log.error("a failure was not noted", job_id=job.id, error=jobs.describe(away))

    async def _tell(self, job: Job, say: Callable[[], Awaitable[None]]) -> None:
        """Tell Postgres, again and again for as long as the lease can last.

        The work is done by now: giving up at the first try would have it done twice.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + self._context.settings.job_lease_seconds
        while True:
            try:
                await say()
                return
            except AWAY as away:
                if loop.time() >= until:
                    raise
                log.warning("waiting to report", job_id=job.id, error=jobs.describe(away))
                await asyncio.sleep(_RETRY_SECONDS)


class Worker:
    """The lanes of one process, their wake-ups, the sweep and the renewal of leases."""

    def __init__(self, settings: Settings, queues: Sequence[str]) -> None:
        self.settings = settings
        self.db = Pool(settings.database_url, settings, application="lms-worker")
        self.redis = RedisPool(settings)
        self.nudger = Nudger(settings)
        self.storage = create_storage(settings)
        context = WorkerContext(
            settings=settings,
            db=self.db,
            redis=self.redis,
            mailer=open_mailer(settings),
            storage=self.storage,
        )
        self.lanes = [Lane(queue, _size(settings, queue), context, self._nudge) for queue in queues]
        self.brokers = [QueueBroker(settings, queue) for queue in queues]
        for broker, lane in zip(self.brokers, self.lanes, strict=True):
            broker.on_wake(lane.woken)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set and what was begun is done."""
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
            await self.storage.close()
            await self.redis.close()
            await self.db.close()

    def _nudge(self, queues: Iterable[str]) -> None:
        wanted = set(queues)
        for lane in self.lanes:
            if lane.queue in wanted:
                lane.look()
        self.nudger.nudge(wanted)

    async def _receive(self, broker: QueueBroker, stop: asyncio.Event) -> None:
        broker.is_worker_process = True
        while not stop.is_set():
            receiver = Receiver(
                broker,
                run_startup=False,
                validate_params=False,
                max_async_tasks=1,  # a wake-up in hand is one that nobody else reads
            )
            try:
                await receiver.listen(stop)
            except Exception:
                log.exception("the receiver of wake-ups failed", queue=broker.queue)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _sweep(self) -> None:
        """Find what no wake-up told of, and what silent workers left behind."""
        away = False
        while True:
            try:
                while expired := await jobs.expire_leases(self.db):
                    for job in expired:
                        result = "dead" if job.status == "dead" else "lost"
                        tally("lms_jobs", result, subject=job.queue)
                        log.warning(
                            "a lease ran out", job_id=job.id, kind=job.kind, attempt=job.attempt,
                            status=job.status,
                        )  # fmt: skip
                await flush_tallies(self.db)
                away = False
            except (*AWAY, asyncpg.PostgresError) as error:
                if not away:
                    log.warning("the sweep waits for PostgreSQL", error=jobs.describe(error))
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
                attempt: (job, task)
                for lane in self.lanes
                for attempt, (job, task) in lane.running.items()
                if not (job.finishing or job.finished)
            }
            if not held:
                continue
            try:
                lost = await jobs.renew_leases(
                    self.db, [job for job, _ in held.values()], lease_seconds=lease
                )
            except (*AWAY, asyncpg.PostgresError) as error:
                log.warning("leases were not renewed", error=jobs.describe(error))
                continue
            for attempt in lost:
                job, task = held[attempt.id, attempt.attempt]
                if not (job.finishing or job.finished):
                    task.cancel()


def _size(settings: Settings, queue: str) -> int:
    """How many jobs of a queue are in hand at once; those of webhooks wait for strangers."""
    return settings.webhook_concurrency if queue == "webhooks" else settings.worker_concurrency


async def run(settings: Settings, queues: Sequence[str], stop: asyncio.Event) -> None:
    """Keep the promises of these queues until `stop` is set."""
    unknown = set(queues) - set(QUEUES)
    if unknown:
        raise SettingsError(
            f"{', '.join(sorted(unknown))} is not a queue; there are {', '.join(QUEUES)}."
        )
    load_tasks()
    # What would fail with each certificate or mail fails here, once and with a sentence.
    site_design(settings.certificate_template)
    check_templates(settings, MAILS)
    # taskiq tells of every message; ours has nothing to tell.
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
