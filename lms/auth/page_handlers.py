"""Where mailed links lead when there is no front end: two small pages without a script.

Opening a link changes nothing, since mail scanners open links too: it shows a form, and the
form does it. No cookie is sent to them, so a form on another site could do no more than its author
can do directly, with a token of their own. It is refused all the same.

The query string is not checked as elsewhere: mail programs add parameters of their own to links.
"""

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import hdrs, web

from lms.auth.by_mail import confirm_address, reset_password
from lms.auth.mailed_tokens import CONFIRMING, SETTING_PASSWORD, Kind, find_token
from lms.auth.proving import PasswordIncorrect
from lms.auth.queries import FoundToken
from lms.auth.throttling import TooManyAttempts
from lms.core.http.body import read_body
from lms.core.http.pages import render_page
from lms.core.http.request import SETTINGS, pool
from lms.core.http.routing import Routes
from lms.errors import Forbidden, Invalid, Malformed, TokenInvalid, UnsupportedMediaType

routes = Routes("Identity", prefix="", rate_group="auth")

_FORM = "application/x-www-form-urlencoded"
_MAX_FORM = 16_384  # bytes; a password of 128 characters takes 1,536 at most
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,512}")


class OtherSite(Forbidden):
    """This form was sent from another site; open the link of the mail again."""

    code = "forbidden"


@routes.get("/verify-email", raw=True, media_types=("text/html",), reads_query=False)
async def verify_email_page(request: web.Request) -> web.Response:
    """The page behind a mailed link that confirms an address."""
    return await _render_verify(request, _clean(request.query.get("token", "")))


@routes.post(
    "/verify-email",
    raw=True,
    media_types=("text/html",),
    body_types=(_FORM,),
    reads_body=False,
    reads_query=False,
    takes_key=False,
    errors=(OtherSite,),
)
async def verify_email_form(request: web.Request) -> web.Response:
    """Its form: confirms the address, without the password only if asked to."""
    form = await _read_form(request, ("token", "password", "without_password"))
    token, password = _clean(form.get("token", "")), form.get("password", "")
    if form.get("without_password"):
        password = ""
    elif not password and _asks_password(await _find(request, token, CONFIRMING)):
        return await _render_verify(request, token, "Type your password, or go on without it.")
    if len(password) > 1024 or any("\ud800" <= c <= "\udfff" or c == "\0" for c in password):
        return await _render_verify(request, token, "This is not your password.")
    try:
        confirmed = await confirm_address(request, token, password or None)
    except TokenInvalid:
        return await _render_verify(request, "")
    except PasswordIncorrect as refused:
        return await _render_verify(request, token, refused.detail)
    except TooManyAttempts:
        fault = "Too many wrong passwords: wait a few minutes, or go on without it."
        return await _render_verify(request, token, fault)
    state = "reset" if confirmed.password_reset_required else "done"
    return _render(request, "auth/verify_email.html", {"state": state})


@routes.get("/reset-password", raw=True, media_types=("text/html",), reads_query=False)
async def reset_password_page(request: web.Request) -> web.Response:
    """The page behind a mailed link to set a new password."""
    token = _clean(request.query.get("token", ""))
    state = "ask" if await _find(request, token, SETTING_PASSWORD) else "invalid"
    return _render_reset(request, state, token)


@routes.post(
    "/reset-password",
    raw=True,
    media_types=("text/html",),
    body_types=(_FORM,),
    reads_body=False,
    reads_query=False,
    takes_key=False,
    errors=(OtherSite,),
)
async def reset_password_form(request: web.Request) -> web.Response:
    """Its form: sets the password."""
    form = await _read_form(request, ("token", "password", "repeated"))
    token, password = _clean(form.get("token", "")), form.get("password", "")
    if password != form.get("repeated"):
        return _render_reset(request, "ask", token, "The two passwords are not the same.")
    if len(password) > 128 or any("\ud800" <= c <= "\udfff" or c == "\0" for c in password):
        return _render_reset(request, "ask", token, "Use at most 128 characters.")
    try:
        await reset_password(request, token, password)
    except TokenInvalid:
        return _render_reset(request, "invalid", "")
    except Invalid as refused:
        return _render_reset(request, "ask", token, refused.errors[0].detail)
    return _render_reset(request, "done", "")


async def _find(request: web.Request, token: str, kinds: tuple[Kind, ...]) -> FoundToken | None:
    try:
        return await find_token(pool(request), token, kinds)
    except TokenInvalid:
        return None


def _asks_password(found: FoundToken | None) -> bool:
    """Whether confirming costs the password of whoever does not know it."""
    # An address that was proved before costs nobody the password.
    return found is not None and not found.email_verified


async def _read_form(request: web.Request, names: Collection[str]) -> dict[str, str]:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        raise OtherSite
    origin = request.headers.get(hdrs.ORIGIN)
    # A browser sends "null" when it was asked to send no referrer, as our pages ask.
    if site is None and origin not in (None, "null", _own_origin(request)):
        raise OtherSite
    if request.content_type != _FORM:
        raise UnsupportedMediaType
    raw = await read_body(request, _MAX_FORM)
    try:
        text = raw.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=10)
    except ValueError:
        raise Malformed from None
    form = dict(pairs)
    if len(form) < len(pairs) or not form.keys() <= {*names}:
        raise Malformed("The form has a field that it does not know, or one twice.")
    return form


def _own_origin(request: web.Request) -> str:
    return "/".join(request.app[SETTINGS].base_url.split("/")[:3])


def _clean(token: str) -> str:
    return token if _TOKEN.fullmatch(token) else ""


async def _render_verify(
    request: web.Request, token: str, fault: str | None = None
) -> web.Response:
    found = await _find(request, token, CONFIRMING)
    context = {
        "state": "ask" if found is not None else "invalid",
        "token": token,
        "fault": fault,
        "asks_password": _asks_password(found),
    }
    return _render(request, "auth/verify_email.html", context)


def _render_reset(
    request: web.Request, state: str, token: str, fault: str | None = None
) -> web.Response:
    least = request.app[SETTINGS].password_min_length
    context = {"state": state, "token": token, "fault": fault, "least": least}
    return _render(request, "auth/reset_password.html", context)


def _render(request: web.Request, template: str, context: dict[str, Any]) -> web.Response:
    response = render_page(request, template, context)
    response.headers["Cache-Control"] = "no-store"
    return response
