"""The OpenAPI document, the Swagger page, and a page for each error code."""

from lms.openapi.cli import main as main
from lms.openapi.handlers import routes as routes
