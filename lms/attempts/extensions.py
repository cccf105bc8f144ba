"""More time, a later end and more attempts for one student."""

from typing import Any
from uuid import UUID

import asyncpg

from lms.attempts import extension_queries as queries
from lms.attempts.extension_queries import Extendable, Extension
from lms.errors import Conflict, invalid


class ExtensionHasNoEffect(Conflict):
    """This quiz has no time limit, window or number of attempts that this could move."""


async def extend(
    db: asyncpg.Connection,
    quiz_id: UUID,
    user_id: UUID,
    changes: dict[str, Any],
    present: Extendable,
    *,
    grace_seconds: int,
) -> Extension:
    """Set what is named; the enrolment and the quiz are held by the caller.

    Raises ExtensionHasNoEffect, and Invalid for an end before the quiz begins.
    """
    _check(changes, present)
    extension = await queries.set_extension(
        db,
        quiz_id,
        user_id,
        extra_minutes=changes.get("extra_minutes"),
        extra_attempts=changes.get("extra_attempts"),
        available_until=changes.get("available_until"),
        names_end="available_until" in changes,
    )
    await queries.move_deadline(db, quiz_id, user_id, grace_seconds=grace_seconds)
    return extension


def _check(changes: dict[str, Any], present: Extendable) -> None:
    end = changes.get("available_until")
    if end is not None and present.available_from is not None and end <= present.available_from:
        raise invalid("/available_until", "invalid", "Must be after the quiz's available_from.")
    faults = []
    if end is not None and present.available_until is None:
        faults.append("available_until: the quiz has no end")
    own_end = changes.get("available_until", present.own_until)
    moves_window = present.available_until is not None and own_end is None
    if changes.get("extra_minutes") and not (present.has_limit or moves_window):
        faults.append("extra_minutes: there is no limit, and no end that minutes would move")
    if changes.get("extra_attempts") and not present.has_max_attempts:
        faults.append("extra_attempts: the quiz takes any number")
    if faults:
        raise ExtensionHasNoEffect(f"Nothing was saved. {'; '.join(faults)}.")
