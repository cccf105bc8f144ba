"""Keyset paging: opaque cursors, signed and bound to their list and its filters."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson
from aiohttp import web

from lms.core.http.reply import Page
from lms.core.http.request import QUERY, SETTINGS, current_user
from lms.errors import InvalidCursor

T = TypeVar("T")

# The first page is a cursor too: everything comes before this, or after that.
LAST_TIME = datetime(9999, 12, 31, tzinfo=UTC)
FIRST_TIME = datetime(1, 1, 1, tzinfo=UTC)
GREATEST_ID = UUID(int=2**128 - 1)
LEAST_ID = UUID(int=0)
_NOT_FILTERS = ("limit", "cursor", "include_total")


def position(request: web.Request, first: Sequence[object], *, public: bool = False) -> list[Any]:
    """Where the page starts: the cursor's values, or `first` on the first page.

    The values have the types of `first` (datetime, UUID, str, int, float). A `public` list is
    the same for everybody, and so are its cursors. Raises InvalidCursor for a cursor that was
    made elsewhere, for someone else, or was changed.
    """
    cursor = request[QUERY]["cursor"]
    if cursor is None:
        return list(first)
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        body, signature = raw[:-12], raw[-12:]
        if not any(
            hmac.compare_digest(signature, made) for made in _signatures(request, body, public)
        ):
            raise InvalidCursor
        values = orjson.loads(body)
        return [_read(value, kind) for value, kind in zip(values, first, strict=True)]
    except (ValueError, TypeError):
        raise InvalidCursor from None


def page(
    request: web.Request,
    rows: Sequence[T],
    key: Callable[[T], Sequence[object]],
    *,
    total: int | None = None,
    public: bool = False,
) -> Page[T]:
    """A page from `limit + 1` rows; the extra one says that there is another page."""
    limit: int = request[QUERY]["limit"]
    more = len(rows) > limit
    items = rows[:limit]
    cursor = _write(request, key(items[-1]), public) if more else None
    return Page(items, limit, cursor, total)


def fetch_limit(request: web.Request) -> int:
    """How many rows to ask for: one more than the page holds."""
    return int(request[QUERY]["limit"]) + 1


def _write(request: web.Request, values: Sequence[object], public: bool) -> str:
    body = orjson.dumps([_show(value) for value in values])
    signature = next(_signatures(request, body, public))
    return base64.urlsafe_b64encode(body + signature).decode().rstrip("=")


def _signatures(request: web.Request, body: bytes, public: bool) -> Iterator[bytes]:
    """Signatures by each key of the ring, the newest first: a rotation breaks no cursors."""
    resource = request.match_info.route.resource
    user = None if public else current_user(request)
    filters = {k: v for k, v in sorted(request[QUERY].items()) if k not in _NOT_FILTERS}
    scope = [
        resource.canonical if resource else "",
        sorted(request.match_info.items()),
        str(user.id) if user else None,
        filters,
    ]
    message = orjson.dumps(scope, default=str) + b"\0" + body
    for key in request.app[SETTINGS].key_ring.values():
        yield hmac.new(key, b"cursor\0" + message, hashlib.sha256).digest()[:12]


def _show(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _read(value: Any, kind: object) -> object:
    if isinstance(kind, datetime):
        return datetime.fromisoformat(value)
    return UUID(value) if isinstance(kind, UUID) else value
