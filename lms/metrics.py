"""What we count, in one place, so that the dashboards can be checked against it."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("lms_http_requests_total", "Requests answered.", ["route", "method", "status"])
LATENCY = Histogram(
    "lms_http_request_seconds",
    "Time from the request's headers to its reply.",
    ["route", "method"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
RATE_LIMITED = Counter("lms_rate_limited_total", "Requests refused by a rate limit.", ["group"])
LOGINS = Counter("lms_logins_total", "Attempts to sign in.", ["result"])
CACHE = Counter("lms_cache_reads_total", "Reads of the catalogue cache.", ["result"])
POOL_SIZE = Gauge(
    "lms_database_pool_connections", "Open connections.", ["pool"], multiprocess_mode="livesum"
)
POOL_IDLE = Gauge(
    "lms_database_pool_idle", "Connections that wait for work.", ["pool"],
    multiprocess_mode="livesum",
)  # fmt: skip
