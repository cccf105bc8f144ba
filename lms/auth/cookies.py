"""Refresh tokens in a cookie that no script can read, for browsers.

A browser sends a cookie whoever made it call, so the cookie counts only with an Origin that we
know and a header that no form of another site can send.
"""

from aiohttp import hdrs, web
from yarl import URL

from lms.core.http.request import BODY, SETTINGS
from lms.core.http.routing import API
from lms.errors import Forbidden

# By its prefix a browser takes it over TLS (or from localhost) alone (RFC 6265bis §4.1.3.1).
COOKIE = "__Secure-lms_refresh"
SESSION_HEADER = "X-LMS-Session"


class OriginForbidden(Forbidden):
    """The cookie counts only for pages whose origin is on our list, and with the header
    `X-LMS-Session: cookie`.
    """


def wants_cookie(request: web.Request) -> bool:
    """Whether the body asks for a cookie in place of a refresh token."""
    return bool(request[BODY].get("session") == "cookie")


def has_cookie(request: web.Request) -> bool:
    return COOKIE in request.cookies


def read_cookie(request: web.Request) -> str | None:
    """The refresh token of the cookie, if there is one. Raises OriginForbidden."""
    if not has_cookie(request):
        return None
    origins = request.headers.getall(hdrs.ORIGIN, [])
    if len(origins) != 1 or not _is_known(request, origins[0]):
        raise OriginForbidden
    if request.headers.get(SESSION_HEADER) != "cookie":
        raise OriginForbidden
    return request.cookies[COOKIE]


def _is_known(request: web.Request, origin: str) -> bool:
    # "*" on the list lets any page read what all may read; it lets none act for somebody.
    settings = request.app[SETTINGS]
    listed = origin != "*" and origin in settings.cors_origins
    return listed or origin == str(URL(settings.base_url).origin())


def cookie_header(request: web.Request, token: str, *, seconds: int) -> dict[str, str]:
    """The header that keeps a refresh token for so long; for 0 seconds, that removes it."""
    # Below the path that a proxy may have put before ours.
    path = URL(request.app[SETTINGS].base_url).path.rstrip("/") + API + "/auth"
    return {
        hdrs.SET_COOKIE: f"{COOKIE}={token}; Max-Age={seconds}; Path={path}; "
        "Secure; HttpOnly; SameSite=Strict"
    }


def no_cookie(request: web.Request) -> dict[str, str]:
    """The header that removes it."""
    return cookie_header(request, "", seconds=0)
