"""What a domain brings to the application; each has a `domain.py` with one of these."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from lms.core.http.routing import Routes
from lms.core.personal import PersonalTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A folder of the product, as the application sees it."""

    routes: tuple[Routes, ...] = ()
    development_routes: tuple[Routes, ...] = ()  # left out in production
    personal: tuple[PersonalTable, ...] = ()
    pages: Path | None = None  # templates for render_page, named `<folder>/<page>.html`
    # Called once when the application is made, with its settings; touches no server.
    prepare: Callable[[web.Application], None] | None = None
    # Services that live as long as the application: started after the pools, stopped before them.
    services: Callable[[web.Application], AsyncIterator[None]] | None = None
