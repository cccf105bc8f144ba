"""Every request has an id and a place in the metrics."""

import os
import re

from aiohttp import hdrs, web
from multidict import istr

from lms.core.http.request import REQUEST_ID, USER
from lms.core.http.routing import Endpoint
from lms.core.log import LogContext, log_context
from lms.core.metrics import note_request

_HEADER = istr("X-Request-ID")  # made once: a str would be case-folded at each look-up
_VALID_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


def identify(request: web.Request, endpoint: Endpoint | None) -> None:
    """Give the request its id: the caller's, if it is one, else a random one."""
    given = request.headers.get(_HEADER)
    ident = given if given and _VALID_ID.fullmatch(given) else os.urandom(16).hex()
    request[REQUEST_ID] = ident
    request[USER] = None  # until somebody is known to ask
    start_context(ident, request.method, endpoint)


def start_context(request_id: str, method: str, endpoint: Endpoint | None) -> LogContext:
    """Put the request's id, method and route into each line of the log that is about it."""
    context = LogContext(
        {"request_id": request_id, "method": _method(method), "route": _route(endpoint)}
    )
    log_context.set(context)
    return context


def observe(endpoint: Endpoint | None, method: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    note_request(_route(endpoint), _method(method), status, seconds)


def _route(endpoint: Endpoint | None) -> str:
    # The template, for a path may hold a token; unknown paths share one name, since a scanner must
    # not grow the metrics.
    return endpoint.path if endpoint is not None else "unmatched"


def _method(method: str) -> str:
    return method if method in hdrs.METH_ALL else "other"
