"""Lanes: the jobs of one queue that a worker process has in hand, and room for more."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg

from lms.core.db.transactions import AWAY
from lms.core.db.wakeups import Wakeups, collect_wakeups
from lms.core.jobs import claims
from lms.core.jobs.job import Job, LeaseLost, Refused
from lms.core.jobs.tallies import tally
from lms.core.jobs.tasks import SOURCES, TASKS, WorkerContext
from lms.core.log import LogContext, get_logger, log_context
from lms.core.telemetry.tracing import note_failure, tracing_job

log = get_logger(__name__)

# Work that is due later than this is found by the sweep, which is a few seconds late at most.
_TIMED_SECONDS = 60.0
_RETRY_SECONDS = 1.0  # between tries to tell Postgres what became of a job


# A job whose lease was lost can come back here while its old try is still being stopped.
Try = tuple[UUID, int]  # a job and the number of the try


class Lane:
    """One queue in this process: what is in hand, and room for more."""

    def __init__(
        self, queue: str, size: int, context: WorkerContext, wake: Callable[[Wakeups], None]
    ) -> None:
        self.queue = queue
        self.size = size
        self.running: dict[Try, tuple[Job, asyncio.Task[None]]] = {}
        self._context = context
        self._wake = wake
        self._look = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._more = False
        self._away = False
        self._stopping = False
        # A source makes no second job beside one that runs: what came meanwhile is found after it.
        self._is_drawn = any(source.queue == queue for source in SOURCES)

    def look(self) -> None:
        """Look for work soon."""
        self._look.set()

    def look_in(self, seconds: float) -> None:
        """Look for work when some is due."""
        if seconds <= 0:
            self.look()
        elif seconds <= _TIMED_SECONDS:
            asyncio.get_running_loop().call_later(seconds, self.look)

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
        """Claim work whenever there may be some, until stopped; then finish what is in hand."""
        while not self._stopping:
            await self._look.wait()
            self._look.clear()
            try:
                await self._fill()
            except (*AWAY, asyncpg.PostgresError) as error:
                if not self._away:
                    log.warning("cannot claim jobs", queue=self.queue, error=claims.describe(error))
                self._away = True  # the next sweep tries again
            else:
                self._away = False
        while self.running:
            await asyncio.wait([task for _, task in self.running.values()])

    async def _fill(self) -> None:
        kinds = [task.kind for task in TASKS.values() if task.queue == self.queue]
        # If one kind hangs and has taken most of the room, the others share the rest.
        share = self.size if len(kinds) == 1 else max(1, self.size * 3 // 4)
        await claims.draw(self._context.db, self.queue)
        while kinds and not self._stopping:
            busy = Counter(job.kind for job, _ in self.running.values())
            room = self.size - len(self.running)
            is_full = room <= 0
            if is_full:
                # Two kinds can fill the lane for an hour, and so can one job in a lane for one.
                # Jobs that are due within seconds must not wait for them. So a kind with nothing in
                # hand has room of its own, beside the others.
                rooms = {kind: int(not busy[kind]) for kind in kinds}
                room = sum(rooms.values())
            else:
                rooms = {kind: min(room, share - busy[kind]) for kind in kinds}
            if not any(rooms[kind] > 0 for kind in kinds):
                self._more = True
                break
            random.shuffle(kinds)
            claimed = await claims.claim(
                self._context.db,
                self.queue,
                {kind: rooms[kind] for kind in kinds if rooms[kind] > 0},
                room=room,
                lease_seconds=self._context.settings.job_lease_seconds,
            )
            for job in claimed:
                task = asyncio.create_task(self._keep(job), name=f"job {job.id}")
                self.running[job.id, job.try_number] = (job, task)
            taken = Counter(job.kind for job in claimed)
            self._more = is_full or len(claimed) == room or any(taken[k] >= rooms[k] for k in kinds)
            if len(claimed) < room:
                break
            self._wake({self.queue: 0.0})  # we took all that we can: others may find the rest
        if len(self.running) >= self.size:
            self._room.clear()

    async def _keep(self, job: Job) -> None:
        log_context.set(LogContext({"job_id": str(job.id), "kind": job.kind}))
        try:
            trace = tracing_job(
                job.kind,
                queue=job.queue,
                job_id=job.id,
                try_number=job.try_number,
                traceparent=job.traceparent,
            )
            with collect_wakeups() as wakeups, trace:
                await self._try(job)
            if wakeups:
                self._wake(wakeups)
        finally:
            del self.running[job.id, job.try_number]
            self._room.set()
            if self._more or self._is_drawn:
                self.look()

    async def _try(self, job: Job) -> None:
        known = TASKS[job.kind]
        try:
            async with asyncio.timeout(known.timeout_seconds):
                await known.function(self._context, job)
            if not job.finished:
                await self._tell(job, lambda: job.finish(self._context.db))
            tally("lms_jobs", "done", subject=self.queue)
        except LeaseLost as lost:
            # The sweep that takes the job back counts it, as for a killed worker.
            note_failure(lost)
            log.warning("a job outlived its lease", job_id=job.id, kind=job.kind, error=str(lost))
        except asyncio.CancelledError as stopped:
            note_failure(stopped)
            log.warning("a job was stopped: its lease is lost", job_id=job.id, kind=job.kind)
        except Refused as refused:
            note_failure(refused)
            log.warning("a job was refused", job_id=job.id, kind=job.kind, error=str(refused))
            await self._tell_failure(job, refused)
        except Exception as error:
            note_failure(error)
            log.exception(
                "a job failed", job_id=job.id, kind=job.kind, try_number=job.try_number,
                max_tries=job.max_tries,
            )  # fmt: skip
            await self._tell_failure(job, error)

    async def _tell_failure(self, job: Job, error: Exception) -> None:
        async def fail() -> None:
            became = await claims.fail(self._context.db, job, error)
            if became is None:  # not ours any more, and counted as lost
                return
            result = "failed" if became == "pending" else became
            tally("lms_jobs", result, subject=self.queue)
            if became == "dead":
                log.error("a job is dead", job_id=job.id, kind=job.kind, try_number=job.try_number)

        try:
            await self._tell(job, fail)
        except (*AWAY, asyncpg.PostgresError) as away:
            # Its lease runs out by itself, and then it is tried again.
            log.error("a failure was not noted", job_id=job.id, error=claims.describe(away))

    async def _tell(self, job: Job, say: Callable[[], Awaitable[None]]) -> None:
        """Tell PostgreSQL the outcome, again and again for as long as the lease can last.

        The work is done by now: giving up after one failure would have it done twice.
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
                log.warning("waiting to report", job_id=job.id, error=claims.describe(away))
                await asyncio.sleep(_RETRY_SECONDS)
