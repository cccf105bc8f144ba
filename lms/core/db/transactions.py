"""Transactions, and which failures of PostgreSQL pass by themselves."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

import asyncpg

from lms.core.db.pool import DatabaseAway, Pool

P = ParamSpec("P")
T = TypeVar("T")

_TRIES = 3
_AGAIN_SECONDS = 2.5  # a deadlock is found after 1 s; later, another try could last too long

# PostgreSQL undid the work, and says so: see `go_again`.
RETRYABLE = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)

# PostgreSQL is away, restarting, full, or too slow to wait for; or it does not let us in, as
# while a database is restored or a password is changed.
AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.LockNotAvailableError,
    asyncpg.InterfaceError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
    DatabaseAway,
)


async def go_again(work: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Do the work, and do it again if PostgreSQL undid it.

    Of two transactions that wait for each other PostgreSQL undoes one, and that one can simply be
    done again. `work` must open the transaction itself, since all of it has to be repeated.
    """
    started = time.monotonic()
    for _ in range(_TRIES - 1):
        try:
            return await work(*args, **kwargs)
        except RETRYABLE:
            if time.monotonic() - started > _AGAIN_SECONDS:
                raise
    return await work(*args, **kwargs)


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
