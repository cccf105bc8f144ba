"""Orders: a student orders a priced course; an admin marks the order as paid, or refunds it."""

from aiohttp import web

from lms.core.http.etags import version_of
from lms.core.http.pagination import GREATEST_ID, LAST_TIME, fetch_limit, page, position
from lms.core.http.reply import Page, Reply
from lms.core.http.request import BODY, QUERY, list_pool, path_id, pool, require_user, transaction
from lms.core.http.routing import Routes
from lms.enrollments.errors import CourseNotOpen
from lms.enrollments.queries import lock_seats
from lms.errors import Conflict, NotFound
from lms.orders import paying, queries
from lms.orders.paying import OrderAlreadyPaid, OrderNotPaid, OrderRefunded
from lms.orders.providers import DEFAULT_PROVIDER, PROVIDERS
from lms.orders.queries import Order
from lms.orders.schemas import NewCourseOrder, OrderQuery, OrderSchema, Payment
from lms.permissions import may_see_order

routes = Routes("Orders")


class CourseIsFree(Conflict):
    """This course costs nothing; enrol in it without an order."""


class AlreadyEnrolled(Conflict):
    """You are in this course already, so there is nothing to pay."""


class CourseAlreadyPaid(Conflict):
    """You have paid for this course: enrol in it."""


@routes.post(
    "/orders",
    body=NewCourseOrder,
    data=OrderSchema,
    status=201,
    statuses=(200,),
    message="The order waits for its payment.",
    errors=(CourseNotOpen, CourseIsFree, AlreadyEnrolled, CourseAlreadyPaid, NotFound),
)
async def create_order(request: web.Request) -> Reply:
    """Order a course at its price. While the order is pending, ordering again updates its price.

    When the order is paid, `POST /enrollments` opens the course. A student whom staff removed may
    order again, though the old order is still paid.
    """
    student = require_user(request)
    course_id = request[BODY]["course_id"]
    async with transaction(request) as db:
        await lock_seats(db, course_id)  # two orders at the same time take turns
        offer = await queries.get_offer(db, course_id, student.id)
        if offer.status == "draft" and not offer.was_enrolled:
            raise NotFound  # to this student the course does not exist
        if offer.is_enrolled:
            raise AlreadyEnrolled
        if offer.order_status == "paid" and not offer.is_used_up:
            raise CourseAlreadyPaid
        if offer.status != "published":
            raise CourseNotOpen
        if not offer.amount:
            raise CourseIsFree
        if offer.order_id is not None and offer.is_used_up:
            await queries.replace_order(db, offer.order_id)
        elif offer.order_id is not None:
            await queries.reprice_order(db, offer.order_id)
            order = await queries.get_order(db, offer.order_id)
            return _reply(order, status=200, message="This order waits already.")
        order_id = await queries.create_order(db, course_id, student.id, provider=DEFAULT_PROVIDER)
        await PROVIDERS[DEFAULT_PROVIDER].start(db, order_id)
        order = await queries.get_order(db, order_id)
    return _reply(order, headers={"Location": f"/api/v1/orders/{order.id}"})


@routes.get("/orders", query=OrderQuery, data=OrderSchema, many=True)
async def list_orders(request: web.Request) -> Page[Order]:
    """My orders, the latest first; an admin sees everybody's."""
    user = require_user(request)
    asked = request[QUERY]
    student_id = asked.get("student_id")
    if not user.is_admin:
        if student_id not in (None, user.id):
            return Page([], asked["limit"], None, 0 if asked["include_total"] else None)
        student_id = user.id
    filters = {
        "student_id": student_id,
        "course_id": asked.get("course_id"),
        "status": asked.get("status"),
        "updated_since": asked.get("updated_since"),
    }
    rows = await queries.list_orders(
        list_pool(request),
        before=position(request, [LAST_TIME, GREATEST_ID]),
        limit=fetch_limit(request),
        **filters,
    )
    total = None
    if asked["include_total"]:
        total = await queries.count_orders(list_pool(request), **filters)
    return page(request, rows, lambda row: [row.created_at, row.id], total=total)


@routes.get("/orders/{order_id}", data=OrderSchema)
async def get_order(request: web.Request) -> Reply:
    """An order; for its student and admins."""
    user = require_user(request)
    order = await queries.get_order(pool(request), path_id(request, "order_id"))
    if not may_see_order(user, order.student_id):
        raise NotFound
    return _reply(order)


@routes.post(
    "/orders/{order_id}/mark-paid",
    body=Payment,
    data=OrderSchema,
    message="Paid: the course is open to the student.",
    errors=(OrderAlreadyPaid, OrderRefunded),
)
async def mark_paid(request: web.Request) -> Reply:
    """Note that the money has arrived. Repeating it with the same reference changes nothing."""
    order_id = path_id(request, "order_id")
    async with transaction(request) as db:
        await paying.pay(db, order_id, request[BODY]["reference"])
        order = await queries.get_order(db, order_id)
    return _reply(order)


@routes.post(
    "/orders/{order_id}/refund",
    data=OrderSchema,
    message="Refunded: the student is out of the course.",
    errors=(OrderNotPaid,),
)
async def refund_order(request: web.Request) -> Reply:
    """Give the money back: the enrolment is dropped and keeps its progress, the content is locked.

    A certificate that was issued stays.
    """
    order_id = path_id(request, "order_id")
    async with transaction(request) as db:
        await paying.refund(db, order_id, actor_id=require_user(request).id)
        order = await queries.get_order(db, order_id)
    return _reply(order)


def _reply(
    order: Order,
    *,
    status: int | None = None,
    message: str | None = None,
    headers: dict[str, str] | None = None,
) -> Reply:
    return Reply(
        order,
        status=status,
        message=message,
        version=version_of(order.updated_at),
        headers=headers or {},
    )
