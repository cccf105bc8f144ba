"""A body of JSON, read and checked; large ones by a parser.

The event loop reads and checks some hundred values in the time of a small request. A megabyte may
hold 100,000, for which everyone else would wait for a second.
"""

import re
from typing import Any

from aiohttp import web
from marshmallow import Schema

from lms.core.http.body import BadValues, parse_json, read_json_bytes
from lms.core.http.schemas import Checked, Checks, check, settle
from lms.core.parsers import PARSERS
from lms.errors import FieldError

_LARGE = 131_072  # bytes; reading them takes a millisecond
_MANY = 1000  # values; a question of 100 options has 400
# Possessive, and without need of a closing quote, so that no text makes it slow.
_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)


async def read_checked(request: web.Request, schema: Schema, *, also: Checks | None = None) -> Any:
    """The body as the schema makes it, an empty one as `{}`.

    Raises Invalid and ParsersBusy, and what reading it can raise.
    """
    raw = await read_json_bytes(request)
    if is_large(raw):
        checked = await request.app[PARSERS].run(check_raw, type(schema), raw)
    else:
        checked = _check(schema, raw)
    return settle(checked, also)


def check_raw(schema: type[Schema], raw: bytes) -> Checked:
    """For parsers."""
    return _check(schema(), raw)


def _check(schema: Schema, raw: bytes) -> Checked:
    known: list[FieldError] = []
    given: object = {}
    try:
        given = parse_json(raw) if raw else {}
    except BadValues as error:
        given, known = error.value, list(error.errors)
    return check(schema, given, known=known)


def is_large(raw: bytes) -> bool:
    """Whether a parser reads it."""
    return len(raw) > _LARGE or _has_many_values(raw)


def _has_many_values(raw: bytes) -> bool:
    if raw.count(b",") <= _MANY:
        return False
    if max(raw.count(b'"'), raw.count(b"\\")) > 2 * _MANY:
        return True  # or many commas in many texts, which would take long to tell apart
    return _STRINGS.sub(b"", raw).count(b",") > _MANY
