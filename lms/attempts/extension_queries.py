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
    created_at: datetime
    updated_at: datetime


_grant_extension = Query("attempts/grant_extension", Extension)
_get_extension_time = Query("attempts/get_extension_time", datetime)
_move_deadline: Query[None] = Query("attempts/move_deadline")


async def grant_extension(
    db: Db, quiz_id: UUID, user_id: UUID, *, extra_minutes: int | None, extra_attempts: int | None
) -> Extension:
    """Set what is not None; the rest stays."""
    return await _grant_extension.one(
        db,
        quiz_id=quiz_id,
        user_id=user_id,
        extra_minutes=extra_minutes,
        extra_attempts=extra_attempts,
    )


async def get_extension_time(db: Db, quiz_id: UUID, user_id: UUID) -> datetime | None:
    """When an extension was last written; None if there is none."""
    return await _get_extension_time.first(db, quiz_id=quiz_id, user_id=user_id)


async def move_deadline(
    db: Db, quiz_id: UUID, user_id: UUID, *, extra_minutes: int, grace_seconds: int
) -> None:
    """Move the deadline of the student's open attempt to that with so many extra minutes."""
    await _move_deadline.run(
        db,
        quiz_id=quiz_id,
        user_id=user_id,
        extra_minutes=extra_minutes,
        grace_seconds=float(grace_seconds),
    )
