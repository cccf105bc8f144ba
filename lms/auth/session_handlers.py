"""Sessions: refreshing their tokens, listing and ending them."""

from uuid import UUID

import asyncpg
from aiohttp import web

from lms.auth import queries
from lms.auth.cookies import (
    SESSION_HEADER,
    OriginForbidden,
    no_cookie,
    read_cookie,
    wants_cookie,
)
from lms.auth.queries import ListedSession, Session
from lms.auth.schemas import Logout, Refresh, SessionSchema, SignInOutcome
from lms.auth.signing_in import signed_in
from lms.auth.tokens import TOKENS, refresh_hash, refresh_session_id
from lms.core.audit.record import record
from lms.core.http.etags import check_if_match
from lms.core.http.pagination import GREATEST_ID, LAST_TIME, fetch_limit, page, position
from lms.core.http.reply import Page, Reply
from lms.core.http.request import (
    BODY,
    QUERY,
    SETTINGS,
    current_user,
    path_id,
    pool,
    require_user,
    transaction,
)
from lms.core.http.routing import Routes
from lms.core.http.schemas import ListQuery
from lms.errors import LMSError, NotFound, Unauthorized
from lms.notifications.promises import promise_email
from lms.users import queries as users

routes = Routes("Identity", rate_group="auth")


class RefreshTokenInvalid(Unauthorized):
    """This refresh token is unknown or has expired; sign in again."""

    code = "token_invalid"
    title = "Token invalid"


class RefreshTokenReused(Unauthorized):
    """This refresh token was used before, so its session was ended; sign in again."""


class SessionRevoked(Unauthorized):
    """This session was ended; sign in again."""


@routes.post(
    "/auth/refresh",
    body=Refresh,
    data=SignInOutcome,
    message="Here are new tokens.",
    errors=(RefreshTokenInvalid, RefreshTokenReused, SessionRevoked, OriginForbidden),
    secret=True,
)
async def refresh(request: web.Request) -> Reply:
    """Exchange a refresh token for new tokens; each works once.

    Without a token in the body it is the cookie's, and the new one is set as a cookie again; one
    that is refused is cleared.
    """
    token: str | None = request[BODY].get("refresh_token")
    by_cookie = token is None or wants_cookie(request)
    clearing: dict[str, str] = {}
    if token is None:
        token = read_cookie(request)
        clearing = no_cookie(request) if token is not None else {}
    session_id = refresh_session_id(token) if token is not None else None
    outcome: Reply | LMSError
    if token is None or session_id is None:
        outcome = RefreshTokenInvalid()
    else:
        async with transaction(request) as db:
            outcome = await _rotate(request, db, session_id, token, by_cookie=by_cookie)
    # Raised only now: the end of the session must be committed although the reply is an error.
    if isinstance(outcome, LMSError):
        outcome.headers.update(clearing)
        raise outcome
    return outcome


async def _rotate(
    request: web.Request,
    db: asyncpg.Connection,
    session_id: UUID,
    token: str,
    *,
    by_cookie: bool,
) -> Reply | LMSError:
    session = await queries.lock_session(db, session_id)
    if session is None or session.is_expired or not _is_ours(request, session, token):
        return RefreshTokenInvalid()
    tokens, given, seconds = request.app[TOKENS], refresh_hash(token), session.seconds_left
    if session.is_revoked or not session.is_active:
        return SessionRevoked()
    children = tokens.derive_refresh(token)
    if given == session.refresh_hash:
        child = children[0]
        settings = request.app[SETTINGS]
        seconds = await queries.rotate_session(
            db,
            session.id,
            child_hash=refresh_hash(child),
            days=settings.refresh_token_days,
            most_days=settings.session_days,
        )
    else:
        again = _child_given_before(session, given, children)
        if again is None:
            await _end_stolen_session(request, db, session)
            return RefreshTokenReused()
        child = again
    user = await users.get_user(db, session.user_id)
    return signed_in(request, user, session.id, child, seconds=seconds, by_cookie=by_cookie)


def _is_ours(request: web.Request, session: Session, token: str) -> bool:
    """Whether we made this token for this session; one that was made up says nothing about it."""
    is_known = refresh_hash(token) in (session.refresh_hash, session.parent_hash)
    return is_known or request.app[TOKENS].made_refresh(token)


def _child_given_before(session: Session, given: bytes, children: list[str]) -> str | None:
    """The live token, if it is the child of this one and was made a moment ago.

    A lost reply and two tabs look like theft; within 10 s of the rotation the parent of the
    live token, and no older one, gets the same child again.
    """
    if given != session.parent_hash or not session.rotated_lately:
        return None
    return next((c for c in children if refresh_hash(c) == session.refresh_hash), None)


async def _end_stolen_session(
    request: web.Request, db: asyncpg.Connection, session: Session
) -> None:
    await queries.revoke_session(db, session.id, session.user_id)
    await record(db, request, "session.refresh_reused", session.user_id, session_id=session.id)
    await promise_email(
        db,
        "refresh_reused",
        to_user_id=session.user_id,
        key=f"refresh_reused:{session.id}",
        session_id=session.id,
    )


# Neither takes an Idempotency-Key: a repeat comes with a token that has ended, so it is 401 before
# any key is read. And a kept reply must never tell another session of the same user that it has
# ended. Ending twice does no harm.
@routes.post(
    "/auth/logout",
    body=Logout,
    status=204,
    takes_key=False,
    errors=(RefreshTokenInvalid, OriginForbidden),
)
async def logout(request: web.Request) -> Reply:
    """End this session, its refresh token included.

    It is that of the access token, of a refresh token in the body, or of the cookie, which is
    cleared; with a refresh token or a cookie no access token is needed.
    """
    user, token = current_user(request), request[BODY].get("refresh_token")
    # Next to an access token a cookie counts only if the page says that it uses it.
    by_cookie = token is None and (user is None or SESSION_HEADER in request.headers)
    if by_cookie:
        token = read_cookie(request)
        by_cookie = token is not None
    headers = no_cookie(request) if by_cookie else {}
    ended = False
    async with transaction(request) as db:
        if user is not None:
            await _end_session(request, db, user.session_id, user.id)
            ended = True
        session_id = refresh_session_id(token) if token is not None else None
        session = await queries.lock_session(db, session_id) if session_id is not None else None
        if session is not None and token is not None and _is_ours(request, session, token):
            await _end_session(request, db, session.id, session.user_id)
            ended = True
    if not ended:
        refused = RefreshTokenInvalid()
        refused.headers.update(headers)
        raise refused
    return Reply(None, headers=headers)


async def _end_session(
    request: web.Request, db: asyncpg.Connection, session_id: UUID, user_id: UUID
) -> None:
    if await queries.revoke_session(db, session_id, user_id):
        await record(db, request, "session.ended", user_id, actor_id=user_id, session_id=session_id)


@routes.post("/auth/logout-all", status=204, takes_key=False)
async def logout_all(request: web.Request) -> None:
    """End every session of mine."""
    user = require_user(request)
    async with transaction(request) as db:
        await queries.revoke_sessions(db, user.id)
        await record(db, request, "session.all_ended", user.id)


@routes.get("/auth/sessions", query=ListQuery, data=SessionSchema, many=True)
async def list_sessions(request: web.Request) -> Page[ListedSession]:
    """Where I am signed in, the latest sign-in first."""
    user = require_user(request)
    rows = await queries.list_sessions(
        pool(request),
        user.id,
        session_id=user.session_id,
        before=position(request, [LAST_TIME, GREATEST_ID]),
        limit=fetch_limit(request),
    )
    total = None
    if request[QUERY]["include_total"]:
        total = await queries.count_sessions(pool(request), user.id)
    return page(request, rows, lambda row: [row.created_at, row.id], total=total)


@routes.delete("/auth/sessions/{session_id}", status=204)
async def end_session(request: web.Request) -> None:
    """End one of my sessions, its refresh token included."""
    user = require_user(request)
    session_id = path_id(request, "session_id")
    async with transaction(request) as db:
        if not await queries.revoke_session(db, session_id, user.id):
            raise NotFound
        check_if_match(request, None)  # a session has no version, so no tag can match
        await record(db, request, "session.ended", user.id, session_id=session_id)
