"""The one body reader: JSON or bytes, within limits of size, depth, count and time."""

import asyncio
import json
import math
from typing import Any

import orjson
from aiohttp import web

from lms.core.http.request import HELD_BYTES, RAW_BODY, SERVING, SETTINGS
from lms.core.parsers import ParsersBusy
from lms.errors import (
    BodyTimeout,
    BodyTooLarge,
    FieldError,
    Invalid,
    Malformed,
    MalformedJson,
    UnsupportedMediaType,
)

MAX_DEPTH = 32
MAX_VALUES = 100_000  # more than any request needs; it stops an array of a million items
MAX_FIELDS = 5_000  # of one object; each unknown field is an entry in the reply
MAX_INTEGER = 2**53 - 1  # what every JSON reader keeps exactly (RFC 8259 §6)


_MOST_HELD_BYTES = 64 << 20  # of all bodies that a process holds, until their requests are answered
_MOST_BAD_VALUES = 100  # that a reply tells of
_LONGEST_POINTERS = 16_384  # characters of them all: each may repeat one long key


class BadValues(Invalid):
    """Some values of the body can be kept nowhere; the rest of it may be looked at as well."""

    code = Invalid.code
    title = Invalid.title

    def __init__(self, value: object, errors: list[FieldError]) -> None:
        super().__init__(Invalid().detail, errors=errors)
        self.value = value


async def read_body(request: web.Request, limit: int) -> bytes:
    """The whole body, at most `limit` bytes, within the time that the settings allow.

    Raises BodyTooLarge, BodyTimeout, UnsupportedMediaType (packed bodies can be bombs), and
    ParsersBusy while we hold as many bodies as we may.
    """
    kept: bytes | None = request.get(RAW_BODY)
    if kept is not None:
        return kept
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body without Content-Encoding.")
    if (request.content_length or 0) > limit:
        raise BodyTooLarge
    body = bytearray()
    serving = request.app[SERVING]
    try:
        async with asyncio.timeout(request.app[SETTINGS].body_read_seconds):
            while chunk := await request.content.readany():
                body += chunk
                if len(body) > limit:
                    raise BodyTooLarge
                serving.body_bytes += len(chunk)
                request[HELD_BYTES] = len(body)
                if serving.body_bytes > _MOST_HELD_BYTES:
                    raise ParsersBusy
    except TimeoutError:
        raise BodyTimeout from None
    except (web.RequestPayloadError, ConnectionError) as error:
        raise Malformed("The body broke off or is framed wrongly.") from error
    whole = bytes(body)
    request[RAW_BODY] = whole
    return whole


async def read_json_bytes(request: web.Request) -> bytes:
    """The body for `parse_json`; it may be empty. Raises UnsupportedMediaType."""
    raw = await read_body(request, request.app[SETTINGS].max_json_bytes)
    if raw and not _is_json(request.headers.get("Content-Type", "")):
        raise UnsupportedMediaType("Send application/json in UTF-8.")
    return raw


def parse_json(raw: bytes) -> object:
    """Strict JSON. Raises MalformedJson, BadValues or BodyTooLarge.

    Refuses what JSON readers disagree about: other charsets, NaN, duplicate keys, nesting
    over 32 levels, integers beyond 2^53, NUL and lone surrogates.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise MalformedJson(f"The body is not JSON: {error.msg}.") from None
    faults = _bad_values(value)
    if faults:
        raise BadValues(value, faults)
    # Compact JSON, as browsers send it, is the same when written again, unless a key was lost.
    if orjson.dumps(value) != raw:
        # Only after the checks above: the standard reader finds duplicate keys, but recurses and
        # takes NaN.
        json.loads(raw, object_pairs_hook=_refuse_duplicates)
    return value


def _is_json(content_type: str) -> bool:
    if content_type == "application/json":
        return True
    kind, _, rest = content_type.partition(";")
    charset = rest.strip().lower().replace('"', "")
    return kind.strip().lower() == "application/json" and charset in ("", "charset=utf-8")


def _refuse_duplicates(pairs: list[tuple[str, object]]) -> None:
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise MalformedJson("An object in the body has the same key twice.")


# Where a value stands: its parent's place, and its key or index there. Only the few values that a
# reply tells of get a pointer written out: for all of them, one long key above many values makes
# gigabytes.
_Place = tuple["_Place | None", str | int]


def _bad_values(root: object) -> list[FieldError]:
    count = 1
    bad: list[tuple[_Place | None, str, str]] = []
    level: list[tuple[Any, _Place | None]] = [(root, None)]
    for _ in range(MAX_DEPTH + 1):
        below: list[tuple[Any, _Place | None]] = []
        for value, place in level:
            kind = type(value)
            if kind is str:
                if "\0" in value:
                    bad.append((place, "invalid_text", "Text must not contain NUL."))
            elif kind is int:
                if not -MAX_INTEGER <= value <= MAX_INTEGER:
                    bad.append((place, "out_of_range", "Integers stay within 2^53."))
            elif kind is float:
                if not math.isfinite(value) or (value.is_integer() and abs(value) > MAX_INTEGER):
                    bad.append((place, "out_of_range", "Numbers stay within 2^53."))
            elif kind is dict or kind is list:
                count += len(value)
                if count > MAX_VALUES or (kind is dict and len(value) > MAX_FIELDS):
                    raise BodyTooLarge("The body has too many values.")
                if kind is list:
                    below.extend((part, (place, i)) for i, part in enumerate(value))
                    continue
                for key, part in value.items():
                    if "\0" in key:
                        bad.append((place, "invalid_text", "Keys must not contain NUL."))
                    below.append((part, (place, key)))
        if not below:
            return _as_faults(bad)
        level = below
    raise MalformedJson(f"The body is nested more than {MAX_DEPTH} levels deep.")


def _as_faults(bad: list[tuple[_Place | None, str, str]]) -> list[FieldError]:
    """The first of them, as far as their pointers are short."""
    faults: list[FieldError] = []
    left = _LONGEST_POINTERS
    for place, code, detail in bad[:_MOST_BAD_VALUES]:
        pointer = _pointer(place)
        left -= len(pointer)
        if faults and left < 0:
            break
        faults.append(FieldError(pointer, code, detail))
    return faults


def _pointer(place: _Place | None) -> str:
    parts = []
    while place is not None:
        place, key = place
        parts.append("/" + str(key).replace("~", "~0").replace("/", "~1"))
    return "".join(reversed(parts))
