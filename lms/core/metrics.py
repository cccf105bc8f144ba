"""All metrics in one place, so that the dashboards can be checked against them."""

import asyncio
from bisect import bisect_left

from prometheus_client import Counter, Gauge, Histogram

from lms.core.internals.prometheus import add_observations

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_FLUSH_SECONDS = 0.25  # counts are written together; a scrape may miss the latest

REQUESTS = Counter("lms_http_requests_total", "Requests answered.", ["route", "method", "status"])
LATENCY = Histogram(
    "lms_http_request_seconds",
    "Time from the request's headers to its reply.",
    ["route", "method"],
    buckets=_SECONDS,
)
RATE_LIMITED = Counter("lms_rate_limited_total", "Requests refused by a rate limit.", ["group"])
LOGINS = Counter("lms_logins_total", "Sign-ins that were tried.", ["result"])
CACHE = Counter("lms_cache_reads_total", "Reads of the catalogue cache.", ["result"])
PARSER_JOBS = Counter(
    "lms_parser_jobs_total", "Files looked into, and documents drawn, by parsers.", ["result"]
)
for _result in ("done", "refused", "failed", "too_expensive", "busy"):
    PARSER_JOBS.labels(_result)  # a share of them can be taken before there is one of each
POOL_SIZE = Gauge(
    "lms_database_pool_connections", "Open connections.", ["pool"], multiprocess_mode="livesum"
)
POOL_IDLE = Gauge(
    "lms_database_pool_idle", "Connections that wait for work.", ["pool"],
    multiprocess_mode="livesum",
)  # fmt: skip


class _Noted:
    """Counts that are not yet written to the shared counters.

    Adding to a counter and a histogram that several processes share costs 3 µs for each request,
    most of it for checks. Written a few times a second, the cost cannot be measured.
    """

    def __init__(self) -> None:
        self.counts: dict[tuple[str, str, int], int] = {}
        self.times: dict[tuple[str, str], list[float]] = {}  # by bucket, then their sum
        self.cache: dict[str, int] = {}
        self.timer: asyncio.TimerHandle | None = None


_noted = _Noted()


def note_request(route: str, method: str, status: int, seconds: float) -> None:
    """Count a request; called in the event loop."""
    key = (route, method, status)
    _noted.counts[key] = _noted.counts.get(key, 0) + 1
    times = _noted.times.get((route, method))
    if times is None:
        times = _noted.times[route, method] = [0] * (len(_SECONDS) + 1) + [0.0]
    times[bisect_left(_SECONDS, seconds)] += 1
    times[-1] += seconds
    if _noted.timer is None:
        _noted.timer = asyncio.get_running_loop().call_later(_FLUSH_SECONDS, flush_noted)


def note_cache_read(result: str) -> None:
    """Count a read of the catalogue cache; it is written together with its request."""
    _noted.cache[result] = _noted.cache.get(result, 0) + 1


def flush_noted() -> None:
    """Write the counts."""
    if _noted.timer is not None:
        _noted.timer.cancel()
        _noted.timer = None
    counts, _noted.counts = _noted.counts, {}
    times, _noted.times = _noted.times, {}
    cache, _noted.cache = _noted.cache, {}
    for (route, method, status), count in counts.items():
        REQUESTS.labels(route, method, str(status)).inc(count)
    for (route, method), (*buckets, total) in times.items():
        add_observations(LATENCY.labels(route, method), buckets, total)
    for result, count in cache.items():
        CACHE.labels(result).inc(count)
