"""Health, readiness, metrics, and the start page of development."""

from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from lms.core.domain import Domain
from lms.core.http.request import POOL
from lms.health import handlers, start_page_handlers
from lms.health.site_metrics import SITE_METRICS, SiteMetrics


async def _services(app: web.Application) -> AsyncIterator[None]:
    app[SITE_METRICS] = SiteMetrics(app[POOL])
    yield


DOMAIN = Domain(
    routes=(
        handlers.routes,
        handlers.probes,
    ),
    development_routes=(start_page_handlers.routes,),
    pages=Path(__file__).with_name("pages"),
    services=_services,
)
