"""Setting up a second factor, and turning it off."""

from typing import Any

import asyncpg
from aiohttp import web

from lms.auth import mfa_queries, queries
from lms.auth.mfa import (
    EmailNotVerified,
    MfaAlreadyEnabled,
    MfaCodeInvalid,
    MfaNotEnabled,
    give_recovery_codes,
    new_secret,
    provisioning_uri,
    qr_svg,
    seal_secret,
    secret_text,
    use_code,
)
from lms.auth.proving import PasswordIncorrect, prove_password
from lms.auth.schemas import (
    CodeOnly,
    MfaSetup,
    NewRecoveryCodes,
    PasswordAndCode,
    PasswordOnly,
)
from lms.auth.throttling import TooManyAttempts, session_throttle
from lms.core.audit.record import record
from lms.core.http.request import BODY, SETTINGS, CurrentUser, require_user, transaction
from lms.core.http.routing import Routes
from lms.errors import Unauthorized
from lms.notifications.promises import promise_email

routes = Routes("Identity", rate_group="auth")


@routes.post(
    "/auth/mfa/setup",
    body=PasswordOnly,
    data=MfaSetup,
    message="Scan the code, then enable it with a first code.",
    errors=(PasswordIncorrect, EmailNotVerified, MfaAlreadyEnabled, TooManyAttempts),
    secret=True,
)
async def set_up_mfa(request: web.Request) -> dict[str, str]:
    """A new secret for an authenticator; it is not used until a first code has proved it."""
    settings = request.app[SETTINGS]
    proof = await prove_password(request, request[BODY]["password"])
    user = proof.credentials
    secret = new_secret()
    sealed = seal_secret(settings, user.id, secret)
    async with transaction(request) as db:
        account = await proof.accept(db)
        await proof.settle(db)
        if not account.email_verified:
            raise EmailNotVerified  # or a stranger could lock its owner out
        if not await mfa_queries.set_up_factor(
            db, user.id, secret=sealed.box, key_id=sealed.key_id
        ):
            raise MfaAlreadyEnabled
    uri = provisioning_uri(secret, email=user.email, issuer=settings.site_name)
    return {"secret": secret_text(secret), "otpauth_uri": uri, "qr_svg": qr_svg(uri)}


@routes.post(
    "/auth/mfa/enable",
    body=CodeOnly,
    data=NewRecoveryCodes,
    message="The second factor is on. Keep these codes: they are shown once.",
    errors=(
        MfaCodeInvalid,
        EmailNotVerified,
        MfaAlreadyEnabled,
        MfaNotEnabled,
        TooManyAttempts,
    ),
    secret=True,
)
async def enable_mfa(request: web.Request) -> dict[str, Any]:
    """Turn the second factor on with its first code; my other sessions end."""
    me = require_user(request)
    throttle = session_throttle(request, me.id)
    codes = None
    async with transaction(request) as db:
        user = await queries.lock_user(db, me.id)
        if user is None:
            raise Unauthorized
        factor = await mfa_queries.lock_factor(db, me.id)
        if factor is None:
            raise MfaNotEnabled
        if factor.is_enabled:
            raise MfaAlreadyEnabled
        if not user.email_verified:
            raise EmailNotVerified
        await throttle.check(db)  # with the account locked, so that each earlier code is counted
        if await use_code(db, request.app[SETTINGS], factor, request[BODY]["code"]):
            await throttle.forget(db)
            await mfa_queries.enable_factor(db, me.id)
            codes = await give_recovery_codes(db, me.id)
            # Other sessions were opened with the password alone, which is no longer enough.
            await queries.revoke_other_sessions(db, me.id, me.session_id)
            await _tell(request, db, me, "enabled")
        else:
            await throttle.count(db, "mfa.code_refused", me.id)
    if codes is None:
        raise MfaCodeInvalid
    return {"recovery_codes": codes}


@routes.post(
    "/auth/mfa/recovery-codes",
    body=PasswordAndCode,
    data=NewRecoveryCodes,
    message="Keep these codes: they are shown once, and the old ones no longer work.",
    errors=(PasswordIncorrect, MfaCodeInvalid, MfaNotEnabled, TooManyAttempts),
    secret=True,
)
async def renew_recovery_codes(request: web.Request) -> dict[str, Any]:
    """A new set of recovery codes."""
    me, given = require_user(request), request[BODY]
    proof = await prove_password(request, given["password"])
    codes = None
    async with transaction(request) as db:
        await proof.accept(db)
        factor = await mfa_queries.lock_factor(db, me.id)
        if factor is None or not factor.is_enabled:
            raise MfaNotEnabled
        await proof.throttle.check(db)
        if await use_code(db, request.app[SETTINGS], factor, given["code"]):
            await proof.settle(db)
            codes = await give_recovery_codes(db, me.id)
            await _tell(request, db, me, "renewed")
        else:
            await proof.throttle.count(db, "mfa.code_refused", me.id)
    if codes is None:
        raise MfaCodeInvalid
    return {"recovery_codes": codes}


@routes.post(
    "/auth/mfa/disable",
    body=PasswordAndCode,
    status=204,
    errors=(PasswordIncorrect, MfaCodeInvalid, MfaNotEnabled, TooManyAttempts),
)
async def disable_mfa(request: web.Request) -> None:
    """Turn the second factor off."""
    me, given = require_user(request), request[BODY]
    proof = await prove_password(request, given["password"])
    async with transaction(request) as db:
        await proof.accept(db)
        factor = await mfa_queries.lock_factor(db, me.id)
        if factor is None or not factor.is_enabled:
            raise MfaNotEnabled
        await proof.throttle.check(db)
        fits = await use_code(db, request.app[SETTINGS], factor, given["code"])
        if fits:
            await proof.settle(db)
            await mfa_queries.delete_factor(db, me.id)
            await mfa_queries.delete_challenges(db, me.id)
            await _tell(request, db, me, "disabled")
        else:
            await proof.throttle.count(db, "mfa.code_refused", me.id)
    if not fits:
        raise MfaCodeInvalid


async def _tell(request: web.Request, db: asyncpg.Connection, me: CurrentUser, change: str) -> None:
    await record(db, request, f"mfa.{change}", me.id)
    await promise_email(db, "mfa_changed", to_user_id=me.id, change=change)
