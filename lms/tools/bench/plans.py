"""The plan of an SQL file on the present data, with parameters that fit it."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from lms.core.db.query import Query
from lms.core.http.pagination import GREATEST_ID, LAST_TIME
from lms.tools.bench.queries import pick_id

# Values of a first page; other optional filters are null, other texts and numbers as below.
_NAMED: dict[str, object] = {
    "before_time": LAST_TIME, "before_id": GREATEST_ID, "limit": 21, "after_position": 0,
    "sees_all": False, "viewer_id": None, "days": 30, "as_of": LAST_TIME, "ip": "192.0.2.1",
}  # fmt: skip
_BY_TYPE: dict[str, object] = {
    "text": "x", "int4": 1, "int8": 1, "float8": 1.0, "bool": True, "bytea": b"x",
    "cidr": "192.0.2.0/24", "inet": "192.0.2.1",
}  # fmt: skip
# Which table an id names, where it is not its own name in the plural.
_TABLES = {"student": "users", "instructor": "users", "owner": "users", "uploader": "users"}

_OPTIONAL = re.compile(r"(?:(?<==> ):|:(?=\w+::\w+ is null))(\w+)::")


async def sample_parameters(
    db: asyncpg.Connection, query: Query[Any], given: Mapping[str, str]
) -> list[object]:
    """A value for each parameter: as given, else an id that exists, else a plausible one."""
    statement = await db.prepare(query.sql)
    values = []
    # Filters that may be null: the file says so, or passes them to a function by name.
    optional = set(_OPTIONAL.findall(query.path.read_text("utf-8")))
    for name, kind in zip(query.params, statement.get_parameters(), strict=True):
        if name in given:
            values.append(_read(given[name], kind.name))
        elif name in _NAMED:
            values.append(_NAMED[name])
        elif name in optional:
            values.append(None)
        elif kind.name == "uuid":
            values.append(await _some_id(db, name.removesuffix("_id")))
        elif kind.name == "uuid[]":
            values.append([await _some_id(db, name.removesuffix("_ids"))])
        else:
            values.append(_BY_TYPE.get(kind.name))
    return values


async def _some_id(db: asyncpg.Connection, stem: str) -> UUID | None:
    return await pick_id(db, _TABLES.get(stem, f"{stem}s"))


def _read(text: str, kind: str) -> object:
    if kind == "uuid":
        return UUID(text)
    if kind.startswith("int"):
        return int(text)
    if kind == "bool":
        return text == "true"
    if kind == "timestamptz":
        return datetime.fromisoformat(text)
    return orjson.loads(text) if kind in ("json", "jsonb") or kind.endswith("[]") else text


async def explain(db: asyncpg.Connection, query: Query[Any], given: Mapping[str, str]) -> str:
    """The plan as text, from running it; what it writes is undone."""
    values = await sample_parameters(db, query, given)
    undone = db.transaction()
    await undone.start()
    try:
        lines = await db.fetch("explain (analyze, buffers) " + query.sql, *values)
    finally:
        await undone.rollback()
    shown = [f"-- {name} = {value}" for name, value in zip(query.params, values, strict=True)]
    return "\n".join([*shown, *(line[0] for line in lines)])


async def scanned_tables(db: asyncpg.Connection, query: Query[Any]) -> set[str]:
    """The tables that the plan reads from end to end."""
    values = await sample_parameters(db, query, {})
    plan = await db.fetchval("explain (format json) " + query.sql, *values)
    document = orjson.loads(plan) if isinstance(plan, str) else plan
    return {
        node["Relation Name"]
        for node in _nodes(document[0]["Plan"])
        if node["Node Type"] == "Seq Scan"
    }


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)
