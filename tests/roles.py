"""People whose role an admin changes."""

from tests.api import Api
from tests.people import Person
from tests.running import eventually


async def give_role(api: Api, admin: Person, person: Person, role: str) -> None:
    """Change a person's role, and wait until every process has learnt of it: a second at most."""
    reply = await api.patch(f"/users/{person.id}", {"role": role}, as_=admin)
    assert reply.status == 200, reply.json
    await until_known(api, person, teaches=role != "student")


async def until_known(api: Api, person: Person, *, teaches: bool) -> None:
    """Wait until a person is asked by the role that they have in the database."""

    async def is_known() -> bool:
        reply = await api.get("/webhooks", as_=person)
        return bool(reply.status == (200 if teaches else 403))

    await eventually(is_known, seconds=5)
