"""Staff remove a student: with a reason, which is mailed, and without a way back but theirs."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Api
from tests.auth.conftest import PostOffice
from tests.enrollments.conftest import fetch, fetchval, insist, prove
from tests.events.settling import settle
from tests.factories import enroll, make_open_course
from tests.people import Person
from tests.work import Work

PRICE = {"amount": 1999, "currency": "EUR"}


@pytest.fixture
def post(settings: Settings, db: Pool, tmp_path: Path) -> PostOffice:
    return PostOffice(replace(settings, data_dir=tmp_path / "post"), db)


async def _pay(api: Api, ada: Person, student: Person, course: Any) -> Any:
    reply = await api.post("/orders", {"course_id": course["id"]}, as_=student)
    assert reply.status == 201, reply.body
    path = f"/orders/{reply.data['id']}/mark-paid"
    assert (await api.post(path, {"reference": reply.data["id"]}, as_=ada)).status == 200
    return reply.data


async def _enter(api: Api, student: Person, course: Any) -> tuple[int, str | None]:
    reply = await api.post("/enrollments", {"course_id": course["id"]}, as_=student)
    return reply.status, reply.code if reply.status >= 400 else None


async def test_a_reason_is_required_of_staff_and_unknown_to_students(
    api: Api, tara: Person, theo: Person, ada: Person, sam: Person, olly: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    mine, hers = await enroll(api, sam, course), await enroll(api, olly, course)
    path = f"/enrollments/{mine['id']}"
    for who in (tara, ada):
        for query in ("", "?reason=", "?reason=%20", "?reason=" + "x" * 501, "?reason=a%07"):
            reply = await api.delete(path + query, as_=who)
            assert (reply.status, reply.pointers) == (422, ["?reason"]), query
    bare = await api.delete(path, as_=tara)
    assert [error["code"] for error in bare.json["errors"]] == ["required"]
    own = await api.delete(f"{path}?reason=Bored", as_=sam)
    assert (own.status, [error["code"] for error in own.json["errors"]]) == (
        422,
        ["unknown_field"],
    )
    for who in (theo, olly):
        assert (await api.delete(f"{path}?reason=Mean", as_=who)).status == 404
    assert (await api.get(path, as_=sam)).data["status"] == "active"
    assert (await api.delete(path, as_=sam)).status == 204
    assert (await api.get(f"/enrollments/{hers['id']}", as_=olly)).data["status"] == "active"


async def test_a_removed_student_is_told_why_and_cannot_come_back(
    api: Api, tara: Person, sam: Person, olly: Person, post: PostOffice
) -> None:
    course, _ = await make_open_course(api, tara, title="Bees")
    mine, left = await enroll(api, sam, course), await enroll(api, olly, course)
    path = f"/enrollments/{mine['id']}?reason=You+are+in+the+other+group"
    assert (await api.delete(path, as_=tara)).status == 204
    assert (await api.delete(path, as_=tara)).status == 204  # again: nothing happens
    (mail,) = [m for m in await post.to(sam.email) if m.subject == "You were removed from Bees"]
    assert "You are in the other group" in mail.text
    assert await _enter(api, sam, course) == (409, "enrollment_removed")
    await api.delete(f"/enrollments/{left['id']}", as_=olly)
    assert await _enter(api, olly, course) == (200, None)
    # Nor does it help to leave first.
    await api.delete(f"/enrollments/{left['id']}", as_=olly)
    await api.delete(f"/enrollments/{left['id']}?reason=Copied", as_=tara)
    assert await _enter(api, olly, course) == (409, "enrollment_removed")


async def test_a_completed_enrolment_is_not_removed(api: Api, tara: Person, sam: Person) -> None:
    course, lessons = await make_open_course(api, tara, lessons=1)
    mine = await enroll(api, sam, course)
    await api.post(f"/enrollments/{mine['id']}/lessons/{lessons[0]['id']}/complete", as_=sam)
    reply = await api.delete(f"/enrollments/{mine['id']}?reason=Late", as_=tara)
    assert (reply.status, reply.code) == (409, "enrollment_completed")


async def test_the_event_tells_who_ended_an_enrolment(
    api: Api, tara: Person, ada: Person, sam: Person, work: Work, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara, price=PRICE)
    await prove(db, sam)
    path = f"/courses/{course['id']}/enrollments/bulk"

    async def let_in() -> str:
        assert (await api.post(path, {"emails": [sam.email]}, as_=tara)).status == 202
        await work()
        (row,) = (await api.get(f"/courses/{course['id']}/enrollments", as_=tara)).data
        assert row["status"] == "active"
        return str(row["id"])

    place = await let_in()
    await api.delete(f"/enrollments/{place}?reason=One", as_=tara)
    await let_in()
    await api.delete(f"/enrollments/{place}?reason=Two", as_=ada)
    await let_in()
    await api.delete(f"/enrollments/{place}", as_=sam)
    order = await _pay(api, ada, sam, course)
    assert await _enter(api, sam, course) == (200, None)
    await api.post(f"/orders/{order['id']}/refund", as_=ada)
    await settle(api)
    events = (await api.get("/events?limit=100", as_=tara)).data
    dropped = [e["data"] for e in events if e["type"] == "enrollment.dropped"]
    assert [(data["by"], data["actor_id"]) for data in dropped] == [
        ("staff", str(tara.id)),
        ("admin", str(ada.id)),
        ("student", str(sam.id)),
        ("refund", str(ada.id)),
    ]
    created = [e["data"] for e in events if e["type"] == "enrollment.created"]
    assert all("by" not in data for data in created)


async def test_a_new_paid_order_opens_the_course_again_and_the_old_one_does_not(
    api: Api, tara: Person, ada: Person, sam: Person, olly: Person
) -> None:
    course, _ = await make_open_course(api, tara, price=PRICE)
    old, others = await _pay(api, ada, sam, course), await _pay(api, ada, olly, course)
    mine, hers = await enroll(api, sam, course), await enroll(api, olly, course)
    await api.delete(f"/enrollments/{mine['id']}?reason=No", as_=tara)
    assert await _enter(api, sam, course) == (409, "enrollment_removed")
    new = await _pay(api, ada, sam, course)
    assert new["id"] != old["id"]
    again = await api.post("/orders", {"course_id": course["id"]}, as_=sam)
    assert (again.status, again.code) == (409, "course_already_paid")
    assert await _enter(api, sam, course) == (200, None)
    # The old order was used up by the removal: that its money goes back closes nothing.
    assert (await api.post(f"/orders/{old['id']}/refund", as_=ada)).status == 200
    assert (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data["status"] == "active"
    assert (await api.post(f"/orders/{new['id']}/refund", as_=ada)).status == 200
    assert (await api.get(f"/enrollments/{mine['id']}", as_=sam)).data["status"] == "dropped"
    assert await _enter(api, sam, course) == (402, "payment_required")
    assert (await api.get(f"/enrollments/{hers['id']}", as_=olly)).data["status"] == "active"
    assert (await api.get(f"/orders/{others['id']}", as_=olly)).data["status"] == "paid"


async def test_fifty_orders_after_a_removal_make_one(
    api: Api, tara: Person, ada: Person, sam: Person, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara, price=PRICE)
    await _pay(api, ada, sam, course)
    mine = await enroll(api, sam, course)
    await api.delete(f"/enrollments/{mine['id']}?reason=No", as_=tara)
    body = {"course_id": course["id"]}
    replies = await asyncio.gather(
        *(insist(lambda: api.post("/orders", body, as_=sam)) for _ in range(50))
    )
    assert len({reply.data["id"] for reply in replies}) == 1
    assert sorted(reply.status for reply in replies) == [200] * 49 + [201]
    assert await fetchval(db, "select count(*) from orders") == 2


async def test_fifty_who_leave_are_removed_and_return_at_once_keep_the_count_right(
    api: Api, tara: Person, sam: Person, olly: Person, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara)
    mine = await enroll(api, sam, course)
    await enroll(api, olly, course)
    path = f"/enrollments/{mine['id']}"
    await asyncio.gather(
        *(insist(lambda: api.delete(path, as_=sam)) for _ in range(15)),
        *(insist(lambda: api.delete(f"{path}?reason=Out", as_=tara)) for _ in range(15)),
        *(
            insist(lambda: api.post("/enrollments", {"course_id": course["id"]}, as_=sam))
            for _ in range(20)
        ),
    )
    assert (await api.get(path, as_=sam)).data["status"] == "dropped"
    assert (await api.get(f"/courses/{course['id']}")).data["enrollment_count"] == 1
    assert await _enter(api, sam, course) == (409, "enrollment_removed")


async def test_the_reason_is_exported_and_erased_with_the_account(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara)
    mine = await enroll(api, sam, course)
    await api.delete(f"/enrollments/{mine['id']}?reason=Quarrels", as_=tara)
    password = {"password": "seven-green-bottles"}
    assert (await api.request("DELETE", "/users/me", json=password, as_=sam)).status == 204
    rows = await fetch(db, "select removed_reason, dropped_by from enrollments")
    assert [tuple(row) for row in rows] == [(None, "staff")]
