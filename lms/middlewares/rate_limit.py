"""A limit of requests per address and minute, shared by all processes while Redis is there."""

from aiohttp import web

from lms.core.http.client import client_identity
from lms.core.http.rate_limiter import RATE_LIMITER, Limit, Verdict
from lms.core.http.request import USER
from lms.core.http.routing import Endpoint
from lms.core.metrics import RATE_LIMITED
from lms.errors import RateLimited, Unauthorized

_VERDICT: web.RequestKey[tuple[Limit, Verdict]] = web.RequestKey("rate_verdict", tuple)


async def count_request(request: web.Request, endpoint: Endpoint | None) -> None:
    """Count a request. Raises RateLimited when it is over the limit."""
    limiter = request.app[RATE_LIMITER]
    limit = limiter.limits["general" if endpoint is None else endpoint.rate_group]
    if not limit.size:
        return
    identity = _identity(request, endpoint)
    # Most requests find a permit here and need not wait.
    verdict = limiter.take_here(limit, identity) or await limiter.take(limit, identity)
    request[_VERDICT] = (limit, verdict)
    if not verdict.allowed:
        RATE_LIMITED.labels(limit.name).inc()
        raise RateLimited(headers={"Retry-After": str(verdict.reset_seconds)})


def _identity(request: web.Request, endpoint: Endpoint | None) -> str:
    if endpoint is not None and endpoint.rate_group == "uploads":
        user = request.get(USER)
        if user is None:
            raise Unauthorized
        return str(user.id)
    return client_identity(request)


def rate_lines(request: web.Request) -> str:
    """The IETF draft's two headers, and the older three; Reset in seconds from now."""
    counted = request.get(_VERDICT)
    if counted is None:
        return ""
    limit, (_, remaining, reset) = counted
    return (
        f"{limit.lines}"
        f'RateLimit: "{limit.name}";r={remaining};t={reset}\r\n'
        f"X-RateLimit-Remaining: {remaining}\r\n"
        f"X-RateLimit-Reset: {reset}\r\n"
    )
