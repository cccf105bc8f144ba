"""People, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.addresses import normalize_email
from lms.core.db.query import Db, Query, on_constraint
from lms.errors import Conflict, NotFound


class EmailTaken(Conflict):
    """There is an account with this e-mail address; sign in, or reset the password."""


class LastAdmin(Conflict):
    """This is the last administrator who can sign in; make another one first."""


class AccountErased(Conflict):
    """This person's account was erased; nothing can be written to it any more."""


@dataclass(frozen=True, slots=True)
class User:
    id: UUID
    email: str
    full_name: str
    role: str
    is_active: bool
    email_verified: bool
    mfa_enabled: bool
    bio: str | None
    avatar_url: str | None
    timezone: str
    locale: str
    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """What signing in needs to know."""

    id: UUID
    password_hash: str | None
    is_active: bool
    is_unused: bool  # somebody was invited, and never came


@dataclass(frozen=True, slots=True)
class Admin:
    """An administrator, locked."""

    id: UUID
    can_sign_in: bool


@dataclass(frozen=True, slots=True)
class Invitations:
    """How many people somebody invited in the last 24 hours."""

    given: int
    free_in_seconds: int  # when the first of them count no more


@dataclass(frozen=True, slots=True)
class NewStudent:
    id: UUID
    email_key: str


_create_user = Query("users/create_user", UUID)
_create_students = Query("users/create_students", NewStudent)
_get_user = Query("users/get_user", User)
_lock_user = Query("users/lock_user", datetime)
_get_account = Query("users/get_account", Account)
_list_users = Query("users/list_users", User)
_count_listed_users = Query("users/count_listed_users", int)
_lock_admins = Query("users/lock_admins", Admin)
_administer_user: Query[None] = Query("users/administer_user")
_set_avatar: Query[None] = Query("users/set_avatar")
_update_profile: Query[None] = Query("users/update_profile")
_lock_invitations: Query[None] = Query("users/lock_invitations")
_get_invitations = Query("users/get_invitations", Invitations)
_count_users = Query("users/count_users", int)
_count_demo_logins = Query("users/count_demo_logins", int)


async def create_user(
    db: Db,
    *,
    email: str,
    full_name: str,
    password_hash: str | None,
    role: str = "student",
    is_verified: bool = False,
) -> User:
    with on_constraint(users_email_once=EmailTaken):
        user_id = await _create_user.one(
            db,
            email=email,
            email_key=normalize_email(email),
            full_name=full_name,
            password_hash=password_hash,
            role=role,
            is_verified=is_verified,
        )
    return await get_user(db, user_id)


async def create_students(db: Db, people: Sequence[tuple[str, str, str]]) -> dict[str, UUID]:
    """Make accounts for (email, its key, full name); returns the ids of new ones by key."""
    made = await _create_students.all(
        db,
        emails=[email for email, _, _ in people],
        email_keys=[key for _, key, _ in people],
        full_names=[name for _, _, name in people],
    )
    return {student.email_key: student.id for student in made}


async def get_user(db: Db, user_id: UUID) -> User:
    user = await _get_user.first(db, user_id=user_id)
    if user is None:
        raise NotFound
    return user


async def lock_user(db: Db, user_id: UUID) -> datetime:
    """Lock a user's row; returns the time of its last write. Raises NotFound."""
    updated_at = await _lock_user.first(db, user_id=user_id)
    if updated_at is None:
        raise NotFound
    return updated_at


async def get_account(db: Db, email_key: str) -> Account | None:
    return await _get_account.first(db, email_key=email_key)


async def update_profile(db: Db, user: User, changes: dict[str, Any]) -> User:
    fields = ("full_name", "bio", "timezone", "locale", "metadata")
    values = {name: changes.get(name, getattr(user, name)) for name in fields}
    await _update_profile.run(db, user_id=user.id, **values)
    if "avatar_file_id" in changes:
        await set_avatar(db, user.id, changes["avatar_file_id"])
    return await get_user(db, user.id)


async def set_avatar(db: Db, user_id: UUID, file_id: UUID | None) -> None:
    await _set_avatar.run(db, user_id=user_id, file_id=file_id)


async def list_users(db: Db, *, before: Sequence[Any], limit: int, **filters: Any) -> list[User]:
    """Newest first. `q` is a part of the name or the address."""
    before_time, before_id = before
    return await _list_users.all(
        db, before_time=before_time, before_id=before_id, limit=limit, **filters
    )


async def count_listed_users(db: Db, **filters: Any) -> int:
    return await _count_listed_users.one(db, **filters)


async def lock_admins(db: Db) -> list[Admin]:
    """Lock every administrator's row."""
    return await _lock_admins.all(db)


def is_last_admin(user_id: UUID, admins: Sequence[Admin]) -> bool:
    """Whether nobody else of these could administer the site."""
    return {admin.id for admin in admins if admin.can_sign_in} == {user_id}


async def administer_user(db: Db, user: User, changes: dict[str, Any]) -> User:
    """Change what admins may change of a person."""
    fields = ("full_name", "role", "is_active")
    values = {name: changes.get(name, getattr(user, name)) for name in fields}
    if not await _administer_user.run(db, user_id=user.id, **values):
        raise AccountErased  # the caller has locked the row, so it exists
    return await get_user(db, user.id)


async def lock_invitations(db: Db, user_id: UUID) -> None:
    """Wait for other invitations of this person; held until the transaction ends."""
    await _lock_invitations.run(db, user_id=user_id)


async def get_invitations(db: Db, user_id: UUID) -> Invitations:
    return await _get_invitations.one(db, user_id=user_id)


async def count_users(db: Db) -> int:
    """The number of all people, whatever their state."""
    return await _count_users.one(db)


async def count_demo_logins(db: Db, emails: Sequence[str]) -> int:
    """How many of the demo's accounts there are."""
    return await _count_demo_logins.one(db, emails=list(emails))
