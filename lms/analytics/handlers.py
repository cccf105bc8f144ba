"""Analytics: a student's, a teacher's, a course's and the site's figures, as JSON, CSV or PDF."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
from aiohttp import hdrs, web

from lms.analytics import queries, views
from lms.analytics.activity import ACTIVITY
from lms.analytics.periods import Periods, make_periods
from lms.analytics.queries import CourseFigures
from lms.analytics.report import CourseReport, render_report
from lms.analytics.schemas import (
    AnalyticsQuery,
    CourseAnalytics,
    InstructorAnalytics,
    InstructorAnalyticsQuery,
    StudentAnalytics,
    StudentAnalyticsQuery,
    SystemAnalytics,
)
from lms.analytics.spreadsheet import to_csv
from lms.analytics.views import snapshot
from lms.core.db.pool import Pool
from lms.core.db.query import Db
from lms.core.db.replica import REPLICA
from lms.core.http.etags import make_etag, none_match
from lms.core.http.negotiation import negotiate
from lms.core.http.reply import Reply, leave_out, to_json
from lms.core.http.request import QUERY, SETTINGS, CurrentUser, path_id, pool, require_user
from lms.core.http.routing import Routes
from lms.core.parsers import PARSER_FAULTS, PARSERS, PARSING_DEADLINE
from lms.errors import Forbidden, NotFound
from lms.permissions import may_edit_course

routes = Routes("Analytics")

_TYPES = ("application/json", "text/csv")
Answer = Reply | web.Response


@routes.get(
    "/analytics/student",
    query=StudentAnalyticsQuery,
    data=StudentAnalytics,
    media_types=_TYPES,
    errors=(Forbidden, NotFound),
)
async def student_analytics(request: web.Request) -> Answer:
    """My own learning: courses, progress, time, quizzes, streak, and activity over time."""
    user = require_user(request)
    zone = await _zone(request, user)
    periods = _periods(request, zone)

    async def read(db: asyncpg.Connection) -> dict[str, Any]:
        student_id = await _whose(request, db, user, "student_id")
        return await views.student_view(db, student_id, periods, zone)

    return _answer(request, await _in_snapshot(request, read), "my-learning", {})


@routes.get(
    "/analytics/instructor",
    query=InstructorAnalyticsQuery,
    data=InstructorAnalytics,
    media_types=_TYPES,
    errors=(NotFound,),
)
async def instructor_analytics(request: web.Request) -> Answer:
    """My own courses taken together: enrolments, progress, ratings, quizzes, revenue."""
    user = require_user(request)
    periods = _periods(request, await _zone(request, user))

    async def read(db: asyncpg.Connection) -> dict[str, Any]:
        instructor_id = await _whose(request, db, user, "instructor_id")
        return await views.instructor_view(db, instructor_id, periods, datetime.now(UTC))

    return _answer(request, await _in_snapshot(request, read), "my-courses", {})


@routes.get(
    "/analytics/courses/{course_id}/analytics",
    query=AnalyticsQuery,
    data=CourseAnalytics,
    media_types=_TYPES,
)
async def course_analytics(request: web.Request) -> Answer:
    """A course's figures: enrolments, completion, lessons, quizzes, ratings, students at risk."""
    user = require_user(request)
    periods = _periods(request, await _zone(request, user))
    course = await _own_course(request, user, periods)
    titles = {lesson_id: title for lesson_id, title, *_ in course.lessons}
    return _answer(request, views.course_view(course, periods), f"course-{course.id}", titles)


@routes.get("/analytics/system", query=AnalyticsQuery, data=SystemAnalytics, media_types=_TYPES)
async def system_analytics(request: web.Request) -> Answer:
    """The whole site: people, courses, enrolments, certificates, revenue, storage, queues."""
    zone = await _zone(request, require_user(request))
    _periods(request, zone)  # a wrong range is told, though nothing has one
    await request.app[ACTIVITY].write()
    view = await request.app[REPLICA].read_present(pool(request), views.system_view)
    return _answer(request, view, "site", {}, clocks=("queues.*.oldest_seconds",))


@routes.get(
    "/analytics/courses/{course_id}/report.pdf",
    query=AnalyticsQuery,
    raw=True,
    media_types=("application/pdf",),
    errors=PARSER_FAULTS,
    deadline=PARSING_DEADLINE,
)
async def course_report(request: web.Request) -> web.Response:
    """A course's figures as charts, to print or to send."""
    user = require_user(request)
    zone = await _zone(request, user)
    periods = _periods(request, zone)
    course = await _own_course(request, user, periods)
    report = CourseReport(
        title=course.title,
        language=course.language,
        site_name=request.app[SETTINGS].site_name,
        made_at=datetime.now(zone),
        interval=request[QUERY]["interval"],
        days=[start.astimezone(zone).date() for start in periods.starts],
        lesson_titles=[title for _, title, *_ in course.lessons],
        view=views.course_view(course, periods),
    )
    shown = {**asdict(report), "made_at": None, "day": report.made_at.date()}
    etag = make_etag(to_json(shown))  # not of the file, which holds its time of creation
    if none_match(request, etag):
        return web.Response(status=304, headers={hdrs.ETAG: etag})
    pdf = await request.app[PARSERS].run(render_report, report)
    headers = {
        hdrs.ETAG: etag,
        hdrs.CONTENT_DISPOSITION: f'attachment; filename="course-{course.id}.pdf"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return web.Response(body=pdf, content_type="application/pdf", headers=headers)


async def _in_snapshot(
    request: web.Request, read: Callable[[asyncpg.Connection], Awaitable[dict[str, Any]]]
) -> dict[str, Any]:
    """Read figures of one moment, now or later, perhaps from a replica."""

    async def work(db: Pool) -> dict[str, Any]:
        async with snapshot(db) as connection:
            return await read(connection)

    return await request.app[REPLICA].read_present(pool(request), work)


async def _own_course(request: web.Request, user: CurrentUser, periods: Periods) -> CourseFigures:
    """A course that the caller teaches, or any for admins. Raises NotFound or Forbidden."""
    course_id = path_id(request, "course_id")
    now = datetime.now(UTC)
    course = await request.app[REPLICA].read_present(
        pool(request), lambda db: views.read_course(db, course_id, periods, now)
    )
    if not may_edit_course(user, course.instructor_id):
        raise NotFound if course.status == "draft" else Forbidden
    return course


async def _whose(request: web.Request, db: Db, user: CurrentUser, name: str) -> UUID:
    """The person whose figures are asked for: the caller, or for admins anyone."""
    asked: UUID | None = request[QUERY][name]
    if asked is None or asked == user.id:
        return user.id
    if not user.is_admin:
        raise Forbidden
    await queries.get_role(db, asked)
    return asked


async def _zone(request: web.Request, user: CurrentUser) -> ZoneInfo:
    """The caller's zone as it is now: what a process remembers of them may be a moment old."""
    return ZoneInfo(await queries.get_timezone(pool(request), user.id))


def _periods(request: web.Request, zone: ZoneInfo) -> Periods:
    asked = request[QUERY]
    return make_periods(
        asked["first"], asked["last"], asked["interval"], zone, now=datetime.now(UTC)
    )


def _answer(
    request: web.Request,
    view: dict[str, Any],
    name: str,
    titles: Mapping[str, str],
    clocks: Sequence[str] = (),
) -> Answer:
    """The view as JSON, or as a CSV file if the client asks for it; the ETag leaves clocks out."""
    if negotiate(request, _TYPES) != "text/csv":
        return Reply(view, without=clocks, headers={hdrs.VARY: hdrs.ACCEPT})
    body = to_csv(view, titles)
    headers = {
        hdrs.ETAG: make_etag(to_csv(leave_out(view, clocks), titles)),
        hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}.csv"',
        hdrs.VARY: hdrs.ACCEPT,
    }
    return web.Response(body=body, content_type="text/csv", charset="utf-8", headers=headers)
