"""Whether this process runs, whether it can work, and its metrics."""

import os
from collections.abc import Set
from functools import cache

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from lms.core.db.replica import REPLICA_POOL
from lms.core.db.resources import resource_dir
from lms.core.db.transactions import AWAY
from lms.core.http.request import REDIS, SERVING, SETTINGS, list_pool, pool, read_pool
from lms.core.http.routing import Routes
from lms.core.metrics import POOL_IDLE, POOL_SIZE, flush_noted
from lms.errors import Unavailable
from lms.health.build import build_metric, build_of
from lms.health.host_metrics import host_metrics
from lms.health.queries import list_migrations
from lms.health.queue_metrics import queue_metrics
from lms.health.schemas import Health, Readiness
from lms.health.site_metrics import SITE_METRICS

routes = Routes("Operations")
probes = Routes("Operations", prefix="")


@routes.get("/health", data=Health, message="Alive.")
async def health(request: web.Request) -> dict[str, str | None]:
    """Whether this process answers, and which build it is; touches nothing else."""
    return {"status": "ok", **build_of(request.app[SETTINGS])}


@routes.get("/ready", data=Readiness, errors=(Unavailable,), message="Ready.")
async def ready(request: web.Request) -> dict[str, str]:
    """Whether this process can work: 503 without its database; without Redis it is degraded."""
    if request.app[SERVING].is_draining:
        raise Unavailable("This process is shutting down.")
    try:
        applied = set(await list_migrations(pool(request)))
    except AWAY:
        raise Unavailable("The database is away.") from None
    except Exception as error:
        raise Unavailable("The database is not ours; run bin/migrate.") from error
    if not is_schema_ours(applied, _ours()):
        raise Unavailable("The database's schema is not this version's; run bin/migrate.")
    answered = await request.app[REDIS].try_call(lambda client: client.ping())
    return {
        "status": "ok" if answered else "degraded",
        "database": "ok",
        "redis": "ok" if answered else "away",
    }


def is_schema_ours(applied: Set[str], ours: Set[str]) -> bool:
    """Whether we can work with these migrations: all of ours, and maybe later ones.

    Later ones come from the next release while it is rolled out, and remove nothing that we need.
    If we were not ready then, no process would be ready during an upgrade.
    """
    last = max(ours)
    return ours <= applied and all(name > last for name in applied - ours)


@cache  # read once: another release may replace the files while this process runs
def _ours() -> frozenset[str]:
    files = resource_dir("migrations").glob("*.sql")
    return frozenset(f.stem for f in files if not f.stem.endswith(".rollback"))


@probes.get("/metrics", raw=True, media_types=("text/plain",))
async def metrics(request: web.Request) -> web.Response:
    """Metrics of all processes, in Prometheus's text format; while the database answers, also those
    of the queues, the site, the database and its replica.
    """
    flush_noted()
    pools = {"primary": pool(request), "read": read_pool(request), "list": list_pool(request)}
    if (replica := request.app[REPLICA_POOL]) is not None:
        pools["replica"] = replica
    for name, one in pools.items():
        POOL_SIZE.labels(name).set(one.size)
        POOL_IDLE.labels(name).set(one.idle)
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    queues, site = await queue_metrics(pool(request)), await request.app[SITE_METRICS].read()
    around = await host_metrics(
        request.app[SETTINGS],
        request.app[REDIS].client,
        primary=pool(request),
        replica=request.app[REPLICA_POOL],
    )
    build = build_metric(request.app[SETTINGS])
    text = build + generate_latest(registry) + queues + site + around
    return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})
