"""The mails in the data folder, as a developer wants to see them.

Of all files a look costs a name and a time; of those asked for by their recipient also the head,
once. Only what is shown is read whole.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from functools import lru_cache
from heapq import nlargest
from itertools import islice
from pathlib import Path

from lms.core.addresses import normalize_email

_HEAD = 8_192  # bytes in which the headers of our mails end

# When a mail was written, in nanoseconds, and its file's name.
Place = tuple[int, str]
NEWEST: Place = (2**63 - 1, "")


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail from the folder."""

    place: Place
    to: str
    subject: str
    text: str
    html: str
    sent_at: datetime

    @property
    def framed(self) -> str:
        """Its HTML for a frame, with links that open in a page of their own."""
        base = '<base target="_blank">'
        head, found, rest = self.html.partition("<head>")
        return f"{head}{found}{base}{rest}" if found else base + self.html


def read_mails(
    folder: Path, *, to: str | None = None, before: Place = NEWEST, limit: int
) -> list[SentMail]:
    """Up to `limit` mails older than `before`, newest first; to one address if it is given."""
    places = (place for place in _files(folder) if place < before)
    if to is None:
        chosen = nlargest(limit, places)
    else:
        chosen = list(islice(_to(folder, sorted(places, reverse=True), to), limit))
    return [mail for place in chosen if (mail := _read(folder, place)) is not None]


def count_mails(folder: Path, *, to: str | None = None) -> int:
    """How many mails there are, or how many to one address."""
    places = _files(folder)
    return sum(1 for _ in (places if to is None else _to(folder, places, to)))


def _to(folder: Path, places: Iterable[Place], address: str) -> Iterator[Place]:
    try:
        wanted = normalize_email(address)
    except ValueError:
        return iter(())  # nobody has an address that is none
    return (place for place in places if _recipient(folder, place) == wanted)


def _files(folder: Path) -> Iterator[Place]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(".eml") and not entry.name.startswith("."):
                    try:
                        yield entry.stat().st_mtime_ns, entry.name
                    except FileNotFoundError:  # tidied away meanwhile
                        continue
    except FileNotFoundError:  # no mail yet
        return


# A file that is written again has another time, so what is remembered stays right.
@lru_cache(maxsize=100_000)
def _recipient(folder: Path, place: Place) -> str | None:
    """The address that a mail is for, as addresses are compared."""
    try:
        with (folder / place[1]).open("rb") as file:
            head = file.read(_HEAD).partition(b"\r\n\r\n")[0]
    except FileNotFoundError:
        return None
    return normalize_email(_address(message_from_bytes(head)))


@lru_cache(maxsize=256)
def _read(folder: Path, place: Place) -> SentMail | None:
    try:
        message = message_from_bytes((folder / place[1]).read_bytes())
    except FileNotFoundError:
        return None
    return SentMail(
        place=place,
        to=_address(message),
        subject=_header(message, "subject"),
        text=_part(message, "text/plain"),
        html=_part(message, "text/html"),
        sent_at=datetime.fromtimestamp(place[0] / 1e9, UTC),
    )


def _address(message: Message) -> str:
    # The name before it may be encoded words, which hold no angle brackets.
    to = _raw(message, "to")
    return parseaddr(to)[1] or to


def _header(message: Message, name: str) -> str:
    """A header's words; as they stand if they cannot be read."""
    given = _raw(message, name)
    try:
        return str(make_header(decode_header(given)))
    except (ValueError, LookupError):
        return given


def _raw(message: Message, name: str) -> str:
    """A header as it is written, in UTF-8 (RFC 6532), whose bytes the parser keeps as surrogates;
    empty if there is none.
    """
    for field, value in message.raw_items():
        if field.lower() == name:
            written = "".join(str(value).splitlines())
            return written.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return ""


def _part(message: Message, kind: str) -> str:
    for part in message.walk():
        if part.get_content_type() == kind:
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            return content.decode("utf-8", "replace").replace("\r\n", "\n")
    return ""
