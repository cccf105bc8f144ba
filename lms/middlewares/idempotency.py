"""A request that is sent twice has its effect once.

Under an Idempotency-Key one transaction spans the request: the record of the reply commits
with the effect or not at all. An advisory lock tells a repeat that the first still runs; the
primary key is what makes two effects impossible.
"""

import hmac
import re
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from lms.db import Query, begin
from lms.errors import IdempotencyInProgress, IdempotencyKeyReused, invalid
from lms.keys import purpose_keys
from lms.middlewares.envelope import wrap
from lms.request import (
    RAW_BODY,
    SETTINGS,
    TRANSACTION,
    USER,
    client_address,
    pool,
    read_body,
)
from lms.routing import Endpoint, Handler

_VISIBLE = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("ETag", "Location", "Content-Type", "Cache-Control")


@dataclass(frozen=True, slots=True)
class StoredReply:
    fingerprint: bytes
    status: int
    headers: dict[str, str]
    body: bytes


_lock_key = Query("idempotency/lock_key", bool)
_get_reply = Query("idempotency/get_reply", StoredReply)
_store_reply: Query[None] = Query("idempotency/store_reply")


async def once(request: web.Request, endpoint: Endpoint, handler: Handler) -> Any:
    """Ask a handler, or give the reply that it gave under the same key before."""
    key = request.headers.get("Idempotency-Key")
    if key is None or not endpoint.takes_key:
        return await handler(request)
    if not _VISIBLE.fullmatch(key):
        raise invalid("Idempotency-Key", "invalid", "Send 1 to 255 visible ASCII characters.")
    await read_body(request, request.app[SETTINGS].max_json_bytes)
    return await _once(request, handler, endpoint, key)


async def _once(
    request: web.Request, handler: Handler, endpoint: Endpoint, key: str
) -> web.Response:
    user = request.get(USER)
    scope = str(user.id) if user is not None else client_address(request)
    ident = {"scope": scope, "method": request.method, "path": request.path_qs, "key": key}
    # Keyed, since a body may hold a password: a plain hash of it could be searched for.
    body, settings = request.get(RAW_BODY, b""), request.app[SETTINGS]
    fingerprints = [
        hmac.digest(key, body, "sha256") for key in purpose_keys(settings, "idempotency")
    ]
    async with begin(pool(request)) as connection:
        if not await _lock_key.one(connection, name="\n".join(ident.values())):
            raise IdempotencyInProgress
        stored = await _get_reply.first(connection, **ident)
        if stored is not None:
            if stored.fingerprint not in fingerprints:
                raise IdempotencyKeyReused
            return _replay(stored)
        request[TRANSACTION] = connection
        result = await handler(request)
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
