"""Mails, and the mailbox page for developers."""

from lms.core.domain import Domain
from lms.notifications import handlers

DOMAIN = Domain(
    development_routes=(handlers.routes,),
)
