"""A request that is sent twice has its effect once.

Under an Idempotency-Key one transaction spans the request: the record of the reply commits
with the effect or not at all. An advisory lock tells a repeat that the first still runs; the
primary key is what makes two effects impossible.
"""

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import asyncpg
from aiohttp import web

from lms.core.db.query import Query
from lms.core.db.transactions import RETRYABLE, begin
from lms.core.deadlines import within
from lms.core.http.body import read_body
from lms.core.http.client import client_address
from lms.core.http.request import RAW_BODY, SETTINGS, TRANSACTION, USER, pool
from lms.core.http.routing import Endpoint, Handler, endpoint_of_route
from lms.core.keys import purpose_keys
from lms.errors import IdempotencyInProgress, IdempotencyKeyReused, invalid
from lms.middlewares.envelope import wrap
from lms.middlewares.json_response import JsonResponse

_VISIBLE = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("ETag", "Location", "Content-Type", "Cache-Control")
_TRIES = 3


@dataclass(frozen=True, slots=True)
class StoredReply:
    fingerprint: bytes
    status: int
    headers: dict[str, str]
    body: bytes


Ident = dict[str, str]
Effect = Callable[[asyncpg.Connection], Awaitable[object]]

_lock_key = Query("middlewares/lock_key", bool)
_get_reply = Query("middlewares/get_reply", StoredReply)
_store_reply: Query[None] = Query("middlewares/store_reply")


async def once(request: web.Request, endpoint: Endpoint, handler: Handler) -> object:
    """Ask a handler, or give the reply that it gave under the same key before."""
    key = request.headers.get("Idempotency-Key")
    if key is None or not endpoint.takes_key:
        return await handler(request)
    if not _VISIBLE.fullmatch(key) or len(request.headers.getall("Idempotency-Key")) > 1:
        raise invalid("Idempotency-Key", "invalid", "Send 1 to 255 visible ASCII characters.")
    if not endpoint.reads_body:
        # Too large to compare beforehand: the handler reads it, and calls commit_once().
        return await handler(request)
    await read_body(request, request.app[SETTINGS].max_json_bytes)

    async def effect(connection: asyncpg.Connection) -> object:
        request[TRANSACTION] = connection
        return await handler(request)

    ident = _ident(request)
    assert ident is not None, "there is a key"
    said = request.get(RAW_BODY, b"")
    if endpoint.deadline is None:
        return await _commit(request, endpoint, ident, said, effect)
    # Around the record too: a locked table of keys must not hold up a request for longer.
    with within(endpoint.deadline):
        return await _commit(request, endpoint, ident, said, effect)


def claim_of(request: web.Request) -> bytes | None:
    """What names this request by its key, for a long one to say that it runs; None without."""
    ident = _ident(request)
    return hashlib.sha256("\n".join(ident.values()).encode()).digest() if ident else None


async def was_answered(request: web.Request) -> bool:
    """Whether a reply is stored under this request's key, so that no effect will come of it."""
    ident = _ident(request)
    return ident is not None and await _get_reply.first(pool(request), **ident) is not None


async def commit_once(request: web.Request, said: bytes, effect: Effect) -> object:
    """Run `effect` in a transaction that also keeps its reply, or give the reply it had before.

    For handlers that read their body themselves; `said` stands for what the body says.
    Raises IdempotencyKeyReused and IdempotencyInProgress.
    """
    ident = _ident(request)
    endpoint = endpoint_of_route(request.match_info.route)
    assert endpoint is not None, "only endpoints take a key"
    for attempt in range(1, _TRIES + 1):
        try:
            if ident is not None:
                return await _commit(request, endpoint, ident, said, effect)
            async with begin(pool(request)) as connection:
                return await effect(connection)
        except RETRYABLE:
            if attempt == _TRIES:
                raise
    raise AssertionError("unreachable")


def _ident(request: web.Request) -> Ident | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    user = request.get(USER)
    scope = str(user.id) if user is not None else client_address(request)
    return {"scope": scope, "method": request.method, "path": request.path_qs, "key": key}


async def _commit(
    request: web.Request, endpoint: Endpoint, ident: Ident, said: bytes, effect: Effect
) -> web.Response | JsonResponse:
    # Keyed, since a body may hold a password: a plain hash of it could be searched for.
    keys = purpose_keys(request.app[SETTINGS], "idempotency")
    fingerprints = [hmac.digest(key, said, "sha256") for key in keys]
    # The handler may need connections beside this one.
    async with pool(request).room_to_span(), begin(pool(request)) as connection:
        if not await _lock_key.one(connection, name="\n".join(ident.values())):
            raise IdempotencyInProgress
        stored = await _get_reply.first(connection, **ident)
        if stored is not None:
            if stored.fingerprint not in fingerprints:
                raise IdempotencyKeyReused
            return _replay(stored)
        result = await effect(connection)
        response: web.Response | JsonResponse
        response = result if isinstance(result, web.Response) else wrap(request, endpoint, result)
        headers = {
            name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers
        }
        kept = await _store_reply.run(
            connection,
            **ident,
            fingerprint=fingerprints[0],
            status=response.status,
            headers=headers,
            body=bytes(response.body or b""),  # type: ignore[arg-type]
        )
        if not kept:
            raise IdempotencyInProgress  # undone: another record stands under this key
        return response


def _replay(stored: StoredReply) -> web.Response:
    headers = {**stored.headers, "Idempotent-Replayed": "true"}
    return web.Response(status=stored.status, body=stored.body, headers=headers)
