"""Metrics of the site and its database, for `/metrics`.

A scrape asks PostgreSQL for them, at most once in a few seconds; a user's request never does. Every
API process shows the same values: dashboards take one of them, not their sum.
"""

import asyncio
import time

import asyncpg
from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from lms.core.db.pool import Pool
from lms.core.db.transactions import AWAY
from lms.core.log import get_logger
from lms.health.queries import (
    Measured,
    measure_database,
    measure_learning,
    measure_webhooks,
)

log = get_logger(__name__)

# Shorter than any sensible pause between scrapes. Otherwise a scrape could get an older value from
# another process, and Prometheus would take a counter that goes back for a restart.
_KEEP_SECONDS = 4.0


# name, help text, label
_GAUGES = (
    ("lms_users", "Accounts.", "role"),
    ("lms_active_users", "Who read or changed learning in the last 24 h, 7 d, 30 d.", "period"),
    ("lms_courses", "Courses.", "status"),
    ("lms_enrollments", "Enrolments.", "status"),
    ("lms_certificates", "Certificates.", "status"),
    ("lms_files", "Stored files.", None),
    ("lms_file_bytes", "Their sizes, together.", None),
    ("lms_webhooks", "Webhooks, by whether they work.", "state"),
    ("lms_schedule_late_seconds", "For how long the first periodic task has been due.", None),
    ("lms_backup_age_seconds", "Since the latest backup; without one, since the start.", None),
    ("lms_database_bytes", "Size of the database on disk.", None),
    ("lms_database_backends", "Connections of all clients.", "state"),
    ("lms_database_connection_limit", "PostgreSQL's max_connections.", None),
    ("lms_database_lock_waits", "Connections that wait for a lock.", None),
    ("lms_database_oldest_transaction_seconds", "Age of the oldest open transaction.", None),
    ("lms_database_table_rows", "Rows, as PostgreSQL estimates them.", "table"),
    ("lms_database_table_dead_rows", "Rows that wait for vacuum.", "table"),
)
_COUNTERS = (
    ("lms_database_transactions", "Transactions that ended.", "result"),
    ("lms_database_blocks", "Blocks that were read, by where they were found.", "source"),
    ("lms_database_rows", "Rows read or written.", "what"),
    ("lms_database_deadlocks", "Deadlocks.", None),
    ("lms_database_temporary_bytes", "Written to temporary files by large sorts.", None),
)


class SiteMetrics:
    """The metrics in Prometheus's text format; nothing while PostgreSQL is away."""

    def __init__(self, db: Pool) -> None:
        self._db = db
        self._text = b""
        self._until = 0.0
        self._asking = asyncio.Lock()  # scrapes that come together share one answer

    async def read(self) -> bytes:
        async with self._asking:
            if time.monotonic() >= self._until:
                self._text = await self._measure()
                self._until = time.monotonic() + _KEEP_SECONDS
            return self._text

    async def _measure(self) -> bytes:
        try:
            found = [
                *await measure_learning(self._db),
                *await measure_webhooks(self._db),
                *await measure_database(self._db),
            ]
        except (*AWAY, asyncpg.PostgresError) as error:
            log.warning("the site was not measured", error=type(error).__name__)
            return b""
        registry = CollectorRegistry()
        registry.register(_Shown(_families(found)))
        return generate_latest(registry)


SITE_METRICS: web.AppKey[SiteMetrics] = web.AppKey("site_metrics", SiteMetrics)


def _families(found: list[Measured]) -> list[Metric]:
    samples: dict[str, list[Measured]] = {}
    for one in found:
        samples.setdefault(one.metric, []).append(one)
    families: list[Metric] = []
    for kind, declared in ((GaugeMetricFamily, _GAUGES), (CounterMetricFamily, _COUNTERS)):
        for name, words, label in declared:
            family = kind(name, words, labels=[label] if label else [])
            for one in samples.get(name, ()):
                family.add_metric([one.label] if label else [], one.value)
            families.append(family)
    return families


class _Shown:
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families
