"""A place that waits ends when its person enrols by themselves, or cannot learn any more."""

from dataclasses import replace
from pathlib import Path

import pytest

from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Api
from tests.auth.conftest import NEW_ADDRESS, PostOffice, ask_for_change
from tests.enrollments.conftest import prove
from tests.enrollments.places import (
    confirm_address,
    count_enrolled,
    enroll_in_bulk,
    read_roster,
    read_statuses,
)
from tests.factories import enroll, make_open_course
from tests.people import Person
from tests.work import Work

PRICE = {"amount": 1999, "currency": "EUR"}


@pytest.fixture
def post(settings: Settings, db: Pool, tmp_path: Path) -> PostOffice:
    return PostOffice(replace(settings, data_dir=tmp_path / "post"), db)


async def test_a_person_who_enrols_by_themselves_has_one_seat(
    api: Api, tara: Person, sam: Person, olly: Person, work: Work, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara, capacity=3)
    elsewhere, _ = await make_open_course(api, tara)
    for one in (course, elsewhere):
        await enroll_in_bulk(api, tara, one, work, f"{sam.email},", "other@example.com,")
    await prove(db, sam)
    mine = await enroll(api, sam, course)
    roster = [
        (row["student"]["email"], row["status"]) for row in await read_roster(api, tara, course)
    ]
    assert sorted(roster) == [("other@example.com", "invited"), (sam.email, "active")]
    assert (await read_statuses(api, tara, elsewhere))[sam.email] == "invited"
    await enroll(api, olly, course)
    assert await count_enrolled(api, course) == 2
    assert [row["id"] for row in await read_roster(api, tara, course)].count(mine["id"]) == 1


async def test_a_person_who_returns_by_themselves_has_one_seat(
    api: Api, tara: Person, sam: Person, olly: Person, work: Work, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara, capacity=3)
    mine = await enroll(api, sam, course)
    assert (await api.delete(f"/enrollments/{mine['id']}", as_=sam)).status == 204
    await enroll_in_bulk(api, tara, course, work, f"{sam.email},", "other@example.com,")
    await prove(db, sam)
    back = await api.post("/enrollments", {"course_id": course["id"]}, as_=sam)
    assert (back.status, back.data["id"]) == (200, mine["id"])
    assert await read_statuses(api, tara, course) == {
        sam.email: "active", "other@example.com": "invited",
    }  # fmt: skip
    await enroll(api, olly, course)
    assert await count_enrolled(api, course) == 2


async def test_an_unproved_address_opens_no_priced_course_and_keeps_its_place(
    api: Api, tara: Person, sam: Person, work: Work
) -> None:
    course, _ = await make_open_course(api, tara, price=PRICE, capacity=1)
    await enroll_in_bulk(api, tara, course, work, f"{sam.email},")
    refused = await api.post("/enrollments", {"course_id": course["id"]}, as_=sam)
    assert refused.code == "payment_required"
    assert await read_statuses(api, tara, course) == {sam.email: "invited"}


async def test_the_place_of_who_teaches_by_now_ends_at_the_proof(
    api: Api, tara: Person, ada: Person, sam: Person, olly: Person, work: Work, post: PostOffice,
    db: Pool,
) -> None:  # fmt: skip
    course, _ = await make_open_course(api, tara, capacity=2)
    full, _ = await make_open_course(api, tara, capacity=1)
    await prove(db, olly)
    await enroll_in_bulk(
        api, tara, course, work, f"{sam.email},", "other@example.com,", f"{olly.email},"
    )
    await enroll_in_bulk(api, tara, full, work, "other@example.com,", f"{sam.email},")
    assert (await read_statuses(api, tara, full))[sam.email] == "waiting"
    made = await api.patch(f"/users/{sam.id}", {"role": "instructor"}, as_=ada)
    assert made.status == 200
    await confirm_address(api, post, sam)
    await work()
    assert await read_statuses(api, tara, course) == {
        "other@example.com": "invited", olly.email: "active",
    }  # fmt: skip
    assert await read_statuses(api, tara, full) == {"other@example.com": "invited"}


async def test_who_only_says_that_an_address_is_theirs_ends_no_place_of_its_owner(
    api: Api, tara: Person, sam: Person, work: Work, post: PostOffice
) -> None:
    """Whether they come and go, or come back: the place waits for whoever proves the address."""
    course, _ = await make_open_course(api, tara, capacity=2)
    await enroll_in_bulk(api, tara, course, work, f"{sam.email},")
    for _ in range(2):
        back = await api.post("/enrollments", {"course_id": course["id"]}, as_=sam)
        assert back.status in (200, 201), back.body
        assert (await api.delete(f"/enrollments/{back.data['id']}", as_=sam)).status == 204
        roster = await read_roster(api, tara, course, "&status=invited")
        assert [row["student"]["email"] for row in roster] == [sam.email]
    await confirm_address(api, post, sam)
    assert await read_statuses(api, tara, course) == {sam.email: "active"}
    assert await count_enrolled(api, course) == 1


async def test_who_enrolled_unproved_has_one_seat_once_the_address_is_proved(
    api: Api, tara: Person, sam: Person, olly: Person, work: Work, post: PostOffice
) -> None:
    course, _ = await make_open_course(api, tara, capacity=2)
    await enroll_in_bulk(api, tara, course, work, f"{sam.email},")
    await enroll(api, sam, course)
    assert (await api.post("/enrollments", {"course_id": course["id"]}, as_=olly)).status == 409
    await confirm_address(api, post, sam)
    assert await read_statuses(api, tara, course) == {sam.email: "active"}
    await enroll(api, olly, course)


async def test_a_place_waits_until_the_account_itself_confirms_the_address_it_moved_to(
    api: Api, tara: Person, sam: Person, work: Work, post: PostOffice, db: Pool
) -> None:
    """A link alone does not show that the mailbox and the account are one person's."""
    course, _ = await make_open_course(api, tara, price=PRICE)
    await prove(db, sam)
    await enroll_in_bulk(api, tara, course, work, f"{NEW_ADDRESS},", "other@example.com,")
    token = await ask_for_change(api, sam, post)
    assert (await api.post("/auth/verify-email/confirm", {"token": token})).status == 200
    assert (await read_statuses(api, tara, course))[NEW_ADDRESS] == "invited"
    moved = replace(sam, email=NEW_ADDRESS)
    await confirm_address(api, post, moved)
    assert await read_statuses(api, tara, course) == {
        NEW_ADDRESS: "active", "other@example.com": "invited",
    }  # fmt: skip
