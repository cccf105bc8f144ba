"""What a mailed token does, for the API and for our own pages alike."""

from uuid import UUID

import asyncpg
from aiohttp import web

from lms.auth import mfa_queries, queries
from lms.auth.mailed_tokens import CONFIRMING, SETTING_PASSWORD, find_token, spend_token
from lms.auth.passwords import PASSWORDS
from lms.auth.policy import check_new_password
from lms.auth.proofs import address_proved
from lms.auth.queries import FoundToken
from lms.auth.throttling import email_key_of, forget_all_failures
from lms.core.audit.record import record
from lms.core.db.query import on_constraint
from lms.core.http.request import SETTINGS, pool, transaction
from lms.errors import TokenInvalid
from lms.events.stories import record_registration
from lms.notifications.promises import promise_email
from lms.users import queries as users
from lms.users.queries import EmailTaken


async def reset_password(
    request: web.Request, token: str, new_password: str, *, pointer: str = "/new_password"
) -> None:
    """Set a password with a mailed token; every session ends, the second factor stays.

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
        # Whoever can read the mail owns the address.
        await queries.verify_email(db, user.id, user.email)
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


async def confirm_address(request: web.Request, token: str) -> str:
    """Do what a mailed token confirms; returns the proved address. Raises TokenInvalid."""
    found = await find_token(pool(request), token, CONFIRMING)
    async with transaction(request) as db:
        if found.kind == "registration":
            return await _open_account(request, db, found)
        user = await queries.lock_user(db, _user_id(found))
        if user is None or found.address is None:
            raise TokenInvalid
        await spend_token(db, found)
        if found.kind == "email_change":
            await _change_address(request, db, user.id, old=user.email, new=found.address)
        elif not await queries.verify_email(db, user.id, found.address):
            raise TokenInvalid
        else:
            await record(db, request, "email.verified", user.id, actor_id=user.id)
            await address_proved(request.app, db, user.id, email_key_of(user.email))
    return found.address


async def _open_account(request: web.Request, db: asyncpg.Connection, found: FoundToken) -> str:
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
        raise TokenInvalid from None
    await queries.delete_registrations(db, new.email_key)
    await record(db, request, "user.registered", user.id, actor_id=user.id)
    await promise_email(db, "welcome", to_user_id=user.id, key=f"welcome:{user.id}")
    await record_registration(db, user)
    await address_proved(request.app, db, user.id, new.email_key)
    return user.email


async def _change_address(
    request: web.Request, db: asyncpg.Connection, user_id: UUID, *, old: str, new: str
) -> None:
    # Taken since the mail was sent. Only its owner gets here, so this tells nobody else.
    with on_constraint(users_email_once=TokenInvalid):
        await queries.change_email(db, user_id, email=new, email_key=email_key_of(new))
    await drop_what_is_pending(db, user_id)
    await record(db, request, "email.changed", user_id, actor_id=user_id)
    await promise_email(db, "email_changed", to_address=old, user_id=user_id)
    await address_proved(request.app, db, user_id, email_key_of(new))


def _user_id(found: FoundToken) -> UUID:
    if found.user_id is None:
        raise TokenInvalid
    return found.user_id
