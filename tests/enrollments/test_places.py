"""A place given by e-mail waits for the proof of the address, and in line for a full course."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from lms.core.db.pool import Pool
from lms.core.jobs.tasks import WorkerContext
from lms.enrollments.tasks import fill_free_seats
from lms.settings import Settings
from tests.api import Api
from tests.auth.conftest import PostOffice
from tests.conftest import QueryCount
from tests.enrollments.conftest import fetch, fetchval, prove
from tests.enrollments.places import (
    confirm_address,
    count_enrolled,
    enroll_in_bulk,
    list_enrolled,
    read_roster,
    read_statuses,
    rows_of,
    sweep_places,
)
from tests.factories import enroll, make_open_course
from tests.people import PASSWORD, Cast, Person
from tests.work import Work

PRICE = {"amount": 1999, "currency": "EUR"}


@pytest.fixture
def post(settings: Settings, db: Pool, tmp_path: Path) -> PostOffice:
    return PostOffice(replace(settings, data_dir=tmp_path / "post"), db)


async def test_a_stranger_with_an_unverified_address_reads_nothing_until_it_is_proved(
    api: Api, tara: Person, sam: Person, olly: Person, work: Work, post: PostOffice
) -> None:
    course, lessons = await make_open_course(api, tara, price=PRICE, capacity=5)
    await enroll_in_bulk(api, tara, course, work, f"{sam.email.upper()},Sam as Tara knows him")
    learn = (await api.get(f"/courses/{course['id']}/learn", as_=sam)).data
    assert learn["enrollment"] is None
    assert all(shown["locked"] for shown in learn["lessons"])
    lesson = await api.get(f"/lessons/{lessons[0]['id']}", as_=sam)
    assert (lesson.data or {}).get("content") is None
    assert (await api.get("/enrollments/my-courses", as_=sam)).data == []
    refused = await api.post("/enrollments", {"course_id": course["id"]}, as_=sam)
    assert (refused.status, refused.code) == (402, "payment_required")
    (place,) = await read_roster(api, tara, course)
    assert (place["status"], place["student_id"]) == ("invited", None)
    assert place["student"] == {
        "id": None, "full_name": "Sam as Tara knows him", "email": sam.email.upper(),
    }  # fmt: skip
    assert sam.full_name not in str(place)
    assert await count_enrolled(api, course) == 0
    assert await list_enrolled(api, tara) == []

    await confirm_address(api, post, olly)  # somebody else's proof
    assert (await read_roster(api, tara, course))[0]["status"] == "invited"
    await confirm_address(api, post, sam)
    (mine,) = await read_roster(api, tara, course)
    assert (mine["status"], mine["student_id"], mine["expires_at"]) == (
        "active",
        str(sam.id),
        None,
    )
    assert mine["student"]["full_name"] == sam.full_name
    assert await count_enrolled(api, course) == 1
    assert (await api.get(f"/lessons/{lessons[0]['id']}", as_=sam)).data["content"] == "Read this."
    assert await list_enrolled(api, tara) == [mine["id"]]
    subjects = await post.subjects(sam.email)
    assert [s for s in subjects if "A course" in s] == [
        "You are enrolled in A course", "You are invited to A course",
    ]  # fmt: skip


async def test_an_address_without_an_account_is_proved_by_choosing_a_password(
    api: Api, tara: Person, olly: Person, work: Work, post: PostOffice
) -> None:
    course, _ = await make_open_course(api, tara, capacity=1)
    await enroll_in_bulk(api, tara, course, work, "vip@example.com,Vera")
    full = await api.post("/enrollments", {"course_id": course["id"]}, as_=olly)
    assert (full.status, full.code) == (409, "course_full")  # the place is held
    await api.post("/auth/forgot-password", {"email": "vip@example.com"})
    token = await post.token("vip@example.com", "assword")
    body = {"token": token, "new_password": PASSWORD}
    assert (await api.post("/auth/reset-password", body)).status == 200
    assert await read_statuses(api, tara, course) == {"vip@example.com": "active"}
    assert await count_enrolled(api, course) == 1


async def test_a_change_to_an_invited_address_takes_its_place(
    api: Api, tara: Person, sam: Person, work: Work, post: PostOffice, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara)
    await fetch(
        db,
        "insert into invited_places (course_id, email, email_key, full_name, status, invited_by) "
        "values ($1, 'new@example.com', 'new@example.com', 'S', 'invited', $2)",
        course["id"],
        tara.id,
    )
    body = {"new_email": "new@example.com", "password": PASSWORD}
    assert (await api.post("/users/me/email", body, as_=sam)).status == 202
    token = await post.token("new@example.com", "onfirm")
    confirmed = await api.post("/auth/verify-email/confirm", {"token": token}, as_=sam)
    assert confirmed.status == 200
    assert await read_statuses(api, tara, course) == {"new@example.com": "active"}


async def test_staff_withdraw_a_place_and_nobody_else(
    api: Api, tara: Person, theo: Person, sam: Person, ada: Person, work: Work, post: PostOffice
) -> None:
    course, _ = await make_open_course(api, tara, capacity=2)
    await enroll_in_bulk(
        api, tara, course, work, f"{sam.email},", "other@example.com,", "third@example.com"
    )
    places = {row["student"]["email"]: row["id"] for row in await read_roster(api, tara, course)}
    path = f"/enrollments/{places[sam.email]}"
    assert [(await api.delete(path, as_=who)).status for who in (sam, theo)] == [404, 404]
    assert (await api.delete(path, as_=tara, headers={"If-Match": '"1-stale"'})).status == 412
    assert (await api.delete(path, as_=tara)).status == 204
    assert (await api.delete(path, as_=ada)).status == 404
    # Who stood in line has the place now.
    assert await read_statuses(api, tara, course) == {
        "other@example.com": "invited", "third@example.com": "invited",
    }  # fmt: skip
    await confirm_address(api, post, sam)
    assert sam.email not in await read_statuses(api, tara, course)


async def test_a_place_lapses_after_ninety_days_and_counts_no_more_at_once(
    api: Api, tara: Person, sam: Person, olly: Person, work: Work, post: PostOffice, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara, capacity=2)
    await enroll_in_bulk(api, tara, course, work, f"{sam.email},", "kept@example.com,")
    days = "select round(extract(epoch from expires_at - now()) / 86400) from invited_places"
    assert {row[0] for row in await fetch(db, days)} == {90}
    assert (await api.post("/enrollments", {"course_id": course["id"]}, as_=olly)).status == 409
    await fetch(
        db,
        "update invited_places set expires_at = now() where email_key = $1",
        sam.email,
    )
    assert await read_statuses(api, tara, course) == {"kept@example.com": "invited"}
    assert (await api.post("/enrollments", {"course_id": course["id"]}, as_=olly)).status == 201
    await confirm_address(api, post, sam)
    assert sam.email not in await read_statuses(api, tara, course)


async def test_the_line_moves_up_when_a_place_lapses(
    api: Api, tara: Person, olly: Person, work: Work, context: WorkerContext, db: Pool
) -> None:
    await prove(db, olly)
    course, _ = await make_open_course(api, tara, capacity=1)
    await enroll_in_bulk(
        api, tara, course, work, "gone@example.com,", f"{olly.email},", "last@example.com,"
    )
    await fetch(db, "update invited_places set expires_at = now() where status = 'invited'")
    job: Any = _NoJob()
    await fill_free_seats(context, job)
    await work()
    assert await read_statuses(api, tara, course) == {
        olly.email: "active", "last@example.com": "waiting",
    }  # fmt: skip
    assert await fetchval(db, "select count(*) from invited_places") == 1


class _NoJob:
    async def finish(self, db: Any) -> None:
        pass


async def test_people_in_line_enter_in_the_order_of_rows_however_a_seat_becomes_free(
    api: Api, tara: Person, ada: Person, cast: Cast, work: Work, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara, capacity=2)
    first, second = await cast.person("First"), await cast.person("Second")
    line = [await cast.person(f"Line{n}") for n in range(5)]
    late = await cast.person("Late")
    await prove(db, first, second, late, *line)
    seats = [await enroll(api, who, course) for who in (first, second)]
    job = await enroll_in_bulk(api, ada, course, work, *(f"{who.email}," for who in line))
    assert [row["status"] for row in job["results"]] == ["waiting"] * 5
    assert await count_enrolled(api, course) == 2

    async def entered() -> list[str]:
        rows = await read_roster(api, tara, course, "&status=active")
        there = {row["student"]["full_name"] for row in rows}
        return [who.full_name for who in line if who.full_name in there]

    await api.delete(f"/enrollments/{seats[0]['id']}", as_=first)
    assert await entered() == ["Line0"]
    full = await api.post("/enrollments", {"course_id": course["id"]}, as_=first)
    assert full.code == "course_full"  # behind those in line
    await api.delete(f"/enrollments/{seats[1]['id']}?reason=Moved", as_=tara)
    assert await entered() == ["Line0", "Line1"]
    await api.patch(f"/courses/{course['id']}", {"capacity": 4}, as_=tara)
    await work()
    assert await entered() == ["Line0", "Line1", "Line2", "Line3"]
    erased = {"password": PASSWORD}
    await api.request("DELETE", "/users/me", json=erased, as_=line[0])
    full = await api.post("/enrollments", {"course_id": course["id"]}, as_=late)
    assert full.code == "course_full"  # the free seat belongs to the line
    await sweep_places(api, db, work)
    assert (await entered())[-1] == "Line4"
    assert await count_enrolled(api, course) == 4


async def test_a_refund_lets_the_next_in_line_enter(
    api: Api, tara: Person, ada: Person, sam: Person, olly: Person, work: Work, db: Pool
) -> None:
    await prove(db, olly)
    course, _ = await make_open_course(api, tara, capacity=1, price=PRICE)
    order = (await api.post("/orders", {"course_id": course["id"]}, as_=sam)).data
    await api.post(f"/orders/{order['id']}/mark-paid", {"reference": "1"}, as_=ada)
    await enroll(api, sam, course)
    await enroll_in_bulk(api, tara, course, work, f"{olly.email},")
    await api.post(f"/orders/{order['id']}/refund", as_=ada)
    assert await read_statuses(api, tara, course) == {sam.email: "dropped", olly.email: "active"}


async def test_a_teacher_learns_nothing_about_accounts(
    api: Api, tara: Person, ada: Person, theo: Person, sam: Person, cast: Cast, work: Work, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara)
    off, known, open_ = [await cast.person(name) for name in ("Off", "Known", "Unproved")]
    await prove(db, known, off)
    await fetch(db, "update users set is_active = false where id = $1", off.id)
    await enroll(api, sam, course)
    people = (theo.email, off.email, known.email, open_.email, "nobody@example.com")
    rows = [f"{email}," for email in people]
    more = [f"{sam.email},", "NOBODY@example.com,", "no address,", "bell@example.com,\a"]
    expected = [
        *[("accepted", None, None, None)] * 5,
        *[("duplicate", None, None, None)] * 2,
        ("invalid", "invalid_email", None, None),
        ("invalid", "invalid_full_name", None, None),
    ]
    for query in ("?dry_run=true", ""):
        job = await enroll_in_bulk(api, tara, course, work, *rows, *more, query=query)
        assert rows_of(job) == expected
        assert job["counts"] == {"accepted": 5, "duplicate": 2, "invalid": 2}
    assert await read_statuses(api, tara, course) == {
        sam.email: "active", known.email: "active", theo.email: "invited", off.email: "invited",
        open_.email: "invited", "nobody@example.com": "invited",
    }  # fmt: skip
    again = await enroll_in_bulk(api, tara, course, work, *rows)
    assert {row[0] for row in rows_of(again)} == {"duplicate"}

    other, _ = await make_open_course(api, tara, title="Another")
    seen = await enroll_in_bulk(api, ada, other, work, *rows, query="?dry_run=true")
    assert [row[:2] for row in rows_of(seen)] == [
        ("refused", "not_a_student"), ("refused", "account_disabled"), ("enrolled", None),
        ("invited", None), ("invited", None),
    ]  # fmt: skip
    hers = (await api.get(f"/jobs/{seen['id']}", as_=tara)).data
    assert {row[0] for row in rows_of(hers)} == {"accepted"}
    assert hers["counts"] == {"accepted": 5}


async def test_a_job_is_read_and_worked_with_the_rights_of_now(
    api: Api, tara: Person, theo: Person, sam: Person, work: Work, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara)
    path = f"/courses/{course['id']}/enrollments/bulk"
    job = (await api.post(path, {"emails": ["a@example.com"]}, as_=tara)).data
    await fetch(db, "update courses set instructor_id = $2 where id = $1", course["id"], theo.id)
    await work()
    assert (await api.get(f"/jobs/{job['id']}", as_=tara)).status == 404
    seen = (await api.get(f"/jobs/{job['id']}", as_=theo)).data
    assert rows_of(seen) == [("invalid", "forbidden", None, None)]
    assert await read_roster(api, theo, course) == []


async def test_the_roster_sorts_and_filters_places_among_the_enrolments(
    api: Api, tara: Person, cast: Cast, work: Work, queries: QueryCount
) -> None:
    course, _ = await make_open_course(api, tara, capacity=4)
    other, _ = await make_open_course(api, tara, title="Another")
    await enroll_in_bulk(api, tara, other, work, "bystander@example.com,Ada Bystander")
    await enroll(api, await cast.person("Berta"), course)
    await enroll_in_bulk(api, tara, course, work, "a@example.com,Anna", "c@example.com,Clara")
    await enroll(api, await cast.person("Dora"), course)
    await enroll_in_bulk(api, tara, course, work, "e@example.com,Emma")

    async def names(query: str) -> list[str]:
        found, cursor = [], ""
        while True:
            path = f"/courses/{course['id']}/enrollments?limit=2{query}{cursor}"
            page = await api.get(path, as_=tara)
            found += [row["student"]["full_name"] for row in page.data]
            if page.meta["next_cursor"] is None:
                return found
            cursor = f"&cursor={page.meta['next_cursor']}"

    assert await names("&sort=name") == ["Anna", "Berta", "Clara", "Dora", "Emma"]
    newest = await names("&sort=newest")
    assert (newest[:2], set(newest[2:4]), newest[4]) == (
        ["Emma", "Dora"],
        {"Anna", "Clara"},
        "Berta",
    )
    assert sorted(await names("&sort=progress")) == ["Anna", "Berta", "Clara", "Dora", "Emma"]
    assert await names("&status=waiting") == ["Emma"]
    assert sorted(await names("&status=invited")) == ["Anna", "Clara"]
    assert await names("&q=lar") == ["Clara"]
    assert await names("&q=e%40example") == ["Emma"]
    path = f"/courses/{course['id']}/enrollments?include_total=true"
    assert (await api.get(path, as_=tara)).meta["total"] == 5
    async with queries.expect(2):
        await api.get(f"/courses/{course['id']}/enrollments?sort=name", as_=tara)


async def test_what_waits_for_an_address_is_shown_and_erased_with_a_proved_account_alone(
    api: Api, tara: Person, sam: Person, olly: Person, work: Work, db: Pool
) -> None:
    await prove(db, olly)
    course, _ = await make_open_course(api, tara, capacity=1)
    await enroll_in_bulk(api, tara, course, work, f"{sam.email},Secret Sam", f"{olly.email},Olly")
    for who, places in ((sam, 0), (olly, 1)):
        export = (await api.get("/users/me/export", as_=who)).body
        with ZipFile(BytesIO(export)) as archive:
            shown = json.loads(archive.read("invited_places.json"))
            assert len(shown) == places
            assert json.loads(archive.read("bulk_enrollment_rows.json")) == [] or places
        reply = await api.request("DELETE", "/users/me", json={"password": PASSWORD}, as_=who)
        assert reply.status == 204
    left = await fetch(db, "select email from invited_places")
    # Somebody who only said that the address was theirs takes nothing from its owner.
    assert [row["email"] for row in left] == [sam.email]
