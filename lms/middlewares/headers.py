"""The headers that every reply carries."""

from aiohttp import hdrs, web
from multidict import CIMultiDict, istr

from lms.middlewares.rate_limit import add_rate_headers
from lms.request import REQUEST_ID, SETTINGS, USER
from lms.settings import Settings

_REQUEST_ID = istr("X-Request-ID")
_POLICY = istr("Content-Security-Policy")
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


# Those that are alike in every reply, made once.
COMMON_HEADERS: web.AppKey[CIMultiDict[str]] = web.AppKey("common_headers", CIMultiDict)


def json_headers(request: web.Request, cache_control: str | None) -> CIMultiDict[str]:
    """What a JSON reply starts with: all of the below, so that `add_headers` adds nothing."""
    headers = request.app[COMMON_HEADERS].copy()
    headers[hdrs.CONTENT_TYPE] = "application/json"
    headers[hdrs.CACHE_CONTROL] = cache_control or _caching(request)
    headers[_REQUEST_ID] = request[REQUEST_ID]
    add_rate_headers(request, headers)
    _add_for_connection(request, headers)
    return headers


def bare_headers(app: web.Application, request_id: str) -> CIMultiDict[str]:
    """For a reply to what is no request: no client, no origin and no limit is known."""
    headers = app[COMMON_HEADERS].copy()
    headers[_REQUEST_ID] = request_id
    headers[hdrs.CACHE_CONTROL] = "no-store"
    return headers


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """What every reply carries; a signal, so that streamed and failed ones have it too."""
    headers = response.headers
    if _REQUEST_ID not in headers:
        for name, value in request.app[COMMON_HEADERS].items():
            if name != _POLICY or name not in headers:
                headers[name] = value
        headers[_REQUEST_ID] = request.get(REQUEST_ID, "")
        add_rate_headers(request, headers)
        if hdrs.CACHE_CONTROL not in headers:
            headers[hdrs.CACHE_CONTROL] = _caching(request)
        _add_for_connection(request, headers)


def _add_for_connection(request: web.Request, headers: CIMultiDict[str]) -> None:
    if request.secure:
        headers[hdrs.STRICT_TRANSPORT_SECURITY] = _HSTS
    origins = request.app[SETTINGS].cors_origins
    if origins:
        _add_cors(request, headers, origins)


def common_headers(settings: Settings) -> CIMultiDict[str]:
    """The headers that depend on the settings alone."""
    headers = CIMultiDict(_SECURITY_HEADERS)
    headers[_POLICY] = _API_POLICY
    if (settings.public_url or "").startswith("https:"):
        headers[hdrs.STRICT_TRANSPORT_SECURITY] = _HSTS
    return headers


def _caching(request: web.Request) -> str:
    # Who signed in sees her own view; nobody else's cache may keep it.
    return "private, no-cache" if request.get(USER) is not None else "no-cache"


def is_preflight(request: web.Request) -> bool:
    return (
        request.method == hdrs.METH_OPTIONS
        and bool(request.app[SETTINGS].cors_origins)
        and hdrs.ORIGIN in request.headers
        and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
    )


def _add_cors(request: web.Request, headers: CIMultiDict[str], allowed: tuple[str, ...]) -> None:
    headers.add(hdrs.VARY, hdrs.ORIGIN)
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None or (origin not in allowed and "*" not in allowed):
        return
    headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
    if request.method == hdrs.METH_OPTIONS:
        headers[hdrs.ACCESS_CONTROL_ALLOW_METHODS] = _METHODS
        headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = (
            "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Request-ID"
        )
        headers[hdrs.ACCESS_CONTROL_MAX_AGE] = "600"
    else:
        headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = _EXPOSED
