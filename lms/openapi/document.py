"""The OpenAPI document, made from the same endpoints and schemas that serve the requests."""

import inspect
from collections.abc import Iterable, Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp_apispec import AiohttpApiSpec  # type: ignore[import-untyped]
from apispec import APISpec
from marshmallow import Schema

from lms.core.http.access import Access
from lms.core.http.request import SETTINGS
from lms.core.http.routing import API, Endpoint, endpoints
from lms.core.http.schemas import PatchSchema
from lms.core.version import VERSION
from lms.errors import LMSError
from lms.events.payloads import PAYLOADS, stem_of
from lms.events.schemas import WebhookBody
from lms.openapi.components import (
    HEADERS,
    META,
    PAGE_META,
    PARAMETERS,
    SCHEMAS,
    Json,
    envelope,
    errors_of,
    header_refs,
    is_paged,
    path_names,
    problem_name,
    problem_response,
    problem_schema,
    takes_body,
    takes_if_match,
)
from lms.openapi.converter import Converter, Plugin, component_name
from lms.openapi.examples import examples
from lms.openapi.problems import problems
from lms.permissions import ACCESS

# In the order in which readers look for them. Tags in neither list come between the two.
_TAGS = (
    "Identity", "Users", "Courses", "Lessons", "Reviews", "Learning", "Files", "Quizzes",
    "Questions", "Attempts", "Certificates", "Events", "Webhooks", "Orders", "Analytics",
)  # fmt: skip
_LAST_TAGS = ("Development", "Operations", "Documentation")  # few readers look for these
_TAG_WORDS = {
    "Identity": "Registering, signing in and out, sessions, passwords, second factors.",
    "Users": "One's own account, and the people whom an admin sees.",
    "Courses": "The catalogue, and what a teacher does to a course.",
    "Lessons": "What a course is made of, in its order.",
    "Reviews": "What students say of a course.",
    "Learning": "Enrolments, progress, and the page of a learner.",
    "Files": "Uploads, downloads and links.",
    "Quizzes": "Quizzes of a course, and their settings.",
    "Questions": "What a quiz asks, with its keys; for those who may edit it.",
    "Attempts": "Taking a quiz, marking it, and its statistics.",
    "Certificates": "What completing a course is certified by, and how anyone verifies it.",
    "Events": "The log of what happened, for programs that catch up.",
    "Webhooks": "Where events are sent as they happen.",
    "Orders": "Courses that cost something.",
    "Analytics": "Figures for students, teachers and admins.",
    "Development": "The mailbox of a development server.",
    "Operations": "Whether the server is well.",
    "Documentation": "This document, its page, and the meaning of errors.",
}
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
- **Limits**: replies tell by `RateLimit` and `X-RateLimit-Remaining` how many requests are left;
  a 429 says by `Retry-After` how long to wait.
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
        self._problems: dict[str, list[str]] = {}  # the codes of each group that has a name
        self.plugin = Plugin(schema_name_resolver=component_name)  # type: ignore[arg-type]
        self.spec = APISpec(
            title=settings.site_name,
            version=VERSION,
            openapi_version="3.1.0",
            plugins=(self.plugin,),
            info={
                "description": _INTRODUCTION,
                "contact": {"name": settings.site_name, "url": settings.base_url},
                "license": {"name": "MIT", "identifier": "MIT"},
            },
            # Relative, so that the page calls the server it came from, whatever its name.
            servers=[{"url": urlsplit(settings.base_url).path or "/"}],
        )
        self._describe(app)

    def _describe(self, app: web.Application) -> None:
        components = self.spec.components
        found = endpoints(app)
        self._converter.closed = frozenset(_bodies(found))
        for name, schema in SCHEMAS.items():
            components.schema(name, schema)
        components.schema(
            "ProblemCode",
            {
                "type": "string",
                "enum": list(problems()),
                "description": "What went wrong, as programs read it.",
            },
        )
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
        for tag in sorted({endpoint.tag for endpoint in found}, key=_place_of_tag):
            self.spec.tag({"name": tag, "description": _TAG_WORDS.get(tag, f"{tag}.")})
        for endpoint in found:
            operation = {endpoint.method.lower(): self._operation(endpoint)}
            self.spec.path(path=endpoint.path, operations=operation)

    def _event(self, type: str) -> Json:
        """The request that a receiver of webhooks gets."""
        event, name = f"webhook {type}", f"{stem_of(type)}Webhook"
        body = self._ref(next(one for one in WebhookBody.members if one.__name__ == name))
        return {
            "post": {
                "operationId": "on_" + type.replace(".", "_"),
                "security": [],  # the signature is checked by the receiver
                "tags": ["Webhooks"],
                "summary": type,
                "description": " ".join((PAYLOADS[type].__doc__ or "").split()),
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": body, **_example(event, "reply")}},
                },
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
            found += self._converter.schema2parameters(endpoint.query, location="query")
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
        content = {"schema": schema, **_example(endpoint.name, "request")}
        needed = isinstance(endpoint.body, PatchSchema) or any(
            field.required for field in endpoint.body.fields.values()
        )
        as_text: Json = {"schema": {"type": "string"}}
        kinds = {kind: as_text if kind == "text/csv" else content for kind in endpoint.body_types}
        return {"required": needed, "content": kinds}

    def _responses(self, endpoint: Endpoint) -> Json:
        found: Json = {}
        for status in (endpoint.status, *endpoint.statuses):
            found[str(status)] = self._success(endpoint, status)
        if _has_etag(endpoint):
            found["304"] = self._success(endpoint, 304)
        # A path outside the API tells a browser in a page.
        is_page = not endpoint.path.startswith("/api/")
        for status, errors in errors_of(endpoint).items():
            found[str(status)] = self._failure(status, errors, is_page=is_page)
        return found

    def _failure(self, status: int, errors: list[type[LMSError]], *, is_page: bool) -> str:
        """The name of a response. Many operations fail alike, so each kind is written once."""
        components = self.spec.components
        codes = [error.code for error in errors]
        name = problem_name(status, errors, self._problems)
        if name not in self._problems:
            self._problems[name] = codes
            more: Json = {}
            for error in errors:
                if error.more_schema is not None:
                    shape: Json = self._converter.schema2jsonschema(error.more_schema)
                    more |= shape["properties"]
            components.schema(f"{name}Problem", problem_schema(errors, more))
        response = f"{name}Page" if is_page else name
        if response not in components.responses:
            schema = {"$ref": f"#/components/schemas/{name}Problem"}
            components.response(response, problem_response(status, errors, schema, is_page=is_page))
        return response

    def _success(self, endpoint: Endpoint, status: int) -> Json:
        headers = ["X-Request-ID"]
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
        content = {kind: self._content(endpoint, status, kind) for kind in endpoint.media_types}
        words = endpoint.message if status == endpoint.status else _STATUS_WORDS.get(status, "OK.")
        return {"description": words, "headers": header_refs(*headers), "content": content}

    def _content(self, endpoint: Endpoint, status: int, kind: str) -> Json:
        if kind.partition("/")[0] == "text":
            return {"schema": {"type": "string"}}
        if kind != "application/json":
            return {"schema": {"type": "string", "format": "binary"}}
        data = endpoint.other_data.get(status, endpoint.data)
        if endpoint.raw:
            return {"schema": {"type": "object"} if data is None else self._ref(data)}
        is_list = endpoint.many or is_paged(endpoint)
        schema = self._envelope(data, is_list=is_list, is_paged=is_paged(endpoint))
        recorded = examples().get(endpoint.name, {})
        is_recorded = recorded.get("status") == status
        return {"schema": schema, **(_example(endpoint.name, "reply") if is_recorded else {})}

    def _envelope(self, data: Schema | None, *, is_list: bool, is_paged: bool) -> Json:
        """The whole of a reply, as a component: `CourseReply`, `CoursePage`, `CategoryList`."""
        if data is None:
            shape: Json = {"description": "Null: there is nothing to say."}
            name, words = "EmptyReply", "Nothing but that it is done."
        else:
            shape = self._ref(data)
            name = shape["$ref"].rpartition("/")[2]
            words = f"`{name}` in the envelope of every reply."
            if is_list:
                shape = {"type": "array", "items": shape}
                words = f"{'A page' if is_paged else 'A list'} of `{name}`."
                shape |= {"maxItems": 500} if is_paged else {}
            name += "Page" if is_paged else "List" if is_list else "Reply"
        if name not in self.spec.components.schemas:
            meta = PAGE_META if is_paged else META
            self.spec.components.schema(name, envelope(shape, meta=meta, description=words))
        return {"$ref": f"#/components/schemas/{name}"}

    @property
    def _converter(self) -> Converter:
        converter = self.plugin.converter
        assert isinstance(converter, Converter), "the spec has set it"
        return converter

    def _ref(self, schema: Any) -> Json:
        found: Json = self._converter.resolve_nested_schema(schema)  # type: ignore[no-untyped-call]
        return found


def build(app: web.Application) -> Json:
    """The document of an application; about 10 ms of work."""
    document: Json = Document(app).swagger_dict()
    return document


def _bodies(found: Iterable[Endpoint]) -> Iterator[type[Schema]]:
    """The schemas of bodies, or of their forms."""
    for endpoint in found:
        if endpoint.body is not None:
            shape = getattr(endpoint.body, "shape", None)
            yield from shape.members if shape is not None else (type(endpoint.body),)


def _example(name: str, part: Literal["request", "reply"]) -> Json:
    recorded = examples().get(name, {})
    return {"example": recorded[part]} if recorded.get(part) is not None else {}


def _has_etag(endpoint: Endpoint) -> bool:
    return endpoint.method == "GET" and not (endpoint.raw and ACCESS[endpoint.name] is Access.PROBE)


def _path_parameter(name: str) -> Json:
    schema: Json = {"type": "string"}
    description = _PATH_PARAMETERS.get(name)
    if name.endswith("_id"):
        schema["format"] = "uuid"
        description = f"The {name.removesuffix('_id').replace('_', ' ')}'s id."
    if name == "code":
        schema = {"$ref": "#/components/schemas/ProblemCode"}
    found: Json = {"in": "path", "name": name, "required": True, "schema": schema}
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
