"""People whose role an admin changes."""

from tests.api import Api
from tests.people import Person
from tests.running import eventually


async def give_role(api: Api, admin: Person, person: Person, role: str) -> None:
    """Change a person's role, and wait for the second in which every process learns of it."""
    reply = await api.patch(f"/users/{person.id}", {"role": role}, as_=admin)
    assert reply.status == 200, reply.json

    async def is_known() -> bool:
        return bool((await api.get("/users/me", as_=person)).data["role"] == role)

    await eventually(is_known)
