"""The document, its page, and the pages that explain errors."""

import asyncio
import json
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from marshmallow import Schema
from openapi_spec_validator import OpenAPIV31SpecValidator

import lms.openapi
from lms.app import create_app
from lms.core.http.access import Access
from lms.core.http.pages import setup_pages
from lms.core.http.rate_limiter import RATE_LIMITER, RateLimiter, limits
from lms.core.http.request import SETTINGS
from lms.core.http.routing import Endpoint, endpoints
from lms.core.http.schemas import load
from lms.core.redis_pool import RedisPool
from lms.errors import all_errors
from lms.middlewares.pipeline import register, register_rest, setup
from lms.openapi import handlers
from lms.openapi.document import build
from lms.openapi.journey import JOURNEY
from lms.openapi.problems import problems
from lms.permissions import ACCESS
from lms.settings import Settings
from lms.tools.openapi import main as write_openapi
from tests.api import Api
from tests.openapi_checker import Json, ResponseChecker

SETTINGS_OF_TEST = Settings(rate_limit_general_per_minute=0, environment="test")
PAGE = Path(lms.openapi.__file__).parent / "page"
SWAGGER = Path(lms.openapi.__file__).parent / "swagger"


@pytest.fixture(scope="module")
def whole() -> web.Application:
    """The whole application, which is not started: its document needs no server."""
    return create_app(SETTINGS_OF_TEST)


@pytest.fixture(scope="module")
def document(whole: web.Application) -> Json:
    return build(whole)


@pytest.fixture
async def docs() -> AsyncIterator[Api]:
    """The documentation alone, with the layers that need no database."""
    app = web.Application()
    app[SETTINGS] = SETTINGS_OF_TEST
    app[RATE_LIMITER] = RateLimiter(limits(SETTINGS_OF_TEST), RedisPool(SETTINGS_OF_TEST))
    setup_pages(app, {"openapi": Path(handlers.__file__).with_name("page")})
    setup(app)
    register(app, handlers.routes, ACCESS)
    register_rest(app)
    async with TestServer(app) as server, Api(server, ResponseChecker(app)) as api:
        yield api


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def with_body(app: web.Application) -> Iterator[tuple[Endpoint, Schema]]:
    for endpoint in endpoints(app):
        if endpoint.body is not None:
            yield endpoint, endpoint.body


def body_schema(document: Json, endpoint: Endpoint) -> Json:
    operation = document["paths"][endpoint.path][endpoint.method.lower()]
    content = operation["requestBody"]["content"][endpoint.body_types[0]]
    return {**content["schema"], "components": document["components"]}


# The document


def test_the_document_is_valid(document: Json) -> None:
    OpenAPIV31SpecValidator(document).validate()


def test_every_route_is_documented_and_has_an_access_entry(
    whole: web.Application, document: Json
) -> None:
    documented = {f"{method} {path}" for method, path, _ in operations(document)}
    routed = {
        f"{route.method} {route.resource.canonical}"
        for route in whole.router.routes()
        if route.resource is not None and route.method not in ("HEAD", "*")
    }
    assert documented == routed
    assert documented == set(ACCESS)


def test_no_two_paths_are_the_same_address(document: Json) -> None:
    shapes = [re.sub(r"\{\w+\}", "{}", path) for path in document["paths"]]
    assert sorted(set(shapes)) == sorted(shapes)


def test_operation_ids_are_unique_and_every_operation_explains_itself(document: Json) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert sorted(set(ids)) == sorted(ids)
    assert [op["operationId"] for _, _, op in operations(document) if not op["summary"]] == []


def test_path_parameters_are_those_of_the_path(document: Json) -> None:
    for method, path, operation in operations(document):
        named = [part["name"] for part in operation["parameters"] if part.get("in") == "path"]
        assert named == re.findall(r"\{(\w+)\}", path), f"{method} {path}"


def test_security_follows_the_permissions(document: Json) -> None:
    for method, path, operation in operations(document):
        access = ACCESS[f"{method} {path}"]
        signed_in = {"bearer": []} in operation["security"]
        nobody = {} in operation["security"] or not operation["security"]
        assert nobody == (access in (Access.PROBE, Access.ANYONE))
        # Where anyone may and is told the same, no token is asked for; a bad one is refused.
        is_alike_for_all = path.startswith("/api/v1/auth/") or not path.startswith("/api/v1/")
        assert signed_in == (not nobody or (access is Access.ANYONE and not is_alike_for_all))
        assert ("401" in operation["responses"]) == (access is not Access.PROBE)


def test_every_documented_error_code_has_a_problems_page(document: Json) -> None:
    codes = set()
    for name, schema in document["components"]["schemas"].items():
        if name.endswith("Problem") and name != "Problem":
            codes.update(schema["allOf"][1]["properties"]["code"]["enum"])
    assert "not_found" in codes
    assert codes <= set(problems())


def test_a_second_application_in_the_process_has_the_whole_document(document: Json) -> None:
    again = build(create_app(SETTINGS_OF_TEST))
    assert json.dumps(again) == json.dumps(document)
    small = web.Application()
    small[SETTINGS] = SETTINGS_OF_TEST
    register(small, handlers.routes, ACCESS)
    assert set(build(small)["paths"]) < set(document["paths"])
    assert json.dumps(build(create_app(SETTINGS_OF_TEST))) == json.dumps(document)


# Bodies


def test_bodies_refuse_unknown_fields_by_document_and_by_schema(
    whole: web.Application, document: Json
) -> None:
    for endpoint, schema in with_body(whole):
        body = body_schema(document, endpoint)
        validator = jsonschema_rs.Draft202012Validator(body)
        given = {**(_example(document, endpoint) or {}), "unheard_of": 1}
        messages = [fault.message for fault in validator.iter_errors(given)]
        assert any("unheard_of" in message for message in messages), endpoint.name
        assert "unheard_of" in schema.validate(given), endpoint.name


def test_body_examples_are_accepted_by_document_and_by_schema(
    whole: web.Application, document: Json
) -> None:
    for endpoint, schema in with_body(whole):
        example = _example(document, endpoint)
        if example is None:
            assert endpoint.body_types[0] == "multipart/form-data" or not endpoint.reads_body
            continue
        validator = jsonschema_rs.Draft202012Validator(
            body_schema(document, endpoint), validate_formats=True
        )
        assert [fault.message for fault in validator.iter_errors(example)] == [], endpoint.name
        load(schema, example)


def test_reply_examples_are_what_a_reply_may_be(document: Json) -> None:
    checker = ResponseChecker(document)
    for method, path, operation in operations(document):
        for status, response in operation["responses"].items():
            for kind, content in response.get("content", {}).items():
                if "example" in content:
                    body = json.dumps(content["example"]).encode()
                    checker.check(method, path, int(status), kind, body)


def _example(document: Json, endpoint: Endpoint) -> Any:
    operation = document["paths"][endpoint.path][endpoint.method.lower()]
    return operation["requestBody"]["content"][endpoint.body_types[0]].get("example")


# The checker


def test_the_checker_names_the_operation_and_the_fault(document: Json) -> None:
    checker = ResponseChecker(document)
    with pytest.raises(AssertionError, match=r"answered 418 \(health\): documented are 200"):
        checker.check("GET", "/api/v1/health", 418, "application/json", b"{}")
    wrong = b'{"success":true,"message":"","data":{"status":"ill",'
    wrong += b'"version":"1","commit":null,"built_at":null},"meta":{"request_id":"1"}}'
    with pytest.raises(AssertionError, match=r"\(health\)[^/]*\n  /data/status: "):
        checker.check("GET", "/api/v1/health", 200, "application/json", wrong)
    with pytest.raises(AssertionError, match="text/html is none of application/json"):
        checker.check("GET", "/api/v1/health", 200, "text/html", b"")
    with pytest.raises(AssertionError, match="no such operation"):
        checker.check("GET", "/api/v1/nowhere", 200, "application/json", b"{}")
    with pytest.raises(AssertionError, match="X-Request-ID is missing"):
        checker.check("GET", "/api/v1/health", 200, "application/json", b"{}", {"ETag": '"1"'})


# Over HTTP


async def test_the_document_is_served_with_a_tag(docs: Api) -> None:
    reply = await docs.get("/openapi.json", root=True)
    assert reply.status == 200
    assert reply.json["openapi"] == "3.1.0"
    assert "/openapi.json" in reply.json["paths"]
    again = await docs.get(
        "/openapi.json", root=True, headers={"If-None-Match": reply.headers["ETag"]}
    )
    assert (again.status, again.body) == (304, b"")
    plain = await docs.get("/openapi.json", root=True, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in plain.headers
    assert (plain.body, plain.etag) == (reply.body, reply.etag)


async def test_every_error_code_has_a_page(docs: Api) -> None:
    for code in {error.code for error in all_errors()}:
        page = await docs.get(f"/problems/{code}", root=True, headers={"Accept": "text/html"})
        assert page.status == 200
        assert f"<code>{code}</code>" in page.body.decode()
        told = await docs.get(
            f"/problems/{code}", root=True, headers={"Accept": "application/json"}
        )
        assert told.data["code"] == code
        assert all(meaning["detail"] for meaning in told.data["meanings"])


async def test_an_error_code_with_two_meanings_explains_both(docs: Api) -> None:
    told = await docs.get(
        "/problems/token_invalid", root=True, headers={"Accept": "application/json"}
    )
    assert [meaning["status"] for meaning in told.data["meanings"]] == [400, 401]


@pytest.mark.parametrize("code", ["nothing", "%3Cscript%3E", "..%2F..%2Fetc", "{{7*7}}"])
async def test_an_unknown_code_is_not_found(docs: Api, code: str) -> None:
    reply = await docs.get(f"/problems/{code}", root=True)
    assert (reply.status, reply.code) == (404, "not_found")


@pytest.mark.parametrize(
    "name", ["nothing.js", "..%2Fhandlers.py", "docs.html", "%2e%2e%2fcli.py", "%00", "a%0ab"]
)
async def test_only_the_pages_own_files_are_served(docs: Api, name: str) -> None:
    reply = await docs.get(f"/docs/{name}", root=True)
    assert (reply.status, reply.code) == (404, "not_found")


async def test_the_page_needs_nothing_inline_and_no_foreign_host(docs: Api) -> None:
    reply = await docs.get("/docs", root=True)
    page = reply.body.decode()
    policy = reply.headers["Content-Security-Policy"]
    assert "'unsafe" not in policy
    assert "http" not in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", page)
    links = re.findall(r'(?:src|href|action)="([^"]*)"', page)
    assert links
    for link in links:
        assert not urlsplit(link).netloc
        assert not urlsplit(link).scheme
        assert (await docs.get(f"/{link}", root=True)).status == 200


@pytest.mark.parametrize(
    "path", [*SWAGGER.glob("*.css"), *PAGE.glob("*.css")], ids=lambda p: p.name
)
def test_style_sheets_load_no_foreign_host(path: Path) -> None:
    text = path.read_text()
    assert "@import" not in text
    targets = re.findall(r"url\(\s*[\"']?([^\"')]{1,40})", text)
    assert [target for target in targets if not target.startswith("data:")] == []


def test_our_script_names_no_foreign_host() -> None:
    text = (PAGE / "lms.js").read_text()
    assert "http:" not in text
    assert "https:" not in text
    assert "validatorUrl: null" in text  # the one host that Swagger UI would ask by itself


def test_swagger_ui_comes_with_its_licence() -> None:
    assert "Apache License" in (SWAGGER / "LICENSE.txt").read_text()
    assert (SWAGGER / "NOTICE.txt").exists()
    assert (SWAGGER / "swagger-ui-bundle.js.LICENSE.txt").exists()


# As files


def test_the_command_writes_the_document_and_a_postman_collection(
    tmp_path: Path, document: Json
) -> None:
    assert write_openapi(SETTINGS_OF_TEST, [str(tmp_path / "new")]) == 0
    written = json.loads((tmp_path / "new" / "openapi.json").read_text())
    assert written["servers"] == [{"url": SETTINGS_OF_TEST.base_url}]
    assert written["paths"] == json.loads(json.dumps(document["paths"]))
    collection = json.loads((tmp_path / "new" / "postman_collection.json").read_text())
    requests = [item for folder in collection["item"] for item in folder["item"]]
    called = {step.operation for steps in JOURNEY.values() for step in steps}
    assert called == {operation["operationId"] for _, _, operation in operations(document)}
    login = next(r for r in requests if r["request"]["url"]["raw"].endswith("/auth/login"))
    assert login["request"]["auth"] == {"type": "noauth"}
    assert json.loads(login["request"]["body"]["raw"])["email"]


# In a browser, where there is one

_BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


@pytest.mark.slow
@pytest.mark.skipif(_BROWSER is None, reason="no Chromium on this machine")
async def test_the_page_works_in_a_browser(docs: Api, tmp_path: Path) -> None:
    assert _BROWSER is not None
    page = await asyncio.to_thread(
        subprocess.run,
        [
            _BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
            f"--user-data-dir={tmp_path}", "--virtual-time-budget=10000", "--dump-dom",
            docs.url("/docs"),
        ],
        capture_output=True,
        timeout=60,
        check=True,
        env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    assert b"/problems/{code}" in page.stdout  # an operation, drawn from the document
    assert b"Content Security Policy" not in page.stderr
