"""Private parts of aiohttp, all on the way of a request."""

import asyncio
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any

from aiohttp import web

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


def write_at_once(request: web.BaseRequest, pieces: Iterable[bytes]) -> bool:
    """Send a reply's head and body at once; return whether the client reads too slowly.

    Uses `StreamWriter._writelines`. The public `write` takes one piece, so that we would have to
    join them, and is a coroutine; `write_headers` takes a dictionary and serialises it anew.
    """
    request.writer._writelines(pieces)  # type: ignore[attr-defined]
    return request.protocol.writing_paused


def match_to(
    app: web.Application, route: web.AbstractRoute, values: dict[str, str]
) -> web.UrlMappingMatchInfo:
    """What a path leads to, as aiohttp's router says it.

    Uses `add_app` and `freeze`, which have public names but are not documented: without them a
    request does not find its application.
    """
    match = web.UrlMappingMatchInfo(values, route)
    match.add_app(app)
    match.freeze()
    return match


def handle_matched(
    request: web.Request, match: web.UrlMappingMatchInfo
) -> Awaitable[web.StreamResponse]:
    """The reply of the route that was found.

    Uses `Request._match_info`. The public way would be a router of our own, which aiohttp no longer
    accepts; its own router would look for the route a second time.
    """
    request._match_info = match
    return match.handler(request)


class Request(web.Request):
    """A request in which the values that every layer asks for are found more quickly.

    Uses `BaseRequest._state`, the dictionary behind `request[key]`. aiohttp looks up a key through
    two calls, and checks each one that is set.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return self._state.get(key, default)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._state[key] = value


def request_factory(of: web.Application) -> Callable[..., web.Request]:
    """Makes requests that know their application; aiohttp's find it by way of the route."""

    class RequestOf(Request):
        app = of

    # aiohttp's limits for bodies stay as they come: ours is `read_body`.
    return partial(RequestOf, loop=asyncio.get_running_loop())


class Connection(web.RequestHandler):
    """A client's connection to an application; a subclass writes the replies to what is refused.

    Overrides `handle_error` and `finish_response`, which have public names but are not documented.
    Middlewares do not see these replies: no route has seen the request.
    """

    __slots__ = ("app",)

    def __init__(self, app: web.Application, server: web.Server, **options: Any) -> None:
        super().__init__(server, **options)
        self.app = app

    def refuse(
        self, request: web.BaseRequest, status: int, error: BaseException | None
    ) -> web.StreamResponse:
        """The last reply of a connection: to a request that the parser refuses, or after our own
        error.
        """
        raise NotImplementedError

    def reword(self, request: web.Request, refusal: web.HTTPException) -> web.StreamResponse:
        """Our reply in place of one that aiohttp makes by itself, as to `CONNECT`."""
        raise NotImplementedError

    def note_reply(self, request: web.BaseRequest, status: int, is_whole: bool) -> None:
        """Called when a reply was sent, or cut off: aiohttp's own log of requests lacks those that
        a shutdown cuts off, and does not say which were.
        """
        raise NotImplementedError

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """What aiohttp sends when there is no reply of ours."""
        if request.writer.output_size > 0:
            raise ConnectionError("A reply has begun; there is no room for another.")
        response = self.refuse(request, status, exc)
        response.force_close()
        return response

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send a reply, and end the connection after one to an offer of another protocol.

        Uses `BaseRequest._message` and `RequestHandler._upgraded`. We accept no other protocol, but
        aiohttp's parser has thrown away whatever followed the offer in the same packet, so the next
        request could be read from its middle. No public part tells what the parser took for an
        offer.
        """
        if resp.status >= 400 and isinstance(resp, web.HTTPException):
            assert isinstance(request, web.Request), "the application makes no other"
            resp = self.reword(request, resp)
        if request._message.upgrade and not self._upgraded:
            resp.force_close()
        is_whole = False
        try:
            _, has_left = done = await super().finish_response(request, resp, start_time)
            is_whole = not has_left
        finally:
            self.note_reply(request, resp.status, is_whole)
        return done


class Server(web.Server):
    """aiohttp's server with another handler, our requests and a class of connections.

    Uses `Server._kwargs`, what the runner's options say about connections. The public server
    makes connections of aiohttp's class alone.
    """

    def __init__(
        self, app: web.Application, made: web.Server, handle: Handle, connection: type[Connection]
    ) -> None:
        options = made._kwargs
        loop = asyncio.get_running_loop()
        super().__init__(
            handle,  # type: ignore[arg-type]  # of a web.Request; the factory makes no other
            request_factory=request_factory(app),
            handler_cancellation=made.handler_cancellation,
            loop=loop,
            **options,
        )
        self._connect = partial(connection, app, self, loop=loop, **options)

    def __call__(self) -> web.RequestHandler:
        return self._connect()


class ReplacingRunner(web.AppRunner):
    """aiohttp's runner of an application, with our server in front.

    Overrides `AppRunner._make_server`. Of the public runners `ServerRunner` takes a server and
    starts no application, and `AppRunner` starts the application and takes no server.
    """

    __slots__ = ()

    @abstractmethod
    def replace_server(self, made: web.Server) -> Server:
        """Our server, in place of the one that aiohttp made; the application has started by now."""

    async def _make_server(self) -> web.Server:
        return self.replace_server(await super()._make_server())
