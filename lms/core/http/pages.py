"""The few HTML pages that we serve ourselves, for people who have no front end."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web

from lms.core.http.negotiation import negotiate
from lms.core.http.request import SETTINGS
from lms.errors import NotAcceptable

_TEMPLATES = Path(__file__).resolve().parent / "templates"
# As the template takes it in: without the last line's end.
_STYLE = (_TEMPLATES / "page.css").read_text("utf-8").removesuffix("\n")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
# Nothing is loaded, no script runs, and of styles there is our own sheet alone.
PAGE_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_JSON_OR_PAGE = ("application/json", "text/html")


def setup_pages(app: web.Application, folders: Mapping[str, Path]) -> None:
    """Make `render_page` work: `auth/reset.html` is `reset.html` in the folder named `auth`."""
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.ChoiceLoader(
            [
                jinja2.FileSystemLoader(_TEMPLATES),
                jinja2.PrefixLoader(
                    {name: jinja2.FileSystemLoader(folder) for name, folder in folders.items()}
                ),
            ]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_page(
    request: web.Request,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
    policy: str = PAGE_POLICY,
) -> web.Response:
    """A page from its template, with the site's name and a strict content policy."""
    response = web.Response(
        text=page_text(request, template, context), status=status, content_type="text/html"
    )
    response.headers["Content-Security-Policy"] = policy
    return response


def page_text(request: web.Request, template: str, context: Mapping[str, object]) -> str:
    """The HTML of a page."""
    site_name = request.app[SETTINGS].site_name
    context = {"site_name": site_name, "logo": None, **context}
    return aiohttp_jinja2.render_string(template, request, context)


def wants_page(request: web.Request) -> bool:
    """Whether a browser asks: it names HTML in `Accept`, which no program does by accident."""
    try:
        return negotiate(request, _JSON_OR_PAGE) == "text/html"
    except NotAcceptable:
        return False
