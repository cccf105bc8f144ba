"""The few HTML pages that we serve ourselves, for people who have no front end."""

from collections.abc import Mapping
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web

from lms.core.http.request import SETTINGS

_TEMPLATES = Path(__file__).resolve().parent / "templates"
# Our own style sheet is inline; nothing is loaded, and no script runs.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


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
    request: web.Request, template: str, context: Mapping[str, object], *, status: int = 200
) -> web.Response:
    """A page from its template, with the site's name and a strict content policy."""
    context = {"site_name": request.app[SETTINGS].site_name, **context}
    response: web.Response = aiohttp_jinja2.render_template(
        template, request, context, status=status
    )
    response.headers["Content-Security-Policy"] = _POLICY
    return response
