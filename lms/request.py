"""What a handler reads from a request: the body, path ids, the user, the application's parts."""

import asyncio
import json
import math
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import orjson
from aiohttp import web

from lms.db import Pool, begin
from lms.errors import (
    BodyTimeout,
    BodyTooLarge,
    FieldError,
    Invalid,
    Malformed,
    MalformedJson,
    NotFound,
    Unauthorized,
    UnsupportedMediaType,
)
from lms.settings import Network, Settings

if TYPE_CHECKING:
    from lms.redis_pool import RedisPool

SETTINGS: web.AppKey[Settings] = web.AppKey("settings", Settings)
POOL: web.AppKey[Pool] = web.AppKey("pool", Pool)
READ_POOL: web.AppKey[Pool] = web.AppKey("read_pool", Pool)
LIST_POOL: web.AppKey[Pool] = web.AppKey("list_pool", Pool)
REDIS: web.AppKey["RedisPool"] = web.AppKey("redis")


@dataclass(slots=True)
class Duty:
    """What this process is doing: how many requests run, and whether it is about to stop."""

    running: int = 0
    is_draining: bool = False


DUTY: web.AppKey[Duty] = web.AppKey("duty", Duty)


class Asked(dict[str, Any]):
    """A query string's values. Requests that say the same share them, so nobody changes them."""

    @cached_property
    def name(self) -> str:
        """One name for one question, however its parts were ordered or left out."""
        # As JSON: nothing that a value holds makes it two parts of another question.
        parts = [(name, value) for name, value in sorted(self.items()) if value is not None]
        return orjson.dumps(parts).decode()


@dataclass(frozen=True, slots=True)
class CurrentUser:
    """Who is asking: read from the database, never believed from the token."""

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
QUERY: web.RequestKey["Asked"] = web.RequestKey("query")
# Set where one transaction spans the whole request, as an Idempotency-Key asks for.
TRANSACTION: web.RequestKey[asyncpg.Connection] = web.RequestKey("transaction")

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
MAX_DEPTH = 32
MAX_VALUES = 100_000  # more than any request needs; a million-item array stops here
MAX_FIELDS = 5_000  # of one object; each that is unknown is an entry in the reply
MAX_INTEGER = 2**53 - 1  # what every JSON reader keeps exactly (RFC 8259 §6)


def client_address(request: web.Request) -> str:
    """The client's IP address.

    X-Forwarded-For is believed only from a trusted proxy, and read from the right: the first
    address that is not a trusted proxy's is the client's, all before it anyone can write.
    """
    address = _one_spelling(request.remote or "::")
    trusted = request.app[SETTINGS].trusted_proxies
    if not trusted or not _is_trusted(address, trusted):
        return address
    hops = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
    for hop in reversed([hop.strip() for hop in hops if hop.strip()]):
        try:
            ip_address(hop)
        except ValueError:
            break
        address = _one_spelling(hop)
        if not _is_trusted(address, trusted):
            break
    return address


@lru_cache(maxsize=4096)
def network_of(address: str) -> Network:
    """The /24 or /64 of an address: who holds one of its addresses may hold them all."""
    parsed = ip_address(_one_spelling(address))
    return ip_network(f"{parsed}/{64 if parsed.version == 6 else 24}", strict=False)


def client_network(request: web.Request) -> Network:
    """The network that a request comes from."""
    return network_of(client_address(request))


def client_identity(request: web.Request) -> str:
    """Whose requests are counted together: an address, or a /64 of IPv6.

    Who has one IPv6 address has 2^64 of them, and could take another for each request.
    """
    address = client_address(request)
    return str(network_of(address)) if ":" in address else address


def _one_spelling(address: str) -> str:
    """An address without its zone, and an IPv4 address as such, also from a dual-stack socket."""
    if ":" not in address:
        return address
    parsed = IPv6Address(address.partition("%")[0])
    return str(parsed.ipv4_mapped or parsed)


def _is_trusted(address: str, trusted: tuple[Network, ...]) -> bool:
    parsed = ip_address(address)
    return any(parsed in network for network in trusted)


def pool(request: web.Request) -> Pool:
    return request.app[POOL]


def read_pool(request: web.Request) -> Pool:
    """For a person's own lists."""
    return request.app[READ_POOL]


def list_pool(request: web.Request) -> Pool:
    """For lists of many people's things with filters that may be left out.

    Its statements are planned each time, for the filters given. That takes about a
    millisecond, and a plan that suits any filters would read the table from end to end.
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
    """Who is asking, or None for nobody."""
    user: CurrentUser | None = request.get(USER)
    return user


def require_user(request: web.Request) -> CurrentUser:
    """Who is asking; 401 for nobody."""
    user = current_user(request)
    if user is None:
        raise Unauthorized
    return user


@asynccontextmanager
async def transaction(request: web.Request) -> AsyncIterator[asyncpg.Connection]:
    """The story's transaction: everything in it happens, or nothing.

    Under an Idempotency-Key it is a part of the transaction that also keeps the reply.
    """
    outer = request.get(TRANSACTION)
    if outer is not None:
        async with outer.transaction():
            yield outer
    else:
        async with begin(pool(request)) as connection:
            yield connection


async def read_body(request: web.Request, limit: int) -> bytes:
    """The whole body, at most `limit` bytes, within the time that the settings allow.

    Raises BodyTooLarge, BodyTimeout, UnsupportedMediaType (packed bodies can be bombs).
    """
    kept: bytes | None = request.get(RAW_BODY)
    if kept is not None:
        return kept
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body without Content-Encoding.")
    if (request.content_length or 0) > limit:
        raise BodyTooLarge
    body = bytearray()
    try:
        async with asyncio.timeout(request.app[SETTINGS].body_read_seconds):
            while chunk := await request.content.readany():
                body += chunk
                if len(body) > limit:
                    raise BodyTooLarge
    except TimeoutError:
        raise BodyTimeout from None
    except (web.RequestPayloadError, ConnectionError) as error:
        raise Malformed("The body broke off or is framed wrongly.") from error
    whole = bytes(body)
    request[RAW_BODY] = whole
    return whole


async def read_json(request: web.Request) -> Any:
    """The body as JSON, an empty one as `{}`.

    Refuses what JSON readers disagree about: other charsets, NaN, duplicate keys, nesting
    over 32 levels, integers beyond 2^53, NUL and lone surrogates.
    """
    raw = await read_body(request, request.app[SETTINGS].max_json_bytes)
    if not raw:
        return {}
    if not _is_json(request.headers.get("Content-Type", "")):
        raise UnsupportedMediaType("Send application/json in UTF-8.")
    return parse_json(raw)


def parse_json(raw: bytes) -> Any:
    """Strict JSON. Raises MalformedJson, Invalid or BodyTooLarge."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise MalformedJson(f"The body is not JSON: {error.msg}.") from None
    _check_values(value)
    # What is compact, as browsers send it, comes out as it came in unless a key was lost.
    if orjson.dumps(value) != raw:
        # Only now: the standard reader finds duplicate keys, but recurses and takes NaN.
        json.loads(raw, object_pairs_hook=_refuse_duplicates)
    return value


def _is_json(content_type: str) -> bool:
    if content_type == "application/json":
        return True
    kind, _, rest = content_type.partition(";")
    charset = rest.strip().lower().replace('"', "")
    return kind.strip().lower() == "application/json" and charset in ("", "charset=utf-8")


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> None:
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise MalformedJson("An object in the body has the same key twice.")


# Where a value stands: its parent's place, and its key or index there. The pointer is written for
# the one value that is refused: written for all, one long key over many values is gigabytes.
_Place = tuple["_Place | None", str | int]


def _check_values(root: Any) -> None:
    count = 1
    level: list[tuple[Any, _Place | None]] = [(root, None)]
    for _ in range(MAX_DEPTH + 1):
        below: list[tuple[Any, _Place | None]] = []
        for value, place in level:
            kind = type(value)
            if kind is str:
                if "\0" in value:
                    raise _bad_value(place, "invalid_text", "Text must not contain NUL.")
            elif kind is int:
                if not -MAX_INTEGER <= value <= MAX_INTEGER:
                    raise _bad_value(place, "out_of_range", "Integers stay within 2^53.")
            elif kind is float:
                if not math.isfinite(value) or (value.is_integer() and abs(value) > MAX_INTEGER):
                    raise _bad_value(place, "out_of_range", "Numbers stay within 2^53.")
            elif kind is dict or kind is list:
                count += len(value)
                if count > MAX_VALUES or (kind is dict and len(value) > MAX_FIELDS):
                    raise BodyTooLarge("The body has too many values.")
                if kind is list:
                    below.extend((part, (place, i)) for i, part in enumerate(value))
                    continue
                for key, part in value.items():
                    if "\0" in key:
                        raise _bad_value(place, "invalid_text", "Keys must not contain NUL.")
                    below.append((part, (place, key)))
        if not below:
            return
        level = below
    raise MalformedJson(f"The body is nested more than {MAX_DEPTH} levels deep.")


def _bad_value(place: _Place | None, code: str, detail: str) -> Invalid:
    parts = []
    while place is not None:
        place, key = place
        parts.append("/" + str(key).replace("~", "~0").replace("/", "~1"))
    return Invalid(errors=[FieldError("".join(reversed(parts)), code, detail)])
