"""Lessons."""

from lms.core.domain import Domain
from lms.lessons import handlers
from lms.lessons.personal_queries import PERSONAL

DOMAIN = Domain(
    routes=(handlers.routes,),
    personal=PERSONAL,
)
