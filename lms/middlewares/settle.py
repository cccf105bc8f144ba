"""Wakes the workers that were promised something, once it is committed."""

from aiohttp import web

from lms.core.http.routing import Handler
from lms.core.jobs.broker import NUDGER
from lms.core.jobs.promises import collect_queues


async def settle(request: web.Request, handler: Handler) -> object:
    """Ask a handler that writes."""
    with collect_queues() as queues:
        try:
            return await handler(request)
        finally:
            # Also after an error: what it told someone by mail may be committed.
            if queues:
                request.app[NUDGER].nudge(queues)
