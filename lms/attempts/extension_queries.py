"""Extensions of a quiz for single students, as rows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lms.core.db.query import Db, Query


@dataclass(frozen=True, slots=True)
class Extension:
    """More time and more attempts for one student."""

    quiz_id: UUID
    user_id: UUID
    extra_minutes: int
    extra_attempts: int
    available_until: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Extendable:
    """What an extension could move, and the one that there is."""

    has_limit: bool
    has_max_attempts: bool
    available_from: datetime | None
    available_until: datetime | None
    own_until: datetime | None
    updated_at: datetime | None  # of the extension; None if there is none


_set_extension = Query("attempts/set_extension", Extension)
_get_extendable = Query("attempts/get_extendable", Extendable)
_move_deadline: Query[None] = Query("attempts/move_deadline")


async def set_extension(
    db: Db,
    quiz_id: UUID,
    user_id: UUID,
    *,
    extra_minutes: int | None,
    extra_attempts: int | None,
    available_until: datetime | None,
    names_end: bool,
) -> Extension:
    """Set what is not None, and the end if `names_end`; the rest stays."""
    return await _set_extension.one(
        db,
        quiz_id=quiz_id,
        user_id=user_id,
        extra_minutes=extra_minutes,
        extra_attempts=extra_attempts,
        available_until=available_until,
        names_end=names_end,
    )


async def get_extendable(db: Db, quiz_id: UUID, user_id: UUID) -> Extendable:
    return await _get_extendable.one(db, quiz_id=quiz_id, user_id=user_id)


async def move_deadline(db: Db, quiz_id: UUID, user_id: UUID, *, grace_seconds: int) -> None:
    """Give the student's open attempt the deadline that it has with the extension as it is."""
    await _move_deadline.run(
        db, quiz_id=quiz_id, user_id=user_id, grace_seconds=float(grace_seconds)
    )
