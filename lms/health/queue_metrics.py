"""Metrics of queues, jobs, webhooks and events, read from PostgreSQL, which all processes share.

So every API process shows the same values for all workers, on all machines.
"""

import asyncpg
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from lms.core.db.pool import Pool
from lms.core.db.transactions import AWAY
from lms.core.jobs.queries import QueueDepth, Tally, count_jobs, list_tallies
from lms.events.queries import get_withheld_seconds

# A gauge of each queue: its name, its help text, and the field of QueueDepth that it shows.
_GAUGES = (
    ("lms_queue_depth", "Jobs, or deliveries of webhooks, that are due and wait.", "depth"),
    ("lms_queue_oldest_seconds", "For how long the first of them has been due.", "oldest_seconds"),
    ("lms_queue_running", "Jobs in the hands of a worker.", "running"),
    ("lms_queue_dead", "Jobs that used up their tries; see bin/jobs.", "dead"),
    ("lms_queue_refused", "Jobs that somebody else refused for good, as mails.", "refused"),
)
# A counter of each tally: its name, its help text, its labels, and its possible results.
_COUNTERS = (
    (
        "lms_jobs",
        "Tries of jobs that ended, by queue and how: done, failed (to be tried again), dead, "
        "refused, lost (the lease ran out).",
        ("queue", "result"),
    ),
    ("lms_webhook_attempts", "Requests to webhooks that ended, by how.", ("result",)),
)
_WITHHELD = (
    "lms_events_withheld_seconds",
    "For how long events have waited for an older transaction to end; see docs/events.md.",
)
# The names that `/metrics` shows from here, for the test that checks the dashboards.
EXPORTED = (
    _WITHHELD[0],
    *(name for name, _, _ in _GAUGES),
    *(f"{name}_total" for name, _, _ in _COUNTERS),
)


async def queue_metrics(db: Pool) -> bytes:
    """In Prometheus's text format; nothing while PostgreSQL is away."""
    try:
        depths, tallies = await count_jobs(db), await list_tallies(db)
        withheld = await get_withheld_seconds(db)
    except (*AWAY, asyncpg.PostgresError):
        return b""
    registry = CollectorRegistry()
    log = GaugeMetricFamily(*_WITHHELD, value=withheld)
    registry.register(_Shown([*_families(depths, tallies), log]))
    return generate_latest(registry)


def _families(depths: list[QueueDepth], tallies: list[Tally]) -> list[Metric]:
    found: list[Metric] = []
    for name, words, field in _GAUGES:
        gauge = GaugeMetricFamily(name, words, labels=["queue"])
        for depth in depths:
            gauge.add_metric([depth.queue], getattr(depth, field))
        found.append(gauge)
    for name, words, labels in _COUNTERS:
        counter = CounterMetricFamily(name, words, labels=list(labels))
        for tally in tallies:
            if tally.name == name:
                values = [tally.subject, tally.result] if "queue" in labels else [tally.result]
                counter.add_metric(values, tally.value)
        found.append(counter)
    return found


class _Shown:
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families
