"""Copies of courses."""

from lms.copies import handlers
from lms.core.domain import Domain

DOMAIN = Domain(
    routes=(handlers.routes,),
)
