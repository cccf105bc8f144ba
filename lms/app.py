"""The application: every domain's routes, the layers around them, start and stop."""

from collections.abc import AsyncIterator

from aiohttp import web

import lms.analytics.handlers
import lms.attempts.handlers
import lms.attempts.teaching_handlers
import lms.auth.account_handlers
import lms.auth.handlers
import lms.auth.mails
import lms.auth.mfa_handlers
import lms.auth.pages
import lms.certificates.handlers
import lms.courses.handlers
import lms.enrollments.bulk_handlers
import lms.enrollments.handlers
import lms.enrollments.learn
import lms.enrollments.progress_handlers
import lms.enrollments.roster
import lms.events.handlers
import lms.files.handlers
import lms.health.handlers
import lms.lessons.handlers
import lms.notifications.handlers
import lms.openapi
import lms.orders.handlers
import lms.privacy.handlers
import lms.privacy.mails
import lms.quizzes.handlers
import lms.quizzes.question_handlers
import lms.reviews.handlers
import lms.start_page
import lms.users.admin_handlers
import lms.users.handlers
import lms.webhooks.handlers
from lms.analytics.activity import ACTIVITY, ActivityLog
from lms.auth.passwords import PASSWORDS, Passwords
from lms.auth.principals import PRINCIPALS, Principals
from lms.auth.tokens import TOKENS, Tokens
from lms.broker import Nudger
from lms.certificates.documents import site_design
from lms.courses.cache import CATALOGUE, CatalogueCache
from lms.db import AWAY, Pool
from lms.denials import DENIALS, Denials
from lms.health.site_metrics import SITE_METRICS, SiteMetrics
from lms.log import get_logger
from lms.metrics import flush_noted
from lms.middlewares.activity import NOTE_ACTIVITY
from lms.middlewares.auth import AUTHENTICATOR, Authenticator
from lms.middlewares.rate_limit import RATE_LIMITER, create_limiter
from lms.middlewares.settle import NUDGER
from lms.pages import setup_pages
from lms.pipeline import register, register_rest, setup
from lms.redis_pool import RedisPool
from lms.replica import REPLICA, REPLICA_POOL, Replica
from lms.request import LIST_POOL, POOL, READ_POOL, REDIS, SETTINGS
from lms.routing import Routes
from lms.settings import Settings
from lms.storage import STORAGE, create_storage

log = get_logger(__name__)

DOMAINS: tuple[Routes, ...] = (
    lms.health.handlers.routes,
    lms.health.handlers.probes,
    lms.openapi.routes,
    lms.auth.handlers.routes,
    lms.auth.account_handlers.routes,
    lms.auth.mfa_handlers.routes,
    lms.auth.pages.routes,
    lms.auth.account_handlers.my_account,
    lms.users.handlers.routes,
    lms.privacy.handlers.routes,
    lms.users.admin_handlers.routes,
    lms.courses.handlers.routes,
    lms.lessons.handlers.routes,
    lms.reviews.handlers.routes,
    lms.enrollments.handlers.routes,
    lms.files.handlers.routes,
    lms.quizzes.handlers.routes,
    lms.quizzes.question_handlers.routes,
    lms.attempts.handlers.routes,
    lms.attempts.teaching_handlers.routes,
    lms.enrollments.progress_handlers.routes,
    lms.enrollments.learn.routes,
    lms.enrollments.roster.routes,
    lms.enrollments.bulk_handlers.routes,
    lms.certificates.handlers.routes,
    lms.certificates.handlers.pages,
    lms.events.handlers.routes,
    lms.webhooks.handlers.routes,
    lms.orders.handlers.routes,
    lms.analytics.handlers.routes,
)


def create_app(settings: Settings) -> web.Application:
    """The application for these settings; touches no server until it starts."""
    app = web.Application()
    app[SETTINGS] = settings
    app[TOKENS] = Tokens(settings)
    app[STORAGE] = create_storage(settings)
    site_design(settings.certificate_template)  # a wrong one stops the start
    setup_pages(app)
    setup(app)
    app.cleanup_ctx.append(_connections)
    for routes in DOMAINS:
        register(app, routes)
    if not settings.is_production:
        register(app, lms.notifications.handlers.routes)
        register(app, lms.start_page.routes)
    register_rest(app)
    return app


async def _connections(app: web.Application) -> AsyncIterator[None]:
    """Pools, Redis and the helpers of sign-in, for as long as the application runs."""
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
    app[CATALOGUE] = CatalogueCache(app[POOL], app[LIST_POOL], app[REPLICA], app[REDIS])
    app[RATE_LIMITER] = create_limiter(app, app[REDIS])
    app[PASSWORDS] = Passwords(settings)
    app[PRINCIPALS] = Principals(app[TOKENS], app[POOL])
    app[DENIALS] = Denials(app[POOL])
    app[SITE_METRICS] = SiteMetrics(app[POOL])
    app[AUTHENTICATOR] = Authenticator(app[PRINCIPALS].recall, app[PRINCIPALS].authenticate)
    app[ACTIVITY] = ActivityLog(app[POOL])
    app[NOTE_ACTIVITY] = app[ACTIVITY].note
    pools = [app[POOL], app[READ_POOL], app[LIST_POOL], *([replica] if replica else [])]
    for pool in pools:
        try:
            await pool.open()
        except AWAY as error:  # start all the same: recovery needs no restart
            log.warning("the database is away", error=type(error).__name__)
    app[PRINCIPALS].start()
    await app[STORAGE].open()
    app[ACTIVITY].start()
    app[DENIALS].start()
    yield
    flush_noted()
    await app[DENIALS].stop()
    await app[NUDGER].close()
    await app[ACTIVITY].stop()
    await app[PRINCIPALS].stop()
    app[PASSWORDS].close()
    await app[STORAGE].close()
    await app[REDIS].close()
    for pool in reversed(pools):
        await pool.close()
