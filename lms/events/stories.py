"""Events that several handlers record in the same way, made from the rows that they have."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import asyncpg

from lms.events.log import record_event, record_farewell


class _User(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def role(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


class _Course(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def instructor_id(self) -> UUID: ...
    @property
    def title(self) -> str: ...
    @property
    def slug(self) -> str: ...
    @property
    def status(self) -> str: ...


async def record_registration(db: asyncpg.Connection, user: _User) -> None:
    """`user.registered`, whichever way the account was made."""
    data = {"user_id": user.id, "role": user.role, "created_at": user.created_at}
    await record_event(db, "user.registered", data)


async def record_course(
    db: asyncpg.Connection, type: str, course: _Course, *, former_id: UUID | None = None
) -> None:
    """`course.published`, `course.updated` or `course.archived`.

    `former_id` is the teacher whom the course just left, and who is told as well.
    """
    data = {
        "course_id": course.id,
        "instructor_id": course.instructor_id,
        "title": course.title,
        "slug": course.slug,
        "status": course.status,
    }
    await record_event(db, type, data, course_id=course.id)
    if former_id is not None:
        await record_farewell(db, type, data, course_id=course.id, former_id=former_id)
