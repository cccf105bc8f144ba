"""Courses, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from lms.courses.slugs import slugify, with_suffix
from lms.db import Db, Query, on_constraint
from lms.errors import Conflict, NotFound


class SlugTaken(Conflict):
    """Another course has this slug; choose another, or leave it out to have one made."""


class CourseHasEnrollments(Conflict):
    """Students are enrolled in this course, so it stays: archive it instead."""


@dataclass(frozen=True, slots=True)
class Course:
    id: UUID
    title: str
    slug: str
    description: str
    category: str | None
    difficulty: str
    status: str
    instructor: dict[str, str]
    thumbnail_url: str | None
    thumbnail_file_id: UUID | None
    estimated_duration_minutes: int | None
    price: dict[str, Any] | None
    capacity: int | None
    language: str
    learning_objectives: list[str]
    requirements: list[str]
    metadata: dict[str, Any]
    certificate: dict[str, Any]
    lesson_count: int
    enrollment_count: int
    average_rating: float | None
    rating_count: int
    published_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def instructor_id(self) -> UUID:
        return UUID(self.instructor["id"])

    @property
    def listed_at(self) -> datetime:
        return self.published_at or self.created_at


@dataclass(frozen=True, slots=True)
class CourseLock:
    """A course held while it or its lessons are changed."""

    id: UUID
    instructor_id: UUID
    status: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Category:
    name: str
    count: int


_create_course = Query("courses/create_course", UUID)
_get_course = Query("courses/get_course", Course)
_get_course_id = Query("courses/get_course_id", UUID)
_get_course_for_update = Query("courses/get_course_for_update", CourseLock)
_list_courses = Query("courses/list_courses", Course)
_count_courses = Query("courses/count_courses", int)
_list_categories = Query("courses/list_categories", Category)
_update_course: Query[None] = Query("courses/update_course")
_set_status: Query[None] = Query("courses/set_status")
_delete_course: Query[None] = Query("courses/delete_course")

_EDITABLE = (
    "title", "slug", "description", "category", "difficulty", "language",
    "estimated_duration_minutes", "price", "capacity", "learning_objectives", "requirements",
    "metadata", "certificate",
)  # fmt: skip
_DEFAULTS: dict[str, Any] = {
    "description": "", "category": None, "difficulty": "beginner", "language": "en",
    "estimated_duration_minutes": None, "price": None, "capacity": None,
    "learning_objectives": [], "requirements": [], "metadata": {}, "certificate": {},
}  # fmt: skip
_SLUG_TRIES = 5  # each with 24 more random bits


async def create_course(db: asyncpg.Connection, instructor_id: UUID, new: dict[str, Any]) -> Course:
    """A new draft; its slug is made from the title unless one is given."""
    values = {**_DEFAULTS, **new}
    given = "slug" in new
    slug = new["slug"] if given else slugify(new["title"])
    for _ in range(_SLUG_TRIES):
        values["slug"] = slug
        try:
            async with db.transaction():  # a refused slug undoes this much
                with on_constraint(courses_slug_once=SlugTaken):
                    course_id = await _create_course.one(
                        db, instructor_id=instructor_id, **_columns(values)
                    )
            return await get_course(db, course_id)
        except SlugTaken:
            if given:
                raise
            slug = with_suffix(slugify(new["title"]))
    raise SlugTaken


async def get_course(db: Db, course_id: UUID) -> Course:
    course = await _get_course.first(db, course_id=course_id)
    if course is None:
        raise NotFound
    return course


async def get_course_id(db: Db, slug: str) -> UUID:
    course_id = await _get_course_id.first(db, slug=slug)
    if course_id is None:
        raise NotFound
    return course_id


async def lock_course(db: Db, course_id: UUID) -> CourseLock:
    course = await _get_course_for_update.first(db, course_id=course_id)
    if course is None:
        raise NotFound
    return course


async def list_courses(
    db: Db, *, before: Sequence[Any], limit: int, **filters: Any
) -> list[Course]:
    """Newest first. `before` is the position: the time that the list sorts by, and an id."""
    before_time, before_id = before
    return await _list_courses.all(
        db, before_time=before_time, before_id=before_id, limit=limit, **filters
    )


async def count_courses(db: Db, **filters: Any) -> int:
    return await _count_courses.one(db, **filters)


async def list_categories(db: Db) -> list[Category]:
    return await _list_categories.all(db)


async def update_course(db: Db, course: Course, changes: dict[str, Any]) -> Course:
    values = {name: changes.get(name, getattr(course, name)) for name in _EDITABLE}
    with on_constraint(courses_slug_once=SlugTaken):
        await _update_course.run(db, course_id=course.id, **_columns(values))
    return await get_course(db, course.id)


async def set_status(db: Db, course_id: UUID, status: str) -> Course:
    await _set_status.run(db, course_id=course_id, status=status)
    return await get_course(db, course_id)


async def delete_course(db: Db, course_id: UUID) -> None:
    with on_constraint(enrollments_course=CourseHasEnrollments):
        await _delete_course.run(db, course_id=course_id)


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    """The values as the table has them: money is two columns."""
    columns = {name: values[name] for name in _EDITABLE if name != "price"}
    price = values["price"] or {"amount": None, "currency": None}
    return {**columns, "price_amount": price["amount"], "price_currency": price["currency"]}
