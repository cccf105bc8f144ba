"""Signing in, accounts and their administration."""

from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

import lms.auth.mails  # noqa: F401 - declares the mails
from lms.auth import (
    account_handlers,
    administration_handlers,
    mfa_handlers,
    page_handlers,
    registration_handlers,
    session_handlers,
    sign_in_handlers,
)
from lms.auth.passwords import PASSWORDS, Passwords
from lms.auth.personal_queries import PERSONAL
from lms.auth.principals import PRINCIPALS, Principals
from lms.auth.proofs import ADDRESS_PROVED
from lms.auth.tokens import TOKENS, Tokens
from lms.core.domain import Domain
from lms.core.http.request import POOL, SETTINGS
from lms.middlewares.auth import AUTHENTICATOR, Authenticator


def _prepare(app: web.Application) -> None:
    app[TOKENS] = Tokens(app[SETTINGS])
    app.setdefault(ADDRESS_PROVED, [])  # a domain that was prepared earlier may wait already


async def _services(app: web.Application) -> AsyncIterator[None]:
    app[PASSWORDS] = Passwords(app[SETTINGS])
    app[PRINCIPALS] = principals = Principals(app[TOKENS], app[POOL])
    app[AUTHENTICATOR] = Authenticator(principals.recall, principals.authenticate)
    principals.start()
    yield
    await principals.stop()
    app[PASSWORDS].close()


DOMAIN = Domain(
    routes=(
        registration_handlers.routes,
        sign_in_handlers.routes,
        session_handlers.routes,
        account_handlers.routes,
        mfa_handlers.routes,
        page_handlers.routes,
        account_handlers.my_account,
        administration_handlers.routes,
    ),
    personal=PERSONAL,
    pages=Path(__file__).with_name("pages"),
    prepare=_prepare,
    services=_services,
)
