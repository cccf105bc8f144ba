"""The mails that would have been sent, for developers; not registered in production."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from lms.core.http.pages import render_page
from lms.core.http.pagination import fetch_limit, page, position
from lms.core.http.reply import Page
from lms.core.http.request import QUERY, SETTINGS
from lms.core.http.routing import Routes
from lms.notifications.mailbox import NEWEST, SentMail, count_mails, read_mails
from lms.notifications.mailer import mail_folder
from lms.notifications.schemas import MailPageQuery, MailQuery, SentMailSchema

routes = Routes("Development", prefix="")

_FIELDS = ("to", "subject", "text", "html", "sent_at")
# What people and their mails wrote: it may load nothing and run nothing. The frames of the mails
# are under this policy too, and mails have their styles in attributes.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


@routes.get("/dev/mail.json", query=MailQuery, data=SentMailSchema, many=True)
async def list_mails(request: web.Request) -> Page[dict[str, Any]]:
    """Mails written to the data folder, newest first; outside production only."""
    found = await _read(request)
    mails = [{name: getattr(mail, name) for name in _FIELDS} for mail in found.items]
    return Page(mails, found.limit, found.next_cursor, found.total)


@routes.get("/dev/mail", raw=True, query=MailPageQuery, media_types=("text/html",))
async def show_mails(request: web.Request) -> web.Response:
    """A page with the mails written to the data folder; outside production only."""
    found, to = await _read(request), request[QUERY].get("to")
    context: dict[str, Any] = {"mails": found.items, "to": to, "older": None}
    if found.next_cursor is not None:
        asked = {"to": to, "limit": found.limit, "cursor": found.next_cursor}
        context["older"] = urlencode({k: v for k, v in asked.items() if v is not None})
    return render_page(request, "notifications/mail.html", context, policy=_POLICY)


async def _read(request: web.Request) -> Page[SentMail]:
    folder, to = mail_folder(request.app[SETTINGS]), request[QUERY].get("to")
    before, name = position(request, list(NEWEST))
    mails = await asyncio.to_thread(
        read_mails, folder, to=to, before=(before, name), limit=fetch_limit(request)
    )
    total = None
    if request[QUERY]["include_total"]:
        total = await asyncio.to_thread(count_mails, folder, to=to)
    return page(request, mails, lambda mail: mail.place, total=total)
