"""The event log: what happened, written in the transaction in which it happens.

async with transaction(request) as db:
    await queries.drop_enrollment(db, enrollment_id)
    await record_event(db, "enrollment.dropped", {…}, course_id=course_id)
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import asyncpg

from lms.core.db.wakeups import note_queue
from lms.events import queries
from lms.events.payloads import PAYLOADS


async def record_event(
    db: asyncpg.Connection, type: str, data: Mapping[str, Any], *, course_id: UUID | None = None
) -> UUID:
    """Write an event in the caller's transaction; returns its id.

    `data` has exactly the fields of the type's schema in payloads.py; otherwise TypeError. With a
    `course_id` the course's instructor sees the event; without one only admins do. A trigger of the
    webhooks writes the deliveries into the same transaction.
    """
    _check(type, data)
    recorded = await queries.record_event(db, type, dict(data), course_id)
    if recorded.is_awaited:
        note_queue("webhooks")
    return recorded.id


async def record_events(
    db: asyncpg.Connection, type: str, data: Sequence[Mapping[str, Any]], *, course_id: UUID
) -> None:
    """Write many events of one type and course, in one statement; as `record_event`."""
    for one in data:
        _check(type, one)
    if data and await queries.record_events(db, type, [dict(one) for one in data], course_id):
        note_queue("webhooks")


async def record_farewell(
    db: asyncpg.Connection,
    type: str,
    data: Mapping[str, Any],
    *,
    course_id: UUID,
    former_id: UUID,
) -> None:
    """Tell the teacher whom a course left what `record_event` tells the others."""
    _check(type, data)
    if await queries.record_farewell(
        db, type, dict(data), course_id=course_id, former_id=former_id
    ):
        note_queue("webhooks")


def _check(type: str, data: Mapping[str, Any]) -> None:
    if data.keys() != _fields(type):
        raise TypeError(f"{type} tells {sorted(_fields(type))}, not {sorted(data)}")


@cache
def _fields(type: str) -> frozenset[str]:
    schema = PAYLOADS.get(type)
    if schema is None:
        raise TypeError(f"{type} is no type of event; payloads.py lists them")
    return frozenset(schema().fields)
