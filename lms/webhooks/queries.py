"""Webhooks and deliveries, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.db.query import Db, Query
from lms.core.keys import Sealed
from lms.errors import NotFound


@dataclass(frozen=True, slots=True)
class Webhook:
    id: UUID
    url: str
    types: list[str]
    is_active: bool
    disabled_reason: str | None
    created_at: datetime
    owner_id: UUID
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Receiver:
    """The facts of a webhook that the worker needs: where to send and how to sign."""

    id: UUID
    owner_id: UUID
    url: str
    is_active: bool
    failing_since: datetime | None
    secret_key_id: str
    secret_box: bytes
    old_secret_key_id: str | None
    old_secret_box: bytes | None

    @property
    def secrets(self) -> list[Sealed]:
        """The secret, and the previous one for as long as it also signs."""
        found = [Sealed(self.secret_key_id, self.secret_box)]
        if self.old_secret_key_id is not None and self.old_secret_box is not None:
            found.append(Sealed(self.old_secret_key_id, self.old_secret_box))
        return found


@dataclass(frozen=True, slots=True)
class Delivery:
    id: UUID
    webhook_id: UUID
    event_id: UUID
    event_type: str
    status: str
    attempts: list[dict[str, Any]]
    next_attempt_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A delivery to be made now, and the event that it tells of."""

    id: UUID
    event_id: UUID
    tries: int
    type: str
    timestamp: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a delivery, and when the next one is due.

    `tries`, their number when the delivery was read, is the fence. Without `delay_seconds` there is
    no next attempt.
    """

    delivery_id: UUID
    tries: int
    facts: dict[str, Any]
    succeeded: bool
    delay_seconds: float | None


@dataclass(frozen=True, slots=True)
class Recovered:
    """How many events are sent again, and the last of them if there may be more."""

    count: int
    rest_after: UUID | None


_FAILED = 2_000  # deliveries of one statement, which then ends well within its time

_create_webhook = Query("webhooks/create_webhook", UUID)
_count_webhooks = Query("webhooks/count_webhooks", int)
_get_webhook = Query("webhooks/get_webhook", Webhook)
_lock_webhook = Query("webhooks/lock_webhook", Webhook)
_list_webhooks = Query("webhooks/list_webhooks", Webhook)
_update_webhook: Query[None] = Query("webhooks/update_webhook")
_delete_webhook: Query[None] = Query("webhooks/delete_webhook")
_rotate_secret: Query[None] = Query("webhooks/rotate_secret")
_disable_webhook = Query("webhooks/disable_webhook", UUID)
_get_receiver = Query("webhooks/get_receiver", Receiver)
_lock_receiver = Query("webhooks/lock_receiver", Receiver)
_set_failing: Query[None] = Query("webhooks/set_failing")
_create_test_delivery = Query("webhooks/create_test_delivery", UUID)
_get_delivery = Query("webhooks/get_delivery", Delivery)
_list_deliveries = Query("webhooks/list_deliveries", Delivery)
_count_deliveries = Query("webhooks/count_deliveries", int)
_list_due_deliveries = Query("webhooks/list_due_deliveries", DueDelivery)
_stop_deliveries = Query("webhooks/stop_deliveries", UUID)
_record_attempts = Query("webhooks/record_attempts", UUID)
_fail_pending_deliveries: Query[None] = Query("webhooks/fail_pending_deliveries")
_get_next_attempt = Query("webhooks/get_next_attempt", datetime)
_redeliver: Query[None] = Query("webhooks/redeliver")
_recover_deliveries = Query("webhooks/recover_deliveries", Recovered)
_promise_due_receivers = Query("webhooks/promise_due_receivers", UUID)


async def create_webhook(
    db: Db, owner_id: UUID, *, url: str, types: Sequence[str], secret: Sealed
) -> UUID:
    return await _create_webhook.one(
        db,
        owner_id=owner_id,
        url=url,
        types=list(types),
        key_id=secret.key_id,
        box=secret.box,
    )


async def count_webhooks(db: Db, owner_id: UUID | None) -> int:
    """Of one owner, or of all."""
    return await _count_webhooks.one(db, owner_id=owner_id)


async def get_webhook(db: Db, webhook_id: UUID) -> Webhook:
    webhook = await _get_webhook.first(db, webhook_id=webhook_id)
    if webhook is None:
        raise NotFound
    return webhook


async def lock_webhook(db: Db, webhook_id: UUID) -> Webhook:
    webhook = await _lock_webhook.first(db, webhook_id=webhook_id)
    if webhook is None:
        raise NotFound
    return webhook


async def list_webhooks(
    db: Db, owner_id: UUID | None, *, before: Sequence[Any], limit: int
) -> list[Webhook]:
    before_time, before_id = before
    return await _list_webhooks.all(
        db, owner_id=owner_id, before_time=before_time, before_id=before_id, limit=limit
    )


async def update_webhook(
    db: Db, webhook_id: UUID, *, url: str | None, types: Sequence[str] | None, is_active: bool
) -> None:
    await _update_webhook.run(
        db,
        webhook_id=webhook_id,
        url=url,
        types=None if types is None else list(types),
        is_active=is_active,
    )


async def delete_webhook(db: Db, webhook_id: UUID) -> None:
    await _delete_webhook.run(db, webhook_id=webhook_id)


async def rotate_secret(db: Db, webhook_id: UUID, secret: Sealed, *, both_hours: int) -> None:
    await _rotate_secret.run(
        db, webhook_id=webhook_id, key_id=secret.key_id, box=secret.box, both_hours=both_hours
    )


async def disable_webhook(db: Db, webhook_id: UUID, reason: str) -> bool:
    """Disable an active webhook and fail its waiting deliveries; returns whether this call did."""
    disabled = await _disable_webhook.first(db, webhook_id=webhook_id, reason=reason)
    await fail_pending_deliveries(db, webhook_id)
    return disabled is not None


async def get_receiver(db: Db, webhook_id: UUID) -> Receiver | None:
    return await _get_receiver.first(db, webhook_id=webhook_id)


async def lock_receiver(db: Db, webhook_id: UUID) -> Receiver | None:
    """Lock a receiver against other changes of it, not against new events."""
    return await _lock_receiver.first(db, webhook_id=webhook_id)


async def set_failing(db: Db, webhook_id: UUID, is_failing: bool) -> None:
    """Note that the receiver fails since now, unless it did already; or that it works again."""
    await _set_failing.run(db, webhook_id=webhook_id, is_failing=is_failing)


async def create_test_delivery(db: Db, webhook_id: UUID, event_id: UUID) -> UUID:
    return await _create_test_delivery.one(db, webhook_id=webhook_id, event_id=event_id)


async def get_delivery(db: Db, delivery_id: UUID) -> Delivery:
    delivery = await _get_delivery.first(db, delivery_id=delivery_id)
    if delivery is None:
        raise NotFound
    return delivery


async def list_deliveries(
    db: Db, webhook_id: UUID, *, status: str | None, before: Sequence[Any], limit: int
) -> list[Delivery]:
    before_time, before_id = before
    return await _list_deliveries.all(
        db,
        webhook_id=webhook_id,
        status=status,
        before_time=before_time,
        before_id=before_id,
        limit=limit,
    )


async def count_deliveries(db: Db, webhook_id: UUID, *, status: str | None) -> int:
    return await _count_deliveries.one(db, webhook_id=webhook_id, status=status)


async def list_due_deliveries(db: Db, webhook_id: UUID, *, limit: int) -> list[DueDelivery]:
    return await _list_due_deliveries.all(db, webhook_id=webhook_id, limit=limit)


async def stop_deliveries(db: Db, delivery_ids: Sequence[UUID]) -> list[UUID]:
    """Of these deliveries, those that were stopped: their webhook's owner may not have them now."""
    return await _stop_deliveries.all(db, delivery_ids=sorted(delivery_ids))


async def record_attempts(db: Db, attempts: Sequence[Attempt]) -> list[UUID]:
    """Note what came of attempts; the deliveries of those that are noted.

    The others were changed, or noted by another worker, since they were read.
    """
    return await _record_attempts.all(
        db,
        delivery_ids=[one.delivery_id for one in attempts],
        tries=[one.tries for one in attempts],
        attempts=[one.facts for one in attempts],
        succeeded=[one.succeeded for one in attempts],
        delays_seconds=[one.delay_seconds for one in attempts],
    )


async def fail_pending_deliveries(db: Db, webhook_id: UUID) -> None:
    """Mark all that waits as failed, some in each statement."""
    failed = _FAILED
    while failed == _FAILED:
        failed = await _fail_pending_deliveries.run(db, webhook_id=webhook_id, limit=_FAILED)


async def get_next_attempt(db: Db, webhook_id: UUID) -> datetime | None:
    """When the next delivery is due; None while nothing waits."""
    return await _get_next_attempt.first(db, webhook_id=webhook_id)


async def redeliver(db: Db, delivery_id: UUID) -> None:
    await _redeliver.run(db, delivery_id=delivery_id)


async def recover_deliveries(db: Db, webhook_id: UUID, *, after_id: UUID, limit: int) -> Recovered:
    """Send events again that come after a given one: those that failed or were never sent."""
    return await _recover_deliveries.one(db, webhook_id=webhook_id, after_id=after_id, limit=limit)


async def promise_due_receivers(db: Db) -> list[UUID]:
    """Promise a job for each webhook that has due deliveries and no job; returns these webhooks."""
    return await _promise_due_receivers.all(db)
