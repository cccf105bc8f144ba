"""The catalogue: courses."""

from uuid import UUID

from aiohttp import web

from lms.core.audit.record import record
from lms.core.db.pool import Pool
from lms.core.db.query import Db
from lms.core.http.etags import check_if_match, version_of
from lms.core.http.reply import Cached, Page, Reply, to_json
from lms.core.http.request import (
    BODY,
    current_user,
    parse_uuid,
    path_id,
    pool,
    require_user,
    transaction,
)
from lms.core.http.routing import Routes
from lms.courses import queries
from lms.courses.cache import CATALOGUE, Made
from lms.courses.listing import list_catalogue
from lms.courses.pictures import check_pictures
from lms.courses.publishing import (
    CourseNotPublishable,
    check_publishable,
    check_taught,
    keep_publishable,
)
from lms.courses.queries import (
    Course,
    CourseHasEnrollments,
    CourseHasOrders,
    CourseLock,
    SlugTaken,
)
from lms.courses.recounting import promise_seats
from lms.courses.rights import lock_own_course
from lms.courses.schemas import CategorySchema, CourseChanges, CourseQuery, CourseSchema, NewCourse
from lms.courses.slugs import SLUG
from lms.courses.teachers import hand_over
from lms.errors import Forbidden, NotFound
from lms.events.stories import record_course
from lms.permissions import may_edit_course, may_give_course

routes = Routes("Courses")


@routes.get("/courses", query=CourseQuery, data=CourseSchema, many=True)
async def list_courses(request: web.Request) -> Cached | Page[Course]:
    """The catalogue, newest first; authors also see their own drafts and archived courses."""
    return await list_catalogue(request)


@routes.get("/courses/categories", data=CategorySchema, many=True)
async def list_categories(request: web.Request) -> Cached:
    """The categories of published courses and how many courses each has."""

    async def make(db: Pool) -> Made:
        return Made(to_json(await queries.list_categories(db)))

    return await request.app[CATALOGUE].list_page("categories", make)


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
        await check_pictures(db, teacher, request[BODY])
        course = await queries.create_course(db, teacher.id, request[BODY])
    return _reply(course, headers={"Location": f"/api/v1/courses/{course.id}"})


@routes.get("/courses/{course}", data=CourseSchema)
async def get_course(request: web.Request) -> Cached | Reply:
    """A course, by its id or its slug."""
    named = _named(request)
    user = current_user(request)

    async def make() -> Made:
        course = await queries.get_course_named(pool(request), named)
        if course.status == "draft":
            raise NotFound
        version = version_of(course.updated_at)
        return Made(to_json(course), version, course_id=str(course.id), slug=course.slug)

    if user is None:
        return await request.app[CATALOGUE].course(named, make)
    if user.role == "student":
        try:
            return await request.app[CATALOGUE].course(named, make)
        except NotFound:  # perhaps a draft again, which its students may still read
            return _reply(await queries.get_enrolled_course(pool(request), named, user.id))
    course = await queries.get_course_named(pool(request), named)
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
    """Change a course; what is not named stays. Admins may give it to another teacher."""
    user, changes = require_user(request), request[BODY]
    async with transaction(request) as db:
        lock = await _lock_named(request, db)
        if "instructor_id" in changes and not may_give_course(user):
            raise Forbidden("Only an admin gives a course to another teacher.")
        check_if_match(request, lock.updated_at)
        course = await queries.get_course(db, lock.id)
        await check_pictures(db, user, changes, course)
        capacity = course.capacity
        course = await queries.update_course(db, course, changes)
        if course.capacity != capacity:
            await promise_seats(db, course.id)
        await keep_publishable(db, lock.id, lock.status)
        former_id = None
        if changes.get("instructor_id", lock.instructor_id) != lock.instructor_id:
            former_id = lock.instructor_id
            await hand_over(db, lock.id, changes["instructor_id"])
            course = await queries.get_course(db, lock.id)
            await record(
                db,
                request,
                "course.handed_over",
                lock.id,
                before=str(former_id),
                after=str(course.instructor_id),
            )
        await record_course(db, "course.updated", course, former_id=former_id)
    return _reply(course)


@routes.delete("/courses/{course}", status=204, errors=(CourseHasEnrollments, CourseHasOrders))
async def delete_course(request: web.Request) -> None:
    """Delete a course that nobody is enrolled in."""
    async with transaction(request) as db:
        lock = await _lock_named(request, db)
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
    """Make a course a draft again; enrolled students can go on."""
    return await _set_status(request, "draft")


@routes.post("/courses/{course_id}/archive", data=CourseSchema, message="Archived.")
async def archive_course(request: web.Request) -> Reply:
    """Close a course to new students; enrolled students can go on."""
    return await _set_status(request, "archived")


_CAME_TO = {
    "published": "course.published",
    "archived": "course.archived",
    "draft": "course.updated",
}


async def _set_status(request: web.Request, status: str) -> Reply:
    async with transaction(request) as db:
        lock = await lock_own_course(request, db, path_id(request, "course_id"))
        if status == "published":
            await check_publishable(db, lock.id)
            if lock.status != status:
                await check_taught(db, lock.id)
        if lock.status == status:
            course = await queries.get_course(db, lock.id)
        else:
            course = await queries.set_status(db, lock.id, status)
            await record_course(db, _CAME_TO[status], course)
    return _reply(course)


def _named(request: web.Request) -> UUID | str:
    """The course's id or slug from the path. Raises NotFound for text that can be neither."""
    named = request.match_info["course"]
    course_id = parse_uuid(named)
    if course_id is None and not SLUG.fullmatch(named):
        raise NotFound
    return course_id or named


async def _lock_named(request: web.Request, db: Db) -> CourseLock:
    named = _named(request)
    if not isinstance(named, UUID):
        named = (await queries.get_course_named(db, named)).id
    return await lock_own_course(request, db, named)


def _reply(course: Course, headers: dict[str, str] | None = None) -> Reply:
    return Reply(course, version=version_of(course.updated_at), headers=headers or {})
