"""Courses, as rows."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from lms.core.db.query import Db, Query, on_constraint
from lms.courses.slugs import slugify, with_suffix
from lms.errors import Conflict, Forbidden, NotFound


class SlugTaken(Conflict):
    """Another course has this slug; choose another, or leave it out to have one made."""


class CourseHasEnrollments(Conflict):
    """Students are enrolled in this course, so it stays: archive it instead."""


class CourseHasOrders(Conflict):
    """Students have ordered this course, so it stays: archive it instead."""


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

    @property
    def rating_rank(self) -> int:
        """The average rating in hundredths, as the catalogue sorts it."""
        return round((self.average_rating or 0) * 100)


@dataclass(frozen=True, slots=True)
class FoundCourse(Course):
    """A course that a search found: in its title as spelt (0) or not (1), its text (2), or
    by likeness (3, 4)."""

    rank: int
    place: datetime  # by which it is sorted within its rank
    latest: datetime  # when the newest course of all was listed

    def without_rank(self) -> Course:
        return Course(*(getattr(self, name) for name in Course.__match_args__))


@dataclass(frozen=True, slots=True)
class Search:
    """A search text as three text-search queries; None where it holds no words.

    The lists are the courses that each rank finds, None where there are many.
    """

    spelt: str | None
    exact: str | None
    alike: str | None
    by_spelling: list[UUID] | None
    by_title: list[UUID] | None
    by_text: list[UUID] | None
    alike_title: list[UUID] | None
    alike_text: list[UUID] | None

    @property
    def ranks(self) -> dict[str, Any]:
        """The arguments of a list in the order of the ranks."""
        return {name: getattr(self, name) for name in Search.__match_args__}

    @property
    def filters(self) -> dict[str, Any]:
        """The arguments of any other list: the ids of all courses found, or else the words."""
        if self.exact is None or self.alike is None:
            return {"ids": [], "words": None}
        ids: set[UUID] = set()
        for found in (
            self.by_spelling, self.by_title, self.by_text, self.alike_title, self.alike_text,
        ):  # fmt: skip
            if found is None:
                return {"ids": None, "words": f"({self.exact}) | ({self.alike})"}
            ids.update(found)
        return {"ids": list(ids), "words": None}


@dataclass(frozen=True, slots=True)
class CourseLock:
    """A course, locked while it or its lessons are changed."""

    id: UUID
    instructor_id: UUID
    status: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class CourseTitle:
    id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class CourseAccess:
    """The facts that decide who may read a course's lessons."""

    course_id: UUID
    instructor_id: UUID
    status: str
    is_enrolled: bool  # active or completed


@dataclass(frozen=True, slots=True)
class LessonParts:
    """A lesson without its text, of which a course may have many megabytes."""

    id: UUID
    title: str
    content_type: str
    content: str | None  # how it begins
    video_url: str | None
    file_id: UUID | None
    quiz_id: UUID | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Category:
    name: str
    count: int


_create_course = Query("courses/create_course", UUID)
_copy_course = Query("courses/copy_course", UUID)
_get_course = Query("courses/get_course", Course)
_get_course_by_slug = Query("courses/get_course_by_slug", Course)
_get_enrolled_course = Query("courses/get_enrolled_course", Course)
_lock_course = Query("courses/lock_course", CourseLock)
_list_courses_by_newest = Query("courses/list_courses_by_newest", Course)
_list_courses_by_title = Query("courses/list_courses_by_title", Course)
_list_courses_by_popularity = Query("courses/list_courses_by_popularity", Course)
_list_courses_by_rating = Query("courses/list_courses_by_rating", Course)
_read_search = Query("courses/read_search", Search)
_search_courses = Query("courses/search_courses", FoundCourse)
_lock_old_documents = Query("courses/lock_old_documents", UUID)
_refresh_documents: Query[None] = Query("courses/refresh_documents")
_get_versions = Query("courses/get_versions", bytes)
_count_courses = Query("courses/count_courses", int)
_list_categories = Query("courses/list_categories", Category)
_update_course: Query[None] = Query("courses/update_course")
_set_status: Query[None] = Query("courses/set_status")
_hand_over_course = Query("courses/hand_over_course", UUID)
_lock_teacher = Query("courses/lock_teacher", UUID)
_list_published_by = Query("courses/list_published_by", CourseTitle)
_lock_courses_of = Query("courses/lock_courses_of", UUID)
_delete_course: Query[None] = Query("courses/delete_course")
_lock_completions: Query[None] = Query("courses/lock_completions")
_list_lesson_parts = Query("courses/list_lesson_parts", LessonParts)
_get_course_access = Query("courses/get_course_access", CourseAccess)

_EDITABLE = (
    "title", "slug", "description", "category", "difficulty", "language", "thumbnail_file_id",
    "estimated_duration_minutes", "price", "capacity", "learning_objectives", "requirements",
    "metadata", "certificate",
)  # fmt: skip
_DEFAULTS: dict[str, Any] = {
    "description": "", "category": None, "difficulty": "beginner", "language": "en",
    "estimated_duration_minutes": None, "thumbnail_file_id": None, "price": None, "capacity": None,
    "learning_objectives": [], "requirements": [], "metadata": {}, "certificate": {},
}  # fmt: skip
_SLUG_TRIES = 5  # each with 24 more random bits


async def create_course(db: asyncpg.Connection, instructor_id: UUID, new: dict[str, Any]) -> Course:
    """A new draft; its slug is made from the title unless one is given.

    Raises Forbidden for somebody who ceased to teach a moment ago.
    """
    values = {**_DEFAULTS, **new}
    given = "slug" in new
    slug = new["slug"] if given else slugify(new["title"])
    for _ in range(_SLUG_TRIES):
        values["slug"] = slug
        try:
            async with db.transaction():  # a refused slug undoes only this part
                with on_constraint(courses_slug_once=SlugTaken):
                    course_id = await _create_course.first(
                        db, instructor_id=instructor_id, **_columns(values)
                    )
            if course_id is None:
                raise Forbidden
            return await get_course(db, course_id)
        except SlugTaken:
            if given:
                raise
            slug = with_suffix(slugify(new["title"]))
    raise SlugTaken


async def copy_course(db: asyncpg.Connection, course_id: UUID) -> UUID:
    """A draft copy with an address of its own, without lessons."""
    course = await get_course(db, course_id)
    for _ in range(_SLUG_TRIES):
        slug = with_suffix(slugify(course.title))
        with suppress(SlugTaken):
            async with db.transaction():
                with on_constraint(courses_slug_once=SlugTaken):
                    return await _copy_course.one(db, course_id=course_id, slug=slug)
    raise SlugTaken


async def get_course(db: Db, course_id: UUID) -> Course:
    course = await _get_course.first(db, course_id=course_id)
    if course is None:
        raise NotFound
    return course


async def get_course_by_slug(db: Db, slug: str) -> Course:
    course = await _get_course_by_slug.first(db, slug=slug)
    if course is None:
        raise NotFound
    return course


async def get_course_named(db: Db, named: UUID | str) -> Course:
    """The course with this id or at this address."""
    if isinstance(named, UUID):
        return await get_course(db, named)
    return await get_course_by_slug(db, named)


async def get_enrolled_course(db: Db, named: UUID | str, student_id: UUID) -> Course:
    """A course that the student is enrolled in, whatever its status."""
    course_id, slug = (named, None) if isinstance(named, UUID) else (None, named)
    course = await _get_enrolled_course.first(
        db, course_id=course_id, slug=slug, student_id=student_id
    )
    if course is None:
        raise NotFound
    return course


async def lock_course(db: Db, course_id: UUID) -> CourseLock:
    course = await _lock_course.first(db, course_id=course_id)
    if course is None:
        raise NotFound
    return course


async def list_courses_by_newest(
    db: Db, after: Sequence[Any], *, limit: int, **filters: Any
) -> list[Course]:
    """Follows (time listed, id, time listed of the first course), the newest first."""
    time, course_id, as_of = after
    return await _list_courses_by_newest.all(
        db, before_time=time, before_id=course_id, as_of=as_of, limit=limit, **filters
    )


async def list_courses_by_title(
    db: Db, after: Sequence[Any], *, limit: int, **filters: Any
) -> list[Course]:
    """Follows (title, id); accents and case are one."""
    title, course_id = after
    return await _list_courses_by_title.all(
        db, after_title=title, after_id=course_id, limit=limit, **filters
    )


async def list_courses_by_popularity(
    db: Db, after: Sequence[Any], *, limit: int, **filters: Any
) -> list[Course]:
    """Follows (students, id), the most students first."""
    count, course_id = after
    return await _list_courses_by_popularity.all(
        db, before_count=count, before_id=course_id, limit=limit, **filters
    )


async def list_courses_by_rating(
    db: Db, after: Sequence[Any], *, limit: int, **filters: Any
) -> list[Course]:
    """Follows (average in hundredths, number of ratings, id), the best first."""
    rank, count, course_id = after
    return await _list_courses_by_rating.all(
        db, before_rank=rank, before_count=count, before_id=course_id, limit=limit, **filters
    )


async def read_search(db: Db, q: str, *, later: bool) -> Search:
    """What a text finds; for the first page, or for a `later` one."""
    return await _read_search.one(db, q=q, later=later)


async def search_courses(
    db: Db, after: Sequence[Any], *, limit: int, **filters: Any
) -> list[FoundCourse]:
    """Follows (rank, time listed, id, time of the latest), the best and then the newest first."""
    rank, time, course_id, as_of = after
    return await _search_courses.all(
        db,
        after_rank=rank,
        before_time=time,
        before_id=course_id,
        as_of=as_of,
        limit=limit,
        **filters,
    )


async def lock_old_documents(db: asyncpg.Connection, *, limit: int) -> list[UUID]:
    """Courses whose search documents an earlier release made, held."""
    return await _lock_old_documents.all(db, limit=limit)


async def refresh_documents(db: asyncpg.Connection, course_ids: Sequence[UUID]) -> None:
    """Make what a search looks through anew."""
    await _refresh_documents.run(db, course_ids=list(course_ids))


async def get_versions(db: Db) -> bytes:
    """The versions of the catalogue's shards in their order, eight bytes each."""
    return await _get_versions.one(db)


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


async def hand_over_course(db: Db, course_id: UUID, instructor_id: UUID) -> bool:
    """Whether the course has this teacher now; False if they do not teach."""
    done = await _hand_over_course.first(db, course_id=course_id, instructor_id=instructor_id)
    return done is not None


async def lock_teacher(db: Db, course_id: UUID) -> bool:
    """Hold a course's owner against being demoted; False for one who is a student."""
    return await _lock_teacher.first(db, course_id=course_id) is not None


async def list_published_by(db: Db, user_id: UUID) -> list[CourseTitle]:
    """All published courses of a person."""
    return await _list_published_by.all(db, user_id=user_id)


async def lock_courses_of(db: Db, user_id: UUID) -> None:
    """Hold all courses of a person until the transaction ends."""
    await _lock_courses_of.all(db, user_id=user_id)


async def delete_course(db: Db, course_id: UUID) -> None:
    with on_constraint(enrollments_course=CourseHasEnrollments, orders_course=CourseHasOrders):
        await _delete_course.run(db, course_id=course_id)


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    """The values as the table has them: money is two columns."""
    columns = {name: values[name] for name in _EDITABLE if name != "price"}
    price = values["price"] or {"amount": None, "currency": None}
    return {**columns, "price_amount": price["amount"], "price_currency": price["currency"]}


async def get_course_access(db: Db, course_id: UUID, user_id: UUID | None) -> CourseAccess:
    access = await _get_course_access.first(db, course_id=course_id, user_id=user_id)
    if access is None:
        raise NotFound
    return access


async def list_lesson_parts(db: Db, course_id: UUID) -> list[LessonParts]:
    """All lessons of a course in their order, with the parts that publishing checks."""
    return await _list_lesson_parts.all(db, course_id=course_id)


async def lock_completions(db: Db, course_id: UUID) -> None:
    """Wait until nobody is completing a lesson of this course; nobody begins until we commit."""
    await _lock_completions.run(db, course_id=course_id)
