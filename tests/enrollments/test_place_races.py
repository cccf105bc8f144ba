"""Places given by e-mail, with everybody at once."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Api
from tests.auth.conftest import PostOffice
from tests.enrollments.conftest import insist, prove
from tests.enrollments.places import confirm_address, count_enrolled, enroll_in_bulk, read_statuses
from tests.factories import enroll, make_open_course
from tests.people import Cast, Person
from tests.work import Work

PRICE = {"amount": 1999, "currency": "EUR"}


@pytest.fixture
def post(settings: Settings, db: Pool, tmp_path: Path) -> PostOffice:
    return PostOffice(replace(settings, data_dir=tmp_path / "post"), db)


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


async def test_a_proof_and_an_invitation_at_once_leave_nobody_waiting(
    api: Api, tara: Person, cast: Cast, work: Work, post: PostOffice
) -> None:
    for n in range(5):
        course, _ = await make_open_course(api, tara, title=f"Course {n}")
        person = await cast.person(f"Racer{n}")
        await asyncio.gather(
            enroll_in_bulk(api, tara, course, work, f"{person.email},"),
            confirm_address(api, post, person),
        )
        assert await read_statuses(api, tara, course) == {person.email: "active"}
