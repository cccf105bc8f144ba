"""Handlers return data; here it becomes the success envelope, with its ETag."""

from typing import Any

import orjson
from aiohttp import hdrs, web

from lms.etags import make_etag, none_match
from lms.reply import Cached, Page, Reply, to_json
from lms.request import REQUEST_ID, SETTINGS
from lms.routing import Endpoint, Handler, endpoint_of

_COMPRESS_FROM = 1024  # bytes; below it the header costs more than it saves


@web.middleware
async def envelope(request: web.Request, handler: Handler) -> Any:
    result = await handler(request)
    if isinstance(result, web.StreamResponse):
        return result
    endpoint = endpoint_of(request)
    assert endpoint is not None, "only endpoints answer with data"
    return wrap(request, endpoint, result)


def wrap(request: web.Request, endpoint: Endpoint, result: Any) -> web.Response:
    """The response for what a handler returned."""
    reply = result if isinstance(result, Reply) else None
    data = reply.data if reply is not None else result
    status = (reply.status if reply else None) or endpoint.status
    if status == 204:
        return web.Response(status=204, headers=_cache_headers(endpoint))
    meta: dict[str, Any] = {"request_id": request[REQUEST_ID]}
    headers = _cache_headers(endpoint)
    if isinstance(data, Page):
        meta["limit"], meta["next_cursor"] = data.limit, data.next_cursor
        if data.total is not None:
            meta["total"] = data.total
        body = to_json(data.items)
    elif isinstance(data, Cached):
        meta.update(data.meta)
        body = data.body
    else:
        body = to_json(data)
    if meta.get("next_cursor"):
        headers[hdrs.LINK] = _next_link(request, meta["next_cursor"])
    is_read = request.method in (hdrs.METH_GET, hdrs.METH_HEAD)
    if is_read or (reply and reply.version):
        etag = data.etag if isinstance(data, Cached) else _etag(reply, data, body, meta)
        headers[hdrs.ETAG] = etag
        if is_read and none_match(request, etag):
            return web.Response(status=304, headers=headers)
    if reply is not None:
        headers.update(reply.headers)
    message = (reply.message if reply else None) or endpoint.message
    text = orjson.dumps(
        {"success": True, "message": message, "data": orjson.Fragment(body), "meta": meta}
    )
    response = web.Response(
        status=status, body=text, content_type="application/json", headers=headers
    )
    if len(text) > _COMPRESS_FROM:
        response.headers.add(hdrs.VARY, hdrs.ACCEPT_ENCODING)
        if hdrs.ACCEPT_ENCODING in request.headers:
            response.enable_compression()
    return response


def _etag(reply: Reply | None, data: Any, body: bytes, meta: dict[str, Any]) -> str:
    if reply is not None and reply.without:
        body = to_json({k: v for k, v in orjson.loads(body).items() if k not in reply.without})
    if isinstance(data, Page):
        # The same rows with another next page are another answer.
        body += f"{data.next_cursor is None}{data.total}".encode()
    return make_etag(body, reply.version if reply is not None else None)


def _cache_headers(endpoint: Endpoint) -> dict[str, str]:
    return {hdrs.CACHE_CONTROL: "no-store"} if endpoint.secret else {}


def _next_link(request: web.Request, cursor: str) -> str:
    query = request.rel_url.update_query(cursor=cursor)
    return f'<{request.app[SETTINGS].base_url}{query}>; rel="next"'
