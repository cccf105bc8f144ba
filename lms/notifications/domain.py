"""Mails, and the mailbox page for developers."""

from pathlib import Path

from lms.core.domain import Domain
from lms.notifications import handlers

DOMAIN = Domain(
    development_routes=(handlers.routes,),
    pages=Path(__file__).with_name("pages"),
)
