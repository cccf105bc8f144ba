"""A request that is sent twice has its effect once.

Under an Idempotency-Key the reply is kept in the transaction of the effect: both are committed, or
neither. An advisory lock tells a repeat that the first request still runs. The primary key of the
kept reply makes two effects impossible.

For most requests this transaction spans the handler. A handler that reads its body by itself runs
outside of it and returns a `Streamed`; the transaction spans the effect of that.
"""

import asyncio
import hashlib
import hmac
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import asyncpg
from aiohttp import web

from lms.core.db.transactions import begin, go_again
from lms.core.deadlines import within
from lms.core.http.body import read_body
from lms.core.http.checked_body import is_large
from lms.core.http.client import client_address
from lms.core.http.request import SETTINGS, TRANSACTION, USER, pool
from lms.core.http.routing import Endpoint, Handler
from lms.core.http.streamed import KEY_IN_USE, Effect, KeyInUse, Streamed
from lms.core.keys import purpose_keys
from lms.errors import (
    IdempotencyInProgress,
    IdempotencyKeyReused,
    IdempotencyReplyNotKept,
    invalid,
)
from lms.middlewares.envelope import wrap
from lms.middlewares.idempotency_queries import (
    ReplyKey,
    StoredReply,
    get_reply,
    lock_key,
    store_reply,
)
from lms.middlewares.json_response import JsonResponse

_HEADER = "Idempotency-Key"
_VISIBLE = re.compile(r"[\x21-\x7e]{1,255}")
_HASHED_BYTES = 262_144  # at once
_KEPT_HEADERS = ("ETag", "Location", "Content-Type", "Cache-Control")


async def once(request: web.Request, endpoint: Endpoint, handler: Handler) -> object:
    """Call a handler, or return the reply that it gave under the same key before."""
    key = _reply_key(request) if endpoint.takes_key and _HEADER in request.headers else None
    if not endpoint.reads_body:
        with _deadline(endpoint):
            return await _ask_streaming(request, endpoint, key, handler)
    if key is None:
        return await go_again(handler, request)
    return await go_again(_ask_spanned, request, endpoint, key, handler)


async def _ask_spanned(
    request: web.Request, endpoint: Endpoint, key: ReplyKey, handler: Handler
) -> object:
    """Call a handler inside the transaction that keeps its reply."""
    body = await read_body(request, request.app[SETTINGS].max_json_bytes)
    # No transaction waits for a parser.
    if is_large(body) and not await _is_answered(request, key):
        await endpoint.read_body(request)

    async def effect(db: asyncpg.Connection) -> object:
        request[TRANSACTION] = db
        return await handler(request)

    # The limit covers the record too: a locked table of keys must not hold up a request.
    with _deadline(endpoint):
        response, _ = await _answer(request, endpoint, key, body, effect)
    return response


async def _ask_streaming(
    request: web.Request, endpoint: Endpoint, key: ReplyKey | None, handler: Handler
) -> object:
    """Call a handler that reads its body by itself, then run the effect that it returns.

    After a deadlock only the effect is repeated: the body cannot be read twice.
    """
    request[KEY_IN_USE] = None
    if key is not None:
        claim = hashlib.sha256(key.name.encode()).digest()
        request[KEY_IN_USE] = KeyInUse(claim, partial(_is_answered, request, key))
    streamed = await handler(request)
    if not isinstance(streamed, Streamed):
        return streamed
    is_committed = False
    try:
        if key is not None:
            response, is_committed = await go_again(
                _answer, request, endpoint, key, streamed.fingerprint, streamed.effect
            )
            return response
        assert streamed.effect is not None, "without a key no reply was kept"
        result = await go_again(_commit, request, streamed.effect)
        is_committed = True
        return result
    finally:
        if not is_committed:
            await asyncio.shield(streamed.undo())


async def _commit(request: web.Request, effect: Effect) -> object:
    async with begin(pool(request)) as db:
        return await effect(db)


async def _answer(
    request: web.Request, endpoint: Endpoint, key: ReplyKey, body: bytes, effect: Effect | None
) -> tuple[web.Response | JsonResponse, bool]:
    """The reply under a key, and whether its effect was committed by this call.

    `body` is the part that a repeat must have in common with the first request.
    """
    # Keyed, since a body may hold a password: a plain hash of it could be searched for.
    secrets = purpose_keys(request.app[SETTINGS], "idempotency")
    fingerprints = [await _fingerprint(secret, body) for secret in secrets]
    # The handler may need connections beside this one.
    async with pool(request).room_to_span(), begin(pool(request)) as db:
        if not await lock_key(db, key):
            raise IdempotencyInProgress
        kept = await get_reply(db, key)
        if kept is not None:
            return _replay(kept, fingerprints), False
        if effect is None:
            raise IdempotencyInProgress  # the kept reply expired meanwhile; the client sends again
        response = _respond(request, endpoint, await effect(db))
        most = request.app[SETTINGS].idempotent_reply_bytes_per_day
        reply = _to_store(response, fingerprints[0])
        if not await store_reply(db, key, reply, most_bytes=most):
            raise IdempotencyInProgress  # undone: another record stands under this key
        return response, True


async def _fingerprint(secret: bytes, body: bytes) -> bytes:
    """Its HMAC; others have their turn between the pieces of a large body, which takes 20 ms."""
    digest = hmac.new(secret, digestmod="sha256")
    for start in range(0, len(body), _HASHED_BYTES):
        if start:
            await asyncio.sleep(0)
        digest.update(body[start : start + _HASHED_BYTES])
    return digest.digest()


def _respond(
    request: web.Request, endpoint: Endpoint, result: object
) -> web.Response | JsonResponse:
    return result if isinstance(result, web.Response) else wrap(request, endpoint, result)


def _to_store(response: web.Response | JsonResponse, fingerprint: bytes) -> StoredReply:
    return StoredReply(
        fingerprint=fingerprint,
        status=response.status,
        headers={
            name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers
        },
        body=bytes(response.body or b""),  # type: ignore[arg-type]
    )


def _replay(kept: StoredReply, fingerprints: Sequence[bytes]) -> web.Response:
    if kept.fingerprint not in fingerprints:
        raise IdempotencyKeyReused
    if not kept.is_kept:
        raise IdempotencyReplyNotKept
    headers = {**kept.headers, "Idempotent-Replayed": "true"}
    return web.Response(status=kept.status, body=kept.body, headers=headers)


def _reply_key(request: web.Request) -> ReplyKey:
    """The name under which the reply to this request is kept. Raises Invalid."""
    given = request.headers.getall(_HEADER)
    if len(given) > 1 or not _VISIBLE.fullmatch(given[0]):
        raise invalid(_HEADER, "invalid", "Send 1 to 255 visible ASCII characters.")
    user = request.get(USER)
    scope = str(user.id) if user is not None else client_address(request)
    return ReplyKey(scope, request.method, request.path_qs, given[0])


async def _is_answered(request: web.Request, key: ReplyKey) -> bool:
    return await get_reply(pool(request), key) is not None


def _deadline(endpoint: Endpoint) -> AbstractContextManager[None]:
    return nullcontext() if endpoint.deadline is None else within(endpoint.deadline)
