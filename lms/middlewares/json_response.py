"""The usual reply: JSON whose headers are all known, sent without asking about anything else."""

from typing import TYPE_CHECKING

from aiohttp import HttpVersion11, hdrs, web
from aiohttp.helpers import rfc822_formatted_time

if TYPE_CHECKING:
    from aiohttp.abc import AbstractStreamWriter


class JsonResponse(web.Response):
    """A response that `envelope` has given every header.

    aiohttp asks each response about cookies, chunks, compression, and sends a signal; none of
    that concerns this one, which is most of what we answer. Whatever is not plain HTTP/1.1
    keep-alive takes aiohttp's way. This leans on aiohttp's insides, so a test compares the two.
    """

    async def prepare(self, request: web.BaseRequest) -> "AbstractStreamWriter | None":
        body = self._body
        if (
            not isinstance(body, bytes)
            or self._status != 200
            or self._compression
            or self._keep_alive is not None  # somebody decided
            or self._payload_writer is not None
            or request.version != HttpVersion11
            or not request.keep_alive
            or request.method == hdrs.METH_HEAD
        ):
            return await super().prepare(request)
        headers = self._headers
        headers[hdrs.CONTENT_LENGTH] = str(len(body))
        headers[hdrs.DATE] = rfc822_formatted_time()
        self._req = request
        self._keep_alive = True
        self._must_be_empty_body = False
        writer = self._payload_writer = request._payload_writer
        writer.length = len(body)
        await writer.write_headers("HTTP/1.1 200 OK", headers)
        return writer
