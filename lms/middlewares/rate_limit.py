"""So many requests per address and minute, over all processes while Redis is there."""

from typing import Any

from aiohttp import web
from multidict import CIMultiDict, istr

from lms.errors import RateLimited, Unauthorized
from lms.metrics import RATE_LIMITED
from lms.rate_limiter import Limit, RateLimiter, Verdict
from lms.request import SETTINGS, USER, client_address, client_network
from lms.routing import Endpoint
from lms.settings import Settings

RATE_LIMITER: web.AppKey[RateLimiter] = web.AppKey("rate_limiter", RateLimiter)
_POLICY, _STATE = istr("RateLimit-Policy"), istr("RateLimit")
_LIMIT, _REMAINING = istr("X-RateLimit-Limit"), istr("X-RateLimit-Remaining")
_RESET = istr("X-RateLimit-Reset")
_VERDICT: web.RequestKey[tuple[Limit, Verdict]] = web.RequestKey("rate_verdict", tuple)


def limits(settings: Settings) -> dict[str, Limit]:
    """The limit of each route group; a size of 0 turns one off."""
    return {
        "general": Limit("general", settings.rate_limit_general_per_minute, 60),
        "auth": Limit("auth", settings.rate_limit_auth_per_minute, 60),
        "uploads": Limit("uploads", settings.rate_limit_uploads_per_hour, 3600),
    }


async def count_request(request: web.Request, endpoint: Endpoint | None) -> None:
    """Count a request. Raises RateLimited when it is one too many."""
    limiter = request.app[RATE_LIMITER]
    limit = limiter.limits["general" if endpoint is None else endpoint.rate_group]
    if not limit.size:
        return
    identity = _identity(request, endpoint)
    # Most requests find a permit here, and need no turn of the loop.
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
    address = client_address(request)
    # Who has one IPv6 address has 2^64 of them, and could take another for each request.
    return str(client_network(request)) if ":" in address else address


def add_rate_headers(request: web.Request, headers: CIMultiDict[str]) -> None:
    """The IETF draft's two headers, and the older three; Reset in seconds from now."""
    if _VERDICT not in request:
        return
    limit, verdict = request[_VERDICT]
    reset = str(verdict.reset_seconds)
    headers[_POLICY] = limit.policy
    headers[_STATE] = f'"{limit.name}";r={verdict.remaining};t={reset}'
    headers[_LIMIT] = str(limit.size)
    headers[_REMAINING] = str(verdict.remaining)
    headers[_RESET] = reset


def create_limiter(app: web.Application, redis: Any) -> RateLimiter:
    return RateLimiter(limits(app[SETTINGS]), redis)
