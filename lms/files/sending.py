"""A download: conditions, ranges, and bytes as fast as the client reads them."""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from aiohttp import hdrs, web

from lms.core.http.request import current_user
from lms.core.log import get_logger
from lms.core.storage import ObjectMissing, StorageUnavailable
from lms.errors import PreconditionFailed
from lms.files.errors import RangeNotSatisfiable
from lms.files.names import content_disposition
from lms.files.ranges import Outcome, Span, check_conditions, wanted_spans
from lms.middlewares.request_log import add_to_line

log = get_logger(__name__)

_STALL_SECONDS = 60.0  # a client that reads nothing for so long is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The file to send: `read(start, end)` gives the bytes, `etag` is strong."""

    read: Callable[[int, int], AsyncGenerator[bytes, None]]
    size: int
    etag: str
    content_type: str
    filename: str
    modified_at: datetime
    inline: bool = False


async def send(request: web.Request, content: Content) -> web.StreamResponse:
    """Answer GET and HEAD. Raises PreconditionFailed, RangeNotSatisfiable, StorageUnavailable."""
    headers = _headers(request, content)
    outcome = check_conditions(request.headers, content.etag, content.modified_at)
    if outcome is Outcome.FAILED:
        raise PreconditionFailed
    if outcome is Outcome.NOT_MODIFIED:
        return web.Response(status=304, headers=headers)
    # Range has a meaning for GET alone (§14.2).
    spans = (
        wanted_spans(request.headers, content.size, content.etag, content.modified_at)
        if request.method == hdrs.METH_GET
        else None
    )
    if spans is None:
        return await _send(request, content, headers, 200, [Span(0, content.size)])
    if not spans:
        raise RangeNotSatisfiable(
            headers={"Content-Range": f"bytes */{content.size}", "Accept-Ranges": "bytes"}
        )
    if len(spans) == 1:
        headers[hdrs.CONTENT_RANGE] = _content_range(spans[0], content.size)
    return await _send(request, content, headers, 206, spans)


def _headers(request: web.Request, content: Content) -> dict[str, str]:
    public = current_user(request) is None
    return {
        hdrs.ETAG: content.etag,
        hdrs.LAST_MODIFIED: format_datetime(content.modified_at, usegmt=True),
        hdrs.ACCEPT_RANGES: "bytes",
        hdrs.CONTENT_DISPOSITION: content_disposition(content.filename, inline=content.inline),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        # Pages of other sites may show our images; CORS decides whether they may read them.
        "Cross-Origin-Resource-Policy": "cross-origin",
        hdrs.CACHE_CONTROL: "no-cache" if public else "private, no-cache",
    }


def _content_range(span: Span, size: int) -> str:
    return f"bytes {span.start}-{span.end - 1}/{size}"


async def _send(
    request: web.Request,
    content: Content,
    headers: dict[str, str],
    status: int,
    spans: Sequence[Span],
) -> web.StreamResponse:
    parts = _Parts(content, spans)
    response = web.StreamResponse(status=status, headers=headers)
    response.content_type = content.content_type
    if parts.boundary is not None:
        response.headers[hdrs.CONTENT_TYPE] = f"multipart/byteranges; boundary={parts.boundary}"
    response.content_length = parts.size
    if request.method == hdrs.METH_HEAD:
        await response.prepare(request)
        return response
    async with aclosing(parts.read()) as chunks:
        # Read the first bytes before the status line: a storage that is away becomes a 503.
        first = await _first(chunks, content)
        await response.prepare(request)
        try:
            await _write(response, first)
            async for chunk in chunks:
                await _write(response, chunk)
            await response.write_eof()
        except (ConnectionError, TimeoutError):
            _cut(request)  # the client went away, or stopped reading
        except Exception as error:
            # Too late for a status; a cut connection shows the client that the file is incomplete.
            log.error("a download broke off", error=type(error).__name__)
            _cut(request)
    return response


async def _first(chunks: AsyncIterator[bytes], content: Content) -> bytes:
    try:
        return await anext(chunks, b"")
    except ObjectMissing:
        log.error("a file has no object", etag=content.etag)
        raise StorageUnavailable from None


async def _write(response: web.StreamResponse, chunk: bytes) -> None:
    async with asyncio.timeout(_STALL_SECONDS):
        await response.write(chunk)


def _cut(request: web.Request) -> None:
    add_to_line(cut=True)
    if request.transport is not None:
        request.transport.abort()


class _Parts:
    """The body of a reply: one span, or several as multipart/byteranges (§14.6)."""

    def __init__(self, content: Content, spans: Sequence[Span]) -> None:
        self._content = content
        self._spans = spans
        self.boundary = os.urandom(16).hex() if len(spans) > 1 else None
        self.size = sum(span.size for span in spans)
        if self.boundary is not None:
            self.size += sum(len(self._front(span)) for span in spans) + len(self._end())

    def _front(self, span: Span) -> bytes:
        return (
            f"\r\n--{self.boundary}\r\nContent-Type: {self._content.content_type}\r\n"
            f"Content-Range: {_content_range(span, self._content.size)}\r\n\r\n"
        ).encode()

    def _end(self) -> bytes:
        return f"\r\n--{self.boundary}--\r\n".encode()

    async def read(self) -> AsyncGenerator[bytes, None]:
        for span in self._spans:
            async with aclosing(self._content.read(span.start, span.end)) as chunks:
                if self.boundary is not None:
                    # Read together with the first bytes, so that we notice a missing object in
                    # time.
                    first = await anext(chunks, b"")
                    yield self._front(span) + first
                async for chunk in chunks:
                    yield chunk
        if self.boundary is not None:
            yield self._end()
