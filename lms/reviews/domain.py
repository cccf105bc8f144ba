"""What students say about courses."""

from lms.core.domain import Domain
from lms.reviews import handlers
from lms.reviews.personal_queries import PERSONAL

DOMAIN = Domain(
    routes=(handlers.routes,),
    personal=PERSONAL,
)
