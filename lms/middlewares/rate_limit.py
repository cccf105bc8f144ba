"""So many requests per address and minute, over all processes while Redis is there."""

from typing import Any

from aiohttp import web

from lms.errors import RateLimited, Unauthorized
from lms.metrics import RATE_LIMITED
from lms.permissions import Access
from lms.rate_limiter import Limit, RateLimiter, Verdict
from lms.request import SETTINGS, USER, client_address
from lms.routing import Endpoint, Handler, endpoint_of
from lms.settings import Settings

RATE_LIMITER: web.AppKey[RateLimiter] = web.AppKey("rate_limiter", RateLimiter)
_VERDICT: web.RequestKey[tuple[Limit, Verdict]] = web.RequestKey("rate_verdict", tuple)


def limits(settings: Settings) -> dict[str, Limit]:
    """The limit of each route group; a size of 0 turns one off."""
    return {
        "general": Limit("general", settings.rate_limit_general_per_minute, 60),
        "auth": Limit("auth", settings.rate_limit_auth_per_minute, 60),
        "uploads": Limit("uploads", settings.rate_limit_uploads_per_hour, 3600),
    }


@web.middleware
async def rate_limit(request: web.Request, handler: Handler) -> Any:
    endpoint = endpoint_of(request)
    if endpoint is None or endpoint.access is not Access.PROBE:
        limiter = request.app[RATE_LIMITER]
        limit = limiter.limits["general" if endpoint is None else endpoint.rate_group]
        if limit.size:
            verdict = await limiter.take(limit, _identity(request, endpoint))
            request[_VERDICT] = (limit, verdict)
            if not verdict.allowed:
                RATE_LIMITED.labels(limit.name).inc()
                raise RateLimited(headers={"Retry-After": str(verdict.reset_seconds)})
    if endpoint is not None:
        endpoint.check_role(request)
    return await handler(request)


def _identity(request: web.Request, endpoint: Endpoint | None) -> str:
    if endpoint is not None and endpoint.rate_group == "uploads":
        user = request.get(USER)
        if user is None:
            raise Unauthorized
        return str(user.id)
    return client_address(request)


def rate_headers(request: web.Request) -> dict[str, str]:
    """The IETF draft's two headers, and the older three; Reset in seconds from now."""
    known = request.get(_VERDICT)
    if known is None:
        return {}
    limit, verdict = known
    return {
        "RateLimit-Policy": limit.policy,
        "RateLimit": f'"{limit.name}";r={verdict.remaining};t={verdict.reset_seconds}',
        "X-RateLimit-Limit": str(limit.size),
        "X-RateLimit-Remaining": str(verdict.remaining),
        "X-RateLimit-Reset": str(verdict.reset_seconds),
    }


def create_limiter(app: web.Application, redis: Any) -> RateLimiter:
    return RateLimiter(limits(app[SETTINGS]), redis)
