"""Every request has an id and a place in the metrics."""

import os
import re

from aiohttp import hdrs, web
from multidict import istr

from lms.core.http.request import REQUEST_ID, USER
from lms.core.http.routing import Endpoint
from lms.core.log import request_context
from lms.core.metrics import note_request

_HEADER = istr("X-Request-ID")  # made once: a str would be case-folded at each look-up
_VALID_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


def identify(request: web.Request) -> None:
    """Give the request its id: the caller's, if it is one, else a random one."""
    given = request.headers.get(_HEADER)
    ident = given if given and _VALID_ID.fullmatch(given) else os.urandom(16).hex()
    request[REQUEST_ID] = ident
    request[USER] = None  # until somebody is known to ask
    request_context.set({"request_id": ident})


def observe(endpoint: Endpoint | None, method: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    # Unknown paths share one label: a scanner must not grow the metrics.
    route = endpoint.path if endpoint is not None else "unmatched"
    note_request(route, method if method in hdrs.METH_ALL else "other", status, seconds)
