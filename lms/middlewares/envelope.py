"""Handlers return data; here it becomes the success envelope, with its ETag."""

from collections.abc import Callable
from functools import lru_cache

import orjson
from aiohttp import hdrs, web
from yarl import URL

from lms.core.http.etags import make_etag, none_match
from lms.core.http.reply import Cached, Page, Reply, leave_out, to_json
from lms.core.http.request import REQUEST_ID
from lms.core.http.routing import Endpoint
from lms.middlewares.headers import json_lines, to_lines
from lms.middlewares.json_response import JsonResponse

_READS = (hdrs.METH_GET, hdrs.METH_HEAD)
_REMEMBERED = 512  # characters; up to this length a path's `Link` is built once and kept
_OF_THE_BODY = (hdrs.CONTENT_TYPE, hdrs.CONTENT_LENGTH, hdrs.CONTENT_ENCODING)
_VARY = "Vary: Accept-Encoding\r\n"  # a 304 has to say so too (RFC 9110 §15.4.5)
_JSON = "Content-Type: application/json\r\n"

# The `Link` to a page from a path and a cursor, for one application.
NEXT_LINK: web.AppKey[Callable[[str, str], str]] = web.AppKey("next_link")


def wrap(request: web.Request, endpoint: Endpoint, result: object) -> JsonResponse:
    """The response for what a handler returned."""
    if isinstance(result, Cached):
        return _wrap_cached(request, endpoint, result)
    reply = result if isinstance(result, Reply) else None
    data = reply.data if reply is not None else result
    status = (reply.status if reply else None) or endpoint.status
    lines = json_lines(request, "no-store" if endpoint.secret else None)
    if reply is not None and reply.headers:
        lines += to_lines(reply.headers)
    if status == 204:
        return JsonResponse(204, lines)
    lines += _VARY
    meta: dict[str, object] = {"request_id": request[REQUEST_ID]}
    if isinstance(data, Page):
        meta["limit"], meta["next_cursor"] = data.limit, data.next_cursor
        if data.total is not None:
            meta["total"] = data.total
        body = to_json(data.items)
        if data.next_cursor:
            lines += _next_link(request, data.next_cursor)
    else:
        body = to_json(data)
    is_read = request.method in _READS
    if is_read or (reply and reply.version):
        etag = _etag(reply, data, body)
        lines += f"ETag: {etag}\r\n"
        if is_read and none_match(request, etag):
            return JsonResponse(304, lines)
    message = (reply.message if reply else None) or endpoint.message
    return JsonResponse(status, lines + _JSON, _start(message) + body + _end(meta))


def _wrap_cached(request: web.Request, endpoint: Endpoint, data: Cached) -> JsonResponse:
    """As `wrap`, for the replies of public reads, most of which is known beforehand."""
    assert request.method in _READS, "see Cached"
    lines = f"{json_lines(request, None)}{_VARY}ETag: {data.etag}\r\n"
    cursor = data.meta.get("next_cursor")
    if cursor:
        lines += _next_link(request, cursor)
    if none_match(request, data.etag):
        return JsonResponse(304, lines)
    end = _end({"request_id": request[REQUEST_ID], **data.meta})
    return JsonResponse(endpoint.status, lines + _JSON, _start(endpoint.message), data, end)


def _start(message: str) -> bytes:
    return b'{"success":true,"message":' + orjson.dumps(message) + b',"data":'


def _end(meta: dict[str, object]) -> bytes:
    return b',"meta":' + orjson.dumps(meta) + b"}"


def tag(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """A page or document that a handler made by itself, with its ETag; 304 if the client has it."""
    if not isinstance(response, web.Response) or response.status not in (200, 304):
        return response
    headers = response.headers
    if hdrs.ETAG not in headers:
        if not isinstance(response.body, bytes):
            return response
        headers[hdrs.ETAG] = make_etag(response.body)
    if response.status == 304 or not none_match(request, headers[hdrs.ETAG]):
        return response
    kept = {name: value for name, value in headers.items() if name not in _OF_THE_BODY}
    return web.Response(status=304, headers=kept)


def _etag(reply: Reply | None, data: object, body: bytes) -> str:
    if reply is not None and reply.without:
        body = to_json(leave_out(orjson.loads(body), reply.without))
    if isinstance(data, Page):
        # The same rows with another next page need another ETag.
        body += f"{data.next_cursor is None}{data.total}".encode()
    return make_etag(body, reply.version if reply is not None else None)


def _next_link(request: web.Request, cursor: str) -> str:
    return request.app[NEXT_LINK](request.raw_path, cursor)


def next_links(base_url: str) -> Callable[[str, str], str]:
    """The function that makes the links of an application at this address."""

    def make(path: str, cursor: str) -> str:
        target = URL(path, encoded=True)  # a proxy may send the whole address (RFC 9112 §3.2.2)
        url = URL(base_url + target.raw_path_qs, encoded=True).update_query(cursor=cursor)
        return f'Link: <{url}>; rel="next"\r\n'

    # Many readers of one page get the same link, and URLs are slow to make.
    remember = lru_cache(maxsize=1024)(make)

    def link(path: str, cursor: str) -> str:
        # Long ones are not remembered: anyone can send thousands of different ones.
        return remember(path, cursor) if len(path) <= _REMEMBERED else make(path, cursor)

    return link
