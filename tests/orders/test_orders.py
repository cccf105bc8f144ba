"""Orders: what a course costs, that it is paid, and that the money goes back."""

import asyncio

import pytest

from lms.core.db.pool import Pool
from tests.api import Api
from tests.conftest import QueryCount
from tests.events.settling import settle
from tests.factories import enroll, make_course, make_open_course
from tests.people import Cast, Person

PRICE = {"amount": 1999, "currency": "EUR"}


async def order(api: Api, student: Person, course: dict) -> dict:
    reply = await api.post("/orders", {"course_id": course["id"]}, as_=student)
    assert reply.status == 201, reply.body
    return reply.data


async def paid_order(api: Api, student: Person, ada: Person, course: dict) -> dict:
    made = await order(api, student, course)
    path = f"/orders/{made['id']}/mark-paid"
    return (await api.post(path, {"reference": "Transfer 1"}, as_=ada)).data


async def test_an_order_costs_what_the_course_costs(api: Api, tara: Person, sam: Person) -> None:
    course, _ = await make_open_course(api, tara, price=PRICE)
    made = await order(api, sam, course)
    assert made["total"] == PRICE
    assert (made["status"], made["reference"], made["paid_at"]) == ("pending", None, None)
    assert made["course"] == {"id": course["id"], "title": course["title"]}
    assert made["student_id"] == str(sam.id)


@pytest.mark.parametrize("field", ["total", "amount", "status", "reference", "student_id"])
async def test_a_client_cannot_choose_the_price(
    api: Api, tara: Person, sam: Person, field: str
) -> None:
    course, _ = await make_open_course(api, tara, price=PRICE)
    reply = await api.post("/orders", {"course_id": course["id"], field: 1}, as_=sam)
    assert (reply.status, reply.pointers) == (422, [f"/{field}"])


async def test_ordering_again_updates_the_open_order_to_todays_price(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, _ = await make_open_course(api, tara, price=PRICE)
    first, others = await order(api, sam, course), await order(api, olly, course)
    cheaper = {"amount": 999, "currency": "EUR"}
    await api.patch(f"/courses/{course['id']}", {"price": cheaper}, as_=tara)
    again = await api.post("/orders", {"course_id": course["id"]}, as_=sam)
    assert (again.status, again.data["id"], again.data["total"]) == (200, first["id"], cheaper)
    untouched = (await api.get(f"/orders/{others['id']}", as_=olly)).data
    assert untouched["total"] == PRICE


async def test_concurrent_orders_of_a_student_make_one(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara, price=PRICE)
    replies = await asyncio.gather(
        *(api.post("/orders", {"course_id": course["id"]}, as_=sam) for _ in range(8))
    )
    assert sorted(reply.status for reply in replies) == [200] * 7 + [201]
    assert len({reply.data["id"] for reply in replies}) == 1


async def test_a_priced_course_opens_when_its_order_is_paid(
    api: Api, tara: Person, sam: Person, olly: Person, ada: Person
) -> None:
    course, _ = await make_open_course(api, tara, price=PRICE)
    body = {"course_id": course["id"]}
    assert (await api.post("/enrollments", body, as_=sam)).code == "payment_required"
    made = await order(api, sam, course)
    reply = await api.post("/enrollments", body, as_=sam)
    assert (reply.status, reply.code) == (402, "payment_required")
    paid = await api.post(f"/orders/{made['id']}/mark-paid", {"reference": "T1"}, as_=ada)
    assert (paid.data["status"], paid.data["reference"]) == ("paid", "T1")
    assert paid.data["paid_at"] is not None
    assert (await api.post("/enrollments", body, as_=sam)).status == 201
    # Sam's money opens it to nobody else.
    assert (await api.post("/enrollments", body, as_=olly)).status == 402


async def test_marking_paid_again_changes_nothing(
    api: Api, tara: Person, sam: Person, ada: Person
) -> None:
    course, _ = await make_open_course(api, tara, price=PRICE)
    paid = await paid_order(api, sam, ada, course)
    path = f"/orders/{paid['id']}/mark-paid"
    assert (await api.post(path, {"reference": "Transfer 1"}, as_=ada)).data == paid
    other = await api.post(path, {"reference": "Transfer 2"}, as_=ada)
    assert (other.status, other.code) == (409, "order_already_paid")


async def test_a_refund_closes_the_course_and_keeps_the_progress(
    api: Api, tara: Person, sam: Person, ada: Person, olly: Person
) -> None:
    course, lessons = await make_open_course(api, tara, price=PRICE, capacity=1)
    paid = await paid_order(api, sam, ada, course)
    enrollment = await enroll(api, sam, course)
    done = f"/enrollments/{enrollment['id']}/lessons/{lessons[0]['id']}/complete"
    await api.post(done, as_=sam)
    refunded = await api.post(f"/orders/{paid['id']}/refund", as_=ada)
    assert refunded.data["status"] == "refunded"
    assert refunded.data["refunded_at"] is not None
    left = (await api.get(f"/enrollments/{enrollment['id']}", as_=sam)).data
    assert (left["status"], left["completed_lessons"]) == ("dropped", 1)
    lesson = (await api.get(f"/lessons/{lessons[0]['id']}", as_=sam)).data
    assert lesson["locked"] is True
    assert "content" not in lesson
    assert (await api.post(done, as_=sam)).code == "enrollment_dropped"
    body = {"course_id": course["id"]}
    assert (await api.post("/enrollments", body, as_=sam)).status == 402
    # Sam's seat is free, and Sam may pay again and go on from there.
    again = await paid_order(api, sam, ada, course)
    assert again["id"] != paid["id"]
    back = await api.post("/enrollments", body, as_=sam)
    assert (back.status, back.data["completed_lessons"]) == (200, 1)


async def test_a_refund_of_a_completed_course_leaves_the_certificate(
    api: Api, tara: Person, sam: Person, ada: Person
) -> None:
    course, lessons = await make_open_course(api, tara, price=PRICE, lessons=1)
    paid = await paid_order(api, sam, ada, course)
    enrollment = await enroll(api, sam, course)
    path = f"/enrollments/{enrollment['id']}/lessons/{lessons[0]['id']}/complete"
    assert (await api.post(path, as_=sam)).data["enrollment"]["status"] == "completed"
    await api.post(f"/orders/{paid['id']}/refund", as_=ada)
    left = (await api.get(f"/enrollments/{enrollment['id']}", as_=sam)).data
    assert (left["status"], left["completed_at"]) == ("dropped", None)
    certificates = (await api.get("/certificates/my-certificates", as_=sam)).data
    assert [one["enrollment_id"] for one in certificates] == [enrollment["id"]]


async def test_a_refunded_graduate_who_returns_has_completed_the_course(
    api: Api, tara: Person, sam: Person, ada: Person, db: Pool
) -> None:
    """With the first certificate, and no second one or mail."""
    course, lessons = await make_open_course(api, tara, price=PRICE)
    made = await paid_order(api, sam, ada, course)
    mine = await enroll(api, sam, course)
    for lesson in lessons:
        await api.post(f"/enrollments/{mine['id']}/lessons/{lesson['id']}/complete", as_=sam)
    (before,) = (await api.get("/certificates/my-certificates", as_=sam)).data
    await api.post(f"/orders/{made['id']}/refund", as_=ada)
    shown = (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data
    assert (shown["status"], shown["completed_at"]) == ("dropped", None)
    assert shown["completed_lessons"] == len(lessons)
    refused = await api.post("/enrollments", {"course_id": course["id"]}, as_=sam)
    assert (refused.status, refused.code) == (402, "payment_required")
    await paid_order(api, sam, ada, course)
    again = await api.post("/enrollments", {"course_id": course["id"]}, as_=sam)
    assert (again.status, again.data["id"], again.data["status"]) == (200, mine["id"], "completed")
    (after,) = (await api.get("/certificates/my-certificates", as_=sam)).data
    assert after == before
    async with db.acquire() as connection:
        mails = await connection.fetchval(
            "select count(*) from jobs where args ->> 'template' = 'completed'"
        )
    assert mails == 1


async def test_only_paid_orders_are_refunded_and_only_once(
    api: Api, tara: Person, sam: Person, ada: Person
) -> None:
    course, _ = await make_open_course(api, tara, price=PRICE)
    made = await order(api, sam, course)
    path = f"/orders/{made['id']}"
    assert (await api.post(f"{path}/refund", as_=ada)).code == "order_not_paid"
    await api.post(f"{path}/mark-paid", {"reference": "T"}, as_=ada)
    first = await api.post(f"{path}/refund", as_=ada)
    assert (await api.post(f"{path}/refund", as_=ada)).data == first.data
    late = await api.post(f"{path}/mark-paid", {"reference": "T"}, as_=ada)
    assert (late.status, late.code) == (409, "order_refunded")


async def test_only_open_priced_courses_can_be_ordered(
    api: Api, tara: Person, sam: Person, ada: Person
) -> None:
    free, _ = await make_open_course(api, tara, title="Free")
    draft = await make_course(api, tara, price=PRICE)
    priced, _ = await make_open_course(api, tara, title="Priced", price=PRICE)
    archived, _ = await make_open_course(api, tara, title="Archived", price=PRICE)
    await api.post(f"/courses/{archived['id']}/archive", as_=tara)

    async def refused(course: dict) -> tuple[int, str]:
        reply = await api.post("/orders", {"course_id": course["id"]}, as_=sam)
        return reply.status, reply.code

    assert await refused(free) == (409, "course_is_free")
    assert await refused(draft) == (404, "not_found")
    assert await refused(archived) == (409, "course_not_open")
    assert await refused({"id": "00000000-0000-7000-8000-000000000000"}) == (404, "not_found")
    await paid_order(api, sam, ada, priced)
    assert await refused(priced) == (409, "course_already_paid")
    await enroll(api, sam, priced)
    assert await refused(priced) == (409, "already_enrolled")


async def test_an_order_is_visible_to_its_student_and_admins(
    api: Api, tara: Person, sam: Person, olly: Person, ada: Person
) -> None:
    course, _ = await make_open_course(api, tara, price=PRICE)
    made = await order(api, sam, course)
    path = f"/orders/{made['id']}"
    for person, status in ((sam, 200), (ada, 200), (olly, 404), (tara, 404)):
        assert (await api.get(path, as_=person)).status == status
    for person in (sam, tara, olly):
        reply = await api.post(f"{path}/mark-paid", {"reference": "T"}, as_=person)
        assert (reply.status, reply.code) == (403, "forbidden")
        assert (await api.post(f"{path}/refund", as_=person)).status == 403


async def test_students_list_their_own_orders_and_admins_all(
    api: Api, tara: Person, sam: Person, olly: Person, ada: Person, queries: QueryCount
) -> None:
    course, _ = await make_open_course(api, tara, price=PRICE)
    second, _ = await make_open_course(api, tara, title="Second", price=PRICE)
    first, later = await order(api, sam, course), await order(api, sam, second)
    others = await order(api, olly, course)
    async with queries.expect(1):
        mine = await api.get("/orders", as_=sam)
    assert [one["id"] for one in mine.data] == [later["id"], first["id"]]
    everyones = (await api.get(f"/orders?course_id={course['id']}", as_=ada)).data
    assert [one["id"] for one in everyones] == [others["id"], first["id"]]
    of_sam = await api.get(f"/orders?student_id={sam.id}&include_total=true&limit=1", as_=ada)
    assert (of_sam.meta["total"], [one["id"] for one in of_sam.data]) == (2, [later["id"]])
    next_page = f"/orders?student_id={sam.id}&limit=1&cursor={of_sam.meta['next_cursor']}"
    assert [one["id"] for one in (await api.get(next_page, as_=ada)).data] == [first["id"]]
    peeking = await api.get(f"/orders?student_id={sam.id}", as_=olly)
    assert peeking.data == []
    assert (await api.get("/orders?status=paid", as_=sam)).data == []


async def test_a_course_with_orders_is_not_deleted(api: Api, tara: Person, sam: Person) -> None:
    course, _ = await make_open_course(api, tara, price=PRICE)
    await order(api, sam, course)
    reply = await api.delete(f"/courses/{course['id']}", as_=tara)
    assert (reply.status, reply.code) == (409, "course_has_orders")


async def test_a_refunded_student_never_keeps_access_in_a_race(
    api: Api, tara: Person, ada: Person, cast: Cast, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara, price=PRICE, capacity=100)
    students = [await cast.person(f"Racer {n}") for n in range(12)]
    orders = [await order(api, student, course) for student in students]
    body = {"course_id": course["id"]}

    async def race(student: Person, made: dict, refunds_first: bool) -> None:
        pay = api.post(f"/orders/{made['id']}/mark-paid", {"reference": "T"}, as_=ada)
        if refunds_first:
            await pay
            await asyncio.gather(
                api.post(f"/orders/{made['id']}/refund", as_=ada),
                api.post("/enrollments", body, as_=student),
                api.post(f"/orders/{made['id']}/mark-paid", {"reference": "T"}, as_=ada),
            )
        else:
            await asyncio.gather(
                pay,
                api.post("/enrollments", body, as_=student),
                api.post(f"/orders/{made['id']}/refund", as_=ada),
                api.post("/enrollments", body, as_=student),
            )

    await asyncio.gather(
        *(race(s, o, n % 2 == 0) for n, (s, o) in enumerate(zip(students, orders, strict=True)))
    )
    async with db.acquire() as connection:
        wrong = await connection.fetch(
            "select o.status, e.status from orders o"
            " join enrollments e using (course_id, student_id)"
            " where e.status <> 'dropped' and o.status <> 'paid'"
        )
        places, taken = await connection.fetchrow(
            "select n.enrollment_count, (select count(*) from enrollments e"
            " where e.course_id = n.course_id and e.status <> 'dropped')"
            " from course_counters n where n.course_id = $1",
            course["id"],
        )
    assert wrong == []
    assert places == taken


async def test_revenue_adds_up_by_currency(
    api: Api, tara: Person, theo: Person, sam: Person, olly: Person, ada: Person
) -> None:
    euros, _ = await make_open_course(api, tara, price=PRICE)
    yen, _ = await make_open_course(api, tara, title="Yen", price={"amount": 5, "currency": "JPY"})
    others, _ = await make_open_course(api, theo, title="Theo's", price=PRICE)
    await paid_order(api, sam, ada, euros)
    back = await paid_order(api, olly, ada, euros)
    await paid_order(api, sam, ada, yen)
    await paid_order(api, olly, ada, others)
    await order(api, olly, yen)  # not paid: no revenue
    await api.post(f"/orders/{back['id']}/refund", as_=ada)
    mine = (await api.get("/analytics/instructor", as_=tara)).data["revenue"]
    assert mine == [
        {"currency": "EUR", "gross": 3998, "refunded": 1999, "net": 1999},
        {"currency": "JPY", "gross": 5, "refunded": 0, "net": 5},
    ]
    everyones = (await api.get("/analytics/system", as_=ada)).data["revenue"]
    assert everyones[0] == {"currency": "EUR", "gross": 5997, "refunded": 1999, "net": 3998}
    assert all(type(n) is int for row in everyones for n in (row["gross"], row["net"]))


async def test_payments_and_refunds_are_recorded_as_events(
    api: Api, tara: Person, theo: Person, sam: Person, ada: Person
) -> None:
    course, _ = await make_open_course(api, tara, price=PRICE)
    paid = await paid_order(api, sam, ada, course)
    await api.post(f"/orders/{paid['id']}/refund", as_=ada)
    await api.post(f"/orders/{paid['id']}/refund", as_=ada)  # tells nothing more
    await settle(api)
    path = "/events?types=order.paid,order.refunded"
    told = (await api.get(path, as_=tara)).data
    assert [event["type"] for event in told] == ["order.paid", "order.refunded"]
    assert {event["data"]["order_id"] for event in told} == {paid["id"]}
    assert told[0]["data"]["total"] == PRICE
    assert (await api.get(path, as_=theo)).data == []
