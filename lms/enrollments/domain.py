"""Enrolments, progress and the roster."""

from lms.core.domain import Domain
from lms.enrollments import (
    bulk_handlers,
    handlers,
    learn_handlers,
    progress_handlers,
    roster_handlers,
)
from lms.enrollments.personal_queries import PERSONAL

DOMAIN = Domain(
    routes=(
        handlers.routes,
        progress_handlers.routes,
        learn_handlers.routes,
        roster_handlers.routes,
        bulk_handlers.routes,
    ),
    personal=PERSONAL,
)
