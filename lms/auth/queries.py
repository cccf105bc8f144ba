"""Sessions, passwords and mailed tokens, as rows; second factors are in mfa_queries.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.db.query import Db, Query
from lms.core.http.request import CurrentUser
from lms.settings import Network
from lms.users.queries import User, get_user


@dataclass(frozen=True, slots=True)
class Session:
    id: UUID
    user_id: UUID
    refresh_hash: bytes
    parent_hash: bytes | None
    rotated_lately: bool
    is_revoked: bool
    is_expired: bool
    is_active: bool
    seconds_left: int


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session as its user sees it."""

    id: UUID
    device: str
    ip: str | None
    created_at: datetime
    last_used_at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Revocation:
    """A notice that one session of a user has ended, or all of them."""

    user_id: UUID | None
    session_id: UUID | None


@dataclass(frozen=True, slots=True)
class SessionOrigin:
    """Where a session was opened."""

    device: str
    ip: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a user proves their identity with, and the names that a new password may not contain."""

    id: UUID
    email: str
    full_name: str
    password_hash: str | None
    email_verified: bool
    is_email_doubted: bool  # proved, but perhaps by somebody else than the account's owner


@dataclass(frozen=True, slots=True)
class TokenSource:
    """The values from which a mailed token is computed again."""

    id: UUID
    kind: str
    address: str | None
    nonce: bytes
    token_hash: bytes


@dataclass(frozen=True, slots=True)
class FoundToken:
    """A live token that a client sent, and the person whom it concerns."""

    id: UUID
    kind: str
    user_id: UUID | None
    registration_id: UUID | None
    address: str | None
    session_id: UUID | None  # that asked for a change of address
    email: str
    full_name: str
    password_hash: str | None
    email_verified: bool  # of the account, before the token is used


@dataclass(frozen=True, slots=True)
class Registration:
    """An account that waits for its link to be used."""

    id: UUID
    email: str
    email_key: str
    full_name: str
    password_hash: str
    late: int


_open_session = Query("auth/open_session", bool)
_lock_session = Query("auth/lock_session", Session)
_get_current_user = Query("auth/get_current_user", CurrentUser)
_rotate_session = Query("auth/rotate_session", int)
_revoke_session = Query("auth/revoke_session", UUID)
_revoke_sessions: Query[None] = Query("auth/revoke_sessions")
_revoke_other_sessions: Query[None] = Query("auth/revoke_other_sessions")
_list_recent_revocations = Query("auth/list_recent_revocations", Revocation)
_delete_old_revocations: Query[None] = Query("auth/delete_old_revocations")
_delete_old_sessions: Query[None] = Query("auth/delete_old_sessions")
_delete_old_sign_in_places: Query[None] = Query("auth/delete_old_sign_in_places")
_list_sessions = Query("auth/list_sessions", ListedSession)
_count_sessions = Query("auth/count_sessions", int)
_get_session_origin = Query("auth/get_session_origin", SessionOrigin)
_lock_account = Query("auth/lock_account", UUID)
_lock_user = Query("auth/lock_user", Credentials)
_get_credentials = Query("auth/get_credentials", Credentials)
_set_password: Query[None] = Query("auth/set_password")
_void_password: Query[None] = Query("auth/void_password")
_forget_unproved: Query[None] = Query("auth/forget_unproved")
_replace_hash: Query[None] = Query("auth/replace_hash")
_verify_email = Query("auth/verify_email", UUID)
_change_email: Query[None] = Query("auth/change_email")
_open_unused_account = Query("auth/open_unused_account", UUID)
_delete_unused_account: Query[None] = Query("auth/delete_unused_account")
_create_mailed_token: Query[None] = Query("auth/create_mailed_token")
_get_mailed_token = Query("auth/get_mailed_token", TokenSource)
_get_mailed_token_by_hash = Query("auth/get_mailed_token_by_hash", FoundToken)
_spend_mailed_token = Query("auth/spend_mailed_token", UUID)
_void_mailed_tokens: Query[None] = Query("auth/void_mailed_tokens")
_delete_old_tokens: Query[None] = Query("auth/delete_old_tokens")
_delete_old_challenges: Query[None] = Query("auth/delete_old_challenges")
_count_late_tokens = Query("auth/count_late_tokens", int)
_create_registration = Query("auth/create_registration", UUID)
_get_registration = Query("auth/get_registration", Registration)
_delete_registrations: Query[None] = Query("auth/delete_registrations")
_delete_old_registrations: Query[None] = Query("auth/delete_old_registrations")


# Sessions


async def open_session(
    db: Db,
    session_id: UUID,
    user_id: UUID,
    *,
    refresh_hash: bytes,
    days: int,
    ip: str,
    network: Network,
    device: str,
    browser: str,
    most_sessions: int,
) -> bool:
    """Whether the user never signed in from this network with this browser, but elsewhere.

    The caller holds the account. Beyond `most_sessions` the least used one ends.
    """
    return await _open_session.one(
        db,
        id=session_id,
        user_id=user_id,
        refresh_hash=refresh_hash,
        days=days,
        ip=ip,
        network=network,
        device=device,
        browser=browser,
        most_sessions=most_sessions,
    )


async def lock_session(db: Db, session_id: UUID) -> Session | None:
    return await _lock_session.first(db, session_id=session_id)


async def get_current_user(db: Db, session_id: UUID) -> CurrentUser | None:
    """The user of a live session; None if the session is over or the user may not sign in."""
    return await _get_current_user.first(db, session_id=session_id)


async def rotate_session(
    db: Db, session_id: UUID, *, child_hash: bytes, days: int, most_days: int
) -> int:
    """Let the session live `days` longer, but at most `most_days` from its sign-in.

    Returns the seconds that it has left.
    """
    return await _rotate_session.one(
        db, session_id=session_id, child_hash=child_hash, days=days, most_days=most_days
    )


async def revoke_session(db: Db, session_id: UUID, user_id: UUID) -> bool:
    row = await _revoke_session.first(db, session_id=session_id, user_id=user_id)
    return row is not None


async def revoke_sessions(db: Db, user_id: UUID) -> int:
    return await _revoke_sessions.run(db, user_id=user_id)


async def revoke_other_sessions(db: Db, user_id: UUID, session_id: UUID | None) -> int:
    """End all but this one; with None, all."""
    return await _revoke_other_sessions.run(db, user_id=user_id, session_id=session_id)


async def list_recent_revocations(db: Db) -> list[Revocation]:
    """The revocations of the last seconds."""
    return await _list_recent_revocations.all(db)


async def delete_old_revocations(db: Db, *, before: datetime, limit: int) -> int:
    """Delete some revocations from before a moment; how many went."""
    return await _delete_old_revocations.run(db, before=before, limit=limit)


async def delete_old_sessions(db: Db, *, before: datetime, limit: int) -> int:
    """Delete some sessions that expired before a moment; how many went."""
    return await _delete_old_sessions.run(db, before=before, limit=limit)


async def delete_old_sign_in_places(db: Db, *, before: datetime, limit: int) -> int:
    """Forget some networks and browsers in which nobody signed in since; how many went."""
    return await _delete_old_sign_in_places.run(db, before=before, limit=limit)


async def list_sessions(
    db: Db, user_id: UUID, *, session_id: UUID, before: Sequence[Any], limit: int
) -> list[ListedSession]:
    """Live sessions, the latest first; `session_id` is the one that asks."""
    before_time, before_id = before
    return await _list_sessions.all(
        db,
        user_id=user_id,
        session_id=session_id,
        before_time=before_time,
        before_id=before_id,
        limit=limit,
    )


async def count_sessions(db: Db, user_id: UUID) -> int:
    return await _count_sessions.one(db, user_id=user_id)


async def get_session_origin(db: Db, session_id: UUID) -> SessionOrigin | None:
    return await _get_session_origin.first(db, session_id=session_id)


# Passwords and addresses


async def lock_account(db: Db, user_id: UUID, password_hash: str) -> User | None:
    """The account, locked; None if its password or state changed since it was checked."""
    if await _lock_account.first(db, user_id=user_id, password_hash=password_hash) is None:
        return None
    # A second statement, once the row is locked: one that waited for the lock would still see the
    # second factor as it was when it began to wait.
    return await get_user(db, user_id)


async def lock_user(db: Db, user_id: UUID) -> Credentials | None:
    return await _lock_user.first(db, user_id=user_id)


async def get_credentials(db: Db, user_id: UUID) -> Credentials | None:
    return await _get_credentials.first(db, user_id=user_id)


async def set_password(db: Db, user_id: UUID, password_hash: str) -> None:
    await _set_password.run(db, user_id=user_id, password_hash=password_hash)


async def void_password(db: Db, user_id: UUID) -> None:
    await _void_password.run(db, user_id=user_id)


async def forget_unproved(db: Db, user_id: UUID) -> None:
    """Delete the second factor that was set up before the address was proved, with its recovery
    codes, and the places of sign-ins.
    """
    await _forget_unproved.run(db, user_id=user_id)


async def replace_hash(db: Db, user_id: UUID, old_hash: str, password_hash: str) -> None:
    """Store the same password hashed anew, unless it was changed meanwhile."""
    await _replace_hash.run(db, user_id=user_id, old_hash=old_hash, password_hash=password_hash)


async def verify_email(db: Db, user_id: UUID, email: str) -> bool:
    return await _verify_email.first(db, user_id=user_id, email=email) is not None


async def change_email(
    db: Db, user_id: UUID, *, email: str, email_key: str, is_doubted: bool
) -> None:
    """`is_doubted`: the mailbox may be another person's. Raises on users_email_once."""
    await _change_email.run(
        db, user_id=user_id, email=email, email_key=email_key, is_doubted=is_doubted
    )


async def open_unused_account(
    db: Db, *, email: str, email_key: str, full_name: str, password_hash: str | None
) -> UUID | None:
    """Give an account that was never used to whoever has proved its address; its id."""
    return await _open_unused_account.first(
        db, email=email, email_key=email_key, full_name=full_name, password_hash=password_hash
    )


async def delete_unused_account(db: Db, email_key: str) -> None:
    """Delete a student's account that was never used, so that its address is free."""
    await _delete_unused_account.run(db, email_key=email_key)


# Mailed tokens


async def create_mailed_token(db: Db, **values: Any) -> None:
    await _create_mailed_token.run(db, **values)


async def get_mailed_token(db: Db, token_id: UUID) -> TokenSource | None:
    return await _get_mailed_token.first(db, id=token_id)


async def get_mailed_token_by_hash(
    db: Db, token_hash: bytes, kinds: Sequence[str]
) -> FoundToken | None:
    return await _get_mailed_token_by_hash.first(db, token_hash=token_hash, kinds=list(kinds))


async def spend_mailed_token(db: Db, token_id: UUID) -> bool:
    """Whether it was this call that used the token up."""
    return await _spend_mailed_token.first(db, id=token_id) is not None


async def void_mailed_tokens(db: Db, user_id: UUID) -> None:
    await _void_mailed_tokens.run(db, user_id=user_id)


async def delete_old_tokens(db: Db, *, before: datetime, limit: int) -> int:
    """Delete some mailed tokens that expired before a moment; how many went."""
    return await _delete_old_tokens.run(db, before=before, limit=limit)


async def delete_old_challenges(db: Db, *, before: datetime, limit: int) -> int:
    """Delete some challenges that expired before a moment; how many went."""
    return await _delete_old_challenges.run(db, before=before, limit=limit)


async def count_late_tokens(db: Db, user_id: UUID, kind: str) -> int:
    return await _count_late_tokens.one(db, user_id=user_id, kind=kind)


# Registrations that wait


async def create_registration(
    db: Db, *, email: str, email_key: str, full_name: str, password_hash: str
) -> UUID:
    return await _create_registration.one(
        db, email=email, email_key=email_key, full_name=full_name, password_hash=password_hash
    )


async def get_registration(db: Db, registration_id: UUID) -> Registration | None:
    return await _get_registration.first(db, registration_id=registration_id)


async def delete_registrations(db: Db, email_key: str) -> None:
    await _delete_registrations.run(db, email_key=email_key)


async def delete_old_registrations(db: Db, *, before: datetime, limit: int) -> int:
    """Delete some registrations from before a moment, with their tokens; how many went."""
    return await _delete_old_registrations.run(db, before=before, limit=limit)
