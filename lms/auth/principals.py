"""Remembers the user of each token, and forgets them within a second of a change.

Verifying a token costs more than a query, and a query more than the rest of a small request. So
both are done once for a session. Several times a second the process reads the latest revocations
and forgets the people in them. If its last reading is not recent, it does not trust its memory and
asks the database for each request. After some seconds without a reading, as when the database was
away or the process was frozen, it forgets everybody.
"""

import time
from uuid import UUID

from aiohttp import web

from lms.auth import queries
from lms.auth.tokens import AccessToken, Tokens
from lms.core.db.pool import Pool
from lms.core.http.request import CurrentUser
from lms.core.jobs.repeating import Repeated
from lms.errors import Unauthorized

_POLL_SECONDS = 0.3
_TRUST_SECONDS = 0.8  # the promise is one second from commit to effect
# A poll reads the revocations of 15 s (sql/auth/list_recent_revocations.sql), and a transaction may
# take 10 s of these to become visible. After a longer pause some may have been missed.
_FORGET_SECONDS = 5.0
_MAX_REMEMBERED = 20_000


class Principals:
    """Finds the user of an access token."""

    def __init__(self, tokens: Tokens, pool: Pool) -> None:
        self._tokens = tokens
        self._pool = pool
        self._read: dict[str, AccessToken] = {}
        self._sessions: dict[UUID, CurrentUser] = {}
        self._by_user: dict[UUID, set[UUID]] = {}
        self._polled_at = float("-inf")
        self.poller = Repeated("reading revocations", self.poll, seconds=_POLL_SECONDS)

    def recall(self, token: str) -> CurrentUser | None:
        """The user behind a token, if memory may be trusted now and has them."""
        access = self._read.get(token)
        if (
            access is None
            or access.expires_at <= time.time()
            or time.monotonic() - self._polled_at > _TRUST_SECONDS
        ):
            return None
        user = self._sessions.get(access.session_id)
        return user if user is not None and user.id == access.user_id else None

    async def authenticate(self, token: str) -> CurrentUser:
        """The user behind an access token. Raises Unauthorized."""
        access = self._read.get(token)
        if access is None:
            access = self._tokens.read_access(token)
            if len(self._read) >= _MAX_REMEMBERED:
                self._read.clear()
            self._read[token] = access
        if access.expires_at <= time.time():
            self._read.pop(token, None)
            raise Unauthorized
        user = self._sessions.get(access.session_id)
        if user is None or time.monotonic() - self._polled_at > _TRUST_SECONDS:
            user = await self._load(access.session_id)
        if user.id != access.user_id:
            raise Unauthorized
        return user

    async def _load(self, session_id: UUID) -> CurrentUser:
        user = await queries.get_current_user(self._pool, session_id)
        if user is None:
            self._forget_session(session_id)
            raise Unauthorized
        if len(self._sessions) >= _MAX_REMEMBERED:
            self._sessions.clear()
            self._by_user.clear()
        # This may have been read before a revocation that we have polled: the next polls repeat it.
        self._sessions[session_id] = user
        self._by_user.setdefault(user.id, set()).add(session_id)
        return user

    def _forget_session(self, session_id: UUID) -> None:
        user = self._sessions.pop(session_id, None)
        if user is None:
            return
        others = self._by_user.get(user.id, set())
        others.discard(session_id)
        if not others:
            self._by_user.pop(user.id, None)

    def _forget_user(self, user_id: UUID) -> None:
        for session_id in self._by_user.pop(user_id, set()):
            self._sessions.pop(session_id, None)

    async def poll(self) -> None:
        """Forget the people in the latest revocations."""
        started = time.monotonic()
        if started - self._polled_at > _FORGET_SECONDS:
            self._sessions.clear()
            self._by_user.clear()
        for revocation in await queries.list_recent_revocations(self._pool):
            if revocation.session_id is not None:
                self._forget_session(revocation.session_id)
            if revocation.user_id is not None:
                self._forget_user(revocation.user_id)
        self._polled_at = started

    def start(self) -> None:
        self.poller.start()

    async def stop(self) -> None:
        await self.poller.stop()


PRINCIPALS: web.AppKey[Principals] = web.AppKey("principals", Principals)
