"""The catalogue of courses."""

from collections.abc import AsyncIterator

from aiohttp import web

from lms.core.db.replica import REPLICA
from lms.core.domain import Domain
from lms.core.http.request import LIST_POOL, POOL, REDIS
from lms.courses import handlers
from lms.courses.cache import CATALOGUE, CatalogueCache
from lms.courses.personal_queries import PERSONAL


async def _services(app: web.Application) -> AsyncIterator[None]:
    app[CATALOGUE] = CatalogueCache(app[POOL], app[LIST_POOL], app[REPLICA], app[REDIS])
    yield


DOMAIN = Domain(
    routes=(handlers.routes,),
    personal=PERSONAL,
    services=_services,
)
