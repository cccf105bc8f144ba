"""Mails, and the mailbox of development."""

from lms.core.domain import Domain
from lms.notifications import handlers

DOMAIN = Domain(
    development_routes=(handlers.routes,),
)
