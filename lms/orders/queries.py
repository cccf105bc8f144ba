"""Orders, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.db.query import Db, Query
from lms.errors import NotFound


@dataclass(frozen=True, slots=True)
class Order:
    id: UUID
    course: dict[str, str]
    student_id: UUID
    status: str
    total: dict[str, Any]  # minor units and their currency
    reference: str | None
    created_at: datetime
    paid_at: datetime | None
    refunded_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class OrderLock:
    """An order, locked while it is paid or refunded."""

    id: UUID
    course_id: UUID
    student_id: UUID
    status: str
    provider: str
    reference: str | None
    is_replaced: bool  # by a later one, after staff removed the student


@dataclass(frozen=True, slots=True)
class Offer:
    """What a course costs a student, and whether they are enrolled or have ordered it."""

    course_id: UUID
    status: str
    amount: int | None
    currency: str | None
    is_enrolled: bool
    was_enrolled: bool
    order_id: UUID | None
    order_status: str | None
    is_used_up: bool  # paid before staff removed the student


_get_order = Query("orders/get_order", Order)
_get_order_course = Query("orders/get_order_course", UUID)
_lock_order = Query("orders/lock_order", OrderLock)
_get_offer = Query("orders/get_offer", Offer)
_create_order = Query("orders/create_order", UUID)
_replace_order: Query[None] = Query("orders/replace_order")
_reprice_order: Query[None] = Query("orders/reprice_order")
_pay_order: Query[None] = Query("orders/pay_order")
_refund_order: Query[None] = Query("orders/refund_order")
_list_orders = Query("orders/list_orders", Order)
_count_orders = Query("orders/count_orders", int)


async def get_order(db: Db, order_id: UUID) -> Order:
    order = await _get_order.first(db, order_id=order_id)
    if order is None:
        raise NotFound
    return order


async def get_order_course(db: Db, order_id: UUID) -> UUID:
    """The course that an order is for. Raises NotFound."""
    course_id = await _get_order_course.first(db, order_id=order_id)
    if course_id is None:
        raise NotFound
    return course_id


async def lock_order(db: Db, order_id: UUID) -> OrderLock:
    order = await _lock_order.first(db, order_id=order_id)
    if order is None:
        raise NotFound
    return order


async def get_offer(db: Db, course_id: UUID, student_id: UUID) -> Offer:
    return await _get_offer.one(db, course_id=course_id, student_id=student_id)


async def create_order(db: Db, course_id: UUID, student_id: UUID, *, provider: str) -> UUID:
    """Make a pending order; its amount is the course's price."""
    return await _create_order.one(
        db, course_id=course_id, student_id=student_id, provider=provider
    )


async def replace_order(db: Db, order_id: UUID) -> None:
    """A paid order opens its course no more; another may be made."""
    await _replace_order.run(db, order_id=order_id)


async def reprice_order(db: Db, order_id: UUID) -> None:
    """Give a pending order the price that its course has now."""
    await _reprice_order.run(db, order_id=order_id)


async def pay_order(db: Db, order_id: UUID, reference: str) -> None:
    await _pay_order.run(db, order_id=order_id, reference=reference)


async def refund_order(db: Db, order_id: UUID) -> None:
    await _refund_order.run(db, order_id=order_id)


async def list_orders(
    db: Db, *, before: Sequence[object], limit: int, **filters: object
) -> list[Order]:
    before_time, before_id = before
    return await _list_orders.all(
        db, before_time=before_time, before_id=before_id, limit=limit, **filters
    )


async def count_orders(db: Db, **filters: object) -> int:
    return await _count_orders.one(db, **filters)
