"""People."""

from lms.core.domain import Domain
from lms.users import handlers
from lms.users.personal_queries import PERSONAL

DOMAIN = Domain(
    routes=(handlers.routes,),
    personal=PERSONAL,
)
