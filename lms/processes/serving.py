"""Where the application meets the network.

A malformed request gets a problem document, and requests that run when we stop are finished.
"""

import asyncio
import os
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong

from lms.core.http.request import SERVING, SETTINGS
from lms.core.http.route_table import RouteTable
from lms.core.internals.aiohttp import Connection, ReplacingRunner, Server
from lms.core.log import get_logger, log_context
from lms.errors import LMSError, Malformed
from lms.middlewares.errors import failure, problem_for
from lms.middlewares.headers import bare_headers
from lms.middlewares.request_id import identify, observe, start_context
from lms.middlewares.request_log import add_to_line, write_line

log = get_logger(__name__)

_LINE_BYTES = 32_768  # our longest cursors have 2,000; long ones that are not ours are told so
# Longer than proxies keep an idle connection (60 to 75 s): so the proxy closes it, and never sends
# a request while we do. It also ends requests whose head arrives too slowly.
_UNUSED_SECONDS = 90.0
_ARRIVING_SECONDS = 0.5  # a request may still be on its way into a connection that we took
_LOOK_SECONDS = 0.05


class Runner(ReplacingRunner):
    """aiohttp's runner with our connections, and an end in two steps: `finish`, `cleanup`."""

    __slots__ = ()

    def __init__(self, app: web.Application, **options: Any) -> None:
        options.setdefault("max_line_size", _LINE_BYTES)
        options.setdefault("keepalive_timeout", _UNUSED_SECONDS)
        super().__init__(app, access_log=None, **options)

    def replace_server(self, made: web.Server) -> Server:
        handle = RouteTable(self.app, made.request_handler).handle
        return Server(self.app, made, handle, _Connection)

    async def finish(self, seconds: float) -> None:
        """Accept no new connections, and wait until every request in flight is answered.

        `cleanup` alone would drop them: from its first line on aiohttp discards whatever arrives on
        a connection. A body that is being sent would never end, and a request on a connection that
        was just accepted would never be read.
        """
        # A turn of the loop accepts the connections that wait already. The kernel refuses later
        # ones, which tells a proxy that nothing was sent.
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
        """Whether a request is running, or a client is still reading a reply slowly."""
        if self.app[SERVING].running:
            return True
        assert self.server is not None, "what has not begun has no end"
        transports = (connection.transport for connection in self.server.connections)
        return any(way is not None and way.get_write_buffer_size() > 0 for way in transports)


class _Connection(Connection):
    """A client's connection, on which every refusal is a problem document."""

    __slots__ = ()

    def refuse(
        self, request: web.BaseRequest, status: int, error: BaseException | None
    ) -> web.StreamResponse:
        problem = _refusal(error) if status == 400 else LMSError()
        context = log_context.get() or start_context(os.urandom(16).hex(), "other", None)
        request_id = context.fields["request_id"]
        if problem.status != 400:
            log.error("a request failed outside of its route", exc_info=error)
        observe(None, "other", problem.status, 0.0)
        # Only the kind of fault is logged: what was sent may hold a secret in the wrong place.
        add_to_line(code=problem.code, error=type(error).__name__)
        response = problem_for(self.app[SETTINGS].base_url, problem, request_id)
        response.headers.extend(bare_headers(self.app, request_id))
        return response

    def note_reply(self, request: web.BaseRequest, status: int, is_whole: bool) -> None:
        write_line(request, status, is_whole=is_whole)

    def reword(self, request: web.Request, refusal: web.HTTPException) -> web.StreamResponse:
        identify(request, None)
        return failure(request, refusal)


def _refusal(error: BaseException | None) -> Malformed:
    if isinstance(error, LineTooLong):
        return Malformed("The address or a header is longer than this server takes.")
    return Malformed("This is not a well-formed HTTP/1.1 request.")
