"""Holds every response that the tests see against the OpenAPI document.

The tests' HTTP client calls `ResponseChecker.check` for each response, so no reply can drift
from what the document promises: an undocumented status, code or field fails the test that met it.
"""

import re
from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import orjson
from aiohttp import web

from lms.core.http.cors import EXPOSED
from lms.openapi.document import build

Json = dict[str, Any]

_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
_SHOWN = 5  # faults in one message; more do not help the reader
# Shown to scripts of other origins without being exposed (Fetch, "CORS-safelisted
# response-header name"), or of use to the browser and to caches alone.
_NOT_EXPOSED = {
    "cache-control", "connection", "content-type", "content-security-policy", "date", "keep-alive",
    "permissions-policy", "referrer-policy", "server", "set-cookie", "strict-transport-security",
    "transfer-encoding", "vary", "x-content-type-options", "x-frame-options",
}  # fmt: skip
_KNOWN = _NOT_EXPOSED | {name.lower() for name in EXPOSED}
# What can be said about an address that the application does not have.
_UNMATCHED = (401, 404, 429, 503)


def close(part: Any) -> Any:
    """The same schemas, whose objects have no fields but those that are listed."""
    if isinstance(part, list):
        return [close(one) for one in part]
    if not isinstance(part, dict):
        return part
    closed = {key: one if key == "allOf" else close(one) for key, one in part.items()}
    if part.get("type") == "object" and isinstance(part.get("properties"), dict):
        closed.setdefault("additionalProperties", False)
    return closed


class ResponseChecker:
    """An application's document, with a compiled validator for every response that was met."""

    def __init__(self, source: web.Application | Json) -> None:
        document = build(source) if isinstance(source, web.Application) else source
        self._paths: dict[str, Json] = document["paths"]
        # Clients must bear fields that they do not know; a test must not: all is documented.
        self._components: Json = close(document["components"])
        self._validators: dict[tuple[str, str, str, str], Any] = {}
        # Some problems tell more than all do, so each is closed as a whole.
        schemas = self._components["schemas"]
        del schemas["Problem"]["additionalProperties"]
        for name in schemas:
            if name.endswith("Problem") and "allOf" in schemas[name]:
                schemas[name]["unevaluatedProperties"] = False
        self._problem = self._compile(
            {"allOf": [{"$ref": "#/components/schemas/Problem"}], "unevaluatedProperties": False}
        )
        # The fewer parameters the better the fit: /courses/categories before /courses/{course}.
        self._patterns = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path)
            for path in sorted(self._paths, key=lambda path: path.count("{"))
        ]

    def check(
        self,
        method: str,
        path: str | None,
        status: int,
        content_type: str | None,
        body: bytes,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Raise AssertionError, naming the operation, for a response that is not documented.

        `path` is a route's template or the path as called, without the query; None where no
        route matched.
        """
        method = method.upper()
        template = self.template_of(path) if path else None
        where = f"{method} {template or path} answered {status}"
        names = {name.lower() for name in headers or ()}
        unknown = {name for name in names - _KNOWN if not name.startswith("access-control-")}
        assert not unknown, f"{where}: not in lms/core/http/cors.py: {unknown}"
        if method == "OPTIONS" and status == 204:
            return  # a CORS preflight, which no operation describes
        kind = (content_type or "").partition(";")[0].strip()
        item = self._paths.get(template or "", {})
        operation = item.get("get" if method == "HEAD" else method.lower())
        if operation is None:
            allowed = (*_UNMATCHED, 405) if template else _UNMATCHED
            assert status in allowed, f"{where}: the document has no such operation"
            self._check_body(f"{where} (no operation)", self._problem, kind, body, method)
            return
        where = f"{where} ({operation['operationId']})"
        response = operation["responses"].get(str(status))
        documented = ", ".join(operation["responses"])
        assert response is not None, f"{where}: documented are {documented}\n{body[:500]!r}"
        response = self._resolve(response)
        if headers is not None:
            self._check_headers(where, response, headers)
        content = response.get("content")
        if content is None:
            assert not body, f"{where}: documented without a body, got {body[:200]!r}"
            return
        assert kind in content, f"{where}: {kind or 'no type'} is none of {', '.join(content)}"
        key = (method, template or "", str(status), kind)
        validator = self._validators.get(key)
        if validator is None:
            validator = self._compile(content[kind]["schema"])
            self._validators[key] = validator
        self._check_body(where, validator, kind, body, method)

    def template_of(self, path: str) -> str | None:
        """The documented path that a path belongs to; None if there is none."""
        if path in self._paths:
            return path
        return next((known for pattern, known in self._patterns if pattern.fullmatch(path)), None)

    def _check_body(self, where: str, validator: Any, kind: str, body: bytes, method: str) -> None:
        if method == "HEAD":
            assert not body, f"{where}: a HEAD has no body"
            return
        if kind not in ("application/json", "application/problem+json"):
            return  # a file or a page: its type is all that is promised
        faults = list(validator.iter_errors(orjson.loads(body)))
        lines = [
            f"  /{'/'.join(str(part) for part in fault.instance_path)}: {fault.message}"
            for fault in faults[:_SHOWN]
        ]
        assert not faults, "\n".join([f"{where}, which the document does not allow:", *lines])

    def _check_headers(self, where: str, response: Json, headers: Mapping[str, str]) -> None:
        given = {name.lower() for name in headers}
        for name, header in response.get("headers", {}).items():
            if self._resolve(header).get("required"):
                assert name.lower() in given, f"{where}: the header {name} is missing"

    def _resolve(self, part: Json) -> Json:
        while "$ref" in part:
            _, _, section, name = part["$ref"].split("/")
            part = self._components[section][name]
        return part

    def _compile(self, schema: Json) -> Any:
        return jsonschema_rs.Draft202012Validator(
            {**close(schema), "components": self._components},
            validate_formats=True,
            # Stricter than the format: all our times are UTC with a Z.
            formats={"date-time": lambda text: _UTC.fullmatch(text) is not None},
        )
