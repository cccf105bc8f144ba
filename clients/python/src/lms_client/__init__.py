"""A client of the learning platform's API. Begin with `Client` or `AsyncClient`."""

from lms_client import models, webhooks
from lms_client._clients import AsyncPages, Page, Pages
from lms_client._core import Options, Response, Session, Storage
from lms_client._version import API_VERSION, VERSION
from lms_client.client import AsyncClient, Client
from lms_client.errors import (
    BadRequest,
    Conflict,
    ConnectionError,
    Forbidden,
    LmsError,
    NotFound,
    PaymentRequired,
    PreconditionFailed,
    ProblemError,
    RateLimited,
    TimeoutError,
    Unauthorized,
    Unavailable,
    Validation,
)
from lms_client.webhooks import WebhookVerificationError

__version__ = VERSION
__all__ = [
    "API_VERSION",
    "AsyncClient",
    "AsyncPages",
    "BadRequest",
    "Client",
    "Conflict",
    "ConnectionError",
    "Forbidden",
    "LmsError",
    "NotFound",
    "Options",
    "Page",
    "Pages",
    "PaymentRequired",
    "PreconditionFailed",
    "ProblemError",
    "RateLimited",
    "Response",
    "Session",
    "Storage",
    "TimeoutError",
    "Unauthorized",
    "Unavailable",
    "Validation",
    "WebhookVerificationError",
    "models",
    "webhooks",
]
