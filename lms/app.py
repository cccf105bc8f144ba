"""The application: the domains, the layers around their handlers, start and stop."""

from importlib import import_module

from aiohttp import web

from lms.core.connections import connections
from lms.core.domain import Domain
from lms.core.http.pages import setup_pages
from lms.core.http.request import SETTINGS
from lms.core.personal import PERSONAL_TABLES
from lms.core.personal_queries import PERSONAL as OF_CORE
from lms.core.storage import STORAGE, create_storage
from lms.middlewares.personal_queries import PERSONAL as OF_MIDDLEWARES
from lms.middlewares.pipeline import register, register_rest, setup
from lms.permissions import ACCESS
from lms.settings import Settings

# The order in which a person's rows are erased. Enrolments come early, since locks are taken in the
# order counters, enrolments, all else. `users` comes last, since other domains need its row to find
# a person's rows.
DOMAINS = (
    "health",
    "openapi",
    "enrollments",
    "reviews",
    "attempts",
    "certificates",
    "copies",
    "courses",
    "lessons",
    "quizzes",
    "auth",
    "privacy",
    "files",
    "events",
    "webhooks",
    "notifications",
    "orders",
    "analytics",
    "users",
)


def load_domain(name: str) -> Domain:
    """What the folder `lms/<name>` brings."""
    domain = import_module(f"lms.{name}.domain").DOMAIN
    assert isinstance(domain, Domain), f"lms/{name}/domain.py has no DOMAIN"
    return domain


def create_app(settings: Settings) -> web.Application:
    """The application for these settings; touches no server until it starts."""
    domains = {name: load_domain(name) for name in DOMAINS}
    app = web.Application()
    app[SETTINGS] = settings
    app[STORAGE] = create_storage(settings)
    tables = (table for domain in domains.values() for table in domain.personal)
    app[PERSONAL_TABLES] = (*OF_CORE, *OF_MIDDLEWARES, *tables)
    setup_pages(app, {name: domain.pages for name, domain in domains.items() if domain.pages})
    setup(app)
    app.cleanup_ctx.append(connections)
    for domain in domains.values():
        if domain.prepare is not None:
            domain.prepare(app)
        if domain.services is not None:
            app.cleanup_ctx.append(domain.services)
        for routes in domain.routes:
            register(app, routes, ACCESS)
        if not settings.is_production:
            for routes in domain.development_routes:
                register(app, routes, ACCESS)
    register_rest(app)
    return app
