"""Signing in: the password, and the code of a second factor."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

import asyncpg
from aiohttp import web

from lms.auth import mfa_queries, queries
from lms.auth.mfa import CHALLENGE_SECONDS, use_code
from lms.auth.passwords import PASSWORDS
from lms.auth.schemas import Login, LoginOutcome, MfaLogin, SignInOutcome
from lms.auth.signing_in import sign_in
from lms.auth.throttling import Throttle, TooManyAttempts, email_key_of, sign_in_throttle
from lms.auth.tokens import new_challenge
from lms.core.http.reply import Reply
from lms.core.http.request import BODY, SETTINGS, pool, transaction
from lms.core.http.routing import Routes
from lms.core.keys import token_hash
from lms.core.metrics import LOGINS
from lms.errors import TokenInvalid, Unauthorized
from lms.users import queries as users

routes = Routes("Identity", rate_group="auth")

_LOGIN_ROUNDS = 3  # a password that is hashed anew meanwhile is checked again


class InvalidCredentials(Unauthorized):
    """The e-mail address or the password is wrong."""


class LoginCodeInvalid(Unauthorized):
    """This code is wrong, was used before, or is not valid any more."""

    code = "mfa_code_invalid"
    title = "Mfa code invalid"


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
