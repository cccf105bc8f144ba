"""Registering, signing in and out, and sessions."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
from aiohttp import web

from lms.auth import mfa_queries, queries
from lms.auth.cookies import (
    SESSION_HEADER,
    OriginForbidden,
    no_cookie,
    read_cookie,
    wants_cookie,
)
from lms.auth.mailed_tokens import create_token
from lms.auth.mfa import CHALLENGE_SECONDS, use_code
from lms.auth.passwords import PASSWORDS
from lms.auth.policy import find_fault
from lms.auth.queries import ListedSession, Session
from lms.auth.schemas import (
    Login,
    LoginOutcome,
    Logout,
    MfaLogin,
    Refresh,
    Registered,
    Registration,
    RegistrationPending,
    SessionSchema,
    SignInOutcome,
)
from lms.auth.signing_in import sign_in, signed_in
from lms.auth.throttling import Throttle, TooManyAttempts, email_key_of, sign_in_throttle
from lms.auth.tokens import TOKENS, new_challenge, refresh_hash, refresh_session_id
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
from lms.core.jobs.promises import promise
from lms.core.keys import token_hash
from lms.core.metrics import LOGINS
from lms.errors import FieldError, LMSError, NotFound, TokenInvalid, Unauthorized
from lms.events.stories import record_registration
from lms.notifications.promises import promise_email
from lms.users import queries as users
from lms.users.queries import EmailTaken

routes = Routes("Identity", rate_group="auth")

_LOGIN_ROUNDS = 3  # a password that is hashed anew meanwhile is checked again


class InvalidCredentials(Unauthorized):
    """The e-mail address or the password is wrong."""


class LoginCodeInvalid(Unauthorized):
    """This code is wrong, was used before, or is not valid any more."""

    code = "mfa_code_invalid"
    title = "Mfa code invalid"


class RefreshTokenInvalid(Unauthorized):
    """This refresh token is unknown or has expired; sign in again."""

    code = "token_invalid"
    title = "Token invalid"


class RefreshTokenReused(Unauthorized):
    """This refresh token was used before, so its session was ended; sign in again."""


class SessionRevoked(Unauthorized):
    """This session was ended; sign in again."""


def _check_registration(request: web.Request, given: Mapping[str, Any]) -> list[FieldError]:
    if "password" not in given:
        return []
    fault = find_fault(
        given["password"],
        request.app[SETTINGS],
        pointer="/password",
        email=given.get("email", ""),
        full_name=given.get("full_name", ""),
    )
    return [fault] if fault is not None else []


@routes.post(
    "/auth/register",
    body=Registration,
    check=_check_registration,
    data=Registered,
    status=201,
    other_data={202: RegistrationPending},
    message="Welcome.",
    errors=(EmailTaken,),
    secret=True,
)
async def register(request: web.Request) -> Reply:
    """Register as a student and sign in.

    Where the site confirms addresses first, the answer is always 202 and without tokens: the
    account opens when the link that was mailed is used.
    """
    new, settings = request[BODY], request.app[SETTINGS]
    password_hash = await request.app[PASSWORDS].hash(new["password"])
    if settings.registration_mode == "confirm":
        # The worker finds out whether the address is known, so the reply's time does not tell.
        async with transaction(request) as db:
            registration_id = await queries.create_registration(
                db,
                email=new["email"],
                email_key=email_key_of(new["email"]),
                full_name=new["full_name"],
                password_hash=password_hash,
            )
            args = {"registration_id": str(registration_id)}
            await promise(db, "emails", "answer_registration", args)
        return Reply({}, status=202, message="Use the link that we mail to this address.")
    async with transaction(request) as db:
        user = await users.create_user(
            db, email=new["email"], full_name=new["full_name"], password_hash=password_hash
        )
        await promise_email(db, "welcome", to_user_id=user.id, key=f"welcome:{user.id}")
        await record_registration(db, user)
        token_id = await create_token(
            db, settings, "verification", user_id=user.id, address=user.email
        )
        await promise_email(db, "verify_email", to_user_id=user.id, token_id=token_id)
        return await sign_in(request, db, user, action="user.registered")


@routes.post(
    "/auth/login",
    body=Login,
    data=LoginOutcome,
    message="Signed in.",
    errors=(InvalidCredentials, TooManyAttempts),
    secret=True,
)
async def login(request: web.Request) -> Reply:
    """Sign in with e-mail and password; with a second factor, this is the first of two steps."""
    given = request[BODY]
    throttle = sign_in_throttle(request, email_key_of(given["email"]))
    with _counting_refusals():
        for _ in range(_LOGIN_ROUNDS):
            reply = await _check_password(request, throttle, given["password"])
            if reply is not None:
                return reply
        raise InvalidCredentials


@contextmanager
def _counting_refusals() -> Iterator[None]:
    try:
        yield
    except TooManyAttempts:
        LOGINS.labels("throttled").inc()
        raise
    except (InvalidCredentials, LoginCodeInvalid):
        LOGINS.labels("refused").inc()
        raise


async def _check_password(request: web.Request, throttle: Throttle, password: str) -> Reply | None:
    """The reply to a password; None if the account's password changed while it was checked."""
    attempt = await throttle.look_up()
    fits = await request.app[PASSWORDS].verify(attempt.password_hash, password)
    if not fits or not attempt.is_active or attempt.needs_reset:
        await throttle.fail("login.failed", attempt.user_id)
        raise InvalidCredentials
    user_id, hashed = attempt.user_id, attempt.password_hash
    assert user_id is not None, "a password fits an account's hash"
    assert hashed is not None, "a password fits an account's hash"
    async with transaction(request) as db:
        user = await queries.lock_account(db, user_id, hashed)
        if user is None:
            return None
        has_failures = await throttle.check_again(db)
        if user.mfa_enabled:
            # The counts stay: a right password alone must not allow new guesses at the code.
            reply = await _challenge(db, user_id)
        else:
            if has_failures:
                await throttle.forget(db)
            reply = await sign_in(request, db, user)
    if not user.mfa_enabled:
        LOGINS.labels("accepted").inc()
    # Only now: when the outcome is withheld, a right guess must not take longer than a wrong one.
    if request.app[PASSWORDS].needs_rehash(hashed):
        store = partial(queries.replace_hash, pool(request), user_id, hashed)
        await request.app[PASSWORDS].hash_anew(password, store)
    return reply


async def _challenge(db: asyncpg.Connection, user_id: UUID) -> Reply:
    token = new_challenge()
    await mfa_queries.create_challenge(
        db, user_id, token_hash=token_hash(token), seconds=CHALLENGE_SECONDS
    )
    data = {
        "outcome": "mfa_required",
        "mfa_required": True,
        "mfa_token": token,
        "expires_in": CHALLENGE_SECONDS,
    }
    return Reply(data, message="Now send a code to /auth/mfa/login.")


@routes.post(
    "/auth/mfa/login",
    body=MfaLogin,
    data=SignInOutcome,
    message="Signed in.",
    errors=(TokenInvalid, LoginCodeInvalid, TooManyAttempts),
    secret=True,
)
async def mfa_login(request: web.Request) -> Reply:
    """The second step: a code of the authenticator, or a recovery code."""
    given = request[BODY]
    hashed = token_hash(given["mfa_token"])
    challenge = await mfa_queries.get_challenge(pool(request), hashed)
    if challenge is None:
        raise TokenInvalid
    throttle = sign_in_throttle(request, challenge.email_key)
    with _counting_refusals():
        reply = await _check_code(request, throttle, challenge.user_id, hashed, given["code"])
    LOGINS.labels("accepted").inc()
    return reply


async def _check_code(
    request: web.Request, throttle: Throttle, user_id: UUID, hashed: bytes, code: str
) -> Reply:
    """The reply to a code that is sent with the challenge of this hash."""
    reply = None
    async with transaction(request) as db:
        # One code at a time: of a thousand sent at once, each is judged after those before it
        # count.
        if await queries.lock_user(db, user_id) is None:
            raise TokenInvalid
        attempt = await throttle.look_up(db)
        if not await mfa_queries.try_challenge(db, hashed):
            raise TokenInvalid
        factor = await mfa_queries.lock_factor(db, user_id)
        if factor is None or not factor.is_enabled:
            raise TokenInvalid
        # Where a password is no longer accepted, a challenge from an earlier password is not
        # either.
        if not attempt.needs_reset and await use_code(db, request.app[SETTINGS], factor, code):
            await throttle.forget(db)
            await mfa_queries.delete_challenge(db, hashed)
            reply = await sign_in(request, db, await users.get_user(db, user_id))
        else:
            await throttle.count(db, "login.code_failed", user_id)
    # Only now: the guess must be committed as used and counted, although the reply is an error.
    if reply is None:
        raise LoginCodeInvalid
    return reply


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
