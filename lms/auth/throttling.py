"""Guessing is slowed down, and nobody is locked out by someone else.

Failures are counted in PostgreSQL, for each account and network (an IPv4 /24, an IPv6 /64), and in
the same way for addresses without an account. Five within five minutes make that pair wait 30 s,
then twice as long for each further one, up to an hour. After 100 failures in a row over all
networks the password works only where it has worked before, until it is reset.

A guess is judged twice. Before the password is hashed, to save the work; and afterwards,
under the lock of the pair's row, where its outcome is told or withheld: of a thousand guesses
sent at once five are answered, and the others wait, right or wrong. A code needs no slow hash, so
codes are judged one after the other, each after all earlier ones are counted.
"""

import hashlib
from uuid import UUID

from aiohttp import web

from lms.auth import throttling_queries as queries
from lms.auth.throttling_queries import SignIn, Wait
from lms.core.addresses import normalize_email
from lms.core.audit.record import record
from lms.core.db.query import Db
from lms.core.db.transactions import begin
from lms.core.http.client import client_identity, client_network
from lms.core.http.request import SETTINGS, TRANSACTION, pool
from lms.errors import LMSError
from lms.settings import Network


class TooManyAttempts(LMSError):
    """Too many failed attempts; wait as long as `Retry-After` says, or reset the password."""

    status = 429

    def __init__(self, seconds: int = 30) -> None:
        super().__init__(headers={"Retry-After": str(max(1, seconds))})


def email_key_of(text: str) -> str:
    """The form in which an address is compared; text that is not an address compares as itself."""
    try:
        return normalize_email(text.strip())
    except (UnicodeError, ValueError):
        return text.strip().casefold()


class Throttle:
    """The counts that decide whether one guess may be made."""

    def __init__(self, request: web.Request, account: str, *, signing_in: bool) -> None:
        self._request = request
        self._account = account
        self._pool = pool(request)
        self._account_key = _account_key("door" if signing_in else "session", account)
        self._network = client_network(request)
        self._address = client_identity(request)
        limit = request.app[SETTINGS].login_failures_per_address_per_minute
        self._address_limit = limit if signing_in else 0
        self._signing_in = signing_in

    async def look_up(self, db: Db | None = None) -> SignIn:
        """The account that someone signs in to. Raises TooManyAttempts; one round trip."""
        sign_in = await queries.get_sign_in(
            db or self._pool,
            self._account,
            account_key=self._account_key,
            network=self._network,
            address=self._address,
            address_limit=self._address_limit,
        )
        if sign_in.wait_seconds > 0:
            raise TooManyAttempts(sign_in.wait_seconds)
        return sign_in

    async def check(self, db: Db | None = None) -> None:
        """Raise TooManyAttempts while the account has to wait in this network."""
        seconds = await queries.get_wait(db or self._pool, *self._pair)
        if seconds:
            raise TooManyAttempts(seconds)

    async def check_again(self, db: Db) -> bool:
        """The same under the rows' locks, before a success is told; returns whether there are
        failures to forget.
        """
        wait = await self._hold(db, self._address_limit)
        if wait.seconds:
            raise TooManyAttempts(wait.seconds)
        return wait.has_failures

    async def fail(self, action: str, user_id: UUID | None) -> None:
        """Count and audit a failure, in a transaction of its own: the reply will be an error.

        Raises TooManyAttempts, and counts nothing, if the pair has to wait by now.
        """
        async with begin(self._pool) as db:
            await self._count(db, action, user_id)

    async def count(self, db: Db, action: str, user_id: UUID) -> None:
        """The same within a transaction that the caller commits before the error is raised.

        Under an Idempotency-Key the error would undo it, so then it gets a transaction of its own.
        """
        if TRANSACTION in self._request:
            await self.fail(action, user_id)
        else:
            await self._count(db, action, user_id)

    async def _count(self, db: Db, action: str, user_id: UUID | None) -> None:
        is_counted = not self._address_limit or await queries.record_address_failure(
            db, self._address, self._address_limit
        )
        if not is_counted or not await queries.record_failure(db, *self._pair):
            # The wait must equal that of a withheld success, or the two could be told apart. So it
            # leaves out the address's failure that was counted just now, which this error undoes.
            limit = 0 if is_counted else self._address_limit
            raise TooManyAttempts((await self._hold(db, limit)).seconds)
        if self._signing_in:
            await queries.record_streak(db, self._account_key)
        await record(db, self._request, action, user_id)

    async def forget(self, db: Db) -> None:
        """After a success: the counts begin anew."""
        await queries.forget_failures(db, *self._pair)

    async def _hold(self, db: Db, address_limit: int) -> Wait:
        return await queries.lock_wait(
            db, *self._pair, address=self._address, address_limit=address_limit
        )

    @property
    def _pair(self) -> tuple[bytes, Network]:
        return self._account_key, self._network


def sign_in_throttle(request: web.Request, email_key: str) -> Throttle:
    """For guesses at an account's password or code by someone who is signing in."""
    return Throttle(request, email_key, signing_in=True)


def session_throttle(request: web.Request, user_id: UUID) -> Throttle:
    """For a password or code that a signed-in person must give. It has a count of its own, so that
    a stolen session cannot keep the owner from signing in.
    """
    return Throttle(request, str(user_id), signing_in=False)


async def forget_all_failures(db: Db, email_key: str) -> None:
    """After a reset by mail: whoever can read the mail is the owner."""
    await queries.forget_all_failures(db, _account_key("door", email_key))


def account_keys(user_id: UUID, email_key: str) -> list[bytes]:
    """The keys that a person's failures are counted under: signing in, and while signed in."""
    return [_account_key("door", email_key), _account_key("session", str(user_id))]


def _account_key(purpose: str, account: str) -> bytes:
    """A hash, so that the table shows no addresses, of members or others."""
    return hashlib.sha256(f"{purpose}:{account}".encode("utf-8", "replace")).digest()
