"""The headers that every reply carries."""

from collections.abc import Mapping

from aiohttp import hdrs, web
from multidict import CIMultiDict, istr

from lms.core.http import cors
from lms.core.http.request import REQUEST_ID, SETTINGS, USER
from lms.middlewares.rate_limit import rate_lines
from lms.settings import Settings

_REQUEST_ID = istr("X-Request-ID")
_KEPT = (hdrs.CACHE_CONTROL, istr("Content-Security-Policy"))
_SECURITY_HEADERS = {
    "Server": "lms",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_API_POLICY = "default-src 'none'; frame-ancestors 'none'"
_HSTS = "max-age=63072000; includeSubDomains"
_WITH_COOKIE = "/api/v1/auth/"  # where the refresh token's cookie is sent
_PREFLIGHT = (
    "Access-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, DELETE\r\n"
    f"Access-Control-Allow-Headers: {', '.join(cors.ALLOWED)}\r\n"
    "Access-Control-Max-Age: 600\r\n"
)
_EXPOSING = f"Access-Control-Expose-Headers: {', '.join(cors.EXPOSED)}\r\n"


# Headers that are the same in every reply, made once.
COMMON_LINES: web.AppKey[str] = web.AppKey("common_lines", str)


def json_lines(request: web.Request, cache_control: str | None) -> str:
    """What every reply carries, as lines of HTTP; `JsonResponse` sends them as they are."""
    lines = (
        f"{request.app[COMMON_LINES]}"
        f"Cache-Control: {cache_control or _caching(request)}\r\n"
        f"X-Request-ID: {request[REQUEST_ID]}\r\n"
        f"{rate_lines(request)}"
    )
    origins = request.app[SETTINGS].cors_origins
    return lines + _cors_lines(request, origins) if origins else lines


def to_lines(headers: Mapping[str, str]) -> str:
    """Headers as lines of HTTP. Raises ValueError for a value that holds a line break."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    if lines.count("\n") != len(headers) or lines.count("\r") != len(headers):
        raise ValueError("a header's value holds a line's end")
    return lines


def from_lines(lines: str) -> CIMultiDict[str]:
    """Headers as aiohttp has them."""
    pairs = (line.split(": ", 1) for line in lines.split("\r\n") if line)
    return CIMultiDict((name, value) for name, value in pairs)


def bare_headers(app: web.Application, request_id: str) -> CIMultiDict[str]:
    """Headers for a refusal that has no request: no client, origin or limit is known."""
    headers = from_lines(app[COMMON_LINES])
    headers[_REQUEST_ID] = request_id
    headers[hdrs.CACHE_CONTROL] = "no-store"
    return headers


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """The same for a reply that aiohttp sends; a signal, so that streamed and failed ones have it
    too. A handler's own headers about policy and caching stay.
    """
    headers = response.headers
    if _REQUEST_ID in headers:
        return
    if REQUEST_ID not in request:
        request[REQUEST_ID] = ""
    for name, value in from_lines(json_lines(request, None)).items():
        if name == hdrs.VARY:
            headers.add(name, value)
        elif name not in _KEPT or name not in headers:
            headers[name] = value


def common_lines(settings: Settings) -> str:
    """The headers that depend on the settings alone."""
    headers = {**_SECURITY_HEADERS, "Content-Security-Policy": _API_POLICY}
    if (settings.public_url or "").startswith("https:"):
        headers["Strict-Transport-Security"] = _HSTS
    return to_lines(headers)


def _caching(request: web.Request) -> str:
    # Signed-in callers see a view of their own; no shared cache may keep it.
    return "private, no-cache" if request.get(USER) is not None else "no-cache"


def is_preflight(request: web.Request) -> bool:
    return (
        request.method == hdrs.METH_OPTIONS
        and bool(request.app[SETTINGS].cors_origins)
        and hdrs.ORIGIN in request.headers
        and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
    )


def _cors_lines(request: web.Request, allowed: tuple[str, ...]) -> str:
    lines = "Vary: Origin\r\n"
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None or not (origin in allowed or ("*" in allowed and origin.isascii())):
        return lines
    lines += f"Access-Control-Allow-Origin: {origin}\r\n"
    # Only for an origin that is on the list itself, never by "*".
    if origin != "*" and origin in allowed and request.path.startswith(_WITH_COOKIE):
        lines += "Access-Control-Allow-Credentials: true\r\n"
    if request.method == hdrs.METH_OPTIONS:
        return lines + _PREFLIGHT
    return lines + _EXPOSING
