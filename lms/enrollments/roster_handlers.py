"""A course's roster, for who teaches it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web

from lms.core.db.pool import Pool
from lms.core.db.query import Query
from lms.core.http.pagination import GREATEST_ID, LAST_TIME, LEAST_ID, fetch_limit, page, position
from lms.core.http.reply import Page
from lms.core.http.request import QUERY, list_pool, pool
from lms.core.http.routing import Routes
from lms.courses.rights import require_own_course
from lms.enrollments.schemas import STATUSES, RosterEntrySchema, RosterQuery
from lms.errors import Forbidden

routes = Routes("Learning")

# Up to this many people who fit a search are looked up in the roster one by one; with more,
# walking the roster finds a page of them sooner.
_FEW = 2000


@dataclass(frozen=True, slots=True)
class RosterEntry:
    id: UUID
    course: dict[str, Any]
    student_id: UUID
    status: str
    progress_percent: int
    completed_lessons: int
    total_lessons: int
    time_spent_seconds: int
    resume_lesson_id: UUID | None
    enrolled_at: datetime
    completed_at: datetime | None
    last_accessed_at: datetime | None
    updated_at: datetime
    student: dict[str, Any]
    student_name: str  # as it is sorted by
    done_lessons: int


@dataclass(frozen=True, slots=True)
class _Sort:
    """An ordering: its file, what that calls the start, the first one, and a row's own."""

    query: Query[RosterEntry]
    names: tuple[str, ...]
    first: tuple[Any, ...]
    key: Callable[[RosterEntry], list[Any]]


_SORTS = {
    "newest": _Sort(
        Query("enrollments/list_roster_by_newest", RosterEntry),
        ("before_time", "before_id"),
        (LAST_TIME, GREATEST_ID),
        lambda row: [row.enrolled_at, row.id],
    ),
    "name": _Sort(
        Query("enrollments/list_roster_by_name", RosterEntry),
        ("after_name", "after_id"),
        ("", LEAST_ID),
        lambda row: [row.student_name, row.id],
    ),
    "progress": _Sort(
        Query("enrollments/list_roster_by_progress", RosterEntry),
        ("before_completed", "before_done", "before_id"),
        (True, 2**31 - 1, GREATEST_ID),
        lambda row: [row.status == "completed", row.done_lessons, row.id],
    ),
}
_count_roster = Query("enrollments/count_roster", int)
_find_students = Query("enrollments/find_students", UUID)


@routes.get(
    "/courses/{course_id}/enrollments",
    query=RosterQuery,
    data=RosterEntrySchema,
    many=True,
    errors=(Forbidden,),
)
async def list_roster(request: web.Request) -> Page[dict[str, Any]]:
    """Who is enrolled in a course, and how far; for its teacher."""
    course_id = await require_own_course(request, pool(request))
    asked = request[QUERY]
    sort = _SORTS[asked["sort"]]
    db = list_pool(request)
    filters = {
        "course_id": course_id,
        "statuses": [asked["status"]] if "status" in asked else list(STATUSES),
        "updated_since": asked.get("updated_since"),
        **await _search(db, asked.get("q")),
    }
    rows = await sort.query.all(
        db,
        limit=fetch_limit(request),
        **dict(zip(sort.names, position(request, sort.first), strict=True)),
        **filters,
    )
    total = await _count_roster.one(db, **filters) if asked["include_total"] else None
    found = page(request, rows, sort.key, total=total)
    return Page([_show(row) for row in found.items], found.limit, found.next_cursor, found.total)


async def _search(db: Pool, q: str | None) -> dict[str, Any]:
    if q is None:
        return {"student_ids": None, "pattern": None}
    escaped = q.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    pattern = f"%{escaped}%"
    people = await _find_students.all(db, pattern=pattern, limit=_FEW + 1)
    if len(people) > _FEW:
        return {"student_ids": None, "pattern": pattern}
    return {"student_ids": people, "pattern": None}


def _show(row: RosterEntry) -> dict[str, Any]:
    names = (name for name in RosterEntry.__match_args__)
    return {n: getattr(row, n) for n in names if n not in ("student_name", "done_lessons")}
