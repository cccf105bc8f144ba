"""What browsers let the pages of other origins send us and read of our replies."""

import ast
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession, hdrs
from aiohttp.test_utils import TestServer

from lms.app import create_app
from lms.core.http.cors import ALLOWED, EXPOSED
from lms.settings import Settings
from tests.api import Server

ROOT = Path(__file__).resolve().parents[2]
PAGE, STRANGER = "https://learn.example.com", "https://evil.example.com"

# Set by the browser, the connection or a proxy, never by a script (Fetch, "forbidden
# request-header"); Accept-Encoding and User-Agent among them in most browsers.
_NOT_FROM_SCRIPTS = {
    "accept-encoding", "access-control-request-method", "content-encoding", "content-length",
    "cookie", "expect", "host", "origin", "sec-fetch-site", "user-agent", "x-forwarded-for",
}  # fmt: skip
# Read from the parts of a multipart body, or from a reply.
_NOT_OF_REQUESTS = {"content-disposition", "content-transfer-encoding"}


@pytest.fixture(scope="module")
async def listed(settings: Settings) -> AsyncIterator[TestServer]:
    """The application for a front end at PAGE."""
    server = Server(create_app(replace(settings, cors_origins=(PAGE,))))
    await server.start_server()
    yield server
    await server.close()


async def _ask(server: TestServer, method: str, path: str, **headers: str) -> dict[str, str]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        ClientSession() as session,
        session.request(method, server.make_url(path), headers=sent) as reply,
    ):
        return {name.lower(): ", ".join(reply.headers.getall(name)) for name in set(reply.headers)}


def _names(header: str) -> set[str]:
    return {name.strip().lower() for name in header.split(",")}


@pytest.mark.parametrize(
    "name",
    ["if-range", "range", "traceparent", "tracestate", "baggage", "sentry-trace", "cache-control",
     "if-modified-since", "if-unmodified-since", "idempotency-key", "x-lms-session"],
)  # fmt: skip
async def test_a_preflight_allows_what_routes_and_tracers_use(
    listed: TestServer, name: str
) -> None:
    asked = {"Access_Control_Request_Method": "GET", "Access_Control_Request_Headers": name}
    reply = await _ask(listed, "OPTIONS", "/api/v1/courses", Origin=PAGE, **asked)
    assert reply["access-control-allow-origin"] == PAGE
    assert name in _names(reply["access-control-allow-headers"])


@pytest.mark.parametrize(
    "name",
    ["location", "content-range", "accept-ranges", "www-authenticate", "allow", "etag", "link",
     "retry-after", "content-disposition", "last-modified"],
)  # fmt: skip
async def test_a_page_may_read_the_headers_of_ours(listed: TestServer, name: str) -> None:
    reply = await _ask(listed, "GET", "/api/v1/courses", Origin=PAGE)
    assert name in _names(reply["access-control-expose-headers"])


async def test_a_refusal_can_be_read_as_well(listed: TestServer) -> None:
    reply = await _ask(listed, "GET", "/api/v1/users/me", Origin=PAGE)
    assert reply["www-authenticate"] == "Bearer"
    assert {"www-authenticate"} <= _names(reply["access-control-expose-headers"])


async def test_an_origin_that_is_not_listed_is_told_nothing(listed: TestServer) -> None:
    reply = await _ask(listed, "GET", "/api/v1/courses", Origin=STRANGER)
    assert not any(name.startswith("access-control-") for name in reply)
    assert "Origin" in reply["vary"]


def _read_from_headers() -> Iterator[tuple[str, str]]:
    """Each header name that the code looks up in some headers, with its file."""
    for path in sorted((ROOT / "lms").rglob("*.py")):
        if "tools" in path.relative_to(ROOT).parts:
            continue  # clients and servers of our own measurements
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            key: ast.expr | None = None
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                if node.func.attr in ("get", "getall") and _is_headers(node.func.value):
                    key = node.args[0]
            elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
                key = node.slice if _is_headers(node.value) else None
            elif isinstance(node, ast.Compare) and _is_headers(node.comparators[0]):
                key = node.left
            if key is not None and (name := _header_name(key)) is not None:
                yield name.lower(), path.relative_to(ROOT).as_posix()


def _is_headers(node: ast.expr) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "headers") or (
        isinstance(node, ast.Name) and node.id == "headers"
    )


def _header_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "hdrs":
        return str(getattr(hdrs, node.attr))
    return None


def test_every_header_that_the_code_reads_may_be_sent() -> None:
    found = dict(_read_from_headers())
    assert {"if-range", "authorization", "traceparent"} <= found.keys()
    ours = {name.lower() for name in (*ALLOWED, *EXPOSED)}
    missing = found.keys() - ours - _NOT_FROM_SCRIPTS - _NOT_OF_REQUESTS
    assert {name: found[name] for name in missing} == {}


def test_both_lists_are_in_order() -> None:
    assert list(ALLOWED) == sorted(ALLOWED, key=str.lower)
    assert list(EXPOSED) == sorted(EXPOSED, key=str.lower)
