"""Pools, Redis, the storage and what stands on them, for as long as the application runs."""

from collections.abc import AsyncIterator

from aiohttp import web

from lms.core.audit.denials import DENIALS, Denials
from lms.core.db.pool import Pool
from lms.core.db.replica import REPLICA, REPLICA_POOL, Replica
from lms.core.db.transactions import AWAY
from lms.core.http.rate_limiter import RATE_LIMITER, RateLimiter, limits
from lms.core.http.request import LIST_POOL, POOL, READ_POOL, REDIS, SETTINGS
from lms.core.jobs.broker import NUDGER, Nudger
from lms.core.log import get_logger
from lms.core.metrics import flush_noted
from lms.core.parsers import PARSERS, Parsers
from lms.core.redis_pool import RedisPool
from lms.core.storage import STORAGE

log = get_logger(__name__)


async def connections(app: web.Application) -> AsyncIterator[None]:
    """Open everything; close it in the opposite order at the end.

    Why there are three pools: docs/decisions/0011-three-pools.md.
    """
    settings = app[SETTINGS]
    app[POOL] = Pool(settings.database_url, settings, application="lms-api")
    app[READ_POOL] = Pool(settings.database_url, settings, application="lms-api-read")
    app[LIST_POOL] = Pool(
        settings.database_url, settings, application="lms-api-list", plan_each_time=True
    )
    replica: Pool | None = None
    if settings.database_replica_url is not None:
        url = settings.database_replica_url
        replica = Pool(url, settings, application="lms-api-replica", plan_each_time=True)
    app[REPLICA_POOL] = replica
    app[REPLICA] = Replica(replica)
    app[REDIS] = RedisPool(settings)
    app[NUDGER] = Nudger(settings)
    app[RATE_LIMITER] = RateLimiter(limits(settings), app[REDIS])
    app[DENIALS] = Denials(app[POOL])
    app[PARSERS] = Parsers(settings)
    pools = [app[POOL], app[READ_POOL], app[LIST_POOL], *([replica] if replica else [])]
    for pool in pools:
        try:
            await pool.open()
        except AWAY as error:  # start all the same: recovery needs no restart
            log.warning("the database is away", error=type(error).__name__)
    await app[STORAGE].open()
    app[DENIALS].start()
    yield
    flush_noted()
    await app[DENIALS].stop()
    await app[PARSERS].close()
    await app[NUDGER].close()
    await app[STORAGE].close()
    await app[REDIS].close()
    for pool in reversed(pools):
        await pool.close()
