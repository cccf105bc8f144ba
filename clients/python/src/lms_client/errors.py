"""What a call can end with, other than its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class LmsError(Exception):
    """Anything that this package raises."""


class ConnectionError(LmsError):
    """The server could not be reached, or the connection broke."""


class TimeoutError(LmsError):
    """The server did not answer in time."""


class ProblemError(LmsError):
    """The server refused the call, and said why.

    Decide by `code`, which is stable; show `str(error)`; `errors` points at each wrong field.
    """

    def __init__(self, status: int, problem: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        self.status = status
        self.code = str(problem.get("code", "unknown"))
        self.errors: list[dict[str, Any]] = list(problem.get("errors") or ())
        self.request_id: str | None = problem.get("request_id") or headers.get("x-request-id")
        self.retry_after = _seconds(headers.get("retry-after"))
        super().__init__(str(problem.get("message") or f"The server answered {status}."))

    def is_(self, code: str) -> bool:
        """Whether this is the problem of that code."""
        return self.code == code


class BadRequest(ProblemError):
    """400: the request cannot be understood."""


class Unauthorized(ProblemError):
    """401: nobody is signed in, or the session has ended."""


class PaymentRequired(ProblemError):
    """402: the course has a price."""


class Forbidden(ProblemError):
    """403: the account may not do this."""


class NotFound(ProblemError):
    """404: there is nothing that the account may see."""


class Conflict(ProblemError):
    """409: the present state does not allow it."""


class PreconditionFailed(ProblemError):
    """412: it was changed since it was read."""


class Validation(ProblemError):
    """422: some values are not allowed; see `errors`."""


class RateLimited(ProblemError):
    """429: too many requests; `retry_after` says how long to wait."""


class Unavailable(ProblemError):
    """503: something is away for the moment."""


_BY_STATUS: dict[int, type[ProblemError]] = {
    400: BadRequest,
    401: Unauthorized,
    402: PaymentRequired,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: PreconditionFailed,
    422: Validation,
    429: RateLimited,
    503: Unavailable,
}


def problem_of(status: int, problem: Mapping[str, Any], headers: Mapping[str, str]) -> ProblemError:
    """The error for a reply of this status."""
    return _BY_STATUS.get(status, ProblemError)(status, problem, headers)


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isdigit() else None
