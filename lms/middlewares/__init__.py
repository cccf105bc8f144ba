"""The layers around every handler, outermost first."""

from lms.middlewares.auth import auth
from lms.middlewares.envelope import envelope
from lms.middlewares.errors import errors
from lms.middlewares.idempotency import idempotency
from lms.middlewares.rate_limit import rate_limit
from lms.middlewares.request_id import request_id
from lms.middlewares.settle import settle

MIDDLEWARES = (request_id, errors, envelope, auth, rate_limit, settle, idempotency)
