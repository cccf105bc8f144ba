"""What a mailed token does, for the API and for our own pages alike."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg
from aiohttp import web

from lms.auth import mfa_queries, queries
from lms.auth.mailed_tokens import (
    CONFIRMING,
    SETTING_PASSWORD,
    create_token,
    find_token,
    spend_token,
)
from lms.auth.passwords import PASSWORDS
from lms.auth.policy import check_new_password
from lms.auth.proofs import address_proved
from lms.auth.proving import PasswordIncorrect
from lms.auth.queries import Credentials, FoundToken, Registration
from lms.auth.throttling import email_key_of, forget_all_failures, sign_in_throttle
from lms.core.audit.record import record
from lms.core.db.query import on_constraint
from lms.core.http.request import SETTINGS, current_user, pool, transaction
from lms.errors import TokenInvalid
from lms.events.stories import record_registration
from lms.notifications.promises import promise_email
from lms.users import queries as users
from lms.users.queries import EmailTaken, User


async def reset_password(
    request: web.Request, token: str, new_password: str, *, pointer: str = "/new_password"
) -> None:
    """Set a password with a mailed token; every session ends.

    A second factor stays, unless it may be a stranger's: it was set up before the address was
    proved, or the account moved to this address without showing that both are the same person's.

    Raises TokenInvalid, and Invalid for a password that may not be set; then the token stays valid.
    """
    found = await find_token(pool(request), token, SETTING_PASSWORD)
    check_new_password(
        new_password,
        request.app[SETTINGS],
        pointer=pointer,
        email=found.email,
        full_name=found.full_name,
    )
    password_hash = await request.app[PASSWORDS].hash(new_password)
    async with transaction(request) as db:
        user = await queries.lock_user(db, _user_id(found))
        if user is None:
            raise TokenInvalid
        await spend_token(db, found)
        await queries.set_password(db, user.id, password_hash)
        if not user.email_verified or user.is_email_doubted:
            # Whoever can read the mail owns the address.
            await queries.verify_email(db, user.id, user.email)
            await queries.forget_unproved(db, user.id)
        await queries.revoke_sessions(db, user.id)
        await drop_what_is_pending(db, user.id)
        await forget_all_failures(db, email_key_of(user.email))
        await record(db, request, "password.reset", user.id, by=found.kind)
        await address_proved(request.app, db, user.id, email_key_of(user.email))
        if found.kind == "reset":
            await promise_email(db, "password_changed", to_user_id=user.id)


async def drop_what_is_pending(db: asyncpg.Connection, user_id: UUID) -> None:
    """After a change of the password or the address, void the mailed tokens from before."""
    await queries.void_mailed_tokens(db, user_id)
    await mfa_queries.delete_challenges(db, user_id)
    await mfa_queries.delete_pending_factor(db, user_id)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An address that is proved now, and whether its account needs a new password."""

    address: str
    password_reset_required: bool = False


async def confirm_address(
    request: web.Request, token: str, password: str | None = None
) -> Confirmed:
    """Do what a mailed token confirms. Raises TokenInvalid.

    A password counts unless the account itself is signed in. A wrong one counts as a failure, and
    leaves the token as it was: raises PasswordIncorrect and TooManyAttempts.
    """
    found = await find_token(pool(request), token, CONFIRMING)
    me = current_user(request)
    own_session = me.session_id if me is not None and me.id == found.user_id else None
    knows_password = False
    if own_session is None and password is not None:
        await _check_password(request, found, password)
        knows_password = True
    async with transaction(request) as db:
        if found.kind == "registration":
            return await _open_account(request, db, found, password if knows_password else None)
        user = await queries.lock_user(db, _user_id(found))
        if user is None or found.address is None:
            raise TokenInvalid
        if knows_password:
            await _check_password_again(request, db, found, user, password or "")
        await spend_token(db, found)
        is_known = own_session is not None or knows_password
        if found.kind == "email_change":
            is_doubted = user.email_verified and not is_known
            await _change_address(request, db, user, found.address, is_doubted=is_doubted)
        elif not await queries.verify_email(db, user.id, found.address):
            raise TokenInvalid
        else:
            await record(db, request, "email.verified", user.id, actor_id=user.id)
        is_change = found.kind == "email_change"
        is_first = not user.email_verified or (user.is_email_doubted and not is_change)
        if is_first and not is_known:
            await _void_password(request, db, user.id)
            is_void = True
        else:
            is_void = False
            await _end_sessions(db, found, own_session, is_first=is_first)
        if is_first or is_known or not is_change:
            await address_proved(request.app, db, user.id, email_key_of(found.address))
    return Confirmed(found.address, is_void)


async def _check_password(request: web.Request, found: FoundToken, password: str) -> None:
    """Held against the counts of the door: whoever has a link may be anybody."""
    throttle = sign_in_throttle(request, email_key_of(found.email))
    attempt = await throttle.look_up()
    fits = await request.app[PASSWORDS].verify(found.password_hash, password)
    if not fits or attempt.needs_reset:
        await throttle.fail("password.refused", found.user_id)
        raise PasswordIncorrect


async def _check_password_again(
    request: web.Request,
    db: asyncpg.Connection,
    found: FoundToken,
    user: Credentials,
    password: str,
) -> None:
    """The same once the account is held, since its password may have changed meanwhile."""
    hashed = user.password_hash
    if hashed != found.password_hash and not await request.app[PASSWORDS].verify(hashed, password):
        raise PasswordIncorrect
    throttle = sign_in_throttle(request, email_key_of(found.email))
    if await throttle.check_again(db):
        await throttle.forget(db)


async def _end_sessions(
    db: asyncpg.Connection, found: FoundToken, own_session: UUID | None, *, is_first: bool
) -> None:
    """The sessions that a proved address ends: all but the one that proved it.

    Without one, a change of an address that was proved before spares the session that asked.
    """
    assert found.user_id is not None, "a registration has no sessions"
    if is_first:
        await queries.revoke_other_sessions(db, found.user_id, own_session)
        await mfa_queries.delete_challenges(db, found.user_id)
    elif found.kind == "email_change":
        spared = own_session or found.session_id
        await queries.revoke_other_sessions(db, found.user_id, spared)


async def _void_password(request: web.Request, db: asyncpg.Connection, user_id: UUID) -> None:
    """The address is proved by somebody who neither is signed in nor knows the password: what was
    set up before may be a stranger's, so it ends, and a new password is set by mail.
    """
    await queries.void_password(db, user_id)
    await queries.revoke_sessions(db, user_id)
    await queries.forget_unproved(db, user_id)
    await drop_what_is_pending(db, user_id)
    await record(db, request, "password.voided", user_id, actor_id=user_id)
    token_id = await create_token(db, request.app[SETTINGS], "reset", user_id=user_id)
    await promise_email(db, "reset_password", to_user_id=user_id, token_id=token_id)


async def _open_account(
    request: web.Request, db: asyncpg.Connection, found: FoundToken, password: str | None
) -> Confirmed:
    """`password` is the registration's, if it was given and right."""
    assert found.registration_id is not None, "the table allows no other"
    new = await queries.get_registration(db, found.registration_id)
    if new is None:
        raise TokenInvalid
    await spend_token(db, found)
    try:
        async with db.transaction():
            user = await users.create_user(
                db,
                email=new.email,
                full_name=new.full_name,
                password_hash=new.password_hash,
                is_verified=True,
            )
    except EmailTaken:
        user = await _open_unused_account(db, new)
    await queries.delete_registrations(db, new.email_key)
    await record(db, request, "user.registered", user.id, actor_id=user.id)
    await promise_email(db, "welcome", to_user_id=user.id, key=f"welcome:{user.id}")
    await record_registration(db, user)
    if password is None:
        await _void_password(request, db, user.id)
    await address_proved(request.app, db, user.id, new.email_key)
    return Confirmed(user.email, password_reset_required=password is None)


async def _open_unused_account(db: asyncpg.Connection, new: Registration) -> User:
    """Somebody made an account for this person, who never used it, and registers instead."""
    user_id = await queries.open_unused_account(
        db,
        email=new.email,
        email_key=new.email_key,
        full_name=new.full_name,
        password_hash=new.password_hash,
    )
    if user_id is None:
        raise TokenInvalid
    await queries.forget_unproved(db, user_id)
    await drop_what_is_pending(db, user_id)
    return await users.get_user(db, user_id)


async def _change_address(
    request: web.Request,
    db: asyncpg.Connection,
    user: Credentials,
    new: str,
    *,
    is_doubted: bool,
) -> None:
    email_key = email_key_of(new)
    await queries.delete_unused_account(db, email_key)
    # Taken since the mail was sent. Only its owner gets here, so this tells nobody else.
    with on_constraint(users_email_once=TokenInvalid):
        await queries.change_email(
            db, user.id, email=new, email_key=email_key, is_doubted=is_doubted
        )
    await drop_what_is_pending(db, user.id)
    await record(db, request, "email.changed", user.id, actor_id=user.id)
    await promise_email(db, "email_changed", to_address=user.email, user_id=user.id)


def _user_id(found: FoundToken) -> UUID:
    if found.user_id is None:
        raise TokenInvalid
    return found.user_id
