"""Wakes the workers that were promised something, once it is committed."""

from aiohttp import web

from lms.core.http.routing import Handler
from lms.core.jobs.broker import Nudger
from lms.core.jobs.promises import collect_queues

NUDGER: web.AppKey[Nudger] = web.AppKey("nudger", Nudger)


async def settle(request: web.Request, handler: Handler) -> object:
    """Call a handler that writes."""
    with collect_queues() as queues:
        try:
            return await handler(request)
        finally:
            # Also after an error: a mail that the handler promised before it may be committed.
            if queues:
                request.app[NUDGER].nudge(queues)
