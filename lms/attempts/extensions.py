"""More time and more attempts for one student."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.db.query import Db, Query


@dataclass(frozen=True, slots=True)
class Extension:
    quiz_id: UUID
    user_id: UUID
    extra_minutes: int
    extra_attempts: int
    created_at: datetime
    updated_at: datetime


_set_extension = Query("attempts/set_extension", Extension)
_get_extension_time = Query("attempts/get_extension_time", datetime)
_move_deadline: Query[None] = Query("attempts/move_deadline")


async def last_written(db: Db, quiz_id: UUID, user_id: UUID) -> datetime | None:
    """When an extension was last written; None if there is none."""
    return await _get_extension_time.first(db, quiz_id=quiz_id, user_id=user_id)


async def extend(
    db: Db, quiz_id: UUID, user_id: UUID, changes: dict[str, Any], *, grace_seconds: int
) -> Extension:
    """Set what is named; the enrolment is held by the caller."""
    extension = await _set_extension.one(
        db,
        quiz_id=quiz_id,
        user_id=user_id,
        extra_minutes=changes.get("extra_minutes"),
        extra_attempts=changes.get("extra_attempts"),
    )
    if "extra_minutes" in changes:
        await _move_deadline.run(
            db,
            quiz_id=quiz_id,
            user_id=user_id,
            extra_minutes=extension.extra_minutes,
            grace_seconds=float(grace_seconds),
        )
    return extension
