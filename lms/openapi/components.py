"""The parts of the document that every operation shares: envelope, problems, headers."""

from collections.abc import Iterable, Mapping
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

# Nearly every reply has them; written at each, they would be a tenth of the document.
_RATE = ("RateLimit-Policy", "RateLimit", "X-RateLimit-Limit", "X-RateLimit-Remaining",
         "X-RateLimit-Reset")  # fmt: skip

META = "Meta"
PAGE_META = "PageMeta"
PROBLEM = "Problem"

# Replies and what they share are open: a later version may tell more. Bodies are closed.
SCHEMAS: dict[str, Json] = {
    META: {
        "type": "object",
        "description": "What is told about a reply.",
        "properties": {"request_id": {"$ref": "#/components/schemas/RequestId"}},
        "required": ["request_id"],
    },
    PAGE_META: {
        "type": "object",
        "description": "What is told about a page of a list.",
        "properties": {
            "request_id": {"$ref": "#/components/schemas/RequestId"},
            "limit": {
                "type": "integer",
                "minimum": 1,
                "maximum": 500,
                "description": "At most so many rows.",
            },
            "next_cursor": {
                "type": ["string", "null"],
                "description": "Send it as `cursor` for the next page; null on the last.",
            },
            "total": {
                "type": "integer",
                "minimum": 0,
                "description": "All rows of the list; only with `include_total=true`.",
            },
        },
        "required": ["request_id", "limit", "next_cursor"],
    },
    "RequestId": {
        "type": "string",
        "pattern": "^[A-Za-z0-9._-]{1,128}$",
        "description": "The request's id, which our logs have too.",
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
            "code": {"type": "string", "description": "Stable; what programs should look at."},
            "detail": {"type": "string", "description": "What is wrong, for people."},
            "course_id": {
                "type": "string",
                "format": "uuid",
                "description": "With `course_published`: the course that needs a teacher.",
            },
            "title": {"type": "string", "description": "The title of that course."},
        },
        "required": ["pointer", "code", "detail"],
    },
    PROBLEM: {
        "type": "object",
        "description": "What went wrong (RFC 9457); `type` is a page that explains it.",
        "properties": {
            "success": {"type": "boolean", "const": False, "description": "Always false."},
            "type": {"type": "string", "format": "uri", "description": "A page that explains it."},
            "title": {"type": "string", "description": "The code in words."},
            "status": {"type": "integer", "description": "The status of the reply."},
            "detail": {"type": "string", "description": "What went wrong, for people."},
            "code": {"type": "string", "description": "Stable; what programs should look at."},
            "message": {"type": "string", "description": "The same as `detail`."},
            "errors": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/FieldFault"},
                "description": "Each thing that is wrong with the input.",
            },
            "request_id": {"$ref": "#/components/schemas/RequestId"},
        },
        "required": ["success", "type", "title", "status", "detail", "code", "message", "errors",
                     "request_id"],
    },
}  # fmt: skip


def envelope(data: Json, *, meta: str, description: str) -> Json:
    """The schema of a successful reply around this `data`."""
    return {
        "type": "object",
        "description": description,
        "properties": {
            "success": {"type": "boolean", "const": True, "description": "Always true."},
            "message": {"type": "string", "description": "A sentence for people."},
            "data": {"description": "What was asked for.", **data},
            "meta": {"$ref": f"#/components/schemas/{meta}"},
        },
        "required": ["success", "message", "data", "meta"],
    }


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


# What a status is called in the names of its problems.
_STATUS_NAMES = {
    400: "BadRequest", 401: "Unauthorized", 402: "PaymentRequired", 403: "Forbidden",
    404: "NotFound", 406: "NotAcceptable", 408: "Timeout", 409: "Conflict",
    412: "PreconditionFailed", 413: "TooLarge", 415: "UnsupportedType", 416: "NoSuchRange",
    422: "Validation", 429: "RateLimited", 500: "Internal", 503: "Unavailable",
}  # fmt: skip
# Codes that go without saying in a name, since all routes of a kind have them.
_COMMON = {
    error.code
    for error in (Malformed, MalformedJson, Unauthorized, Forbidden, NotFound, NotAcceptable,
                  BodyTimeout, IdempotencyInProgress, IdempotencyReplyNotKept, PreconditionFailed,
                  BodyTooLarge, UnsupportedMediaType, Invalid, RateLimited, LMSError, Unavailable)
}  # fmt: skip


def problem_name(status: int, errors: list[type[LMSError]], taken: Mapping[str, object]) -> str:
    """A name for the problems that one status can mean: `CourseFullConflict`.

    `taken` has what was named before: the same codes have the same name, others another.
    """
    codes = [error.code for error in errors]
    own = [code for code in codes if code not in _COMMON]
    name = "".join(map(_pascal, own)) + _STATUS_NAMES[status]
    if taken.get(name, codes) != codes:
        name = "".join(map(_pascal, codes)) + _STATUS_NAMES[status]
    return name


def _pascal(code: str) -> str:
    return "".join(word.capitalize() for word in code.split("_"))


def problem_schema(errors: list[type[LMSError]], more: Json) -> Json:
    """A problem with one of these codes, and the properties that some of them have besides."""
    code = {"type": "string", "enum": [error.code for error in errors]}
    return {
        "allOf": [
            {"$ref": f"#/components/schemas/{PROBLEM}"},
            {"type": "object", "properties": {"code": code, **more}},
        ],
    }


def problem_response(
    status: int, errors: list[type[LMSError]], schema: Json, *, is_page: bool = False
) -> Json:
    """One response for all that this status can mean; a page for browsers where `is_page`."""
    headers = ["X-Request-ID"]
    headers += _RATE if status == 429 else []
    headers += ["Retry-After"] if status in (429, 503) else []
    headers += ["WWW-Authenticate"] if status == 401 else []
    return {
        "description": "\n".join(f"- `{error.code}`: {meaning(error)}" for error in errors),
        "headers": header_refs(*headers),
        "content": {
            "application/problem+json": {"schema": schema},
            **({"text/html": {"schema": {"type": "string"}}} if is_page else {}),
        },
    }
