"""The cast: Tara teaches, Sam studies, Olly is an outsider, Ada administers."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from aiohttp import web
from argon2 import PasswordHasher

from lms.auth.tokens import TOKENS, refresh_hash
from lms.core.db.transactions import begin
from lms.core.http.request import POOL
from lms.users import queries as users

PASSWORD = "seven-green-bottles"
# Made once and with little work: the cast is made for every test.
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    email: str
    full_name: str
    session_id: UUID
    token: str
    refresh_token: str


class Cast:
    """Makes people. Tests that share a database count them from different numbers."""

    def __init__(self, app: web.Application, *, first: int = 1) -> None:
        self._app = app
        self._made = first - 1

    async def person(self, full_name: str, *, role: str = "student") -> Person:
        """Someone who is signed in."""
        self._made += 1
        email = f"{full_name.split()[0].lower()}{self._made}@example.com"
        session_id = uuid4()
        refresh_token = self._app[TOKENS].new_refresh(session_id)
        async with begin(self._app[POOL]) as db:
            user = await users.create_user(
                db, email=email, full_name=full_name, password_hash=_HASH, role=role
            )
            # By hand: where they signed in is not remembered, so their first sign-in in a test is
            # the first of all.
            await db.execute(
                "insert into sessions (id, user_id, refresh_hash, ip, device, expires_at) "
                "values ($1, $2, $3, '127.0.0.1', 'tests', now() + interval '30 days')",
                session_id,
                user.id,
                refresh_hash(refresh_token),
            )
        token = self._app[TOKENS].make_access(user.id, session_id, role)
        return Person(user.id, email, full_name, session_id, token, refresh_token)
