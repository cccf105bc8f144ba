"""What probes and `/metrics` ask of the database."""

from dataclasses import dataclass

from lms.core.db.query import Db, Query


@dataclass(frozen=True, slots=True)
class Measured:
    """A sample: the metric, the value of its only label ('' if it has none), and the number."""

    metric: str
    label: str
    value: float


_list_migrations = Query("health/list_migrations", str)
_measure_learning = Query("health/measure_learning", Measured)
_measure_webhooks = Query("health/measure_webhooks", Measured)
_measure_database = Query("health/measure_database", Measured)
_get_replica_lag = Query("health/get_replica_lag", float)


async def list_migrations(db: Db) -> list[str]:
    """The names of the migrations that were applied."""
    return await _list_migrations.all(db)


async def measure_learning(db: Db) -> list[Measured]:
    """Metrics of people, courses and learning."""
    return await _measure_learning.all(db)


async def measure_webhooks(db: Db) -> list[Measured]:
    """How many webhooks work, fail, or are disabled."""
    return await _measure_webhooks.all(db)


async def measure_database(db: Db) -> list[Measured]:
    """Metrics of the database."""
    return await _measure_database.all(db)


async def get_replica_lag(replica: Db, position: str) -> float:
    """How many seconds a replica is behind a position of the primary's log."""
    return await _get_replica_lag.one(replica, position=position)
