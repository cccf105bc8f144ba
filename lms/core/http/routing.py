"""One declaration per route: what it takes, what it answers, and its place in the document.

routes = Routes("Courses")

@routes.post("/courses", body=NewCourse, data=CourseSchema, status=201,
             message="Course created.", errors=(SlugTaken,))
async def create_course(request: web.Request) -> Course: ...
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from inspect import unwrap
from typing import Any, Literal, TypedDict, Unpack

import asyncpg
from aiohttp import hdrs, web
from marshmallow import Schema
from yarl import URL

from lms.core.deadlines import within
from lms.core.http.checked_body import read_checked
from lms.core.http.request import BODY, QUERY, Asked
from lms.core.http.schemas import Cursor, Empty, SearchText, load
from lms.errors import FieldError, Invalid, LMSError

API = "/api/v1"
Handler = Callable[[web.Request], Awaitable[object]]
Check = Callable[[web.Request, Mapping[str, Any]], Iterable[FieldError]]
CheckReplay = Callable[[web.Request, asyncpg.Connection], Awaitable[None]]
RateGroup = Literal["general", "auth", "uploads"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Endpoint:
    """A route and everything that the middlewares and the document say about it."""

    method: str
    path: str
    handler: Handler
    tag: str
    body: Schema | None
    check: Check | None  # of the fields that are right by themselves
    query: Schema | None
    data: Schema | None  # of the reply's `data`; None with status 204
    many: bool
    status: int
    statuses: tuple[int, ...]  # other successes that it may answer with
    other_data: Mapping[int, Schema]  # of those whose `data` is another
    message: str
    errors: tuple[type[LMSError], ...]
    secret: bool  # the reply carries a secret: not stored, not cached
    takes_key: bool  # honours Idempotency-Key
    check_replay: CheckReplay | None  # of the right to see a kept reply once more
    raw: bool  # the handler answers with a response of its own
    media_types: tuple[str, ...]  # what it can answer with
    body_types: tuple[str, ...]  # what it reads
    reads_body: bool  # False: the handler reads the body itself, and may return `Streamed`
    reads_query: bool  # False: the handler reads the query string itself, as pages do
    rate_group: RateGroup
    deadline: float | None  # seconds until 503; None where data streams

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    async def call(self, request: web.Request) -> object:
        """Read and check the input, then ask the handler."""
        await self.read_body(request)
        if self.reads_query:
            request[QUERY] = self.read_query(request.rel_url.raw_query_string)
        if self.deadline is None:
            return await self.handler(request)
        with within(self.deadline):
            return await self.handler(request)

    async def read_body(self, request: web.Request) -> None:
        """Read and check the body, unless the handler does it, or it was done."""
        if BODY in request:
            return
        if self.reads_body and (self.body is not None or self.method in ("POST", "PUT", "PATCH")):
            also = partial(self.check, request) if self.check is not None else None
            request[BODY] = await read_checked(request, self.body or _EMPTY, also=also)

    def read_query(self, text: str) -> Asked:
        """The query string's values. Raises Invalid."""
        # Long ones are not remembered: anyone can send thousands of different ones.
        read = _read_query if len(text) <= _REMEMBERED else _read_query.__wrapped__
        return read(self, text)


_EMPTY = Empty()
_JSON = "application/json"
_DEADLINE_SECONDS = 4.5  # every request ends within 5 s of a frozen database
_REMEMBERED = 512  # characters; a query string up to this length is parsed once and remembered


@lru_cache(maxsize=4096)
def _read_query(endpoint: Endpoint, text: str) -> Asked:
    values: dict[str, str] = {}
    faults = []
    fields = endpoint.query.fields if endpoint.query is not None else {}
    for name, value in URL.build(query_string=text, encoded=True).query.items():
        if name in values:
            faults.append(FieldError(f"?{name}", "repeated", "May be given once."))
        elif not isinstance(fields.get(name), SearchText | Cursor) and any(
            c < " " or c == "\x7f" or "\ud800" <= c <= "\udfff" for c in name + value
        ):
            faults.append(FieldError(f"?{name}", "invalid_text", "Holds control characters."))
        values[name] = value
    if faults:
        raise Invalid(errors=faults)
    return Asked(load(endpoint.query or _EMPTY, values, prefix="?"))


class RouteOptions(TypedDict, total=False):
    """The options of a route, each with its default beside it."""

    body: type[Schema] | Schema | None  # none: an empty one
    check: Check  # none; faults of the body that its schema does not see, told with the schema's
    query: type[Schema] | Schema | None  # none: no parameters
    data: type[Schema] | Schema | None  # none: the reply has no `data`
    many: bool  # False; True for lists
    status: int  # 200
    statuses: Sequence[int]  # none; other successes that it may answer with, with the same data
    other_data: Mapping[int, type[Schema] | Schema]  # none; the same, each with other data
    message: str  # OK.
    errors: Sequence[type[LMSError]]  # none but those that every route can end with
    secret: bool  # False
    takes_key: bool  # True for POST, unless its reply carries a secret
    check_replay: CheckReplay  # none; where the right to what the reply shows may have ended
    raw: bool  # False
    media_types: Sequence[str]  # JSON
    body_types: Sequence[str]  # JSON
    reads_body: bool  # True
    reads_query: bool  # True
    rate_group: RateGroup  # the domain's
    deadline: float | None  # 4.5 s


class Routes:
    """The routes of one domain."""

    def __init__(self, tag: str, *, prefix: str = API, rate_group: RateGroup = "general") -> None:
        self.tag = tag
        self.prefix = prefix
        self.rate_group: RateGroup = rate_group
        self.endpoints: list[Endpoint] = []

    def add(
        self, method: str, path: str, **options: Unpack[RouteOptions]
    ) -> Callable[[Handler], Handler]:
        """Declare a route; the decorated handler stays as it is."""

        def declare(handler: Handler) -> Handler:
            secret = options.get("secret", False)
            others = {n: _made(schema) for n, schema in options.get("other_data", {}).items()}
            self.endpoints.append(
                Endpoint(
                    method=method,
                    path=self.prefix + path,
                    handler=handler,
                    tag=self.tag,
                    body=_instance(options.get("body")),
                    check=options.get("check"),
                    query=_instance(options.get("query")),
                    data=_instance(options.get("data")),
                    many=options.get("many", False),
                    status=options.get("status", 200),
                    statuses=(*options.get("statuses", ()), *others),
                    other_data=others,
                    message=options.get("message", "OK."),
                    errors=tuple(options.get("errors", ())),
                    secret=secret,
                    takes_key=options.get("takes_key", method == hdrs.METH_POST and not secret),
                    check_replay=options.get("check_replay"),
                    raw=options.get("raw", False),
                    media_types=tuple(options.get("media_types", (_JSON,))),
                    body_types=tuple(options.get("body_types", (_JSON,))),
                    reads_body=options.get("reads_body", True),
                    reads_query=options.get("reads_query", True),
                    rate_group=options.get("rate_group", self.rate_group),
                    deadline=options.get("deadline", _DEADLINE_SECONDS),
                )
            )
            return handler

        return declare

    def get(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Handler], Handler]:
        return self.add(hdrs.METH_GET, path, **options)

    def post(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Handler], Handler]:
        return self.add(hdrs.METH_POST, path, **options)

    def put(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Handler], Handler]:
        return self.add(hdrs.METH_PUT, path, **options)

    def patch(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Handler], Handler]:
        return self.add(hdrs.METH_PATCH, path, **options)

    def delete(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Handler], Handler]:
        return self.add(hdrs.METH_DELETE, path, **options)


def _instance(schema: type[Schema] | Schema | None) -> Schema | None:
    return _made(schema) if schema is not None else None


def _made(schema: type[Schema] | Schema) -> Schema:
    return schema() if isinstance(schema, type) else schema


class Route(ABC):
    """What the router holds: the way to one endpoint, or to the reply when no route matches."""

    endpoint: Endpoint | None

    @abstractmethod
    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The reply to a request that came this way."""


def endpoints(app: web.Application) -> list[Endpoint]:
    """Every endpoint of an application, in the order in which they were registered."""
    found = (endpoint_of_route(route) for route in app.router.routes())
    # The router holds a GET twice, the second time for HEAD.
    return list(dict.fromkeys(endpoint for endpoint in found if endpoint is not None))


def endpoint_of_route(route: web.AbstractRoute) -> Endpoint | None:
    """The endpoint that the router holds here; None for a route that is not ours."""
    owner = getattr(unwrap(route.handler), "__self__", None)  # without the span around it
    return owner.endpoint if isinstance(owner, Route) else None
