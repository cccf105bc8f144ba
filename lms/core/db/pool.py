"""PostgreSQL connections: asyncpg's pool makes, checks and closes them; we keep those at work.

A round trip to asyncpg's pool costs as much as a small query: a task for each release, a timer
for each acquire. So a connection that did its work goes straight to the next caller. It goes
through asyncpg's checks only once a minute, and when something went wrong. Figures and costs:
docs/decisions/0003-own-connection-pool.md.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import cast

import asyncpg
import orjson
from asyncpg.connection import LoggedQuery
from asyncpg.pool import PoolConnectionProxy

from lms.core.deadlines import DeadlinePassed, within
from lms.settings import Secret, Settings

# Idle connections go back to asyncpg, which closes those that were idle for long or used often.
_HAND_BACK_SECONDS = 60.0
# Functions that are told of every statement of every connection; empty unless tracing is on.
statement_loggers: list[Callable[[LoggedQuery], None]] = []


class DatabaseAway(Exception):
    """PostgreSQL cannot be reached, or did not answer in time.

    Said where a connection is used, since a TimeoutError or an OSError of anything else, such as a
    full disk, must not be taken for it.
    """


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
            # The server also gives up by itself, for when our cancel cannot reach it.
            "statement_timeout": str(milliseconds),
            "idle_in_transaction_session_timeout": "10000",
            "plan_cache_mode": "force_custom_plan" if plan_each_time else "auto",
        },
    )


async def _prepare_connection(connection: asyncpg.Connection) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind, schema="pg_catalog", encoder=_to_json, decoder=orjson.loads
        )
    # As text: asyncpg's own codec parses an address several times for each parameter.
    for kind in ("inet", "cidr"):
        await connection.set_type_codec(kind, schema="pg_catalog", encoder=str, decoder=str)
    for logger in statement_loggers:
        connection.add_query_logger(logger)


def _to_json(value: object) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z).decode()


class Pool:
    """A pool of connections that never waits without a limit."""

    def __init__(
        self, url: Secret, settings: Settings, *, application: str, plan_each_time: bool = False
    ) -> None:
        self._settings = settings
        self._pool = create_pool(
            url, settings, application=application, plan_each_time=plan_each_time
        )
        self._held = 0  # taken from asyncpg's pool: at work, free, or on their way
        self._free: list[asyncpg.Connection] = []
        # A waiting caller gets a connection, or None when there is room to open a new one.
        self._waiting: deque[asyncio.Future[asyncpg.Connection | None]] = deque()
        self._returns: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._closing = False
        self._spanning = asyncio.Semaphore(max(1, settings.database_pool_size // 2))

    async def open(self) -> None:
        await self._pool

    async def close(self) -> None:
        self._closing = True
        if self._timer is not None:
            self._timer.cancel()
        self._hand_back()
        try:
            async with asyncio.timeout(self._settings.database_statement_seconds):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()
        await asyncio.gather(*self._returns, return_exceptions=True)

    def acquire(self) -> "_Lease":
        """`async with pool.acquire() as connection`. Raises what `transactions.AWAY` lists."""
        return _Lease(self)

    @asynccontextmanager
    async def room_to_span(self) -> AsyncIterator[None]:
        """For callers that hold a connection while they ask for more: at most half the pool is
        theirs.

        Without this limit they could hold every connection and wait for each other, and everyone
        else would wait for them. Raises DatabaseAway as `acquire` does.
        """
        try:
            with within(self._settings.database_connect_seconds):
                await self._spanning.acquire()
        except TimeoutError as error:
            raise DatabaseAway("no connection is free") from error
        try:
            yield
        finally:
            self._spanning.release()

    async def take(self) -> asyncpg.Connection:
        """A connection, for `put` or `give_up` afterwards."""
        while self._free:
            connection = self._free.pop()
            if _is_usable(connection):
                return connection
            self._return(connection)
        with within(self._settings.database_connect_seconds):
            while True:
                if self._held < self._settings.database_pool_size:
                    return await self._fetch()
                given = await self._wait()
                if given is not None:
                    return given

    def put(self, connection: asyncpg.Connection) -> None:
        """Take back a connection whose work went well."""
        if self._closing or not _is_usable(connection):
            self._return(connection)
            return
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return
        self._free.append(connection)

    async def give_up(self, connection: asyncpg.Connection) -> None:
        """Take back a connection on which something failed; asyncpg checks it."""
        try:
            await self._pool.release(cast(PoolConnectionProxy, connection))
        finally:
            self._leave_room()

    async def _fetch(self) -> asyncpg.Connection:
        self._held += 1
        try:
            connection = await self._pool.acquire(timeout=self._settings.database_connect_seconds)
        except BaseException:
            self._leave_room()
            raise
        if self._timer is None and not self._closing:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_HAND_BACK_SECONDS, self._hand_back)
        # asyncpg's proxy does all that the connection does.
        return cast(asyncpg.Connection, connection)

    async def _wait(self) -> asyncpg.Connection | None:
        waiter: asyncio.Future[asyncpg.Connection | None]
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            # We may have been given a connection in this same turn of the loop; pass it on.
            if waiter.done() and not waiter.cancelled():
                given = waiter.result()
                if given is not None:
                    self.put(given)
                else:
                    self._wake()
            raise

    def _leave_room(self) -> None:
        self._held -= 1
        self._wake()

    def _wake(self) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return

    def _hand_back(self) -> None:
        self._timer = None
        free, self._free = self._free, []
        for connection in free:
            self._return(connection)

    def _return(self, connection: asyncpg.Connection) -> None:
        task = asyncio.create_task(self.give_up(connection))
        self._returns.add(task)
        task.add_done_callback(self._returns.discard)

    @property
    def size(self) -> int:
        return int(self._pool.get_size())

    @property
    def idle(self) -> int:
        return len(self._free) + int(self._pool.get_idle_size())


def _is_usable(connection: asyncpg.Connection) -> bool:
    try:
        return not (connection.is_closed() or connection.is_in_transaction())
    except asyncpg.InterfaceError:
        return False  # it died, and went back to asyncpg's pool by itself


class _Lease:
    """A connection for the length of a block."""

    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __aenter__(self) -> asyncpg.Connection:
        try:
            self._connection = connection = await self._pool.take()
        except (TimeoutError, OSError) as error:
            raise DatabaseAway(_describe(error)) from error
        return connection

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self._pool.put(self._connection)
            return
        await self._pool.give_up(self._connection)
        if isinstance(error, TimeoutError | OSError) and not isinstance(error, DeadlinePassed):
            raise DatabaseAway(_describe(error)) from error


def _describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
