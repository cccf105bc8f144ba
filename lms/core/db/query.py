"""One SQL file for each query, typed rows, and constraints as errors.

Why this is ours and not a library's: docs/decisions/0002-own-sql-loader.md.
"""

import dataclasses
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Generic, TypeVar, cast

import asyncpg

from lms.core.db.pool import Pool
from lms.core.db.resources import resource_dir
from lms.core.db.slow import note_if_slow
from lms.core.db.wakeups import note_queue
from lms.errors import LMSError

Row = TypeVar("Row")
T = TypeVar("T")

Db = Pool | asyncpg.Connection


class Query(Generic[Row]):
    """One SQL file and the type of its rows.

    `row` is a dataclass whose fields are the columns in order, or the type of the only
    column. Parameters are written `:name` in the file and passed by name.
    """

    registry: ClassVar[dict[str, "Query[Any]"]] = {}

    def __init__(self, name: str, row: type[Row] | None = None) -> None:
        self.name = name
        self.row = row
        self.path = resource_dir("sql") / f"{name}.sql"
        source = self.path.read_text("utf-8")
        text, self.params = to_positional(source)
        # The name travels along, so that logs and pg_stat_statements say which file it was.
        self.sql = f"-- {name}\n{text}"
        self.wakes = [match[1] for match in _WAKES.finditer(source)]
        self._build = _builder(row)
        self._order = {param: index for index, param in enumerate(self.params)}
        Query.registry[name] = self

    async def first(self, db: Db, **params: object) -> Row | None:
        """The first row, or None."""
        args = self._arguments(params)
        if isinstance(db, Pool):
            async with db.acquire() as connection:
                record = await self._timed(connection.fetchrow(self.sql, *args))
        else:
            record = await self._timed(db.fetchrow(self.sql, *args))
        for queue in self.wakes:
            note_queue(queue)
        return None if record is None else self._build(record)

    async def one(self, db: Db, **params: object) -> Row:
        """The only row; for statements that always have one."""
        row = await self.first(db, **params)
        if row is None:
            raise LookupError(f"{self.name} returned no row")
        return row

    async def all(self, db: Db, **params: object) -> list[Row]:
        """Every row."""
        args = self._arguments(params)
        if isinstance(db, Pool):
            async with db.acquire() as connection:
                records = await self._timed(connection.fetch(self.sql, *args))
        else:
            records = await self._timed(db.fetch(self.sql, *args))
        for queue in self.wakes:
            note_queue(queue)
        build = self._build
        return [build(record) for record in records]

    async def stream(
        self, db: asyncpg.Connection, **params: object
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield every row with its columns' names, fetched a few hundred at a time. Needs a
        transaction.
        """
        async for record in db.cursor(self.sql, *self._arguments(params), prefetch=500):
            yield dict(record)

    async def run(self, db: Db, **params: object) -> int:
        """The number of rows that the statement touched."""
        args = self._arguments(params)
        if isinstance(db, Pool):
            async with db.acquire() as connection:
                status = await self._timed(connection.execute(self.sql, *args))
        else:
            status = await self._timed(db.execute(self.sql, *args))
        for queue in self.wakes:
            note_queue(queue)
        last = status.rpartition(" ")[2]
        return int(last) if last.isdigit() else 0

    async def _timed(self, answer: Awaitable[T]) -> T:
        """The answer to a statement; one that was slow, or was stopped for it, leaves a line."""
        started = time.perf_counter()
        try:
            return await answer
        finally:
            note_if_slow(self.name, started)

    def _arguments(self, params: dict[str, object]) -> list[object]:
        args: list[object] = [None] * len(self._order)
        try:
            for name, value in params.items():
                args[self._order[name]] = value
        except KeyError as error:
            raise TypeError(f"{self.name} takes no parameter {error}") from None
        if len(params) != len(args):
            raise TypeError(f"{self.name} wants {sorted(self.params)}, got {sorted(params)}")
        return args


def _builder(row: type[Row] | None) -> Callable[[asyncpg.Record], Row]:
    if row is not None and dataclasses.is_dataclass(row):
        # By position: tests/test_sql.py compares names and order with every file.
        return cast(Callable[[asyncpg.Record], Row], lambda record: row(*record))
    return cast(Callable[[asyncpg.Record], Row], lambda record: record[0])


# What a statement's triggers promise work to; see lms/core/db/wakeups.py.
_WAKES = re.compile(r"^-- wakes: (\w+)$", re.MULTILINE)
_TOKENS = re.compile(
    r"""
    (?P<skip> --[^\n]* | /\*.*?\*/ | '(?:[^']|'')*' | "(?:[^"]|"")*"
            | (?P<tag>\$[A-Za-z_]*\$).*?(?P=tag) | :: )
    | (?<![\w:\[]):(?P<name>[a-z_][a-z0-9_]*)
    """,
    re.VERBOSE | re.DOTALL,
)


def to_positional(source: str) -> tuple[str, tuple[str, ...]]:
    """SQL with `$1`, `$2` … for `:name`, and the names in order.

    Comments, quoted text, `$$` bodies, casts and array slices are left alone.
    """
    names: dict[str, int] = {}

    def replace(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return match[0]
        return f"${names.setdefault(name, len(names) + 1)}"

    return _TOKENS.sub(replace, source).strip(), tuple(names)


@contextmanager
def on_constraint(**errors: type[LMSError]) -> Iterator[None]:
    """Raise the given error where PostgreSQL refuses a row by the constraint of that name."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as refusal:
        error = errors.get(refusal.constraint_name or "")
        if error is None:
            raise
        raise error from None


def columns_of(row: Any, *, without: Collection[str] = ()) -> dict[str, Any]:
    """A row's values by the names of its columns, for an answer that adds to it or leaves out."""
    return {name: getattr(row, name) for name in row.__match_args__ if name not in without}
