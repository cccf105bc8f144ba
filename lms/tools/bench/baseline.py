"""What a baseline's handlers use: a pool, and the application's own SQL files."""

from collections.abc import Callable
from functools import cache
from typing import Any

import asyncpg
from aiohttp import web

from lms.core.db.query import to_positional
from lms.core.db.resources import resource_dir

Executor = asyncpg.Pool | asyncpg.Connection | asyncpg.pool.PoolConnectionProxy


class Baseline:
    """`respond` makes a reply of rows, `jsonb` a parameter of a value."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        respond: Callable[[object], web.Response],
        jsonb: Callable[[object], object],
        bodies: dict[str, bytes],
    ) -> None:
        self.pool = pool
        self.respond = respond
        self.jsonb = jsonb
        self.bodies = bodies

    async def rows(self, db: Executor, name: str, **params: object) -> list[dict[str, Any]]:
        """The rows of one of the application's own SQL files."""
        text, names = _read(name)
        records = await db.fetch(text, *[params[n] for n in names])
        return [dict(record) for record in records]


@cache
def _read(name: str) -> tuple[str, tuple[str, ...]]:
    return to_positional((resource_dir("sql") / f"{name}.sql").read_text("utf-8"))
