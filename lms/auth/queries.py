"""Sessions, as rows."""

from dataclasses import dataclass
from uuid import UUID

from lms.db import Db, Query


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


_create_session: Query[None] = Query("auth/create_session")
_get_session_for_update = Query("auth/get_session_for_update", Session)
_rotate_session: Query[None] = Query("auth/rotate_session")
_revoke_session = Query("auth/revoke_session", UUID)
_revoke_sessions: Query[None] = Query("auth/revoke_sessions")


async def create_session(
    db: Db, session_id: UUID, user_id: UUID, *, refresh_hash: bytes, ip: str, device: str, days: int
) -> None:
    await _create_session.run(
        db,
        id=session_id,
        user_id=user_id,
        refresh_hash=refresh_hash,
        ip=ip,
        device=device,
        days=days,
    )


async def get_session_for_update(db: Db, session_id: UUID) -> Session | None:
    return await _get_session_for_update.first(db, session_id=session_id)


async def rotate_session(db: Db, session_id: UUID, *, child_hash: bytes, days: int) -> None:
    await _rotate_session.run(db, session_id=session_id, child_hash=child_hash, days=days)


async def revoke_session(db: Db, session_id: UUID, user_id: UUID) -> bool:
    row = await _revoke_session.first(db, session_id=session_id, user_id=user_id)
    return row is not None


async def revoke_sessions(db: Db, user_id: UUID) -> int:
    return await _revoke_sessions.run(db, user_id=user_id)
