"""What surrounds a transaction: going again after a deadlock, waking workers after the commit."""

import time

from aiohttp import web

from lms.core.db.transactions import RETRYABLE
from lms.core.http.request import TRANSACTION
from lms.core.http.routing import Handler, endpoint_of_route
from lms.core.jobs.broker import Nudger
from lms.core.jobs.promises import collect_queues

NUDGER: web.AppKey[Nudger] = web.AppKey("nudger", Nudger)

_AGAIN_SECONDS = 2.5  # a deadlock is found after 1 s; later, another try could last too long
_TRIES = 3  # PostgreSQL undoes one of two that wait for each other; it may simply go again


async def settle(request: web.Request, handler: Handler) -> object:
    """Ask a handler that writes."""
    with collect_queues() as queues:
        try:
            return await _retrying(request, handler)
        finally:
            # Also after an error: what it told someone by mail may be committed.
            if queues:
                request.app[NUDGER].nudge(queues)


async def _retrying(request: web.Request, handler: Handler) -> object:
    endpoint = endpoint_of_route(request.match_info.route)
    if endpoint is not None and not endpoint.reads_body:
        return await handler(request)  # its body is gone; it goes again by itself (commit_once())
    started = time.monotonic()
    for _ in range(_TRIES - 1):
        try:
            return await handler(request)
        except RETRYABLE:
            if time.monotonic() - started > _AGAIN_SECONDS:
                raise
            # The connection of an undone idempotent request went back to its pool.
            request.pop(TRANSACTION, None)
    return await handler(request)
