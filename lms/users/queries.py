"""People, as rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.db import Db, Query, on_constraint
from lms.errors import Conflict, NotFound
from lms.schemas import normalize_email


class EmailTaken(Conflict):
    """There is an account with this e-mail address; sign in, or reset the password."""


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


_create_user = Query("users/create_user", UUID)
_get_user = Query("users/get_user", User)
_get_user_for_update = Query("users/get_user_for_update", datetime)
_get_account = Query("users/get_account", Account)
_update_profile: Query[None] = Query("users/update_profile")


async def create_user(
    db: Db, *, email: str, full_name: str, password_hash: str | None, role: str = "student"
) -> User:
    with on_constraint(users_email_once=EmailTaken):
        user_id = await _create_user.one(
            db,
            email=email,
            email_key=normalize_email(email),
            full_name=full_name,
            password_hash=password_hash,
            role=role,
        )
    return await get_user(db, user_id)


async def get_user(db: Db, user_id: UUID) -> User:
    user = await _get_user.first(db, user_id=user_id)
    if user is None:
        raise NotFound
    return user


async def lock_user(db: Db, user_id: UUID) -> datetime:
    """Hold a user's row; its time of the last write."""
    return await _get_user_for_update.one(db, user_id=user_id)


async def get_account(db: Db, email_key: str) -> Account | None:
    return await _get_account.first(db, email_key=email_key)


async def update_profile(db: Db, user: User, changes: dict[str, Any]) -> User:
    fields = ("full_name", "bio", "timezone", "locale", "metadata")
    values = {name: changes.get(name, getattr(user, name)) for name in fields}
    await _update_profile.run(db, user_id=user.id, **values)
    return await get_user(db, user.id)
