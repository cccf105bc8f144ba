"""Files, and how they come and go."""

from lms.core.domain import Domain
from lms.files import direct_upload_handlers, handlers, upload_handlers
from lms.files.personal_queries import PERSONAL

DOMAIN = Domain(
    routes=(
        handlers.routes,
        upload_handlers.routes,
        direct_upload_handlers.routes,
    ),
    personal=PERSONAL,
)
