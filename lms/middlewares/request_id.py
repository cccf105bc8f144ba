"""Every request has an id, a place in the metrics, and the headers that every reply carries."""

import os
import re
import time
from typing import Any

from aiohttp import hdrs, web

from lms.log import request_context
from lms.metrics import LATENCY, REQUESTS
from lms.middlewares.rate_limit import rate_headers
from lms.request import REQUEST_ID, SETTINGS, USER
from lms.routing import Handler, endpoint_of

_VALID_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

_SECURITY_HEADERS = {
    "Server": "lms",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_API_POLICY = "default-src 'none'; frame-ancestors 'none'"
_HSTS = "max-age=63072000; includeSubDomains"
_EXPOSED = (
    "ETag, Link, Retry-After, RateLimit, RateLimit-Policy, X-RateLimit-Limit, "
    "X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-ID, Idempotent-Replayed, "
    "Content-Disposition"
)
_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"


@web.middleware
async def request_id(request: web.Request, handler: Handler) -> Any:
    given = request.headers.get("X-Request-ID")
    ident = given if given and _VALID_ID.fullmatch(given) else os.urandom(16).hex()
    request[REQUEST_ID] = ident
    request_context.set({"request_id": ident})
    started = time.perf_counter()
    status = 499  # what stays if the client goes away
    try:
        if _is_preflight(request):
            response: web.StreamResponse = web.Response(status=204)
        else:
            response = await handler(request)
        status = response.status
        return response
    finally:
        endpoint = endpoint_of(request)
        # Unknown paths share one label: a scanner must not grow the metrics.
        route = endpoint.path if endpoint is not None else "unmatched"
        _observe(route, request.method, status, time.perf_counter() - started)


_counters: dict[tuple[str, str, int], Any] = {}
_timers: dict[tuple[str, str], Any] = {}


def _observe(route: str, method: str, status: int, seconds: float) -> None:
    method = method if method in hdrs.METH_ALL else "other"
    counter = _counters.get((route, method, status))
    if counter is None:
        counter = _counters[route, method, status] = REQUESTS.labels(route, method, status)
    counter.inc()
    timer = _timers.get((route, method))
    if timer is None:
        timer = _timers[route, method] = LATENCY.labels(route, method)
    timer.observe(seconds)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """What every reply carries; a signal, so that streamed and failed ones have it too."""
    headers = response.headers
    headers.update(_SECURITY_HEADERS)
    headers["X-Request-ID"] = request.get(REQUEST_ID, "")
    headers.update(rate_headers(request))
    if "Content-Security-Policy" not in headers:
        headers["Content-Security-Policy"] = _API_POLICY
    if "Cache-Control" not in headers:
        # Who signed in sees her own view; nobody else's cache may keep it.
        personal = request.get(USER) is not None
        headers["Cache-Control"] = "private, no-cache" if personal else "no-cache"
    settings = request.app[SETTINGS]
    if request.secure or (settings.public_url or "").startswith("https:"):
        headers["Strict-Transport-Security"] = _HSTS
    if settings.cors_origins:
        _add_cors(request, response, settings.cors_origins)


def _is_preflight(request: web.Request) -> bool:
    return (
        request.method == hdrs.METH_OPTIONS
        and bool(request.app[SETTINGS].cors_origins)
        and hdrs.ORIGIN in request.headers
        and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
    )


def _add_cors(request: web.Request, response: web.StreamResponse, allowed: tuple[str, ...]) -> None:
    response.headers.add(hdrs.VARY, hdrs.ORIGIN)
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None or (origin not in allowed and "*" not in allowed):
        return
    response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
    if request.method == hdrs.METH_OPTIONS:
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_METHODS] = _METHODS
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = (
            "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Request-ID"
        )
        response.headers[hdrs.ACCESS_CONTROL_MAX_AGE] = "600"
    else:
        response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = _EXPOSED
