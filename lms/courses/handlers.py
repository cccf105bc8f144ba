"""The catalogue: courses."""

from typing import Any
from uuid import UUID

from aiohttp import web

from lms.courses import queries
from lms.courses.cache import CATALOGUE, Made
from lms.courses.publishing import CourseNotPublishable, check_publishable, keep_publishable
from lms.courses.queries import Category, Course, CourseHasEnrollments, CourseLock, SlugTaken
from lms.courses.schemas import (
    CategorySchema,
    CourseChanges,
    CourseQuery,
    CourseSchema,
    NewCourse,
)
from lms.db import Db
from lms.errors import Forbidden, NotFound, Unauthorized
from lms.etags import check_if_match, version_of
from lms.lessons.queries import get_course_access
from lms.pagination import GREATEST_ID, LAST_TIME, LEAST_ID, fetch_limit, page, position
from lms.permissions import may_edit_course
from lms.reply import Cached, Page, Reply, to_json
from lms.request import (
    BODY,
    QUERY,
    current_user,
    parse_uuid,
    path_id,
    pool,
    read_pool,
    require_user,
    transaction,
)
from lms.routing import Routes

routes = Routes("Courses")


@routes.get("/courses", query=CourseQuery, data=CourseSchema, many=True)
async def list_courses(request: web.Request) -> Cached | Page[Course]:
    """The catalogue, newest first; authors also see their own drafts and archived courses."""
    user = current_user(request)
    if user is None or user.role == "student":
        return await request.app[CATALOGUE].list_page(
            _list_name(request), lambda: _make_page(request)
        )
    return await _read_page(request)


async def _make_page(request: web.Request) -> Made:
    found = await _read_page(request)
    meta: dict[str, Any] = {"limit": found.limit, "next_cursor": found.next_cursor}
    if found.total is not None:
        meta["total"] = found.total
    return Made(to_json(found.items), None, meta)


async def _read_page(request: web.Request) -> Page[Course]:
    filters = _filters(request)
    rows = await queries.list_courses(
        read_pool(request),
        before=position(request, [LAST_TIME, GREATEST_ID]),
        limit=fetch_limit(request),
        **filters,
    )
    total = None
    if request[QUERY]["include_total"]:
        total = await queries.count_courses(read_pool(request), **filters)
    return page(request, rows, lambda course: [course.listed_at, course.id], total=total)


def _filters(request: web.Request) -> dict[str, Any]:
    asked = request[QUERY]
    user = current_user(request)
    instructor_id = asked.get("instructor_id")
    if asked.get("mine"):
        if user is None:
            raise Unauthorized
        # Mine and somebody else's: nothing.
        instructor_id = user.id if instructor_id in (None, user.id) else LEAST_ID
    return {
        "viewer_id": user.id if user and user.role == "instructor" else None,
        "sees_all": user is not None and user.is_admin,
        "status": asked.get("status"),
        "category": asked.get("category"),
        "difficulty": asked.get("difficulty"),
        "instructor_id": instructor_id,
        "is_free": None if asked.get("price") is None else asked["price"] == "free",
        "updated_since": asked.get("updated_since"),
    }


def _list_name(request: web.Request) -> str:
    # A cursor names its reader, so signed-in students each have their own later pages.
    user = current_user(request)
    return f"{user.id if user else ''}?{request.rel_url.raw_query_string}"


@routes.get("/courses/categories", data=CategorySchema, many=True)
async def list_categories(request: web.Request) -> list[Category]:
    """The categories of published courses and how many courses each has."""
    return await queries.list_categories(read_pool(request))


@routes.post(
    "/courses",
    body=NewCourse,
    data=CourseSchema,
    status=201,
    message="The course was created as a draft.",
    errors=(SlugTaken,),
)
async def create_course(request: web.Request) -> Reply:
    """Create a course; it starts as a draft that only you see."""
    teacher = require_user(request)
    async with transaction(request) as db:
        course = await queries.create_course(db, teacher.id, request[BODY])
    return _reply(course, headers={"Location": f"/api/v1/courses/{course.id}"})


@routes.get("/courses/{course}", data=CourseSchema)
async def get_course(request: web.Request) -> Cached | Reply:
    """A course, by its id or its slug."""
    course_id = await find_course(request)
    user = current_user(request)

    async def make() -> Made:
        course = await queries.get_course(pool(request), course_id)
        if course.status == "draft":
            raise NotFound
        return Made(to_json(course), version_of(course.updated_at), {})

    if user is None:
        return await request.app[CATALOGUE].course(course_id, make)
    if user.role == "student":
        try:
            return await request.app[CATALOGUE].course(course_id, make)
        except NotFound:  # a draft, which its students go on reading
            access = await get_course_access(pool(request), course_id, user.id)
            if not access.is_enrolled:
                raise
            return _reply(await queries.get_course(pool(request), course_id))
    course = await queries.get_course(pool(request), course_id)
    if course.status == "draft" and not may_edit_course(user, course.instructor_id):
        raise NotFound
    return _reply(course)


@routes.patch(
    "/courses/{course}",
    body=CourseChanges,
    data=CourseSchema,
    message="Saved.",
    errors=(SlugTaken, CourseNotPublishable),
)
async def update_course(request: web.Request) -> Reply:
    """Change a course; what is not named stays."""
    async with transaction(request) as db:
        lock = await lock_own_course(request, db, await find_course(request))
        check_if_match(request, lock.updated_at)
        course = await queries.get_course(db, lock.id)
        course = await queries.update_course(db, course, request[BODY])
        await keep_publishable(db, lock.id, lock.status)
    return _reply(course)


@routes.delete("/courses/{course}", status=204, errors=(CourseHasEnrollments,))
async def delete_course(request: web.Request) -> None:
    """Delete a course that nobody is enrolled in."""
    async with transaction(request) as db:
        lock = await lock_own_course(request, db, await find_course(request))
        check_if_match(request, lock.updated_at)
        await queries.delete_course(db, lock.id)


@routes.post(
    "/courses/{course_id}/publish",
    data=CourseSchema,
    message="The course is open to students.",
    errors=(CourseNotPublishable,),
)
async def publish_course(request: web.Request) -> Reply:
    """Open a course to students, if nothing is missing."""
    return await _set_status(request, "published")


@routes.post("/courses/{course_id}/unpublish", data=CourseSchema, message="It is a draft again.")
async def unpublish_course(request: web.Request) -> Reply:
    """Make a course a draft again; who is enrolled goes on."""
    return await _set_status(request, "draft")


@routes.post("/courses/{course_id}/archive", data=CourseSchema, message="Archived.")
async def archive_course(request: web.Request) -> Reply:
    """Close a course to new students; who is enrolled goes on."""
    return await _set_status(request, "archived")


async def _set_status(request: web.Request, status: str) -> Reply:
    async with transaction(request) as db:
        lock = await lock_own_course(request, db, path_id(request, "course_id"))
        if status == "published":
            await check_publishable(db, lock.id)
        if lock.status == status:
            course = await queries.get_course(db, lock.id)
        else:
            course = await queries.set_status(db, lock.id, status)
    return _reply(course)


async def find_course(request: web.Request) -> UUID:
    """The course that the path names by id or slug. Raises NotFound."""
    named = request.match_info["course"]
    course_id = parse_uuid(named)
    return course_id or await queries.get_course_id(pool(request), named)


async def lock_own_course(request: web.Request, db: Db, course_id: UUID) -> CourseLock:
    """A course, held, that the caller may edit. Raises NotFound or Forbidden."""
    course = await queries.lock_course(db, course_id)
    if not may_edit_course(require_user(request), course.instructor_id):
        raise NotFound if course.status == "draft" else Forbidden
    return course


def _reply(course: Course, headers: dict[str, str] | None = None) -> Reply:
    return Reply(course, version=version_of(course.updated_at), headers=headers or {})
