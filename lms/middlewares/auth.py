"""Who is asking: the access token, checked against what the database says now."""

from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from lms.core.http.request import USER, CurrentUser
from lms.core.log import log_context
from lms.errors import Unauthorized


class Authenticator:
    """What the auth domain provides: the way from an access token to its user.

    `recall` answers from memory, or with None; `authenticate` asks the database where it must. Both
    raise Unauthorized for a token that is not valid.
    """

    def __init__(
        self,
        recall: Callable[[str], CurrentUser | None],
        authenticate: Callable[[str], Awaitable[CurrentUser]],
    ) -> None:
        self.recall = recall
        self.authenticate = authenticate


AUTHENTICATOR: web.AppKey[Authenticator] = web.AppKey("authenticator", Authenticator)


async def authenticate(request: web.Request, header: str) -> None:
    """Note who is asking."""
    if len(request.headers.getall(hdrs.AUTHORIZATION)) > 1:
        raise Unauthorized  # given twice: a proxy before us may have read the other one
    authenticator = request.app[AUTHENTICATOR]
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized
    token = token.strip()
    user = authenticator.recall(token) or await authenticator.authenticate(token)
    request[USER] = user
    context = log_context.get()
    if context is not None:
        context.fields["user_id"] = str(user.id)
