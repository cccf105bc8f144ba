"""Files, and how they come and go."""

from lms.core.domain import Domain
from lms.files import handlers, upload_handlers
from lms.files.personal_queries import PERSONAL

DOMAIN = Domain(
    routes=(
        handlers.routes,
        upload_handlers.routes,
    ),
    personal=PERSONAL,
)
