"""Every failure becomes a problem document (RFC 9457) that shows nothing internal."""

import errno

import asyncpg
from aiohttp import web

from lms.core.db.pool import DatabaseAway
from lms.core.db.transactions import AWAY, RETRYABLE
from lms.core.deadlines import DeadlinePassed
from lms.core.dependencies import dependency_of
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
from lms.middlewares.request_log import add_to_line

log = get_logger(__name__)


def failure(request: web.Request, error: Exception) -> web.Response:
    """The problem document for whatever went wrong; the request's line in the log says more."""
    answer = _answer(error)
    add_to_line(code=answer.code)
    if answer.status >= 500:
        add_to_line(**_cause(error))
    return problem(request, answer)


def _answer(error: Exception) -> LMSError:
    if isinstance(error, LMSError):
        return error
    if isinstance(error, web.HTTPException):
        return _from_http(error)
    if isinstance(error, asyncpg.DataError):
        # The client gets an answer, and the log tells us to mend the schema.
        log.warning("a value passed the schema and not the database", exc_info=error)
        return Invalid()
    if isinstance(error, RETRYABLE):
        return Unavailable()
    if isinstance(error, AWAY):
        return Unavailable("The database is away for the moment; try again shortly.")
    if isinstance(error, DeadlinePassed):
        return Unavailable("This took too long; try again shortly.")
    if isinstance(error, OSError):  # TimeoutError too; the traceback tells what was away
        log.error("something that we need is away or full", exc_info=error)
        return Unavailable()
    log.error("a request failed", exc_info=error)
    return LMSError()


def _cause(error: Exception) -> dict[str, object]:
    """What an operator asks first: how it failed, and what was away. Of the error the type alone,
    for its text may quote a value.
    """
    cause: BaseException = error
    if isinstance(error, LMSError | DatabaseAway):
        cause = error.__cause__ or error.__context__ or error
    name = type(cause).__name__
    if isinstance(cause, OSError) and cause.errno is not None:
        name = f"{name} {errno.errorcode.get(cause.errno, cause.errno)}"
    # A statement that PostgreSQL refuses, or undoes, shows that it is there.
    is_there = isinstance(cause, asyncpg.PostgresError) and not isinstance(cause, AWAY)
    return {"error": name, "dependency": None if is_there else dependency_of(error)}


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
