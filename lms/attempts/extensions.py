"""More time and more attempts for one student."""

from typing import Any
from uuid import UUID

import asyncpg

from lms.attempts import extension_queries as queries
from lms.attempts.extension_queries import Extension


async def extend(
    db: asyncpg.Connection,
    quiz_id: UUID,
    user_id: UUID,
    changes: dict[str, Any],
    *,
    grace_seconds: int,
) -> Extension:
    """Set the fields that are given. The caller has locked the enrolment."""
    minutes = changes.get("extra_minutes")
    extension = await queries.grant_extension(
        db,
        quiz_id,
        user_id,
        extra_minutes=minutes,
        extra_attempts=changes.get("extra_attempts"),
    )
    if minutes is not None:
        await queries.move_deadline(
            db, quiz_id, user_id, extra_minutes=minutes, grace_seconds=grace_seconds
        )
    return extension
