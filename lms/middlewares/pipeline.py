"""The way of a request: every layer around every handler, in one place and in their order.

Written as one coroutine for each route rather than as aiohttp middlewares: a layer that has
nothing to wait for is a plain call, which halved what a small request cost
(docs/decisions/0004-pipeline-as-one-coroutine.md).
"""

import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from aiohttp import HttpVersion11, hdrs, web
from yarl import URL

from lms.core.audit.denials import DENIALS
from lms.core.db.transactions import RETRYABLE, go_again
from lms.core.http.access import Access, check_role
from lms.core.http.negotiation import negotiate
from lms.core.http.reply import Cached, Page, Reply
from lms.core.http.request import HELD_BYTES, SERVING, SETTINGS, Serving
from lms.core.http.routing import Endpoint, Handler, Route, Routes
from lms.core.internals.aiohttp import Handle
from lms.core.telemetry.tracing import traced
from lms.errors import Forbidden, MethodNotAllowed, NotFound
from lms.middlewares.activity import is_learning, note_activity
from lms.middlewares.auth import authenticate
from lms.middlewares.envelope import NEXT_LINK, next_links, tag, wrap
from lms.middlewares.errors import failure
from lms.middlewares.headers import (
    COMMON_LINES,
    add_headers,
    common_lines,
    is_preflight,
)
from lms.middlewares.idempotency import once
from lms.middlewares.rate_limit import count_request
from lms.middlewares.request_id import identify, observe
from lms.middlewares.settle import settle

# What the busiest reads answer with: isinstance of a plain class is quicker than of an abstract
# one.
_DATA = (Cached, Reply, Page)


def setup(app: web.Application) -> None:
    """Prepare what all routes of an application share; call this once its settings are there."""
    app[SERVING] = Serving()
    app[COMMON_LINES] = common_lines(app[SETTINGS])
    app[NEXT_LINK] = next_links(app[SETTINGS].base_url)
    app.on_response_prepare.append(add_headers)


def register(app: web.Application, routes: Routes, table: Mapping[str, Access]) -> None:
    """Put routes into the application. Raises LookupError for one without an entry in `table`."""
    for endpoint in routes.endpoints:
        if endpoint.name not in table:
            raise LookupError(f"{endpoint.name} has no entry in lms/permissions.py")
        handle = traced(_ToEndpoint(endpoint, table[endpoint.name]).handle, endpoint.path)
        methods = [endpoint.method]
        if endpoint.method == hdrs.METH_GET:
            methods.append(hdrs.METH_HEAD)
        for method in methods:
            app.router.add_route(method, endpoint.path, handle, expect_handler=_go_on)


async def _go_on(request: web.Request) -> None:
    """Tell a client that waits with its body to send it. Every other expectation is ignored, as RFC
    9110 §10.1.1 allows: aiohttp's own refusal would not be a problem document.
    """
    if (
        request.version == HttpVersion11
        and request.headers[hdrs.EXPECT].lower() == "100-continue"
        and not request.content.is_eof()
    ):
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # the reply has not begun


def register_rest(app: web.Application) -> None:
    """Give requests that no route matches the same layers; call this after every `register`."""
    _guard_fixed_paths(app)
    app.router.register_resource(_Anything(_ToNothing().handle))


def _guard_fixed_paths(app: web.Application) -> None:
    """Let a fixed path take its own methods alone: `DELETE /courses/categories` must not be read as
    a request to `/courses/{course}`.
    """
    fixed: dict[str, list[web.PlainResource]] = {}
    for resource in app.router.resources():
        if isinstance(resource, web.PlainResource):
            fixed.setdefault(resource.canonical, []).append(resource)
    for resources in fixed.values():
        methods = frozenset(route.method for resource in resources for route in resource)
        nothing = _ToNothing(methods).handle
        resources[-1].add_route(hdrs.METH_ANY, nothing, expect_handler=_go_on)


class _ToEndpoint(Route):
    """The way to one endpoint."""

    endpoint: Endpoint

    def __init__(self, endpoint: Endpoint, access: Access) -> None:
        self.endpoint = endpoint
        self._access = access
        self._is_probe = access is Access.PROBE
        self._is_open = access in (Access.PROBE, Access.ANYONE)
        self._is_learning = is_learning(endpoint)
        self._call: Handler = endpoint.call
        if endpoint.method != hdrs.METH_GET:
            handler = partial(once, endpoint=endpoint, handler=endpoint.call)
            self._call = partial(settle, handler=handler)
        self._may_go_again = endpoint.method == hdrs.METH_GET and not endpoint.raw

    async def handle(self, request: web.Request) -> web.StreamResponse:
        started = time.perf_counter()
        endpoint = self.endpoint
        serving = request.app[SERVING]
        serving.running += 1
        status = 499  # recorded if a shutdown cuts the request off; a client that leaves does not
        try:
            try:
                identify(request)
                negotiate(request, endpoint.media_types)
                if not self._is_probe:
                    authorization = request.headers.get(hdrs.AUTHORIZATION)
                    if authorization is not None:
                        await authenticate(request, authorization)
                    await count_request(request, endpoint)
                    if not self._is_open:
                        check_role(request, self._access)
                try:
                    result = await self._call(request)
                except RETRYABLE:
                    # A read meets a deadlock only where a migration locks its tables. It has
                    # changed nothing, so it is repeated here; the idempotency layer repeats writes.
                    if not self._may_go_again:
                        raise
                    result = await go_again(self._call, request)
                if self._is_learning:
                    note_activity(request)
                response: web.StreamResponse
                if isinstance(result, _DATA) or not isinstance(result, web.StreamResponse):
                    response = wrap(request, endpoint, result)
                elif endpoint.method == hdrs.METH_GET and not self._is_probe:
                    response = tag(request, result)
                else:
                    response = result
            except Exception as error:
                response = failure(request, error)
                # Not subclasses: the code that checks a password audits its own refusals.
                if type(error) is Forbidden:
                    request.app[DENIALS].note(request, endpoint.path)
            status = response.status
            if serving.is_draining:  # the client's next request should meet another process
                response.force_close()
            return response
        finally:
            serving.running -= 1
            if not self._may_go_again:  # a GET has no body
                serving.body_bytes -= request.get(HELD_BYTES, 0)
            observe(endpoint, request.method, status, time.perf_counter() - started)


class _ToNothing(Route):
    """For requests that no route matches: the same checks, then 405 or 404."""

    endpoint = None

    def __init__(self, allowed: frozenset[str] | None = None) -> None:
        self._allowed = allowed  # None: look for them among the resources

    async def handle(self, request: web.Request) -> web.StreamResponse:
        started = time.perf_counter()
        status = 499
        try:
            identify(request)
            try:
                response = await self._answer(request)
            except Exception as error:
                response = failure(request, error)
            status = response.status
            if request.app[SERVING].is_draining:
                response.force_close()
            return response
        finally:
            observe(None, request.method, status, time.perf_counter() - started)

    async def _answer(self, request: web.Request) -> web.Response:
        if is_preflight(request):
            return web.Response(status=204)
        allowed = self._allowed
        if allowed is None:
            allowed = await _methods_of(request)
        if allowed:
            raise MethodNotAllowed(headers={"Allow": ", ".join(sorted(allowed))})
        authorization = request.headers.get(hdrs.AUTHORIZATION)
        if authorization is not None:
            await authenticate(request, authorization)
        await count_request(request, None)
        raise NotFound


async def _methods_of(request: web.Request) -> frozenset[str]:
    """The methods that any resource takes at this path."""
    methods: set[str] = set()
    for resource in request.app.router.resources():
        methods |= (await resource.resolve(request))[1]
    return frozenset(methods - {hdrs.METH_ANY})


class _Anything(web.AbstractResource):
    """Matches every target, even if it is not a path, as in `OPTIONS *`; it comes last."""

    canonical = "/"

    def __init__(self, handle: Handle) -> None:
        super().__init__()
        self.route = web.ResourceRoute(hdrs.METH_ANY, handle, self, expect_handler=_go_on)

    async def resolve(self, request: web.Request) -> tuple[web.UrlMappingMatchInfo, set[str]]:
        return web.UrlMappingMatchInfo({}, self.route), {hdrs.METH_ANY}

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[web.AbstractRoute]:
        return iter([self.route])

    def raw_match(self, path: str) -> bool:
        return False

    def url_for(self, **kwargs: str) -> URL:
        raise LookupError("what no route matches has no address")

    def add_prefix(self, prefix: str) -> None:
        raise LookupError("this application is not a part of another")

    def get_info(self) -> Any:
        return {}
