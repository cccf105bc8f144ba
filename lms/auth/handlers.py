"""Registering, signing in and out."""

from typing import Any
from uuid import UUID, uuid4

from aiohttp import hdrs, web

from lms.auth import queries
from lms.auth.passwords import PASSWORDS
from lms.auth.policy import check_new_password
from lms.auth.queries import Session
from lms.auth.schemas import Login, Refresh, Registration, SignedIn
from lms.auth.tokens import TOKENS, new_refresh, refresh_hash, refresh_session_id
from lms.db import Db
from lms.errors import LMSError, Unauthorized
from lms.metrics import LOGINS
from lms.notifications.promises import promise_email
from lms.request import (
    BODY,
    SETTINGS,
    client_address,
    pool,
    require_user,
    transaction,
)
from lms.routing import Routes
from lms.schemas import normalize_email
from lms.users import queries as users
from lms.users.queries import EmailTaken, User

routes = Routes("Identity", rate_group="auth")


class InvalidCredentials(Unauthorized):
    """The e-mail address or the password is wrong."""


class RefreshTokenInvalid(Unauthorized):
    """This refresh token is unknown or has expired; sign in again."""

    code = "token_invalid"
    title = "Token invalid"


class RefreshTokenReused(Unauthorized):
    """This refresh token was used before, so its session was ended; sign in again."""


class SessionRevoked(Unauthorized):
    """This session was ended; sign in again."""


@routes.post(
    "/auth/register",
    body=Registration,
    data=SignedIn,
    status=201,
    message="Welcome.",
    errors=(EmailTaken,),
    secret=True,
)
async def register(request: web.Request) -> dict[str, Any]:
    """Register as a student and sign in."""
    new = request[BODY]
    check_new_password(new["password"], request.app[SETTINGS])
    password_hash = await request.app[PASSWORDS].hash(new["password"])
    async with transaction(request) as db:
        user = await users.create_user(
            db, email=new["email"], full_name=new["full_name"], password_hash=password_hash
        )
        await promise_email(db, "welcome", to_user_id=user.id, key=f"welcome:{user.id}")
        return await sign_in(request, db, user)


@routes.post(
    "/auth/login",
    body=Login,
    data=SignedIn,
    message="Signed in.",
    errors=(InvalidCredentials,),
    secret=True,
)
async def login(request: web.Request) -> dict[str, Any]:
    """Sign in with e-mail and password."""
    given = request[BODY]
    account = await users.get_account(pool(request), _key(given["email"]))
    passwords = request.app[PASSWORDS]
    fits = await passwords.verify(account.password_hash if account else None, given["password"])
    if account is None or not fits or not account.is_active:
        LOGINS.labels("refused").inc()
        raise InvalidCredentials
    async with transaction(request) as db:
        user = await users.get_user(db, account.id)
        signed_in = await sign_in(request, db, user)
    LOGINS.labels("accepted").inc()
    return signed_in


@routes.post(
    "/auth/refresh",
    body=Refresh,
    data=SignedIn,
    message="Here are new tokens.",
    errors=(RefreshTokenInvalid, RefreshTokenReused, SessionRevoked),
    secret=True,
)
async def refresh(request: web.Request) -> dict[str, Any]:
    """Exchange a refresh token for new tokens; each works once."""
    token: str = request[BODY]["refresh_token"]
    session_id = refresh_session_id(token)
    if session_id is None:
        raise RefreshTokenInvalid
    async with transaction(request) as db:
        outcome = await _rotate(request, db, session_id, token)
    # Raised only now: what ended the session must be committed although the reply is an error.
    if isinstance(outcome, LMSError):
        raise outcome
    return outcome


async def _rotate(
    request: web.Request, db: Db, session_id: UUID, token: str
) -> dict[str, Any] | LMSError:
    session = await queries.get_session_for_update(db, session_id)
    given = refresh_hash(token)
    if session is None or session.is_expired:
        return RefreshTokenInvalid()
    if session.is_revoked or not session.is_active:
        return SessionRevoked()
    children = request.app[TOKENS].derive_refresh(token)
    if given == session.refresh_hash:
        child = children[0]
        days = request.app[SETTINGS].refresh_token_days
        await queries.rotate_session(db, session.id, child_hash=refresh_hash(child), days=days)
    else:
        again = _child_given_before(session, given, children)
        if again is None:
            await queries.revoke_session(db, session.id, session.user_id)
            return RefreshTokenReused()
        child = again
    user = await users.get_user(db, session.user_id)
    return _signed_in(request, user, session.id, child)


def _child_given_before(session: Session, given: bytes, children: list[str]) -> str | None:
    """The live token, if it is the child of this one and was made a moment ago.

    A lost reply and two tabs look like theft; within 10 s of the rotation the parent of the
    live token, and no older one, gets the same child again.
    """
    if given != session.parent_hash or not session.rotated_lately:
        return None
    return next((c for c in children if refresh_hash(c) == session.refresh_hash), None)


@routes.post("/auth/logout", status=204, takes_key=False)
async def logout(request: web.Request) -> None:
    """End this session, its refresh token included."""
    user = require_user(request)
    async with transaction(request) as db:
        await queries.revoke_session(db, user.session_id, user.id)


@routes.post("/auth/logout-all", status=204, takes_key=False)
async def logout_all(request: web.Request) -> None:
    """End every session of mine."""
    user = require_user(request)
    async with transaction(request) as db:
        await queries.revoke_sessions(db, user.id)


async def sign_in(request: web.Request, db: Db, user: User) -> dict[str, Any]:
    """Open a session for a user who has proved who she is."""
    session_id = uuid4()
    token = new_refresh(session_id)
    await queries.create_session(
        db,
        session_id,
        user.id,
        refresh_hash=refresh_hash(token),
        ip=client_address(request),
        device=request.headers.get(hdrs.USER_AGENT, "unknown")[:200],
        days=request.app[SETTINGS].refresh_token_days,
    )
    return _signed_in(request, user, session_id, token)


def _signed_in(request: web.Request, user: User, session_id: UUID, token: str) -> dict[str, Any]:
    tokens = request.app[TOKENS]
    return {
        "user": user,
        "tokens": {
            "access_token": tokens.make_access(user.id, session_id, user.role),
            "refresh_token": token,
            "token_type": "Bearer",
            "expires_in": tokens.access_seconds,
        },
    }


def _key(email: str) -> str:
    try:
        return normalize_email(email.strip())
    except (UnicodeError, ValueError):
        return ""  # nobody's; the password is checked all the same, for as long
