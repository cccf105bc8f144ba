"""The mails that would have been sent, for developers; not registered in production."""

import asyncio

from aiohttp import web

from lms.core.http.request import SETTINGS
from lms.core.http.routing import Routes
from lms.notifications.mailer import SentMail, mail_folder, read_mails
from lms.notifications.rendering import environment
from lms.notifications.schemas import SentMailSchema

routes = Routes("Development", prefix="")

_SHOWN = 500  # the newest; nobody scrolls further


@routes.get("/dev/mail.json", data=SentMailSchema, many=True, message="The newest mails.")
async def list_mails(request: web.Request) -> list[SentMail]:
    """Mails written to the data folder, newest first; outside production only."""
    return await _read(request)


@routes.get("/dev/mail", raw=True, media_types=("text/html",))
async def show_mails(request: web.Request) -> web.Response:
    """A page with the mails written to the data folder; outside production only."""
    settings = request.app[SETTINGS]
    page = environment(None).get_template("dev_mail.html")
    html = page.render(mails=await _read(request), site_name=settings.site_name)
    # The page shows text that people wrote, so it may load nothing and run nothing.
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return web.Response(
        text=html, content_type="text/html", headers={"Content-Security-Policy": policy}
    )


async def _read(request: web.Request) -> list[SentMail]:
    folder = mail_folder(request.app[SETTINGS])
    return await asyncio.to_thread(read_mails, folder, limit=_SHOWN)
