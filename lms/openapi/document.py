"""The OpenAPI document, made from the same endpoints and schemas that serve the requests."""

import inspect
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp_apispec import AiohttpApiSpec  # type: ignore[import-untyped]
from apispec import APISpec

from lms.core.http.access import Access
from lms.core.http.request import SETTINGS
from lms.core.http.routing import API, Endpoint, endpoints
from lms.core.http.schemas import PatchSchema
from lms.core.version import VERSION
from lms.events.payloads import PAYLOADS
from lms.openapi.components import (
    HEADERS,
    PARAMETERS,
    SCHEMAS,
    Json,
    common_headers,
    errors_of,
    header_refs,
    is_paged,
    path_names,
    problem_response,
    takes_body,
    takes_if_match,
)
from lms.openapi.converter import Plugin, component_name, example_of
from lms.openapi.problems import problems
from lms.permissions import ACCESS

# In the order in which readers look for them. Tags in neither list come between the two.
_TAGS = (
    "Identity", "Users", "Courses", "Lessons", "Reviews", "Learning", "Files", "Quizzes",
    "Questions", "Attempts", "Certificates", "Events", "Webhooks", "Orders", "Analytics",
)  # fmt: skip
_LAST_TAGS = ("Development", "Operations", "Documentation")  # few readers look for these
_STATUS_WORDS = {200: "Done.", 201: "Created.", 202: "Accepted; it is being done."}

# What a path parameter means, if its name alone does not say it.
_PATH_PARAMETERS = {
    "course": "The course's id or its slug.",
    "number": "The number printed on the certificate.",
    "code": "An error's code.",
    "file": "A file's name.",
}

_INTRODUCTION = """\
The back end of a learning site. Sign in with `POST /api/v1/auth/login` and send the access
token as `Authorization: Bearer …`; on this page, the form above does both.

- **Replies** are `{success, message, data, meta}`; a 204 has no body. Ids are UUIDs, times are
  RFC 3339 in UTC with `Z`, money is in minor units, percentages are 0..100.
- **Errors** are problem documents (RFC 9457) with a stable `code`; each operation names those
  that it answers with, and `GET /problems` lists them all. A method that an address does
  not take is 405, with `Allow`; what you may not see is 404, as if it were not there.
- **Lists** take `limit` and `cursor`; `meta.next_cursor` and the `Link` header lead on.
- **Writing twice**: a POST with an `Idempotency-Key` takes effect once.
- **Writing at once**: GET replies have an `ETag`; send it as `If-Match` with PATCH, PUT or
  DELETE to be told (412) when someone else was first, or as `If-None-Match` for a 304.
- **HEAD** is answered wherever GET is.
"""


def _place_of_tag(tag: str) -> tuple[int, str]:
    """A sort key: known tags in their order, then others by name, then the last ones."""
    if tag in _TAGS:
        return _TAGS.index(tag), tag
    return len(_TAGS) + (1 + _LAST_TAGS.index(tag) if tag in _LAST_TAGS else 0), tag


class Document(AiohttpApiSpec):  # type: ignore[misc]
    """aiohttp-apispec for OpenAPI 3.1.

    The package writes Swagger 2.0 and keeps its state in the handlers: a second application in one
    process had an empty document, and a handler on two routes mixed up their path parameters. Here
    every document is made anew from the endpoints, which it does not change.
    """

    def __init__(self, app: web.Application) -> None:
        settings = app[SETTINGS]
        super().__init__(url=None, title=settings.site_name, version=VERSION)
        self.base_url = settings.base_url
        self.plugin = Plugin(schema_name_resolver=component_name)  # type: ignore[arg-type]
        self.spec = APISpec(
            title=settings.site_name,
            version=VERSION,
            openapi_version="3.1.0",
            plugins=(self.plugin,),
            info={
                "description": _INTRODUCTION,
                "license": {"name": "MIT", "identifier": "MIT"},
            },
            # Relative, so that the page calls the server it came from, whatever its name.
            servers=[{"url": urlsplit(settings.base_url).path or "/"}],
        )
        self._describe(app)

    def _describe(self, app: web.Application) -> None:
        components = self.spec.components
        for name, schema in SCHEMAS.items():
            components.schema(name, schema)
        for name, header in HEADERS.items():
            components.header(name, header)
        for name, parameter in PARAMETERS.items():
            components.parameter(name, parameter["in"], {"name": name, **parameter})
        components.security_scheme(
            "bearer",
            {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "The `access_token` of a login.",
            },
        )
        self.spec.options["webhooks"] = {type: self._event(type) for type in PAYLOADS}
        found = endpoints(app)
        for tag in sorted({endpoint.tag for endpoint in found}, key=_place_of_tag):
            self.spec.tag({"name": tag})
        for endpoint in found:
            operation = {endpoint.method.lower(): self._operation(endpoint)}
            self.spec.path(path=endpoint.path, operations=operation)

    def _event(self, type: str) -> Json:
        """The requests that a receiver of webhooks gets."""
        body: Json = {
            "type": "object",
            "properties": {
                "type": {"const": type},
                "timestamp": {"type": "string", "format": "date-time"},
                "data": self._ref(PAYLOADS[type]),
            },
            "required": ["type", "timestamp", "data"],
        }
        content = {"application/json": {"schema": body, "example": self._example(body)}}
        return {
            "post": {
                "summary": type,
                "requestBody": {"content": content},
                "responses": {"2XX": {"description": "Taken; anything else is tried again."}},
            }
        }

    def _operation(self, endpoint: Endpoint) -> Json:
        summary, _, more = (inspect.getdoc(endpoint.handler) or "").partition("\n\n")
        if "code" in path_names(endpoint.path):
            more += _error_table()
        who = f"For {ACCESS[endpoint.name].value}."
        operation: Json = {
            "operationId": getattr(endpoint.handler, "__name__", endpoint.name),
            "tags": [endpoint.tag],
            "summary": " ".join(summary.split()).rstrip("."),
            "description": f"{who}\n\n{more.strip()}".strip(),
            "security": _security(endpoint),
            "parameters": self._parameters(endpoint),
            "responses": self._responses(endpoint),
        }
        body = self._request_body(endpoint)
        if body is not None:
            operation["requestBody"] = body
        return operation

    def _parameters(self, endpoint: Endpoint) -> list[Any]:
        found: list[Any] = [_path_parameter(name) for name in path_names(endpoint.path)]
        if endpoint.query is not None:
            converter = self.plugin.converter
            assert converter is not None, "the spec has set it"
            found += converter.schema2parameters(endpoint.query, location="query")
        if endpoint.takes_key:
            found.append("Idempotency-Key")
        if takes_if_match(endpoint):
            found.append("If-Match")
        if _has_etag(endpoint):
            found.append("If-None-Match")
        return found

    def _request_body(self, endpoint: Endpoint) -> Json | None:
        if not takes_body(endpoint) or not endpoint.body_types:
            return None
        if endpoint.body is None and endpoint.reads_body:
            return None
        if endpoint.body is None:  # the handler reads it in its own way
            shape: Json = {"schema": {"type": "object"}}
            return {"required": True, "content": dict.fromkeys(endpoint.body_types, shape)}
        schema = self._ref(endpoint.body)
        content = {"schema": schema, "example": self._example(schema)}
        needed = isinstance(endpoint.body, PatchSchema) or any(
            field.required for field in endpoint.body.fields.values()
        )
        return {"required": needed, "content": dict.fromkeys(endpoint.body_types, content)}

    def _responses(self, endpoint: Endpoint) -> Json:
        found: Json = {}
        for status in (endpoint.status, *endpoint.statuses):
            found[str(status)] = self._success(endpoint, status)
        if _has_etag(endpoint):
            found["304"] = self._success(endpoint, 304)
        for status, errors in errors_of(endpoint).items():
            # Many endpoints fail alike: each kind of answer is written once.
            # What is no part of the API tells a browser in a page.
            is_page = not endpoint.path.startswith("/api/")
            kind = f"{status}_page" if is_page else str(status)
            name = ".".join([kind, *(error.code for error in errors)])
            if name not in self.spec.components.responses:
                response = problem_response(status, errors, self.base_url, is_page=is_page)
                self.spec.components.response(name, response)
            found[str(status)] = name
        return found

    def _success(self, endpoint: Endpoint, status: int) -> Json:
        headers = common_headers(endpoint)
        if endpoint.method == "GET" or (
            endpoint.method in ("POST", "PUT", "PATCH") and not endpoint.secret
        ):
            headers.append("ETag")
        if status == 204 or status == 304:
            words = "Done; no body." if status == 204 else "Nothing changed since that ETag."
            return {"description": words, "headers": header_refs(*headers)}
        if status == 201 and not endpoint.secret:
            headers.append("Location")
        if endpoint.takes_key:
            headers.append("Idempotent-Replayed")
        if is_paged(endpoint):
            headers.append("Link")
        if endpoint.raw:
            headers.append("Content-Disposition")
        content = {kind: self._content(endpoint, kind) for kind in endpoint.media_types}
        words = endpoint.message if status == endpoint.status else _STATUS_WORDS.get(status, "OK.")
        return {"description": words, "headers": header_refs(*headers), "content": content}

    def _content(self, endpoint: Endpoint, kind: str) -> Json:
        if kind.partition("/")[0] == "text":
            return {"schema": {"type": "string"}}
        if kind != "application/json":
            return {"schema": {"type": "string", "format": "binary"}}
        data: Json = {"type": "null"} if endpoint.data is None else self._ref(endpoint.data)
        if endpoint.raw:
            return {"schema": {"type": ["object", "array"]} if endpoint.data is None else data}
        if endpoint.many or is_paged(endpoint):
            data = {"type": "array", "items": data}
        meta = "ListMeta" if is_paged(endpoint) else "Meta"
        schema: Json = {
            "type": "object",
            "properties": {
                "success": {"const": True},
                "message": {"type": "string", "example": endpoint.message},
                "data": data,
                "meta": {"$ref": f"#/components/schemas/{meta}"},
            },
            "required": ["success", "message", "data", "meta"],
            "additionalProperties": False,
        }
        return {"schema": schema, "example": self._example(schema)}

    def _ref(self, schema: Any) -> Json:
        converter = self.plugin.converter
        assert converter is not None, "the spec has set it"
        found: Json = converter.resolve_nested_schema(schema)  # type: ignore[no-untyped-call]
        return found

    def _example(self, schema: Json) -> Any:
        return example_of(schema, self.spec.components.schemas)


def build(app: web.Application) -> Json:
    """The document of an application; about 10 ms of work."""
    document: Json = Document(app).swagger_dict()
    return document


def _has_etag(endpoint: Endpoint) -> bool:
    return endpoint.method == "GET" and not (endpoint.raw and ACCESS[endpoint.name] is Access.PROBE)


def _path_parameter(name: str) -> Json:
    schema: Json = {"type": "string"}
    description = _PATH_PARAMETERS.get(name)
    if name.endswith("_id"):
        schema["format"] = "uuid"
        description = f"The {name.removesuffix('_id').replace('_', ' ')}'s id."
    found: Json = {"in": "path", "name": name, "required": True, "schema": schema}
    if name == "code":
        schema["enum"] = list(problems())
    if description is not None:
        found["description"] = description
    return found


def _error_table() -> str:
    rows = [f"| `{p.code}` | {p.status} | {p.detail} |" for p in problems().values()]
    return "\n".join(["| code | status | meaning |", "| --- | --- | --- |", *rows])


def _security(endpoint: Endpoint) -> list[dict[str, list[str]]]:
    signed_in: dict[str, list[str]] = {"bearer": []}
    if ACCESS[endpoint.name] is Access.PROBE:
        return []
    if ACCESS[endpoint.name] is not Access.ANYONE:
        return [signed_in]
    # Swagger UI draws a lock where a token may be sent; no lock where a token changes nothing.
    is_alike_for_all = endpoint.path.startswith(f"{API}/auth/") or not endpoint.path.startswith(API)
    return [] if is_alike_for_all else [{}, signed_in]
