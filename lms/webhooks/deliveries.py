"""Makes the deliveries to one receiver: a few at once, on schedule, until none is due.

Only one worker at a time delivers to a receiver. So the number of requests to it is limited, and a
receiver that hangs takes only one place of a worker, however many deliveries wait.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache

from lms.core.db.transactions import AWAY, begin
from lms.core.http.reply import to_json
from lms.core.jobs.tallies import tally
from lms.core.jobs.tasks import WorkerContext
from lms.core.keys import unseal
from lms.notifications.promises import promise_email
from lms.settings import Settings
from lms.webhooks import queries, signing
from lms.webhooks.queries import DueDelivery, Receiver
from lms.webhooks.sending import Outcome, Sender, open_sender

SECRET_PURPOSE = "webhook secret"  # noqa: S105 (the name of a key's use)

# Seconds from each failed attempt to the next: ten attempts within little more than three days.
SCHEDULE = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
_JITTER = 0.2  # so that deliveries that failed together are not retried together
FAILING_FOR = timedelta(days=5)  # then the receiver is taken for gone

_AT_ONCE = 5  # requests to one receiver: enough for a good one, no flood for a weak one
_BATCH = 100
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
            remaining = iter(due)
            async with asyncio.TaskGroup() as group:
                for _ in range(min(_AT_ONCE, len(due))):
                    group.create_task(_work(worker, sender, receiver, remaining, until))
            async with turn(worker):
                found = await queries.get_receiver(worker.db, receiver.id)  # changed meanwhile?
            if found is None or not found.is_active:
                return
            receiver = found


async def _work(
    worker: WorkerContext,
    sender: Sender,
    receiver: Receiver,
    remaining: Iterator[DueDelivery],
    until: float,
) -> None:
    keys = [
        unseal(worker.settings, SECRET_PURPOSE, receiver.owner_id, secret)
        for secret in receiver.secrets
    ]
    for delivery in remaining:
        if time.monotonic() >= until or not await _deliver(
            worker, sender, receiver, delivery, keys
        ):
            return


async def _deliver(
    worker: WorkerContext,
    sender: Sender,
    receiver: Receiver,
    delivery: DueDelivery,
    keys: Sequence[bytes],
) -> bool:
    """Make one attempt and note it; False if what was read is out of date.

    Whether the owner may have the event is asked each time: they may teach no more, or not this
    course.
    """
    async with turn(worker):
        if await queries.stop_delivery(worker.db, delivery.id):
            return True
    at = datetime.now(UTC)
    body = body_of(delivery)
    headers = signing.headers(keys, delivery.event_id, at, body)
    outcome = await sender.post(receiver.url, body, headers)
    tally("lms_webhook_attempts", "succeeded" if outcome.is_success else "failed")
    # The request was sent: if it is not noted, it will be sent again.
    until = time.monotonic() + _NOTE_SECONDS
    while True:
        try:
            async with turn(worker):
                return await _note(worker, receiver, delivery, outcome, at)
        except AWAY:
            if time.monotonic() >= until:
                raise
            await asyncio.sleep(1)


async def _note(
    worker: WorkerContext,
    receiver: Receiver,
    delivery: DueDelivery,
    outcome: Outcome,
    at: datetime,
) -> bool:
    attempt = {
        "at": at,
        "status_code": outcome.status_code,
        "error": outcome.error,
        "duration_ms": outcome.duration_ms,
    }
    async with begin(worker.db) as db:
        if not outcome.is_success or receiver.failing_since is not None:
            # Locked first, as in every change of a webhook, and read as it is now.
            receiver = await queries.lock_receiver(db, receiver.id) or receiver
        noted = await queries.record_attempt(
            db,
            delivery.id,
            tries=delivery.tries,
            attempt=attempt,
            succeeded=outcome.is_success,
            delay_seconds=delay_after(delivery.tries + 1),
        )
        if noted is None:  # disabled, sent again, or noted by another worker: look anew
            return False
        if not outcome.is_success or receiver.failing_since is not None:
            await queries.set_failing(db, receiver.id, not outcome.is_success)
        reason = _why_disable(receiver, outcome)
        if reason is None:
            return True
        if await queries.disable_webhook(db, receiver.id, reason):
            await promise_email(
                db,
                "webhook_disabled",
                to_user_id=receiver.owner_id,
                webhook_id=str(receiver.id),
            )
    return False


def _why_disable(receiver: Receiver, outcome: Outcome) -> str | None:
    if outcome.status_code == _GONE:
        return "gone"
    if outcome.is_success or receiver.failing_since is None:
        return None
    return "failing" if datetime.now(UTC) - receiver.failing_since >= FAILING_FOR else None
