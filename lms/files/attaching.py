"""Attaching a file to the thing that shows it: who may."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from lms.core.http.request import CurrentUser
from lms.errors import Invalid, invalid
from lms.files import queries


async def check_attachable(
    db: asyncpg.Connection,
    user: CurrentUser,
    file_id: UUID | None,
    *,
    pointer: str,
    now: UUID | None = None,
    course_id: UUID | None = None,
    types: Sequence[str] | None = None,
    expected: str = "",
) -> None:
    """Raise Invalid at `pointer` unless this person may attach this file.

    `now` is the file that is attached already and may stay, whoever attached it. A file that a
    course shows may be attached elsewhere in it (`course_id`): somebody else may have uploaded it
    before the course changed hands. Any other file of somebody else gets the same answer as one
    that does not exist. The file is locked until the transaction ends.
    """
    if file_id is None or (file_id == now and types is None):
        return
    is_admin = user.is_admin or file_id == now
    found = await queries.lock_attachable_file(
        db, file_id, user.id, is_admin=is_admin, course_id=course_id
    )
    if found is None:
        raise _unknown(pointer)
    if types is not None and found not in types:
        raise invalid(pointer, "file_type_not_allowed", f"Must be {expected}.")


def _unknown(pointer: str) -> Invalid:
    return invalid(pointer, "unknown_file", "Must be the id of a file that you uploaded.")
