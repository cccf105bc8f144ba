"""Lists of courses: which of them a caller sees, their order, and search results."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from lms.core.db.pool import Pool
from lms.core.http.pagination import GREATEST_ID, LAST_TIME, LEAST_ID, fetch_limit, page, position
from lms.core.http.reply import Cached, Page, to_json
from lms.core.http.request import QUERY, current_user
from lms.courses import queries
from lms.courses.cache import CATALOGUE, Made
from lms.courses.queries import Course
from lms.errors import Unauthorized
from lms.permissions import teacher_id

_MOST = 2**31 - 1  # no course has more students or ratings


@dataclass(frozen=True, slots=True)
class _Order:
    """An order: its start, a course's position in it, and the query for it."""

    first: Sequence[Any]
    key: Callable[[Any, datetime], Sequence[Any]]
    list: Callable[..., Awaitable[Sequence[Course]]]
    # From a first row, the time when the newest course was listed; for orders in which publishing
    # moves a draft. So an author who goes on paging finds drafts that were published meanwhile
    # where they were.
    as_of: Callable[[Any], datetime] | None = None


def _listed_at(course: Course, as_of: datetime) -> datetime:
    return course.created_at if course.listed_at > as_of else course.listed_at


_ORDERS = {
    "newest": _Order(
        (LAST_TIME, GREATEST_ID, LAST_TIME),
        lambda course, as_of: (_listed_at(course, as_of), course.id, as_of),
        queries.list_courses_by_newest,
        lambda first: first.listed_at,
    ),
    "title": _Order(
        ("", LEAST_ID),
        # The beginning of the title, as far as the order uses it.
        lambda course, as_of: (course.title[:100], course.id),
        queries.list_courses_by_title,
    ),
    "popular": _Order(
        (_MOST, GREATEST_ID),
        lambda course, as_of: (course.enrollment_count, course.id),
        queries.list_courses_by_popularity,
    ),
    "rating": _Order(
        (_MOST, _MOST, GREATEST_ID),
        lambda course, as_of: (course.rating_rank, course.rating_count, course.id),
        queries.list_courses_by_rating,
    ),
}
_BEST = _Order(
    (0, LAST_TIME, GREATEST_ID, LAST_TIME),
    lambda course, as_of: (course.rank, course.place, course.id, as_of),
    queries.search_courses,
    lambda first: first.latest,
)


async def list_catalogue(request: web.Request) -> Cached | Page[Course]:
    """The requested list, as the caller may see it."""
    asked = request[QUERY]
    user = current_user(request)
    catalogue = request.app[CATALOGUE]
    if asked.get("mine") and user is None:
        raise Unauthorized
    if (user is None or user.role == "student") and not asked.get("mine"):
        # The list that everybody sees. A bad cursor is refused before anything is looked up.
        if asked["cursor"] is not None:
            position(request, _order(asked).first, public=True)

        async def make(db: Pool) -> Made:
            return made_of(await _read_page(request, db, public=True))

        # Lists that anyone can ask for in endless variations are not shared.
        endless = asked["cursor"] or asked.get("q") or asked.get("updated_since")
        return await catalogue.list_page(asked.name, make, shared=not endless)
    return await catalogue.read_list(lambda db: _read_page(request, db, public=False))


def made_of(found: Page[Any]) -> Made:
    """A page as the cache keeps it."""
    meta: dict[str, Any] = {"limit": found.limit, "next_cursor": found.next_cursor}
    if found.total is not None:
        meta["total"] = found.total
    return Made(to_json(found.items), meta=meta)


async def _read_page(request: web.Request, db: Pool, *, public: bool) -> Page[Course]:
    asked = request[QUERY]
    order = _order(asked)
    after = position(request, order.first, public=public)
    filters = _filters(request, public=public)
    words: dict[str, Any] = {"ids": None, "words": None}
    place = words
    if asked.get("q"):
        search = await queries.read_search(db, asked["q"], later=asked["cursor"] is not None)
        words = search.filters
        place = search.ranks if order is _BEST else words
    rows = await order.list(db, after, limit=fetch_limit(request), **filters, **place)
    total = None
    if asked["include_total"]:
        total = await queries.count_courses(db, **filters, **words)
    as_of = LAST_TIME  # the public sees no drafts that would have to keep their position
    if order.as_of is not None and rows and not public:
        as_of = after[-1] if asked["cursor"] else order.as_of(rows[0])
    found = page(request, rows, lambda course: order.key(course, as_of), total=total, public=public)
    if order is _BEST:
        items = [course.without_rank() for course in found.items]  # type: ignore[attr-defined]
        return Page(items, found.limit, found.next_cursor, found.total)
    return found


def _order(asked: dict[str, Any]) -> _Order:
    if asked.get("sort") is None and asked.get("q"):
        return _BEST
    return _ORDERS[asked.get("sort") or "newest"]


def _filters(request: web.Request, *, public: bool) -> dict[str, Any]:
    asked = request[QUERY]
    user = None if public else current_user(request)
    instructor_id = asked.get("instructor_id")
    if asked.get("mine") and user is not None:
        # Both my own and somebody else's: no course can be that.
        instructor_id = user.id if instructor_id in (None, user.id) else LEAST_ID
    return {
        "viewer_id": teacher_id(user),
        "sees_all": user is not None and user.is_admin,
        "status": asked.get("status"),
        "category": asked.get("category"),
        "difficulty": asked.get("difficulty"),
        "instructor_id": instructor_id,
        "is_free": None if asked.get("price") is None else asked["price"] == "free",
        "updated_since": asked.get("updated_since"),
    }
