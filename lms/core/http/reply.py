"""What a handler answers with; the envelope middleware puts it into a response."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply:
    """Data with a status, message or version other than the endpoint's usual ones.

    `version` is the time of the last write to the resource itself, in microseconds; it goes
    into the ETag so that If-Match sees writes, and not counters that others move.
    """

    data: object
    status: int | None = None
    message: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None
    # Fields that the ETag leaves out, such as clocks: "name", or "queues.*.oldest_seconds".
    without: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list."""

    items: Sequence[T]
    limit: int
    next_cursor: str | None
    total: int | None = None


@dataclass(slots=True)
class Cached:
    """What a public GET answers with: data already written as JSON, its ETag, a page's meta fields.

    It is never the data of a `Reply`.
    """

    body: bytes
    etag: str
    meta: Mapping[str, Any] = field(default_factory=dict)
    # The body in gzip, kept by `lms.core.http.compression` for the next client that takes gzip.
    deflated: bytes | None = field(default=None, init=False, repr=False, compare=False)


def to_json(value: object) -> bytes:
    """JSON as the API writes it: UTC times with Z, UUIDs and exact decimals."""
    return orjson.dumps(value, default=_encode, option=orjson.OPT_UTC_Z)


def _encode(value: object) -> object:
    if isinstance(value, UUID):  # asyncpg's own subclass
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not written to JSON")


def leave_out(value: dict[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """A copy without some fields: "name", or "a.*.b" for the field `b` of every object in `a`."""
    kept = dict(value)
    for path in paths:
        name, _, rest = path.partition(".")
        if not rest:
            kept.pop(name, None)
            continue
        for key in list(kept) if name == "*" else [name]:
            kept[key] = leave_out(kept[key], (rest,))
    return kept
