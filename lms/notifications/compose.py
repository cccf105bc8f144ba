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

from lms.core.addresses import to_a_label, to_mail_form
from lms.core.jobs.job import Refused
from lms.notifications.rendering import Content, one_line
from lms.settings import Settings

_PLAIN = re.compile(r"[A-Za-z0-9 !#$%&'*+/^_`{|}~.,;:()<>@\[\]-]*")


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
    """The bare address that mails come from, as a mail server is given it."""
    return _sendable(parseaddr(settings.mail_from)[1])


def _sendable(address: str) -> str:
    """Its domain as A-label; what an operator wrote that is no such domain stays."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{to_a_label(domain)}"
    except ValueError:
        return address


def compose(settings: Settings, letter: Letter) -> bytes:
    """The message, ready for SMTP or an .eml file. Raises Refused for an impossible address."""
    try:
        to_address = to_mail_form(letter.to_address)
    except ValueError:
        raise Refused("the address cannot be mailed") from None
    name, _ = parseaddr(settings.mail_from)
    headers = {
        "From": _mailbox(name, sender_address(settings)),
        "To": _mailbox(letter.to_name, to_address),
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
