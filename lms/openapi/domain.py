"""The OpenAPI document and its pages."""

from lms.core.domain import Domain
from lms.openapi import handlers

DOMAIN = Domain(
    routes=(handlers.routes,),
)
