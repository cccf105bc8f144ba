"""Wakes the workers that were promised something, once it is committed."""

from aiohttp import web

from lms.core.db.wakeups import collect_wakeups, due_now
from lms.core.http.routing import Handler
from lms.core.jobs.broker import NUDGER


async def settle(request: web.Request, handler: Handler) -> object:
    """Ask a handler that writes."""
    with collect_wakeups() as wakeups:
        try:
            return await handler(request)
        finally:
            # Also after an error: what it told someone by mail may be committed.
            if wakeups:
                request.app[NUDGER].nudge(due_now(wakeups))
