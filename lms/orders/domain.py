"""Orders."""

from lms.core.domain import Domain
from lms.orders import handlers
from lms.orders.personal_queries import PERSONAL

DOMAIN = Domain(
    routes=(handlers.routes,),
    personal=PERSONAL,
)
