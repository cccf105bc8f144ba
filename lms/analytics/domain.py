"""Figures for students, teachers and administrators."""

from collections.abc import AsyncIterator

from aiohttp import web

from lms.analytics import handlers
from lms.analytics.activity import ACTIVITY, ActivityLog
from lms.analytics.personal_queries import PERSONAL
from lms.core.domain import Domain
from lms.core.http.request import POOL
from lms.middlewares.activity import NOTE_ACTIVITY


async def _services(app: web.Application) -> AsyncIterator[None]:
    app[ACTIVITY] = activity = ActivityLog(app[POOL])
    app[NOTE_ACTIVITY] = activity.note
    activity.start()
    yield
    await activity.stop()


DOMAIN = Domain(
    routes=(handlers.routes,),
    personal=PERSONAL,
    services=_services,
)
