"""Where mails go: to an SMTP server, or into a folder if none is configured."""

import asyncio
import os
import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib

from lms.core.addresses import to_mail_form
from lms.core.ids import new_id
from lms.core.jobs.job import Refused
from lms.core.jobs.tasks import Mailer
from lms.notifications.compose import sender_address
from lms.settings import Settings

# A frozen server takes connections, and greets nobody.
GREETING_SECONDS = 5.0
BETWEEN_REPLIES_SECONDS = 15.0
_GOODBYE_SECONDS = 1.0


def open_mailer(settings: Settings) -> Mailer:
    """SMTP if LMS_SMTP_URL is set, else .eml files under the data folder."""
    return SmtpMailer(settings) if settings.smtp_url else FileMailer(mail_folder(settings))


class SmtpMailer:
    """Sends each mail over a connection of its own: a server that hangs holds up one mail."""

    def __init__(self, settings: Settings) -> None:
        assert settings.smtp_url is not None
        url = urlsplit(settings.smtp_url.value)
        self._host = url.hostname or "localhost"
        self._port = url.port
        self._tls = url.scheme == "smtps"
        self._username = unquote(url.username) if url.username else None
        self._password = unquote(url.password) if url.password else None
        self._sender = sender_address(settings)
        self._timeout = settings.smtp_timeout_seconds

    async def send(self, message: bytes, *, to: str, message_id: str) -> None:
        try:
            recipient = to_mail_form(to)
        except ValueError:
            raise Refused("the address cannot be mailed") from None
        # Few relays have SMTPUTF8 (RFC 6531): it is asked for by a local part that needs it.
        plain = recipient.isascii() and self._sender.isascii()
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._tls,
            username=self._username,
            password=self._password,
            timeout=BETWEEN_REPLIES_SECONDS,
        )
        try:
            async with asyncio.timeout(self._timeout):
                await client.connect(timeout=GREETING_SECONDS)
                await client.sendmail(
                    self._sender,
                    [recipient],
                    message,
                    mail_options=[] if plain else ["SMTPUTF8"],
                )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            codes = [recipient.code for recipient in refused.recipients]
            if all(code >= 500 for code in codes):  # 4xx is "not now", as greylisting says
                raise Refused(f"the mail server refuses the address ({codes[0]})") from None
            raise
        else:
            # The server has the mail: whatever it says now, it must not be sent again.
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await client.quit(timeout=_GOODBYE_SECONDS)
        finally:
            client.close()


class FileMailer:
    """Writes each mail to a file named after its Message-ID, so a repeat replaces it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: bytes, *, to: str, message_id: str) -> None:
        name = re.sub(r"[^\w.-]", "", message_id.partition("@")[0])
        await asyncio.to_thread(self._write, f"{name}.eml", message)

    def _write(self, name: str, message: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        # Written under another name first, so that a reader sees a whole mail or none.
        partial = self._folder / f".{name}.{new_id().hex}"
        try:
            with partial.open("xb") as file:
                file.write(message)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self._folder / name)
        finally:
            partial.unlink(missing_ok=True)


def mail_folder(settings: Settings) -> Path:
    return settings.data_dir / "mail"
