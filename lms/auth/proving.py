"""Asking a signed-in person for their password once more, before sensitive changes."""

from dataclasses import dataclass

from aiohttp import web

from lms.auth import queries
from lms.auth.passwords import PASSWORDS
from lms.auth.queries import Credentials
from lms.auth.throttling import Throttle, session_throttle
from lms.core.db.query import Db
from lms.core.http.request import pool, require_user
from lms.errors import Forbidden, Unauthorized
from lms.users.queries import User


class PasswordIncorrect(Forbidden):
    """This is not your password."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A password that was right a moment ago."""

    throttle: Throttle
    credentials: Credentials

    async def accept(self, db: Db) -> User:
        """Lock the account. Raises PasswordIncorrect if its password changed meanwhile."""
        hashed = self.credentials.password_hash
        account = await queries.lock_account(db, self.credentials.id, hashed) if hashed else None
        if account is None:
            raise PasswordIncorrect
        return account

    async def settle(self, db: Db) -> None:
        """The last check before success: raises TooManyAttempts if others failed meanwhile."""
        if await self.throttle.check_again(db):
            await self.throttle.forget(db)


async def prove_password(request: web.Request, password: str) -> Proof:
    """Raises PasswordIncorrect and TooManyAttempts; each failure counts."""
    me = require_user(request)
    throttle = session_throttle(request, me.id)
    await throttle.check()
    credentials = await queries.get_credentials(pool(request), me.id)
    if credentials is None:
        raise Unauthorized
    if not await request.app[PASSWORDS].verify(credentials.password_hash, password):
        await throttle.fail("password.refused", me.id)
        raise PasswordIncorrect
    return Proof(throttle, credentials)
