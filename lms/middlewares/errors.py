"""Every failure becomes a problem document (RFC 9457); none shows what is inside."""

import asyncpg
from aiohttp import hdrs, web

from lms.core.db.transactions import AWAY, RETRYABLE
from lms.core.http.reply import to_json
from lms.core.http.request import REQUEST_ID, SETTINGS
from lms.core.http.routing import Endpoint
from lms.core.log import get_logger
from lms.errors import (
    BodyTooLarge,
    Invalid,
    LMSError,
    Malformed,
    MethodNotAllowed,
    NotAcceptable,
    NotFound,
    Unavailable,
)

log = get_logger(__name__)


def failure(request: web.Request, error: Exception) -> web.Response:
    """The problem document for whatever went wrong."""
    if isinstance(error, LMSError):
        return problem(request, error)
    if isinstance(error, web.HTTPException):
        return problem(request, _from_http(error))
    if isinstance(error, asyncpg.DataError):
        # Whoever sends such a value is told, and we look after the schema.
        log.warning("a value passed the schema and not the database", exc_info=error)
        return problem(request, Invalid())
    if isinstance(error, RETRYABLE):
        log.warning("a transaction was undone again and again", error=type(error).__name__)
        return problem(request, Unavailable())
    if isinstance(error, AWAY):
        log.warning("the database is away", error=f"{type(error).__name__}: {error}")
        return problem(request, Unavailable())
    log.error("a request failed", route=request.path, exc_info=error)
    return problem(request, LMSError())


def problem(request: web.Request, error: LMSError) -> web.Response:
    """The response that tells the client about an error."""
    return problem_for(request.app[SETTINGS].base_url, error, request.get(REQUEST_ID, ""))


def problem_for(base_url: str, error: LMSError, request_id: str) -> web.Response:
    """The same where there is no request of ours."""
    document: dict[str, object] = {
        "success": False,
        "type": f"{base_url}/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "message": error.detail,
        "errors": [
            {"pointer": fault.pointer, "code": fault.code, "detail": fault.detail, **fault.more}
            for fault in error.errors
        ],
        "request_id": request_id,
    }
    return web.Response(
        status=error.status,
        body=to_json(document),
        content_type="application/problem+json",
        headers=error.headers,
    )


def check_accept(request: web.Request, endpoint: Endpoint) -> None:
    """Raise NotAcceptable if the client takes nothing that the endpoint can answer with."""
    accept = request.headers.get(hdrs.ACCEPT)
    if accept is None or accept == "*/*" or accept in endpoint.media_types:
        return
    if not any(_accepts(accept, kind) for kind in endpoint.media_types):
        raise NotAcceptable


def _accepts(accept: str, kind: str) -> bool:
    for part in accept.lower().split(","):
        media, *params = (piece.strip() for piece in part.split(";"))
        if media in (kind, "*/*", kind.partition("/")[0] + "/*") and not any(
            param.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000") for param in params
        ):
            return True
    return False


def _from_http(error: web.HTTPException) -> LMSError:
    """What aiohttp itself refuses, in our words."""
    if isinstance(error, web.HTTPMethodNotAllowed):
        return MethodNotAllowed(headers={"Allow": ", ".join(sorted(error.allowed_methods))})
    if isinstance(error, web.HTTPNotFound):
        return NotFound()
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return BodyTooLarge()
    if error.status < 500:
        return Malformed()
    return LMSError()
