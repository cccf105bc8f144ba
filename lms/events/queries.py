"""Events, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.db.query import Db, Query
from lms.core.ids import least_id
from lms.errors import invalid
from lms.events.payloads import TYPES


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """A new event, and whether some webhook may want events of its type."""

    id: UUID
    is_awaited: bool


@dataclass(frozen=True, slots=True)
class Event:
    id: UUID
    type: str
    timestamp: datetime
    data: dict[str, Any]
    xid: str
    position: int


@dataclass(frozen=True, slots=True)
class Position:
    """The position of an event in the log: its transaction, and its number within that."""

    xid: str
    position: int


_record_event = Query("events/record_event", RecordedEvent)
_record_events = Query("events/record_events", bool)
_record_farewell = Query("events/record_farewell", bool)
_get_position = Query("events/get_position", Position)
_list_events = Query("events/list_events", Event)
_list_instructor_events = Query("events/list_instructor_events", Event)
_count_events = Query("events/count_events", int)
_get_withheld_seconds = Query("events/get_withheld_seconds", float)
_delete_old_events: Query[None] = Query("events/delete_old_events")


async def record_event(
    db: Db, type: str, data: dict[str, Any], course_id: UUID | None
) -> RecordedEvent:
    return await _record_event.one(db, type=type, data=data, course_id=course_id)


async def record_events(db: Db, type: str, data: Sequence[dict[str, Any]], course_id: UUID) -> bool:
    """Record them; returns whether some webhook may want events of this type."""
    return await _record_events.one(db, type=type, data=data, course_id=course_id)


async def record_farewell(
    db: Db, type: str, data: dict[str, Any], *, course_id: UUID, former_id: UUID
) -> bool:
    """Whether some webhook may be waiting for its like."""
    is_awaited = await _record_farewell.first(
        db, type=type, data=data, course_id=course_id, former_id=former_id
    )
    return bool(is_awaited)


async def get_position(db: Db, event_id: UUID, *, instructor_id: UUID | None) -> Position:
    """The position after which to read on; 422 for an event that the reader may not see."""
    position = await _get_position.first(db, event_id=event_id, instructor_id=instructor_id)
    if position is None:
        raise invalid(
            "?after", "unknown_event", "There is no such event (any more); start without `after`."
        )
    return position


async def list_events(
    db: Db, *, after: Sequence[object], types: Sequence[str], limit: int, instructor_id: UUID | None
) -> list[Event]:
    """Events that are not withheld, in their order: all, or those of an instructor's courses."""
    if instructor_id is not None:
        return await list_instructor_events(
            db, instructor_id, after=after, types=types, limit=limit
        )
    xid, position = after
    return await _list_events.all(
        db, after_xid=xid, after_position=position, types=list(types), limit=limit
    )


async def list_instructor_events(
    db: Db, instructor_id: UUID, *, after: Sequence[object], types: Sequence[str], limit: int
) -> list[Event]:
    xid, position = after
    return await _list_instructor_events.all(
        db,
        instructor_id=instructor_id,
        after_xid=xid,
        after_position=position,
        types=list(types),
        limit=limit,
    )


async def count_events(
    db: Db, *, after: Sequence[object], types: Sequence[str], instructor_id: UUID | None
) -> int:
    xid, position = after
    return await _count_events.one(
        db,
        after_xid=xid,
        after_position=position,
        types=list(types),
        instructor_id=instructor_id,
    )


async def get_withheld_seconds(db: Db) -> float:
    """For how many seconds events have been withheld for an older transaction; 0 if none are."""
    return await _get_withheld_seconds.one(db, types=list(TYPES))


async def delete_old_events(db: Db, *, before: datetime, limit: int) -> int:
    """Delete events from before this time, with their deliveries; returns how many."""
    return await _delete_old_events.run(db, before_id=least_id(before), limit=limit)
