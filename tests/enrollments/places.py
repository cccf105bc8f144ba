"""Places given by e-mail: giving them, and looking at what became of them."""

from typing import Any

from lms.core.db.pool import Pool
from tests.api import Api
from tests.auth.conftest import PostOffice
from tests.enrollments.conftest import fetch
from tests.events.settling import settle
from tests.people import Person
from tests.work import Work

PRICE = {"amount": 1999, "currency": "EUR"}


async def enroll_in_bulk(
    api: Api, who: Person, course: Any, work: Work, *rows: str, query: str = ""
) -> Any:
    """Give places by addresses, each perhaps with a name; the job once it is done."""
    path = f"/courses/{course['id']}/enrollments/bulk{query}"
    body = "email,full_name\n" + "\n".join(rows)
    headers = {"Content-Type": "text/csv"}
    reply = await api.request("POST", path, as_=who, data=body.encode(), headers=headers)
    assert reply.status == 202, reply.body
    await work()
    return (await api.get(f"/jobs/{reply.data['id']}", as_=who)).data


async def read_roster(api: Api, who: Person, course: Any, query: str = "") -> list[Any]:
    path = f"/courses/{course['id']}/enrollments?limit=100{query}"
    return list((await api.get(path, as_=who)).data)


async def read_statuses(api: Api, who: Person, course: Any) -> dict[str, str]:
    return {row["student"]["email"]: row["status"] for row in await read_roster(api, who, course)}


async def count_enrolled(api: Api, course: Any) -> int:
    return int((await api.get(f"/courses/{course['id']}")).data["enrollment_count"])


async def confirm_address(api: Api, post: PostOffice, person: Person) -> None:
    """Prove an address by the mail that asks for it."""
    await api.post("/auth/verify-email/request", as_=person)
    token = await post.token(person.email, "onfirm")
    reply = await api.post("/auth/verify-email/confirm", {"token": token}, as_=person)
    assert reply.status == 200, reply.body


async def list_enrolled(api: Api, who: Person) -> list[str]:
    """The enrolments whose beginning the event log tells."""
    await settle(api)
    events = (await api.get("/events?limit=100", as_=who)).data
    return [e["data"]["enrollment_id"] for e in events if e["type"] == "enrollment.created"]


def rows_of(job: Any) -> list[tuple[Any, ...]]:
    keys = ("status", "code", "user_id", "enrollment_id")
    return [tuple(row[key] for key in keys) for row in job["results"]]


async def sweep_places(api: Api, db: Pool, work: Work) -> None:
    """What the scheduler promises every ten seconds."""
    await fetch(
        db,
        "insert into jobs (queue, kind, args) values ('progress', 'fill_free_seats', '{}')",
    )
    await work()
