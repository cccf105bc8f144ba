"""An e-mail message as bytes.

The headers are written here and not by `EmailMessage`, which parses its input: it decodes an
encoded word in a person's name (`=?utf-8?q?=0ABcc:…?=`) and, before Python 3.12.5, writes the
decoded line break into the headers (CVE-2024-6923). Here text is always data.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, parseaddr
from uuid import UUID

from lms.core.jobs.job import GiveUp
from lms.notifications.rendering import Content, one_line
from lms.settings import Settings

_PLAIN = re.compile(r"[A-Za-z0-9 !#$%&'*+/^_`{|}~.,;:()<>@\[\]-]*")
_ADDRESS = re.compile(
    r"[^\s<>\"(),:;\\\x00-\x1f\x7f-\x9f@]{1,64}@[^\s<>\"(),:;\\\x00-\x1f\x7f-\x9f@]{1,255}"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person."""

    message_id: str
    to_name: str
    to_address: str
    content: Content


def message_id_of(settings: Settings, job_id: UUID) -> str:
    """The same for every try of a job."""
    domain = sender_address(settings).rpartition("@")[2]
    return f"<{job_id}@{domain}>"


def sender_address(settings: Settings) -> str:
    """The bare address that mails come from."""
    return parseaddr(settings.mail_from)[1]


def compose(settings: Settings, letter: Letter) -> bytes:
    """The message, ready for SMTP or an .eml file. Raises GiveUp for an impossible address."""
    if not _ADDRESS.fullmatch(letter.to_address):
        raise GiveUp("the address cannot be written into a mail")
    name, address = parseaddr(settings.mail_from)
    headers = {
        "From": _mailbox(name, address),
        "To": _mailbox(letter.to_name, letter.to_address),
        "Subject": _words(letter.content.subject, "Subject"),
        "Date": format_datetime(datetime.now(UTC)),
        "Message-ID": letter.message_id,
        "Auto-Submitted": "auto-generated",  # RFC 3834: asks for no automatic replies
    }
    body = MIMEMultipart("alternative")
    body.attach(MIMEText(letter.content.text, "plain", "utf-8"))
    body.attach(MIMEText(letter.content.html, "html", "utf-8"))
    head = "".join(f"{field}: {value}\r\n" for field, value in headers.items())
    return head.encode() + body.as_bytes(policy=policy.compat32.clone(linesep="\r\n"))


def _mailbox(name: str, address: str) -> str:
    words = _words(one_line(name), "To")
    if not words:
        return address
    return f'"{words}" <{address}>' if _is_plain(words) else f"{words} <{address}>"


def _words(text: str, field: str) -> str:
    """Header text: as it is, or as encoded words of RFC 2047."""
    if _is_plain(text):
        return text
    return Header(text, "utf-8", header_name=field).encode(linesep="\r\n")


def _is_plain(text: str) -> bool:
    # "=?" and quotes are not in _PLAIN: text that could be read as syntax is encoded.
    return len(text) <= 60 and _PLAIN.fullmatch(text) is not None
