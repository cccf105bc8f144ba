"""Transactions, and which failures of PostgreSQL pass by themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from lms.core.db.pool import Pool

# Retried by whoever opened the transaction: PostgreSQL undid the work and says so.
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
    TimeoutError,
    OSError,
)


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
