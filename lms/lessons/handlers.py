"""The catalogue: lessons."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
from aiohttp import web

from lms.core.http.etags import check_if_match, version_of
from lms.core.http.pagination import fetch_limit, page, position
from lms.core.http.reply import Page, Reply
from lms.core.http.request import (
    BODY,
    QUERY,
    CurrentUser,
    current_user,
    path_id,
    pool,
    require_user,
    transaction,
)
from lms.core.http.routing import Routes
from lms.courses.publishing import CourseNotPublishable, keep_publishable
from lms.courses.queries import get_course_access, list_lesson_parts
from lms.courses.recounting import prepare_removal
from lms.courses.rights import lock_own_course
from lms.errors import Conflict, FieldError, Invalid, NotFound, gathering
from lms.files.attaching import check_attachable
from lms.files.kinds import VIDEOS
from lms.lessons import queries
from lms.lessons.queries import Lesson
from lms.lessons.schemas import LessonChanges, LessonQuery, LessonSchema, NewLesson, NewLessonOrder
from lms.lessons.showing import show_lesson
from lms.permissions import may_edit_course

routes = Routes("Lessons")


class LessonsDiffer(Conflict):
    """`lesson_ids` must be exactly the course's lessons, each once; read them again."""


@routes.get("/courses/{course_id}/lessons", query=LessonQuery, data=LessonSchema, many=True)
async def list_lessons(request: web.Request) -> Page[dict[str, Any]]:
    """A course's lessons in their order; those that you may not read yet are locked."""
    course_id = path_id(request, "course_id")
    user = current_user(request)
    access = await get_course_access(pool(request), course_id, user.id if user else None)
    reads = _reads(user, access.instructor_id, access.status, access.is_enrolled)
    (after,) = position(request, [0])
    rows = await queries.list_lessons_page(
        pool(request), course_id, after_position=after, limit=fetch_limit(request)
    )
    total = None
    if request[QUERY]["include_total"]:
        total = await queries.count_lessons(pool(request), course_id)
    found = page(request, rows, lambda lesson: [lesson.position], total=total)
    items = [show_lesson(row, reads, previews=access.status == "published") for row in found.items]
    return Page(items, found.limit, found.next_cursor, found.total)


@routes.post(
    "/courses/{course_id}/lessons",
    body=NewLesson,
    data=LessonSchema,
    status=201,
    message="The lesson was added at the end.",
    errors=(CourseNotPublishable,),
)
async def create_lesson(request: web.Request) -> Reply:
    """Add a lesson at the end of a course."""
    async with transaction(request) as db:
        course = await lock_own_course(request, db, path_id(request, "course_id"))
        lesson = await _write(
            request, db, course.id, lambda values: queries.create_lesson(db, course.id, values)
        )
        await keep_publishable(db, course.id, course.status)
    return _reply(lesson)


@routes.patch(
    "/lessons/reorder",
    body=NewLessonOrder,
    data=LessonSchema,
    many=True,
    message="The order was saved.",
    errors=(LessonsDiffer, NotFound),
)
async def reorder_lessons(request: web.Request) -> Reply:
    """Put a course's lessons into a new order; names each of them once.

    If-Match takes the tag of an earlier answer of this call.
    """
    order = request[BODY]
    lesson_ids: list[UUID] = order["lesson_ids"]
    async with transaction(request) as db:
        course = await lock_own_course(request, db, order["course_id"])
        before = await list_lesson_parts(db, course.id)
        check_if_match(request, max((lesson.updated_at for lesson in before), default=None))
        present = {lesson.id for lesson in before}
        if len(lesson_ids) != len(present) or set(lesson_ids) != present:
            raise LessonsDiffer
        await queries.reorder_lessons(db, course.id, lesson_ids)
        lessons = await queries.list_lessons(db, course.id)
    version = max((version_of(lesson.updated_at) for lesson in lessons), default=None)
    return Reply([show_lesson(lesson, True) for lesson in lessons], version=version)


@routes.get("/lessons/{lesson_id}", data=LessonSchema)
async def get_lesson(request: web.Request) -> Reply:
    """A lesson; without the right to read it, only its entry in the outline."""
    user = current_user(request)
    lesson = await queries.get_readable_lesson(
        pool(request), path_id(request, "lesson_id"), user.id if user else None
    )
    reads = _reads(user, lesson.instructor_id, lesson.course_status, lesson.is_enrolled)
    shown = show_lesson(lesson, reads, previews=lesson.course_status == "published")
    return Reply(shown, version=version_of(lesson.updated_at))


@routes.patch(
    "/lessons/{lesson_id}",
    body=LessonChanges,
    data=LessonSchema,
    message="Saved.",
    errors=(CourseNotPublishable,),
)
async def update_lesson(request: web.Request) -> Reply:
    """Change a lesson; what is not named stays."""
    async with transaction(request) as db:
        lesson = await queries.get_lesson(db, path_id(request, "lesson_id"))
        course = await lock_own_course(request, db, lesson.course_id)
        lesson = await queries.get_lesson(db, lesson.id)  # read again under the lock
        check_if_match(request, lesson.updated_at)
        before = lesson
        lesson = await _write(
            request, db, course.id, lambda values: queries.update_lesson(db, before, values), before
        )
        await keep_publishable(db, course.id, course.status)
    return _reply(lesson)


@routes.delete("/lessons/{lesson_id}", status=204, errors=(CourseNotPublishable,))
async def remove_lesson(request: web.Request) -> None:
    """Take a lesson out of its course; students' work in it is kept but no longer counted."""
    async with transaction(request) as db:
        lesson = await queries.get_lesson(db, path_id(request, "lesson_id"))
        course = await lock_own_course(request, db, lesson.course_id)
        lesson = await queries.get_lesson(db, lesson.id)
        check_if_match(request, lesson.updated_at)
        await prepare_removal(db, course.id)
        await queries.remove_lesson(db, lesson)
        await keep_publishable(db, course.id, course.status)


async def _write(
    request: web.Request,
    db: asyncpg.Connection,
    course_id: UUID,
    write: Callable[[dict[str, Any]], Awaitable[Lesson]],
    before: Lesson | None = None,
) -> Lesson:
    """The lesson as it was written. Raises Invalid, for the file and the quiz at once."""
    faults: list[FieldError] = []
    values = request[BODY]
    with gathering(faults):
        await _check_file(request, db, course_id, before)
    if faults:
        values = {**values, "file_id": None}  # the rest is tried as well, and undone
    with gathering(faults):
        lesson = await write(values)
    if faults:
        raise Invalid(errors=faults)
    return lesson


async def _check_file(
    request: web.Request, db: asyncpg.Connection, course_id: UUID, lesson: Lesson | None = None
) -> None:
    """Raise Invalid for a file that the author may not attach, or that is not a video in a video
    lesson.
    """
    body = request[BODY]
    now = lesson.file_id if lesson else None
    content_type = body.get("content_type") or (lesson.content_type if lesson else None)
    await check_attachable(
        db,
        require_user(request),
        body.get("file_id", now),
        pointer="/file_id",
        now=now,
        course_id=course_id,
        types=VIDEOS if content_type == "video" else None,
        expected="a video in a video lesson",
    )


def _reads(user: CurrentUser | None, instructor_id: UUID, status: str, is_enrolled: bool) -> bool:
    """Whether the caller may read every lesson. Raises NotFound if they may not even see titles."""
    reads = is_enrolled or may_edit_course(user, instructor_id)
    if status == "draft" and not reads:
        raise NotFound
    return reads


def _reply(lesson: Lesson) -> Reply:
    return Reply(show_lesson(lesson, True), version=version_of(lesson.updated_at))
