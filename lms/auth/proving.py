"""Asking a signed-in person for their password and code once more, before sensitive changes."""

from dataclasses import dataclass

from aiohttp import web

from lms.auth import mfa_queries, queries
from lms.auth.mfa import MfaCodeInvalid, MfaCodeRequired, use_code
from lms.auth.passwords import PASSWORDS, Passwords
from lms.auth.queries import Credentials
from lms.auth.throttling import Throttle, session_throttle
from lms.core.db.query import Db
from lms.core.http.request import SETTINGS, pool, require_user
from lms.errors import Forbidden, LMSError, Unauthorized
from lms.settings import Settings
from lms.users.queries import User, get_user


class PasswordIncorrect(Forbidden):
    """This is not your password."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A password that was right a moment ago."""

    throttle: Throttle
    credentials: Credentials
    password: str
    passwords: Passwords
    settings: Settings

    async def accept(self, db: Db) -> User:
        """Lock the account. Raises PasswordIncorrect if its password changed meanwhile."""
        user_id, hashed = self.credentials.id, self.credentials.password_hash
        account = await queries.lock_account(db, user_id, hashed) if hashed else None
        if account is not None:
            return account
        # Another hash may still be of the same password: a login elsewhere hashed it anew.
        locked = await queries.lock_user(db, user_id)
        if locked is None or not await self.passwords.verify(locked.password_hash, self.password):
            raise PasswordIncorrect
        return await get_user(db, user_id)

    async def check_code(self, db: Db, code: str | None) -> LMSError | None:
        """What is wrong with the code of the account, which is held; None without a second factor.

        A wrong one is counted here, so the caller commits before the error is raised.
        """
        user_id = self.credentials.id
        factor = await mfa_queries.lock_factor(db, user_id)
        if factor is None or not factor.is_enabled:
            return None
        if code is None:
            return MfaCodeRequired()
        await self.throttle.check(db)  # while the account is held: with each earlier code counted
        if await use_code(db, self.settings, factor, code):
            return None
        await self.throttle.count(db, "mfa.code_refused", user_id)
        return MfaCodeInvalid()

    async def settle(self, db: Db) -> None:
        """The last check before success: raises TooManyAttempts if others failed meanwhile."""
        if await self.throttle.check_again(db):
            await self.throttle.forget(db)


async def prove_password(request: web.Request, password: str) -> Proof:
    """Raises PasswordIncorrect and TooManyAttempts; each failure counts."""
    me, passwords = require_user(request), request.app[PASSWORDS]
    throttle = session_throttle(request, me.id)
    await throttle.check()
    credentials = await queries.get_credentials(pool(request), me.id)
    if credentials is None:
        raise Unauthorized
    if not await passwords.verify(credentials.password_hash, password):
        await throttle.fail("password.refused", me.id)
        raise PasswordIncorrect
    return Proof(throttle, credentials, password, passwords, request.app[SETTINGS])
