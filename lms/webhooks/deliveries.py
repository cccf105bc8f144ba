"""Makes the deliveries to one receiver: a few at once, on schedule, until none is due.

Only one worker at a time delivers to a receiver. So the number of requests to it is limited, and a
receiver that hangs takes only one place of a worker, however many deliveries wait.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

import asyncpg

from lms.core.db.transactions import AWAY, RETRYABLE, begin
from lms.core.grouping import Grouped
from lms.core.http.reply import to_json
from lms.core.jobs.tallies import tally
from lms.core.jobs.tasks import WorkerContext
from lms.core.keys import unseal
from lms.core.log import get_logger
from lms.notifications.promises import promise_email
from lms.settings import Settings
from lms.webhooks import queries, signing
from lms.webhooks.queries import Attempt, DueDelivery, Receiver
from lms.webhooks.sending import Outcome, Sender, open_sender

log = get_logger(__name__)

SECRET_PURPOSE = "webhook secret"  # noqa: S105 (the name of a key's use)

# Seconds from each failed attempt to the next: ten attempts within little more than three days.
SCHEDULE = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
_JITTER = 0.2  # so that deliveries that failed together are not retried together
FAILING_FOR = timedelta(days=5)  # then the receiver is taken for gone

_AT_ONCE = 5  # requests to one receiver: enough for a good one, no flood for a weak one
_BATCH = 100
_REST_SECONDS = 1.0  # after a failure: a receiver that is away costs us and itself little
_GONE = 410
_NOTE_SECONDS = 30.0  # PostgreSQL may be away for as long


@cache
def _turns(settings: Settings) -> asyncio.Semaphore:
    return asyncio.Semaphore(max(1, settings.database_pool_size // 2))


@asynccontextmanager
async def turn(worker: WorkerContext) -> AsyncIterator[None]:
    """Take turns at the database: there are more receivers at once than connections, and the pool
    gives up on callers that wait for longer than a second.
    """
    async with _turns(worker.settings):
        yield


def delay_after(tries: int) -> float | None:
    """Seconds to wait after this many failed attempts; None after the last."""
    if tries > len(SCHEDULE):
        return None
    share = random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 (no secret)
    return SCHEDULE[tries - 1] * share


def body_of(delivery: DueDelivery) -> bytes:
    """The body; the same bytes at each attempt."""
    return to_json({"type": delivery.type, "timestamp": delivery.timestamp, "data": delivery.data})


async def deliver_due(worker: WorkerContext, receiver: Receiver, *, seconds: float) -> None:
    """Make the deliveries that are due, until none is left or the time is up."""
    until = time.monotonic() + seconds
    async with open_sender(worker.settings, at_once=_AT_ONCE) as sender:
        while time.monotonic() < until:
            async with turn(worker):
                due = await queries.list_due_deliveries(worker.db, receiver.id, limit=_BATCH)
            if not due:
                return
            await _Batch(worker, sender, receiver, due, until).deliver()
            async with turn(worker):
                found = await queries.get_receiver(worker.db, receiver.id)  # changed meanwhile?
            if found is None or not found.is_active:
                return
            receiver = found


class _Batch:
    """Deliveries to one receiver, made a few at once. What they ask of the database at the same
    time is one statement.
    """

    def __init__(
        self,
        worker: WorkerContext,
        sender: Sender,
        receiver: Receiver,
        due: Sequence[DueDelivery],
        until: float,
    ) -> None:
        self._worker, self._sender, self._receiver = worker, sender, receiver
        self._at_once = min(_AT_ONCE, len(due))
        self._remaining = iter(due)
        self._until = until
        self._keys = [
            unseal(worker.settings, SECRET_PURPOSE, receiver.owner_id, secret)
            for secret in receiver.secrets
        ]
        self._is_failing = receiver.failing_since is not None
        self._last_failed = False
        self._stopped = Grouped(self._stop)
        self._noted = Grouped(self._note)

    async def deliver(self) -> None:
        """Make them, until the time is up or what was read is out of date."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._at_once):
                group.create_task(self._work())

    async def _work(self) -> None:
        for delivery in self._remaining:
            if self._last_failed:
                await asyncio.sleep(_REST_SECONDS)
            if time.monotonic() >= self._until or not await self._deliver(delivery):
                return

    async def _deliver(self, delivery: DueDelivery) -> bool:
        """Make one attempt and note it; False if what was read is out of date.

        Whether the owner may have the event is asked each time: they may teach no more, or not this
        course.
        """
        if await self._stopped.ask(delivery.id):
            return True
        at = datetime.now(UTC)
        body = body_of(delivery)
        headers = signing.headers(self._keys, delivery.event_id, at, body)
        outcome = await self._sender.post(self._receiver.url, body, headers)
        self._last_failed = not outcome.is_success
        tally("lms_webhook_attempts", "succeeded" if outcome.is_success else "failed")
        return await self._noted.ask((_attempt(delivery, outcome, at), outcome))

    async def _stop(self, delivery_ids: Sequence[UUID]) -> list[bool]:
        async with turn(self._worker):
            stopped = set(await queries.stop_deliveries(self._worker.db, delivery_ids))
        return [delivery_id in stopped for delivery_id in delivery_ids]

    async def _note(self, made: Sequence[tuple[Attempt, Outcome]]) -> list[bool]:
        # The requests were sent: if they are not noted, they will be sent again.
        until = time.monotonic() + _NOTE_SECONDS
        while True:
            try:
                async with turn(self._worker):
                    return await self._write(made)
            except (*AWAY, *RETRYABLE):
                if time.monotonic() >= until:
                    raise
                await asyncio.sleep(1)

    async def _write(self, made: Sequence[tuple[Attempt, Outcome]]) -> list[bool]:
        """Note what came of attempts; for each, whether the receiver may be sent more."""
        attempts = [attempt for attempt, _ in made]
        if not self._is_failing and all(attempt.succeeded for attempt in attempts):
            noted = set(await queries.record_attempts(self._worker.db, attempts))
            return [attempt.delivery_id in noted for attempt in attempts]
        self._is_failing = True  # for the rest of the batch: a success then ends it
        async with begin(self._worker.db) as db:
            # Locked first, as in every change of a webhook, and read as it is now.
            receiver = await queries.lock_receiver(db, self._receiver.id) or self._receiver
            noted = set(await queries.record_attempts(db, attempts))
            # Disabled, sent again, or noted by another worker: such an outcome says nothing.
            outcomes = [outcome for attempt, outcome in made if attempt.delivery_id in noted]
            if await _judge(db, receiver, outcomes):
                return [False] * len(made)
        return [attempt.delivery_id in noted for attempt in attempts]


def _attempt(delivery: DueDelivery, outcome: Outcome, at: datetime) -> Attempt:
    facts = {
        "at": at,
        "status_code": outcome.status_code,
        "error": outcome.error,
        "duration_ms": outcome.duration_ms,
    }
    delay = delay_after(delivery.tries + 1)
    return Attempt(delivery.id, delivery.tries, facts, outcome.is_success, delay)


async def _judge(db: asyncpg.Connection, receiver: Receiver, outcomes: Sequence[Outcome]) -> bool:
    """Note whether the receiver works or fails; whether it was disabled."""
    if not outcomes:
        return False
    if any(outcome.is_success for outcome in outcomes):
        await queries.set_failing(db, receiver.id, False)
        receiver = replace(receiver, failing_since=None)
    if not outcomes[-1].is_success:
        if receiver.failing_since is None:
            log.warning("a webhook fails", webhook_id=receiver.id)
        await queries.set_failing(db, receiver.id, True)
    reason = _why_disable(receiver, outcomes)
    if reason is None:
        return False
    if await queries.disable_webhook(db, receiver.id, reason):
        log.warning("a webhook was disabled", webhook_id=receiver.id, reason=reason)
        await promise_email(
            db,
            "webhook_disabled",
            to_user_id=receiver.owner_id,
            webhook_id=str(receiver.id),
        )
    return True


def _why_disable(receiver: Receiver, outcomes: Sequence[Outcome]) -> str | None:
    if any(outcome.status_code == _GONE for outcome in outcomes):
        return "gone"
    if receiver.failing_since is None:
        return None
    return "failing" if datetime.now(UTC) - receiver.failing_since >= FAILING_FOR else None
