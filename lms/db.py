"""PostgreSQL: the pools, one query a file, transactions, and constraints as errors."""

import asyncio
import dataclasses
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar, cast

import asyncpg
import orjson

from lms.errors import LMSError
from lms.resources import resource_dir
from lms.settings import Secret, Settings

Row = TypeVar("Row")

# Retried by whoever opened the transaction: PostgreSQL undid the work and says so.
RETRYABLE = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)

# PostgreSQL is away, restarting, full, or too slow to wait for.
AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.LockNotAvailableError,
    asyncpg.InterfaceError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
    TimeoutError,
    OSError,
)


class PooledConnection(asyncpg.Connection):
    """A connection that gives itself back without a second round trip.

    The reset that asyncpg runs on release costs as much as a query. Nothing here leaves
    session state behind: no SET, no session locks, no LISTEN on a pooled connection.
    """

    __slots__ = ()

    def get_reset_query(self) -> str:
        return ""


def create_pool(
    url: Secret, settings: Settings, *, application: str, plan_each_time: bool = False
) -> asyncpg.Pool:
    """asyncpg's pool with our settings; `bin/bench` compares with it bare."""
    milliseconds = int(settings.database_statement_seconds * 1000)
    return asyncpg.create_pool(
        url.value,
        min_size=0,  # start and stay up while PostgreSQL is away
        max_size=settings.database_pool_size,
        max_inactive_connection_lifetime=300,
        timeout=settings.database_connect_seconds,
        command_timeout=settings.database_statement_seconds,
        connection_class=PooledConnection,
        init=_prepare_connection,
        statement_cache_size=1000,
        max_cached_statement_lifetime=0,
        server_settings={
            "application_name": application,
            "timezone": "UTC",
            "lms.base_url": settings.base_url,  # for file_url(), migration 0041
            "jit": "off",
            # The server gives up by itself too, when a cancel cannot reach it.
            "statement_timeout": str(milliseconds),
            "idle_in_transaction_session_timeout": "10000",
            "plan_cache_mode": "force_custom_plan" if plan_each_time else "auto",
        },
    )


class Pool:
    """A pool of connections that never waits without a limit."""

    def __init__(
        self, url: Secret, settings: Settings, *, application: str, plan_each_time: bool = False
    ) -> None:
        self._settings = settings
        self._pool = create_pool(
            url, settings, application=application, plan_each_time=plan_each_time
        )

    async def open(self) -> None:
        await self._pool

    async def close(self) -> None:
        try:
            async with asyncio.timeout(self._settings.database_statement_seconds):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[asyncpg.Connection]:
        timeout = self._settings.database_connect_seconds
        async with self._pool.acquire(timeout=timeout) as connection:
            # asyncpg's proxy does all that the connection does.
            yield cast(asyncpg.Connection, connection)

    @property
    def size(self) -> int:
        return int(self._pool.get_size())

    @property
    def idle(self) -> int:
        return int(self._pool.get_idle_size())


Db = Pool | asyncpg.Connection


async def _prepare_connection(connection: asyncpg.Connection) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind, schema="pg_catalog", encoder=_to_json, decoder=orjson.loads
        )


def _to_json(value: Any) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z).decode()


@asynccontextmanager
async def begin(pool: Pool) -> AsyncIterator[asyncpg.Connection]:
    """A connection in a transaction: committed at the end, undone on any exception."""
    async with pool.acquire() as connection, connection.transaction():
        yield connection


@asynccontextmanager
async def snapshot(pool: Pool) -> AsyncIterator[asyncpg.Connection]:
    """A connection whose every statement sees the database as the first one did; it only reads."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        yield connection


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
        self._build = _builder(row)
        self._order = {param: index for index, param in enumerate(self.params)}
        Query.registry[name] = self

    async def first(self, db: Db, **params: Any) -> Row | None:
        """The first row, or None."""
        args = self._arguments(params)
        if isinstance(db, Pool):
            async with db.acquire() as connection:
                record = await connection.fetchrow(self.sql, *args)
        else:
            record = await db.fetchrow(self.sql, *args)
        return None if record is None else self._build(record)

    async def one(self, db: Db, **params: Any) -> Row:
        """The only row; for statements that always have one."""
        row = await self.first(db, **params)
        if row is None:
            raise LookupError(f"{self.name} returned no row")
        return row

    async def all(self, db: Db, **params: Any) -> list[Row]:
        """Every row."""
        args = self._arguments(params)
        if isinstance(db, Pool):
            async with db.acquire() as connection:
                records = await connection.fetch(self.sql, *args)
        else:
            records = await db.fetch(self.sql, *args)
        build = self._build
        return [build(record) for record in records]

    async def run(self, db: Db, **params: Any) -> int:
        """The number of rows that the statement touched."""
        args = self._arguments(params)
        if isinstance(db, Pool):
            async with db.acquire() as connection:
                status = await connection.execute(self.sql, *args)
        else:
            status = await db.execute(self.sql, *args)
        last = status.rpartition(" ")[2]
        return int(last) if last.isdigit() else 0

    def _arguments(self, params: dict[str, Any]) -> list[Any]:
        args: list[Any] = [None] * len(self._order)
        try:
            for name, value in params.items():
                args[self._order[name]] = value
        except KeyError as error:
            raise TypeError(f"{self.name} takes no parameter {error}") from None
        if len(params) != len(args):
            raise TypeError(f"{self.name} wants {sorted(self.params)}, got {sorted(params)}")
        return args


def _builder(row: type[Row] | None) -> Callable[[Any], Row]:
    if row is not None and dataclasses.is_dataclass(row):
        # By position: tests/test_sql.py compares names and order with every file.
        return cast(Callable[[Any], Row], lambda record: row(*record))
    return cast(Callable[[Any], Row], lambda record: record[0])


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
    """Turn the refusal of a named constraint into the error it means here."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as refusal:
        error = errors.get(refusal.constraint_name or "")
        if error is None:
            raise
        raise error from None


def sql_files() -> list[Path]:
    """Every query file, for the test that looks for orphans."""
    return sorted(resource_dir("sql").rglob("*.sql"))
