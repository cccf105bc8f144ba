"""Who is asking: the access token, checked against what the database says now."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import hdrs, web

from lms.errors import Unauthorized
from lms.log import request_context
from lms.permissions import Access
from lms.request import REQUEST_ID, USER, CurrentUser
from lms.routing import Handler, endpoint_of

# Set by the auth domain; raises Unauthorized for a token that is not good.
AUTHENTICATE: web.AppKey[Callable[[str], Awaitable[CurrentUser]]] = web.AppKey("authenticate")


@web.middleware
async def auth(request: web.Request, handler: Handler) -> Any:
    endpoint = endpoint_of(request)
    if endpoint is not None and endpoint.access is Access.PROBE:
        return await handler(request)
    header = request.headers.get(hdrs.AUTHORIZATION)
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthorized
        user = await request.app[AUTHENTICATE](token.strip())
        request[USER] = user
        request_context.set({"request_id": request[REQUEST_ID], "user_id": str(user.id)})
    return await handler(request)
