"""What a handler reads from a request: the body, path ids, the user, the application's parts."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from aiohttp import web

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.redis_pool import RedisPool
from lms.errors import NotFound, Unauthorized
from lms.settings import Settings

SETTINGS: web.AppKey[Settings] = web.AppKey("settings", Settings)
POOL: web.AppKey[Pool] = web.AppKey("pool", Pool)
READ_POOL: web.AppKey[Pool] = web.AppKey("read_pool", Pool)
LIST_POOL: web.AppKey[Pool] = web.AppKey("list_pool", Pool)
REDIS: web.AppKey[RedisPool] = web.AppKey("redis", RedisPool)


@dataclass(slots=True)
class Serving:
    """What this process is doing: how many requests run, the bytes of their bodies that it holds,
    and whether it is about to stop.
    """

    running: int = 0
    body_bytes: int = 0
    is_draining: bool = False


SERVING: web.AppKey[Serving] = web.AppKey("serving", Serving)


class Asked(dict[str, Any]):
    """A query string's values, which nobody may change: requests with the same query share them."""

    @cached_property
    def name(self) -> str:
        """One name for one question, however its parts were ordered or left out."""
        # As JSON, so that no value can be mistaken for two parts of another question.
        parts = [(name, value) for name, value in sorted(self.items()) if value is not None]
        return orjson.dumps(parts).decode()


@dataclass(frozen=True, slots=True)
class CurrentUser:
    """Who is asking, as the database says it; the token alone is never believed."""

    id: UUID
    session_id: UUID
    role: str
    full_name: str
    email: str
    timezone: str

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


USER: web.RequestKey[CurrentUser | None] = web.RequestKey("user")
REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)
BODY: web.RequestKey[Any] = web.RequestKey("body")
RAW_BODY: web.RequestKey[bytes] = web.RequestKey("raw_body", bytes)
HELD_BYTES: web.RequestKey[int] = web.RequestKey("held_bytes", int)  # of this body, so far
QUERY: web.RequestKey[Asked] = web.RequestKey("query")
# Set where one transaction spans the whole request, as an Idempotency-Key asks for.
TRANSACTION: web.RequestKey[asyncpg.Connection] = web.RequestKey("transaction")

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def pool(request: web.Request) -> Pool:
    return request.app[POOL]


def read_pool(request: web.Request) -> Pool:
    """The pool for a person's own lists."""
    return request.app[READ_POOL]


def list_pool(request: web.Request) -> Pool:
    """The pool for lists over many people's rows, with optional filters.

    Its statements are planned anew each time, for the filters that are given. That takes about a
    millisecond; one plan for any filters would read the whole table.
    """
    return request.app[LIST_POOL]


def parse_uuid(text: str) -> UUID | None:
    """A UUID in its canonical shape, or None; `uuid.UUID` alone also takes braces and URNs."""
    return _parse_uuid(text) if len(text) == 36 else None


@lru_cache(maxsize=4096)  # the same few things are asked for again and again
def _parse_uuid(text: str) -> UUID | None:
    return UUID(text) if _UUID.fullmatch(text) else None


def path_id(request: web.Request, name: str) -> UUID:
    """An id from the path; a malformed one is answered like an unknown one."""
    value = parse_uuid(request.match_info[name])
    if value is None:
        raise NotFound
    return value


def current_user(request: web.Request) -> CurrentUser | None:
    """The signed-in caller, or None."""
    user: CurrentUser | None = request.get(USER)
    return user


def require_user(request: web.Request) -> CurrentUser:
    """The signed-in caller; 401 if nobody is signed in."""
    user = current_user(request)
    if user is None:
        raise Unauthorized
    return user


@asynccontextmanager
async def transaction(request: web.Request) -> AsyncIterator[asyncpg.Connection]:
    """A transaction for all that the handler writes: everything in it happens, or nothing.

    Under an Idempotency-Key it is a part of the transaction that also keeps the reply.
    """
    outer = request.get(TRANSACTION)
    if outer is not None:
        async with outer.transaction():
            yield outer
    else:
        async with begin(pool(request)) as connection:
            yield connection
