"""An order's way from pending to paid to refunded, in one place for handlers and providers.

Locks are taken in the order in which enrolling takes them: the course's counter, then rows.
"""

from uuid import UUID

import asyncpg

from lms.enrollments.enrolling import revoke
from lms.enrollments.queries import lock_seats
from lms.errors import Conflict
from lms.events.log import record_event
from lms.orders import queries
from lms.orders.providers import PROVIDERS
from lms.orders.queries import OrderLock


class OrderAlreadyPaid(Conflict):
    """This order was paid already, with another reference."""


class OrderNotPaid(Conflict):
    """This order was never paid, so there is nothing to give back."""


class OrderRefunded(Conflict):
    """This order was refunded; make a new one."""


async def pay(db: asyncpg.Connection, order_id: UUID, reference: str) -> None:
    """Mark an order as paid and open the course to the student; repeatable with one reference.

    Raises NotFound, OrderAlreadyPaid, OrderRefunded.
    """
    order = await queries.lock_order(db, order_id)
    if order.status == "refunded":
        raise OrderRefunded
    if order.status == "paid":
        if order.reference != reference:
            raise OrderAlreadyPaid
        return
    await queries.pay_order(db, order_id, reference)
    await _tell(db, "order.paid", order)


async def refund(db: asyncpg.Connection, order_id: UUID, *, actor_id: UUID) -> None:
    """The money goes back and the student is out, in one transaction; the progress is kept.

    A student who was removed and paid again stays, if it is the old order that is refunded.

    Enrolling waits for the same lock: it happens before this and is undone here, or after this and
    finds the course unpaid. Refunding again changes nothing. Raises NotFound, OrderNotPaid.
    """
    await lock_seats(db, await queries.get_order_course(db, order_id))
    order = await queries.lock_order(db, order_id)
    if order.status == "refunded":
        return
    if order.status != "paid":
        raise OrderNotPaid
    await queries.refund_order(db, order_id)
    if not order.is_replaced:
        await revoke(db, order.course_id, order.student_id, actor_id=actor_id)
    await PROVIDERS[order.provider].refund(db, order_id)
    await _tell(db, "order.refunded", order)


async def _tell(db: asyncpg.Connection, type: str, lock: OrderLock) -> None:
    order = await queries.get_order(db, lock.id)
    data = {
        "order_id": order.id,
        "course_id": lock.course_id,
        "student_id": order.student_id,
        "total": order.total,
        "paid_at": order.paid_at,
        "refunded_at": order.refunded_at,
    }
    await record_event(db, type, data, course_id=lock.course_id)
