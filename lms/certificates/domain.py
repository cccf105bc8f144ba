"""Certificates and their verification."""

from pathlib import Path

from aiohttp import web

from lms.certificates import handlers
from lms.certificates.documents import site_design
from lms.certificates.personal_queries import PERSONAL
from lms.core.domain import Domain
from lms.core.http.request import SETTINGS


def _prepare(app: web.Application) -> None:
    site_design(app[SETTINGS].certificate_template)  # a wrong one stops the start


DOMAIN = Domain(
    routes=(
        handlers.routes,
        handlers.pages,
    ),
    personal=PERSONAL,
    pages=Path(__file__).with_name("pages"),
    prepare=_prepare,
)
