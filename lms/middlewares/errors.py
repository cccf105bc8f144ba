"""Every failure becomes a problem document (RFC 9457) that shows nothing internal."""

import asyncpg
from aiohttp import web

from lms.core.db.transactions import AWAY, RETRYABLE
from lms.core.deadlines import DeadlinePassed
from lms.core.http.pages import render_page, wants_page
from lms.core.http.reply import to_json
from lms.core.http.request import REQUEST_ID, SETTINGS
from lms.core.log import get_logger
from lms.errors import (
    BodyTooLarge,
    Invalid,
    LMSError,
    Malformed,
    MethodNotAllowed,
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
        # The client gets an answer, and the log tells us to mend the schema.
        log.warning("a value passed the schema and not the database", exc_info=error)
        return problem(request, Invalid())
    if isinstance(error, RETRYABLE):
        log.warning("a transaction was undone again and again", error=type(error).__name__)
        return problem(request, Unavailable())
    if isinstance(error, DeadlinePassed):
        log.warning("a request took too long", route=request.path)
        return problem(request, Unavailable("This took too long; try again shortly."))
    if isinstance(error, AWAY):
        log.warning("the database is away", error=f"{type(error).__name__}: {error}")
        return problem(request, Unavailable())
    if isinstance(error, TimeoutError | OSError):  # a disk, a limit of ours, a client that left
        log.error("a request met a fault outside the database", route=request.path, exc_info=error)
        return problem(request, Unavailable())
    log.error("a request failed", route=request.path, exc_info=error)
    return problem(request, LMSError())


def problem(request: web.Request, error: LMSError) -> web.Response:
    """The response that tells the client about an error: a document, or a page where a browser
    asks for what is no part of the API.
    """
    if not request.path.startswith("/api/") and wants_page(request):
        return _page(request, error)
    return problem_for(request.app[SETTINGS].base_url, error, request.get(REQUEST_ID, ""))


def _page(request: web.Request, error: LMSError) -> web.Response:
    context = {
        "title": error.title,
        "detail": error.detail,
        "faults": error.errors,
        "status": error.status,
        "request_id": request.get(REQUEST_ID, ""),
    }
    response = render_page(request, "error.html", context, status=error.status)
    response.headers.update(error.headers)
    return response


def problem_for(base_url: str, error: LMSError, request_id: str) -> web.Response:
    """The same for a refusal that has no request of ours."""
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
        **error.more,
    }
    return web.Response(
        status=error.status,
        body=to_json(document),
        content_type="application/problem+json",
        headers=error.headers,
    )


def _from_http(error: web.HTTPException) -> LMSError:
    """Our error for a refusal by aiohttp itself."""
    if isinstance(error, web.HTTPMethodNotAllowed):
        return MethodNotAllowed(headers={"Allow": ", ".join(sorted(error.allowed_methods))})
    if isinstance(error, web.HTTPNotFound):
        return NotFound()
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return BodyTooLarge()
    if error.status < 500:
        return Malformed()
    return LMSError()
