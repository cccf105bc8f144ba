"""A course's roster, for its teacher."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from lms.core.db.pool import Pool
from lms.core.db.query import columns_of
from lms.core.http.pagination import GREATEST_ID, LAST_TIME, LEAST_ID, fetch_limit, page, position
from lms.core.http.reply import Page
from lms.core.http.request import QUERY, list_pool, pool
from lms.core.http.routing import Routes
from lms.courses.rights import require_own_course
from lms.enrollments import roster_queries
from lms.enrollments.roster_queries import RosterEntry
from lms.enrollments.schemas import (
    PLACE_STATUSES,
    STATUSES,
    RosterEntrySchema,
    RosterQuery,
)
from lms.errors import Forbidden

routes = Routes("Learning")

# Up to this many people who match a search are looked up in the roster one by one. With more,
# reading the roster in its order finds a page of them sooner.
_FEW = 2000


@dataclass(frozen=True, slots=True)
class _Sort:
    """An order: its query, its start, and a row's position in it."""

    list_page: Callable[..., Awaitable[list[RosterEntry]]]
    first: tuple[Any, ...]
    key: Callable[[RosterEntry], list[Any]]


_SORTS = {
    "newest": _Sort(
        roster_queries.list_roster_by_newest,
        (LAST_TIME, GREATEST_ID),
        lambda row: [row.placed_at, row.id],
    ),
    "name": _Sort(
        roster_queries.list_roster_by_name,
        ("", LEAST_ID),
        lambda row: [row.student_name, row.id],
    ),
    "progress": _Sort(
        roster_queries.list_roster_by_progress,
        (True, 2**31 - 1, GREATEST_ID),
        lambda row: [row.status == "completed", row.done_lessons, row.id],
    ),
}


@routes.get(
    "/courses/{course_id}/enrollments",
    query=RosterQuery,
    data=RosterEntrySchema,
    many=True,
    errors=(Forbidden,),
)
async def list_roster(request: web.Request) -> Page[dict[str, Any]]:
    """Who is enrolled in a course, and how far; for its teacher.

    Places that were given to an e-mail address stand in it as `invited` until the person behind
    the address has proved it, and as `waiting` while the course is full.
    """
    course_id = await require_own_course(request, pool(request))
    asked = request[QUERY]
    sort = _SORTS[asked["sort"]]
    db = list_pool(request)
    filters = {
        "course_id": course_id,
        "statuses": [asked["status"]] if "status" in asked else [*STATUSES, *PLACE_STATUSES],
        "updated_since": asked.get("updated_since"),
        **await _search(db, asked.get("q")),
    }
    rows = await sort.list_page(
        db, position(request, sort.first), limit=fetch_limit(request), **filters
    )
    total = None
    if asked["include_total"]:
        total = await roster_queries.count_roster(db, **filters)
    found = page(request, rows, sort.key, total=total)
    return Page([_show(row) for row in found.items], found.limit, found.next_cursor, found.total)


async def _search(db: Pool, q: str | None) -> dict[str, Any]:
    if q is None:
        return {"student_ids": None, "q": None, "place_q": None}
    people = await roster_queries.list_matching_students(db, q, limit=_FEW + 1)
    if len(people) > _FEW:
        return {"student_ids": None, "q": q, "place_q": q}
    return {"student_ids": people, "q": None, "place_q": q}


def _show(row: RosterEntry) -> dict[str, Any]:
    return columns_of(row, without=("student_name", "done_lessons", "placed_at"))
