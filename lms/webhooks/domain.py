"""Webhooks and their deliveries."""

from lms.core.domain import Domain
from lms.webhooks import handlers
from lms.webhooks.personal_queries import PERSONAL

DOMAIN = Domain(
    routes=(handlers.routes,),
    personal=PERSONAL,
)
