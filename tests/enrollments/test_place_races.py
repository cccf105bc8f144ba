"""Places given by e-mail, with everybody at once."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lms.app import create_app
from lms.core.db.pool import Pool
from lms.notifications.mailbox import SentMail
from lms.settings import Settings
from tests.api import Api, Response, Server
from tests.auth.conftest import PostOffice
from tests.enrollments.conftest import fetchval, insist, prove
from tests.enrollments.places import (
    count_enrolled,
    enroll_in_bulk,
    read_roster,
    read_statuses,
)
from tests.factories import enroll, make_open_course
from tests.openapi_checker import ResponseChecker
from tests.people import PASSWORD, Cast, Person
from tests.work import Work

PRICE = {"amount": 1999, "currency": "EUR"}
Confirm = Callable[[], Awaitable[Response]]


@pytest.fixture
def post(settings: Settings, db: Pool, tmp_path: Path) -> PostOffice:
    return PostOffice(replace(settings, data_dir=tmp_path / "post"), db)


@pytest.fixture
async def careful(settings: Settings, db: Pool) -> AsyncIterator[Api]:
    """The application where an account opens once its address is confirmed."""
    server = Server(create_app(replace(settings, registration_mode="confirm")))
    await server.start_server()
    async with Api(server, ResponseChecker(server.app)) as client:
        yield client
    await server.close()


async def test_fifty_who_prove_enrol_and_leave_at_once_never_fill_more_than_the_capacity(
    api: Api, tara: Person, cast: Cast, work: Work, post: PostOffice, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara, capacity=10)
    invited = [await cast.person(f"Invited{n}") for n in range(6)]
    line = [await cast.person(f"Line{n}") for n in range(10)]
    others = [await cast.person(f"Other{n}") for n in range(20)]
    leaving = [await cast.person(f"Leaving{n}") for n in range(4)]
    await prove(db, *line)
    seats = [await enroll(api, who, course) for who in leaving]
    await enroll_in_bulk(api, tara, course, work, *(f"{who.email}," for who in (*invited, *line)))
    for who in invited:
        await api.post("/auth/verify-email/request", as_=who)
    mails = {mail.to: mail for mail in reversed(await post.mails()) if "?token=" in mail.text}

    async def prove_one(who: Person) -> None:
        match = re.search(r"\?token=([\w-]+)", mails[who.email].text)
        assert match is not None
        body = {"token": match[1]}
        reply = await insist(lambda: api.post("/auth/verify-email/confirm", body, as_=who))
        assert reply.status == 200

    async def enter(who: Person) -> None:
        body = {"course_id": course["id"]}
        reply = await insist(lambda: api.post("/enrollments", body, as_=who))
        assert reply.code == "course_full"

    async def leave(who: Person, seat: Any) -> None:
        reply = await insist(lambda: api.delete(f"/enrollments/{seat['id']}", as_=who))
        assert reply.status == 204

    await asyncio.gather(
        *(prove_one(who) for who in invited),
        *(enter(who) for who in others),
        *(leave(who, seat) for who, seat in zip(leaving, seats, strict=True)),
    )
    statuses = await read_statuses(api, tara, course)
    assert [statuses[who.email] for who in invited] == ["active"] * 6
    assert [statuses[who.email] for who in line] == ["active"] * 4 + ["waiting"] * 6
    assert await count_enrolled(api, course) == 10


def _token_of(mails: dict[str, SentMail], email: str) -> str:
    match = re.search(r"\?token=([\w-]+)", mails[email].text)
    assert match is not None
    return match[1]


async def _race(
    api: Api, work: Work, db: Pool, tara: Person, confirmations: dict[str, Confirm]
) -> None:
    """Each address is proved while a worker gives it the only seat of a course of its own, and
    another address a place in line: afterwards it has the seat, once, and the other still waits.

    First the worker starts later, then the proof, so that they meet at every moment of each other.
    """
    for n, (email, confirm) in enumerate(confirmations.items()):
        course, _ = await make_open_course(api, tara, lessons=1, capacity=1)
        rows = {"emails": [email, f"bystander.{email}"]}
        await api.post(f"/courses/{course['id']}/enrollments/bulk", rows, as_=tara)
        lead = (n - len(confirmations) / 2) * 0.002
        reply, _ = await asyncio.gather(_later(lead, confirm), _later(-lead, work))
        assert reply.status == 200, reply.body
        statuses = {
            (r["student"]["email"], r["status"]) for r in await read_roster(api, tara, course)
        }
        assert statuses == {(email, "active"), (f"bystander.{email}", "waiting")}, n
        assert await count_enrolled(api, course) == 1
        free = "select free from course_seats where course_id = $1"
        assert await fetchval(db, free, course["id"]) == 0


async def _later(seconds: float, do: Callable[[], Awaitable[Any]]) -> Any:
    await asyncio.sleep(max(seconds, 0))
    return await do()


async def test_fifty_proofs_each_race_an_invitation_for_one_seat(
    api: Api, tara: Person, cast: Cast, work: Work, post: PostOffice, db: Pool
) -> None:
    people = [await cast.person(f"Racer{n}") for n in range(50)]
    for person in people:
        await api.post("/auth/verify-email/request", as_=person)
    mails = {mail.to: mail for mail in reversed(await post.mails()) if "?token=" in mail.text}

    def confirming(person: Person) -> Confirm:
        body = {"token": _token_of(mails, person.email)}
        return lambda: api.post("/auth/verify-email/confirm", body, as_=person)

    await _race(api, work, db, tara, {p.email: confirming(p) for p in people})


async def test_fifty_registrations_each_race_an_invitation_for_one_seat(
    api: Api, tara: Person, work: Work, post: PostOffice, db: Pool, careful: Api
) -> None:
    emails = [f"racer{n}@example.com" for n in range(50)]
    for email in emails:
        body = {"email": email, "password": PASSWORD, "full_name": "Racing Registrant"}
        assert (await careful.post("/auth/register", body)).status == 202
    mails = {mail.to: mail for mail in await post.mails() if "?token=" in mail.text}

    def confirming(email: str) -> Confirm:
        body = {"token": _token_of(mails, email)}
        return lambda: careful.post("/auth/verify-email/confirm", body)

    await _race(api, work, db, tara, {email: confirming(email) for email in emails})
