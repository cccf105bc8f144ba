"""Passwords and addresses: forgotten, changed, confirmed."""

import asyncpg
from aiohttp import web

from lms.auth import queries
from lms.auth.by_mail import confirm_address, drop_what_is_pending, reset_password
from lms.auth.mailed_tokens import create_token
from lms.auth.mfa import MfaCodeInvalid, MfaCodeRequired
from lms.auth.passwords import PASSWORDS
from lms.auth.policy import check_by_itself, check_new_password
from lms.auth.proving import PasswordIncorrect, prove_password
from lms.auth.schemas import (
    Confirmation,
    Confirmed,
    ForgotPassword,
    NewAddress,
    PasswordChange,
    PasswordReset,
)
from lms.auth.throttling import TooManyAttempts, email_key_of
from lms.core.audit.record import record
from lms.core.http.reply import Reply
from lms.core.http.request import BODY, SETTINGS, CurrentUser, require_user, transaction
from lms.core.http.routing import Routes
from lms.core.jobs.promises import promise
from lms.errors import TokenInvalid, Unauthorized
from lms.notifications.promises import promise_email

routes = Routes("Identity", rate_group="auth")
my_account = Routes("Users", rate_group="auth")


@routes.post(
    "/auth/forgot-password",
    body=ForgotPassword,
    status=202,
    message="If there is an account with this address, a mail is on its way.",
)
async def forgot_password(request: web.Request) -> None:
    """Ask for a mail with a link to set a new password; the answer is always the same."""
    # The worker looks for the account: nothing here may depend on whether it exists.
    async with transaction(request) as db:
        args = {"email_key": email_key_of(request[BODY]["email"])}
        await promise(db, "emails", "answer_forgotten_password", args)


@routes.post(
    "/auth/reset-password",
    body=PasswordReset,
    check=check_by_itself,
    message="The password is set; now sign in with it.",
    errors=(TokenInvalid,),
)
async def set_forgotten_password(request: web.Request) -> None:
    """Set a password with the token of a mail; every session ends, a second factor stays."""
    given = request[BODY]
    await reset_password(request, given["token"], given["new_password"])


@routes.post(
    "/auth/verify-email/request",
    status=202,
    message="If your address is not confirmed yet, a mail is on its way.",
)
async def request_verification(request: web.Request) -> None:
    """Ask for a mail with a link that confirms my address."""
    me = require_user(request)
    async with transaction(request) as db:
        user = await queries.lock_user(db, me.id)
        if user is None:
            raise Unauthorized
        # A few mails are enough: someone may press the button only to annoy.
        late = await queries.count_late_tokens(db, user.id, "verification")
        if (user.email_verified and not user.is_email_doubted) or late >= 5:
            return
        token_id = await create_token(
            db, request.app[SETTINGS], "verification", user_id=user.id, address=user.email
        )
        await promise_email(db, "verify_email", to_user_id=user.id, token_id=token_id)


@routes.post(
    "/auth/verify-email/confirm",
    body=Confirmation,
    data=Confirmed,
    message="This address is confirmed.",
    errors=(TokenInvalid, PasswordIncorrect, TooManyAttempts),
)
async def confirm_email(request: web.Request) -> Reply:
    """Confirm an address with the token of a mail: of a registration, an account, a change.

    Send the account's access token along, or its `password`. Without either, confirming an address
    for the first time also ends all sessions and voids the password, since a stranger may have set
    it: then `password_reset_required` is true, and a link to set a new one is mailed.
    """
    given = request[BODY]
    confirmed = await confirm_address(request, given["token"], given.get("password"))
    data = {
        "email": confirmed.address,
        "email_verified": True,
        "password_reset_required": confirmed.password_reset_required,
    }
    if confirmed.password_reset_required:
        return Reply(data, message="This address is confirmed. Now set a password by mail.")
    return Reply(data)


@my_account.post(
    "/users/me/password",
    body=PasswordChange,
    check=check_by_itself,
    status=204,
    errors=(PasswordIncorrect, MfaCodeRequired, MfaCodeInvalid, TooManyAttempts),
)
async def change_password(request: web.Request) -> None:
    """Change my password; my other sessions end. With a second factor it takes a `code` as well."""
    me, given = require_user(request), request[BODY]
    proof = await prove_password(request, given["current_password"])
    check_new_password(
        given["new_password"],
        request.app[SETTINGS],
        pointer="/new_password",
        email=proof.credentials.email,
        full_name=proof.credentials.full_name,
    )
    password_hash = await request.app[PASSWORDS].hash(given["new_password"])
    async with transaction(request) as db:
        await proof.accept(db)
        fault = await proof.check_code(db, given.get("code"))
        if fault is None:
            await proof.settle(db)
            await queries.set_password(db, me.id, password_hash)
            await queries.revoke_other_sessions(db, me.id, me.session_id)
            await drop_what_is_pending(db, me.id)
            await record(db, request, "password.changed", me.id)
            await promise_email(db, "password_changed", to_user_id=me.id)
    if fault is not None:
        raise fault


@my_account.post(
    "/users/me/email",
    body=NewAddress,
    status=202,
    message="Use the link that we mail to the new address; until then the old one stays.",
    errors=(PasswordIncorrect, MfaCodeRequired, MfaCodeInvalid, TooManyAttempts),
)
async def change_email(request: web.Request) -> None:
    """Change my address. It takes effect once the new one is confirmed; the old one gets a mail.

    With a second factor it takes a `code` as well. My other sessions end when it takes effect.
    """
    me, given = require_user(request), request[BODY]
    proof = await prove_password(request, given["password"])
    async with transaction(request) as db:
        await proof.accept(db)
        fault = await proof.check_code(db, given.get("code"))
        if fault is None:
            await proof.settle(db)
            await _promise_change(request, db, me, given["new_email"])
    if fault is not None:
        raise fault


async def _promise_change(
    request: web.Request, db: asyncpg.Connection, me: CurrentUser, new: str
) -> None:
    if await queries.count_late_tokens(db, me.id, "email_change") >= 5:
        raise TooManyAttempts(15 * 60)
    token_id = await create_token(
        db,
        request.app[SETTINGS],
        "email_change",
        user_id=me.id,
        address=new,
        session_id=me.session_id,
    )
    await record(db, request, "email.change_requested", me.id)
    await promise_email(db, "confirm_new_email", to_address=new, token_id=token_id, user_id=me.id)
    await promise_email(db, "email_change_requested", to_user_id=me.id)
