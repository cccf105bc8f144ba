"""The parts of the document that every operation shares: envelope, problems, headers."""

from collections.abc import Iterable
from typing import Any

from lms.core.http.access import Access
from lms.core.http.routing import Endpoint
from lms.core.http.schemas import ListQuery
from lms.core.parsers import PARSER_FAULTS
from lms.errors import (
    BodyTimeout,
    BodyTooLarge,
    Forbidden,
    IdempotencyInProgress,
    IdempotencyKeyReused,
    IdempotencyReplyNotKept,
    Invalid,
    InvalidCursor,
    LMSError,
    Malformed,
    MalformedJson,
    NotAcceptable,
    NotFound,
    PreconditionFailed,
    RateLimited,
    Unauthorized,
    Unavailable,
    UnsupportedMediaType,
)
from lms.permissions import ACCESS

Json = dict[str, Any]

WRITES = ("PUT", "PATCH", "DELETE")
_WITH_BODY = ("POST", "PUT", "PATCH")

_REQUEST_ID = {
    "type": "string",
    "pattern": "^[A-Za-z0-9._-]{1,128}$",
    "example": "5f1c7a9e3b2d4c6f8a0b1c2d3e4f5a6b",
}
_RATE = ("RateLimit-Policy", "RateLimit", "X-RateLimit-Limit", "X-RateLimit-Remaining",
         "X-RateLimit-Reset")  # fmt: skip

SCHEMAS: dict[str, Json] = {
    "Meta": {
        "type": "object",
        "properties": {"request_id": _REQUEST_ID},
        "required": ["request_id"],
        "additionalProperties": False,
    },
    "ListMeta": {
        "type": "object",
        "properties": {
            "request_id": _REQUEST_ID,
            "limit": {"type": "integer", "minimum": 1, "maximum": 100},
            "next_cursor": {
                "type": ["string", "null"],
                "example": None,
                "description": "Send it as `cursor` for the next page; null on the last.",
            },
            "total": {
                "type": "integer",
                "minimum": 0,
                "description": "Only with `include_total=true`.",
            },
        },
        "required": ["request_id", "limit", "next_cursor"],
        "additionalProperties": False,
    },
    "FieldFault": {
        "type": "object",
        "description": "One thing that is wrong with the input.",
        "properties": {
            "pointer": {
                "type": "string",
                "description": "A JSON pointer into the body, `?name` of a query parameter, "
                "or a header's name.",
            },
            "code": {"type": "string"},
            "detail": {"type": "string"},
            "course_id": {
                "type": "string",
                "format": "uuid",
                "description": "With `course_published`: the course that needs a teacher.",
            },
            "title": {"type": "string", "description": "The title of that course."},
        },
        "required": ["pointer", "code", "detail"],
        "additionalProperties": False,
    },
    "Problem": {
        "type": "object",
        "description": "What went wrong (RFC 9457); `type` is a page that explains it.",
        "properties": {
            "success": {"const": False},
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "code": {"type": "string", "description": "Stable; what programs should look at."},
            "message": {"type": "string", "description": "The same as `detail`."},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldFault"}},
            "request_id": {"type": "string"},
            "stored": {"type": "integer", "description": "Of an import that is refused: 0."},
            "skipped": {"type": "integer", "description": "Items of the import with errors."},
            "results": {
                "type": "array",
                "description": "The result of each item of an import.",
                "items": {"type": "object"},  # as ImportResult
            },
        },
        "required": ["success", "type", "title", "status", "detail", "code", "message", "errors",
                     "request_id"],
        "additionalProperties": False,
    },
}  # fmt: skip


def _header(description: str, kind: str = "string", *, required: bool = False) -> Json:
    return {"description": description, "schema": {"type": kind}, "required": required}


HEADERS: dict[str, Json] = {
    "X-Request-ID": _header("The caller's id of this request, or ours.", required=True),
    "ETag": _header("For `If-None-Match` and `If-Match`."),
    "RateLimit-Policy": _header("The limit that applies (IETF draft)."),
    "RateLimit": _header("Requests left, and the seconds until the limit is whole again."),
    "X-RateLimit-Limit": _header("Requests per window.", "integer"),
    "X-RateLimit-Remaining": _header("Requests left in this window.", "integer"),
    "X-RateLimit-Reset": _header("Seconds until the window ends.", "integer"),
    "Retry-After": _header("Seconds to wait.", "integer", required=True),
    "WWW-Authenticate": _header("How to sign in.", required=True),
    "Link": _header('The next page, as `rel="next"`.'),
    "Location": _header("Where the new thing is."),
    "Idempotent-Replayed": _header("`true` when this is the stored reply of a repeated request."),
    "Content-Disposition": _header("The file's name."),
}

PARAMETERS: dict[str, Json] = {
    "Idempotency-Key": {
        "in": "header",
        "description": "The same key with the same body takes effect once, for 24 hours: a "
        "repeat gets the first reply.",
        # No example: the page would fill it in, and a second, other request with it is refused.
        "schema": {"type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$"},
    },
    "If-Match": {
        "in": "header",
        "description": "An ETag: only if it was not changed since, else 412.",
        "schema": {"type": "string"},
    },
    "If-None-Match": {
        "in": "header",
        "description": "An ETag: 304 without a body if nothing changed.",
        "schema": {"type": "string"},
    },
}


def header_refs(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def common_headers(endpoint: Endpoint) -> list[str]:
    """The headers of every reply of this endpoint."""
    return ["X-Request-ID", *(() if ACCESS[endpoint.name] is Access.PROBE else _RATE)]


def is_paged(endpoint: Endpoint) -> bool:
    return isinstance(endpoint.query, ListQuery)


def takes_body(endpoint: Endpoint) -> bool:
    return endpoint.method in _WITH_BODY or endpoint.body is not None


def takes_if_match(endpoint: Endpoint) -> bool:
    return endpoint.method in WRITES and not endpoint.raw


def path_names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def errors_of(endpoint: Endpoint) -> dict[int, list[type[LMSError]]]:
    """The errors that this endpoint can answer with: those of every route, and its own."""
    has_id = bool(path_names(endpoint.path))
    access = ACCESS[endpoint.name]
    probe = access is Access.PROBE
    rules: list[tuple[bool, Iterable[type[LMSError]]]] = [
        (True, (NotAcceptable, Invalid, LMSError, Unavailable)),
        (not probe, (Unauthorized, RateLimited)),
        (access not in (Access.PROBE, Access.ANYONE, Access.USER), (Forbidden,)),
        # A caller who may see a thing may still not do everything to it.
        (access is Access.USER and endpoint.method != "GET" and has_id, (Forbidden,)),
        (has_id, (NotFound,)),
        (is_paged(endpoint), (InvalidCursor,)),
        (takes_if_match(endpoint), (PreconditionFailed,)),
        (takes_body(endpoint),
         (Malformed, BodyTimeout, BodyTooLarge, UnsupportedMediaType)),
        (takes_body(endpoint) and endpoint.reads_body, (MalformedJson, *PARSER_FAULTS)),
        (endpoint.takes_key,
         (IdempotencyInProgress, IdempotencyReplyNotKept, IdempotencyKeyReused)),
    ]  # fmt: skip
    found: dict[int, list[type[LMSError]]] = {}
    for applies, errors in (*rules, (True, endpoint.errors)):
        for error in errors if applies else ():
            known = found.setdefault(error.status, [])
            if error.code not in [other.code for other in known]:
                known.append(error)
    return {status: sorted(found[status], key=lambda e: e.code) for status in sorted(found)}


def meaning(error: type[LMSError]) -> str:
    """The text that the client reads: the class's docstring."""
    return " ".join((error.__doc__ or "").split())


def problem_response(
    status: int, errors: list[type[LMSError]], base_url: str, *, is_page: bool = False
) -> Json:
    """One response for all that this status can mean; a page for browsers where `is_page`."""
    headers = ["X-Request-ID", *_RATE]
    headers += ["Retry-After"] if status in (429, 503) else []
    headers += ["WWW-Authenticate"] if status == 401 else []
    return {
        "description": "\n".join(f"- `{error.code}`: {meaning(error)}" for error in errors),
        "headers": header_refs(*headers),
        "content": {
            "application/problem+json": {
                "schema": {
                    "allOf": [{"$ref": "#/components/schemas/Problem"}],
                    "properties": {
                        "status": {"const": status},
                        "code": {"enum": [error.code for error in errors]},
                    },
                },
                "examples": {
                    error.code: {"value": _problem_example(error, base_url)} for error in errors
                },
            },
            **({"text/html": {"schema": {"type": "string"}}} if is_page else {}),
        },
    }


def _problem_example(error: type[LMSError], base_url: str) -> Json:
    detail = meaning(error)
    faults = [
        {"pointer": "/title", "code": "required", "detail": "Missing data for required field."}
    ]
    return {
        "success": False,
        "type": f"{base_url}/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": detail,
        "code": error.code,
        "message": detail,
        "errors": faults if error is Invalid else [],
        "request_id": _REQUEST_ID["example"],
    }
