"""The usual reply: JSON whose headers are all known, sent in one piece."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import HttpVersion11, hdrs, web
from aiohttp.helpers import rfc822_formatted_time
from multidict import CIMultiDictProxy

from lms.core.http.compression import is_packed, takes_gzip, to_gzip
from lms.core.http.reply import Cached
from lms.core.internals.aiohttp import write_at_once
from lms.middlewares.headers import from_lines

if TYPE_CHECKING:
    from aiohttp.abc import AbstractStreamWriter

_STATUS_LINES = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n" for s in HTTPStatus}
_NO_BODY = (204, 304)
_COMPRESS_FROM = 1024  # bytes; below it the header costs more than it saves
_COMPRESS_ASIDE_FROM = 65_536  # takes milliseconds; a thread does it, so that nobody waits
# One at a time: the second client that asks for the same page finds it compressed.
_PACKER = ThreadPoolExecutor(1, "gzip")


class JsonResponse(web.StreamResponse):
    """A response with its headers as lines of HTTP, except for its length and the date.

    aiohttp builds a dictionary of headers for each reply, asks about cookies, chunks and
    compression, sends a signal, and writes it all down; that is a fifth of a small reply's time.
    On a persistent HTTP/1.1 connection this response is written as it is. On all others aiohttp
    writes it; a test compares the two.
    """

    # Plain attributes in place of aiohttp's properties: both are read for every reply.
    status: int = 200
    keep_alive: bool | None = None

    def __init__(
        self,
        status: int,
        lines: str,
        body: bytes = b"",
        kept: Cached | None = None,
        end: bytes = b"",
    ) -> None:
        """`kept` stands between `body` and `end`, where there is one."""
        # aiohttp's own __init__ is not called: nothing of it is needed.
        self.status = status
        self._lines = lines
        self._pieces: tuple[bytes, ...] = (body,) if kept is None else (body, kept.body, end)
        self._kept = kept
        self._sender: web.Response | None = None

    def force_close(self) -> None:
        self.keep_alive = False

    @property
    def body(self) -> bytes:
        return b"".join(self._pieces)

    @property
    def headers(self) -> CIMultiDictProxy[str]:  # type: ignore[override]
        """To be read only: the lines that are sent are made already."""
        return CIMultiDictProxy(from_lines(self._lines))

    async def prepare(self, request: web.BaseRequest) -> "AbstractStreamWriter | None":
        lines, pieces = self._lines, self._pieces
        length = sum(map(len, pieces))
        if length > _COMPRESS_FROM and takes_gzip(request):
            lines += "Content-Encoding: gzip\r\n"
            if length < _COMPRESS_ASIDE_FROM or is_packed(self._kept):
                pieces = to_gzip(pieces, self._kept)
            else:
                loop = asyncio.get_running_loop()
                pieces = await loop.run_in_executor(_PACKER, to_gzip, pieces, self._kept)
            length = sum(map(len, pieces))
        if (
            self.keep_alive is not None  # someone asked to close the connection
            or request.version != HttpVersion11
            or not request.keep_alive
            or request.method == hdrs.METH_HEAD
        ):
            return await self._leave_it_to_aiohttp(request, lines, b"".join(pieces))
        if self.status not in _NO_BODY:
            lines += f"Content-Length: {length}\r\n"
        head = f"{_STATUS_LINES[self.status]}{lines}Date: {rfc822_formatted_time()}\r\n\r\n"
        self.keep_alive = True
        if write_at_once(request, (head.encode(), *pieces)):
            # A client that keeps sending requests without reading replies would fill our memory.
            await request.writer.drain()
        return request.writer

    async def _leave_it_to_aiohttp(
        self, request: web.BaseRequest, lines: str, body: bytes
    ) -> "AbstractStreamWriter | None":
        content = None if self.status in _NO_BODY else body
        sender = web.Response(status=self.status, body=content, headers=from_lines(lines))
        if self.keep_alive is False:
            sender.force_close()
        self._sender = sender
        writer = await sender.prepare(request)
        self.keep_alive = sender.keep_alive
        return writer

    async def write_eof(self, data: bytes = b"") -> None:
        if self._sender is not None:
            await self._sender.write_eof(data)
