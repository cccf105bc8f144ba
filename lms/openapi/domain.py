"""The OpenAPI document and its pages."""

from pathlib import Path

from lms.core.domain import Domain
from lms.openapi import handlers

DOMAIN = Domain(
    routes=(handlers.routes,),
    pages=Path(__file__).with_name("page"),
)
