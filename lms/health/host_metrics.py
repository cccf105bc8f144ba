"""Metrics of what this host sees around it: its disks, Redis, the replica.

Each API host shows its own: one may have a full disk, or no way to Redis, while the others work.
"""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from lms.core.db.pool import Pool
from lms.core.db.queries import get_wal_position
from lms.core.db.transactions import AWAY
from lms.health.queries import get_replica_lag
from lms.settings import Settings

_ASK_SECONDS = 1.0  # a disk of the network may be away
_PROBE = "lms:probe"  # a key that is written to see whether Redis takes writes

# A gauge's name and help text.
_DISK = ("lms_disk_bytes", "Size of the disk that holds the folder.")
_FREE = ("lms_disk_free_bytes", "What is free of it for us.")
_REDIS = ("lms_redis_up", "Whether Redis answers.")
_WRITES = ("lms_redis_takes_writes", "Whether it takes writes; not when it is full.")
_REPLICA = ("lms_replica_up", "Whether the replica answers, if there is one.")
_LAG = ("lms_replica_lag_seconds", "How far the replica is behind.")


async def host_metrics(
    settings: Settings, redis: Redis, *, primary: Pool, replica: Pool | None
) -> bytes:
    """In Prometheus's text format; without what cannot be measured now."""
    found = await asyncio.gather(
        _measure_disks(settings), _measure_redis(redis), _measure_replica(primary, replica)
    )
    registry = CollectorRegistry()
    registry.register(_Shown([family for families in found for family in families]))
    return generate_latest(registry)


async def _measure_disks(settings: Settings) -> list[Metric]:
    folders = {"data": settings.data_dir, "temporary": Path(tempfile.gettempdir())}
    size, free = (
        GaugeMetricFamily(*_DISK, labels=["folder"]),
        GaugeMetricFamily(*_FREE, labels=["folder"]),
    )
    for name, folder in folders.items():
        try:
            async with asyncio.timeout(_ASK_SECONDS):
                found = await asyncio.to_thread(os.statvfs, folder)
        except OSError:
            continue
        size.add_metric([name], found.f_blocks * found.f_frsize)
        free.add_metric([name], found.f_bavail * found.f_frsize)  # without root's reserve
    return [size, free]


async def _measure_redis(redis: Redis) -> list[Metric]:
    up, writes = 1.0, 1.0
    try:
        await redis.set(_PROBE, b"", ex=60)
    except ResponseError:  # it is full, read-only, or cannot save to its own disk
        writes = 0.0
    except (RedisError, OSError):
        up = writes = 0.0
    return [GaugeMetricFamily(*_REDIS, value=up), GaugeMetricFamily(*_WRITES, value=writes)]


async def _measure_replica(primary: Pool, replica: Pool | None) -> list[Metric]:
    up, lag = GaugeMetricFamily(*_REPLICA), GaugeMetricFamily(*_LAG)
    if replica is not None:
        try:
            position = await get_wal_position(primary)
        except (*AWAY, asyncpg.PostgresError):
            return [up, lag]  # of the replica we know nothing then
        try:
            lag.add_metric([], await get_replica_lag(replica, position))
            up.add_metric([], 1.0)
        except (*AWAY, asyncpg.PostgresError):
            up.add_metric([], 0.0)
    return [up, lag]


class _Shown:
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        return iter(self._families)
