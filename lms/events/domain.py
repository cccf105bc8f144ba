"""The event log."""

from lms.core.domain import Domain
from lms.events import handlers
from lms.events.personal_queries import PERSONAL

DOMAIN = Domain(
    routes=(handlers.routes,),
    personal=PERSONAL,
)
