"""Enrolments, progress and the roster."""

from aiohttp import web

from lms.auth.proofs import when_address_proved
from lms.core.domain import Domain
from lms.enrollments import (
    bulk_handlers,
    handlers,
    learn_handlers,
    progress_handlers,
    roster_handlers,
)
from lms.enrollments.personal_queries import PERSONAL
from lms.enrollments.places import take_held_places


def _prepare(app: web.Application) -> None:
    when_address_proved(app, take_held_places)


DOMAIN = Domain(
    routes=(
        handlers.routes,
        progress_handlers.routes,
        learn_handlers.routes,
        roster_handlers.routes,
        bulk_handlers.routes,
    ),
    personal=PERSONAL,
    prepare=_prepare,
)
