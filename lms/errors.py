"""What can go wrong, as the client sees it.

An error is a class. Its docstring is the message that a client reads, and its name makes the code
(`SlugTaken` → `slug_taken`) unless the class sets another. `GET /problems/{code}` explains each.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with the input: where (a JSON pointer, `?name` or a header), what, why.

    `more` is what an error tells besides, by name (lms/openapi/components.py lists the names).
    """

    pointer: str
    code: str
    detail: str
    more: Mapping[str, object] = field(default_factory=dict)


class LMSError(Exception):
    """Something went wrong on our side."""

    status = 500
    code = "internal_error"
    title = "Internal error"
    more: Mapping[str, object] = {}  # what the document tells besides, at its top level
    more_schema: type[Any] | None = None  # the marshmallow schema of `more`

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.detail = detail or " ".join((type(self).__doc__ or "").split())
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        super().__init__(self.detail)

    def __init_subclass__(cls) -> None:
        if "code" not in cls.__dict__:
            cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        if "title" not in cls.__dict__:
            cls.title = cls.code.replace("_", " ").capitalize()


class Malformed(LMSError):
    """The request cannot be understood."""

    status = 400


class MalformedJson(Malformed):
    """The body is not one well-formed JSON document in UTF-8."""


class InvalidCursor(Malformed):
    """The cursor is not from this list with these filters; start again without it."""


class TokenInvalid(Malformed):
    """This token is unknown, was used already or has expired; ask for a new one."""


class Unauthorized(LMSError):
    """Sign in first: send a valid access token as `Authorization: Bearer …`."""

    status = 401

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class PaymentRequired(LMSError):
    """This course has a price: pay for an order of it, then enrol."""

    status = 402


class Forbidden(LMSError):
    """Your account may not do this."""

    status = 403


class NotFound(LMSError):
    """There is nothing here that you may see."""

    status = 404


class MethodNotAllowed(LMSError):
    """This address does not take that method; `Allow` lists those that it takes."""

    status = 405


class NotAcceptable(LMSError):
    """This answer is not available in the media type that `Accept` asks for."""

    status = 406


class Conflict(LMSError):
    """The present state does not allow this."""

    status = 409


class IdempotencyReplyNotKept(Conflict):
    """This request took effect before, but its reply was not kept: ask for the result itself."""


class IdempotencyInProgress(Conflict):
    """The first request with this Idempotency-Key is still running; repeat in a moment."""

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class PreconditionFailed(LMSError):
    """It was changed since you read it: read it again, then repeat with its new ETag."""

    status = 412


class BodyTooLarge(LMSError):
    """The body is larger than this address takes."""

    status = 413


class UnsupportedMediaType(LMSError):
    """Send the body in a media type that this address takes, as UTF-8 and unpacked."""

    status = 415


class Invalid(LMSError):
    """The request was understood, but some of its values are not allowed; see `errors`."""

    status = 422
    code = "validation_failed"
    title = "Validation failed"


class IdempotencyKeyReused(Invalid):
    """This Idempotency-Key was used with another body; use a new key for a new request."""


class RateLimited(LMSError):
    """Too many requests; wait as long as `Retry-After` says."""

    status = 429


class BodyTimeout(LMSError):
    """The body did not arrive in time."""

    status = 408


class Unavailable(LMSError):
    """Something we depend on is away for the moment; try again shortly."""

    status = 503

    def __init__(self, detail: str | None = None, *, retry_after: int = 2) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


def invalid(pointer: str, code: str, detail: str) -> Invalid:
    """A 422 for one field."""
    return Invalid(errors=[FieldError(pointer, code, detail)])


@contextmanager
def gathering(faults: list[FieldError]) -> Iterator[None]:
    """Go on after an Invalid, and keep what it says, so that all faults are told at once."""
    try:
        yield
    except Invalid as error:
        if error.code != Invalid.code:  # it would be lost
            raise
        faults += error.errors


def all_errors(root: type[LMSError] = LMSError) -> Iterator[type[LMSError]]:
    """Every error class that has been imported, each code once."""
    seen: set[str] = set()
    stack = [root]
    while stack:
        error = stack.pop()
        stack.extend(error.__subclasses__())
        if error.code not in seen:
            seen.add(error.code)
            yield error
