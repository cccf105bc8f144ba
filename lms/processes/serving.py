"""Where the application meets the network: what is no HTTP is told so in our words, and who is
inside when we stop is served to the end.
"""

import asyncio
import os
from collections.abc import Callable
from functools import partial
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong

from lms.core.http.request import SERVING, SETTINGS
from lms.core.http.route_table import RouteTable
from lms.core.log import get_logger
from lms.errors import LMSError, Malformed
from lms.middlewares.errors import failure, problem_for
from lms.middlewares.headers import bare_headers
from lms.middlewares.request_id import identify, observe

log = get_logger(__name__)

_LINE_BYTES = 16_384  # a cursor of the length that we take, percent-encoded, must fit
# Longer than proxies keep a connection that they do not use (60 to 75 s), so that they end it and
# send nothing into one that we are closing; a head that drips is cut here as well.
_UNUSED_SECONDS = 90.0
_ARRIVING_SECONDS = 0.5  # a request may still be on its way into a connection that we took
_LOOK_SECONDS = 0.05


class Runner(web.AppRunner):
    """aiohttp's runner with our connections, and an end in two steps: `finish`, `cleanup`."""

    __slots__ = ()

    def __init__(self, app: web.Application, **options: Any) -> None:
        options.setdefault("max_line_size", _LINE_BYTES)
        options.setdefault("keepalive_timeout", _UNUSED_SECONDS)
        super().__init__(app, access_log=None, **options)

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(
            self.app,
            RouteTable(self.app).handle,
            request_factory=_request_factory(self.app),
            handler_cancellation=made.handler_cancellation,
            **made._kwargs,
        )

    async def finish(self, seconds: float) -> None:
        """Take nobody new, and wait until everyone who is inside has been served.

        `cleanup` alone would drop them: from its first line on aiohttp throws away what arrives
        on a connection, so that a body that is being sent never ends and a request in a
        connection that was just accepted is never read.
        """
        # A turn of the loop takes in who knocked already; the kernel refuses who comes later,
        # which tells a proxy that nothing was sent.
        await asyncio.sleep(0)
        for site in self.sites:
            await site.stop()
        loop = asyncio.get_running_loop()
        started = loop.time()
        while (waited := loop.time() - started) < seconds:
            if waited >= _ARRIVING_SECONDS and not self._is_busy():
                break
            await asyncio.sleep(_LOOK_SECONDS)

    def _is_busy(self) -> bool:
        """Whether a request runs, or a reply is on its way to somebody who reads slowly."""
        if self.app[SERVING].running:
            return True
        assert self.server is not None, "what has not begun has no end"
        transports = (connection.transport for connection in self.server.connections)
        return any(way is not None and way.get_write_buffer_size() > 0 for way in transports)


def _request_factory(of: web.Application) -> Callable[..., web.Request]:
    class Request(web.Request):
        """One with shorter ways to what every layer asks for.

        aiohttp finds the application by way of the route, looks up a key through two calls, and
        checks each one that is set. Its limits for bodies stay as they come: ours is `read_body`.
        """

        app = of

        def get(self, key: Any, default: Any = None) -> Any:
            return self._state.get(key, default)

        def __setitem__(self, key: Any, value: Any) -> None:
            self._state[key] = value

    return partial(Request, loop=asyncio.get_running_loop())


class _Server(web.Server):
    """Makes a connection of ours for each client."""

    def __init__(self, app: web.Application, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._app = app

    def __call__(self) -> web.RequestHandler:
        return _Connection(self._app, self, loop=self._loop, **self._kwargs)


class _Connection(web.RequestHandler):
    """A client's connection; what the HTTP parser refuses is a problem document as well."""

    __slots__ = ("_app",)

    def __init__(self, app: web.Application, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._app = app

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The last reply of a connection, to what no route has seen."""
        if request.writer.output_size > 0:
            raise ConnectionError("A reply has begun; there is no room for another.")
        error = _refusal(exc) if status == 400 else LMSError()
        # Only its kind: what was sent may be a secret in the wrong place.
        if error.status == 400:
            log.info("a request was not HTTP", error=type(exc).__name__)
        else:
            log.error("a request failed outside of its route", exc_info=exc)
        observe(None, "other", error.status, 0.0)
        request_id = os.urandom(16).hex()
        response = problem_for(self._app[SETTINGS].base_url, error, request_id)
        response.headers.extend(bare_headers(self._app, request_id))
        response.force_close()
        return response

    def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> Any:
        """Send a reply; what aiohttp refuses by itself (`CONNECT`) is put into our words."""
        if resp.status >= 400 and isinstance(resp, web.HTTPException):
            assert isinstance(request, web.Request), "the application makes no other"
            identify(request)
            resp = failure(request, resp)
        if request._message.upgrade and not self._upgraded:
            # We offer no other protocol, and aiohttp's parser has thrown away what stood behind
            # the offer in the same packet: what follows would be read from its middle.
            resp.force_close()
        return super().finish_response(request, resp, start_time)


def _refusal(error: BaseException | None) -> Malformed:
    if isinstance(error, LineTooLong):
        return Malformed("The address or a header is longer than this server takes.")
    return Malformed("This is not a well-formed HTTP/1.1 request.")
