"""A person's data: its copy and its erasure."""

import lms.privacy.mails  # noqa: F401 - declares the mail
from lms.core.domain import Domain
from lms.privacy import handlers

DOMAIN = Domain(
    routes=(handlers.routes,),
)
