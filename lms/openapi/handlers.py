"""Serves the document, its page, and the explanations of errors, without any foreign host."""

import asyncio
import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from aiohttp import hdrs, web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lms.core.http.compression import takes_gzip
from lms.core.http.etags import make_etag
from lms.core.http.negotiation import negotiate
from lms.core.http.pages import PAGE_POLICY, page_text, wants_page
from lms.core.http.reply import Reply
from lms.core.http.request import SETTINGS
from lms.core.http.routing import Routes
from lms.errors import NotFound
from lms.openapi.problems import Problem, problems
from lms.openapi.schemas import ErrorCodeSchema, ProblemTypeSchema

routes = Routes("Documentation", prefix="")

_HERE = Path(__file__).parent
# swagger/ is npm's swagger-ui-dist unchanged, page/ is ours.
_FOLDERS = ("swagger", "page")
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".png": "image/png",
    ".txt": "text/plain",
}
# Everything from this server and nothing inline; Swagger UI's style sheet has its icons as data.
_DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_pages = Environment(
    loader=FileSystemLoader(_HERE / "page"), autoescape=True, undefined=StrictUndefined
)


@dataclass(frozen=True, slots=True)
class File:
    """A body that never changes, compressed once, with its ETag."""

    body: bytes
    packed: bytes
    etag: str
    content_type: str


def _file(body: bytes, content_type: str) -> File:
    return File(body, gzip.compress(body, mtime=0), make_etag(body), content_type)


# By application, since each has its own routes. Not stored in the application, which is frozen by
# the time of the first request.
_documents: WeakKeyDictionary[web.Application, asyncio.Task[File]] = WeakKeyDictionary()


@routes.get("/openapi.json", raw=True, statuses=(304,))
async def get_openapi(request: web.Request) -> web.Response:
    """This document."""
    task = _documents.get(request.app)
    if task is None:
        # Made on first use and beside the event loop: most processes are never asked for it.
        task = asyncio.create_task(asyncio.to_thread(_make_document, request.app))
        _documents[request.app] = task
    # Shielded: if the first client goes away, those who wait must still get the document.
    return _respond(request, await asyncio.shield(task))


def _make_document(app: web.Application) -> File:
    # Imported only here: apispec and its dependencies would cost every process memory.
    from lms.openapi.document import build

    return _file(orjson.dumps(build(app)), "application/json")


@routes.get("/docs", raw=True, statuses=(304,), media_types=("text/html",))
async def get_docs(request: web.Request) -> web.Response:
    """Swagger UI: try every operation in the browser, signed in by its own form."""
    page = _pages.get_template("docs.html").render(site_name=request.app[SETTINGS].site_name)
    return _respond(request, _file(page.encode(), "text/html"), policy=_DOCS_POLICY)


@routes.get("/docs/{file}", raw=True, statuses=(304,), media_types=tuple(_TYPES.values()))
async def get_docs_file(request: web.Request) -> web.Response:
    """A script, style sheet, picture or licence of the Swagger page."""
    path = _paths().get(request.match_info["file"])
    if path is None:
        raise NotFound
    return _respond(request, await asyncio.to_thread(_read, path))


@cache
def _paths() -> dict[str, Path]:
    # A closed list: no name from a client ever becomes a path.
    found = (path for folder in _FOLDERS for path in (_HERE / folder).iterdir())
    return {path.name: path for path in found if path.suffix in _TYPES}


@cache
def _read(path: Path) -> File:
    return _file(path.read_bytes(), _TYPES[path.suffix])


_PROBLEM_TYPES = ("text/html", "application/json")


@routes.get("/problems/{code}", data=ProblemTypeSchema, media_types=_PROBLEM_TYPES)
async def get_problem(request: web.Request) -> web.Response | Reply:
    """What an error code means: a page for people, JSON for programs."""
    problem = problems().get(request.match_info["code"])
    if problem is None:
        raise NotFound
    if negotiate(request, _PROBLEM_TYPES) == "application/json":
        meanings = [
            {"status": meaning.status, "title": meaning.title, "detail": meaning.detail}
            for meaning in problem.meanings
        ]
        data = {"code": problem.code, "meanings": meanings}
        return Reply(data, headers={hdrs.VARY: hdrs.ACCEPT})
    return _respond(request, _problem_page(request, problem), policy=PAGE_POLICY)


@routes.get(
    "/problems", data=ErrorCodeSchema, many=True, media_types=("application/json", "text/html")
)
async def list_problems(request: web.Request) -> web.Response | list[dict[str, Any]]:
    """Every error code in the alphabet's order; one with two statuses stands here twice."""
    if wants_page(request):
        text = page_text(request, "openapi/problems.html", {"problems": problems().values()})
        return _respond(request, _file(text.encode(), "text/html"), policy=PAGE_POLICY)
    base_url = request.app[SETTINGS].base_url
    return [
        {
            "code": problem.code,
            "status": meaning.status,
            "title": meaning.title,
            "detail": meaning.detail,
            "url": f"{base_url}/problems/{problem.code}",
        }
        for problem in problems().values()
        for meaning in problem.meanings
    ]


def _problem_page(request: web.Request, problem: Problem) -> File:
    return _file(
        page_text(request, "openapi/problem.html", {"problem": problem}).encode(), "text/html"
    )


def _respond(request: web.Request, file: File, *, policy: str | None = None) -> web.Response:
    headers: dict[str, str] = {
        hdrs.ETAG: file.etag,
        hdrs.VARY: f"{hdrs.ACCEPT}, {hdrs.ACCEPT_ENCODING}",
    }
    if policy is not None:
        headers["Content-Security-Policy"] = policy
    text = file.content_type.startswith("text/")
    headers[hdrs.CONTENT_TYPE] = file.content_type + ("; charset=utf-8" if text else "")
    body = file.body
    if takes_gzip(request):
        headers[hdrs.CONTENT_ENCODING] = "gzip"
        body = file.packed
    return web.Response(body=body, headers=headers)
