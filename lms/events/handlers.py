"""The event log, for receivers that catch up from it."""

from typing import Any

from aiohttp import web

from lms.core.http.pagination import fetch_limit, page, position
from lms.core.http.reply import Page
from lms.core.http.request import QUERY, pool, require_user
from lms.core.http.routing import Routes
from lms.events import queries
from lms.events.payloads import TYPES
from lms.events.queries import Event
from lms.events.schemas import EventQuery, LearningEvent

routes = Routes("Events")


# From the primary: with a replica that lags, a consumer would believe that it is up to date.
@routes.get("/events", query=EventQuery, data=LearningEvent, many=True)
async def list_events(request: web.Request) -> Page[dict[str, Any]]:
    """What happened, oldest first; admins see everything, instructors their own courses.

    Poll with `after`, the id of the last event that you have: in this order no event ever
    appears before one that was shown, however the commits of concurrent writers finish. An
    event shows when every transaction that began before its own is over.
    """
    user = require_user(request)
    asked = request[QUERY]
    instructor_id = None if user.is_admin else user.id
    after: list[Any] = ["0", -1]
    if asked["after"] is not None:
        last = await queries.get_position(
            pool(request), asked["after"], instructor_id=instructor_id
        )
        after = [last.xid, last.position]
    filters: dict[str, Any] = {"types": asked["types"] or TYPES, "instructor_id": instructor_id}
    rows = await queries.list_events(
        pool(request), after=position(request, after), limit=fetch_limit(request), **filters
    )
    total = None
    if asked["include_total"]:
        total = await queries.count_events(pool(request), after=after, **filters)
    found = page(request, rows, lambda row: [row.xid, row.position], total=total)
    return Page([_show(row) for row in found.items], found.limit, found.next_cursor, found.total)


def _show(event: Event) -> dict[str, Any]:
    shown = ("id", "type", "timestamp", "data")
    return {name: getattr(event, name) for name in shown}
