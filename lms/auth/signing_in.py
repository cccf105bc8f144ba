"""Opening a session for someone who has proved their identity, and giving its tokens."""

import re
from typing import Any
from uuid import UUID

import asyncpg
from aiohttp import hdrs, web

from lms.auth import queries
from lms.auth.cookies import cookie_header, wants_cookie
from lms.auth.tokens import TOKENS, refresh_hash
from lms.core.audit.record import record
from lms.core.http.client import client_address, client_network
from lms.core.http.reply import Reply
from lms.core.http.request import SETTINGS
from lms.core.ids import new_id
from lms.notifications.promises import promise_email
from lms.users.queries import User


async def sign_in(
    request: web.Request, db: asyncpg.Connection, user: User, *, action: str = "login.succeeded"
) -> Reply:
    """A new session's user and tokens. A sign-in from a new place is told by mail.

    The caller holds the account, or has just made it.
    """
    session_id, settings = new_id(), request.app[SETTINGS]
    days = min(settings.refresh_token_days, settings.session_days)
    token = request.app[TOKENS].new_refresh(session_id)
    is_strange = await queries.open_session(
        db,
        session_id,
        user.id,
        refresh_hash=refresh_hash(token),
        days=days,
        ip=client_address(request),
        network=client_network(request),
        device=device_of(request),
        browser=browser_of(request),
        most_sessions=settings.sessions_per_user,
    )
    await record(db, request, action, user.id, actor_id=user.id, session_id=session_id)
    if is_strange:
        await promise_email(
            db,
            "new_sign_in",
            to_user_id=user.id,
            key=f"new_sign_in:{session_id}",
            session_id=session_id,
        )
    return signed_in(
        request,
        user,
        session_id,
        token,
        seconds=days * 86_400,
        by_cookie=wants_cookie(request),
    )


def signed_in(
    request: web.Request, user: User, session_id: UUID, token: str, *, seconds: int, by_cookie: bool
) -> Reply:
    """The reply to every way of signing in: the user, an access token and this refresh token, which
    lives for so many seconds.
    """
    tokens = request.app[TOKENS]
    given: dict[str, Any] = {"access_token": tokens.make_access(user.id, session_id, user.role)}
    if not by_cookie:
        given["refresh_token"] = token
    given |= {"token_type": "Bearer", "expires_in": tokens.access_seconds}
    headers = cookie_header(request, token, seconds=seconds) if by_cookie else {}
    outcome = "signed_in_by_cookie" if by_cookie else "signed_in"
    return Reply({"outcome": outcome, "user": user, "tokens": given}, headers=headers)


def device_of(request: web.Request) -> str:
    """What a client calls itself, as text that can be stored."""
    name = request.headers.get(hdrs.USER_AGENT, "unknown")
    # Bytes that are not UTF-8 arrive as lone surrogates.
    return name.encode("utf-8", "replace").decode()[:200]


def browser_of(request: web.Request) -> str:
    """The same without versions, so that an update does not look like a new browser."""
    return re.sub(r"[\d._]+", "", device_of(request))
