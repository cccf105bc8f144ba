"""A multipart/form-data body (RFC 7578), read as it streams in and within limits.

python-multipart finds the parts; the limits, the names and the clock are ours
(docs/decisions/0008-own-multipart-reader.md).
"""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import ClientError, web
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from lms.core.http.request import SETTINGS
from lms.errors import BodyTimeout, Malformed, UnsupportedMediaType
from lms.files.errors import FileTooLarge, MalformedMultipart
from lms.files.names import decode_parameter

OVERHEAD = 256 * 1024  # bytes of boundaries, headers and small fields around a file
_PARTS = 8
_HEADER_BYTES = 65_536  # so that too long a name gets its own error

_PARAMETER = re.compile(
    r';[ \t]*([\w!#$%&+\-.^`{}~]+\*?)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))[ \t]*', re.DOTALL
)


# The headers of a part that begins, a piece of its content, or None for its end.
_Event = dict[str, str] | bytes | None


@dataclass
class Part:
    """One part. Its content can be read once, and only before the next part is asked for."""

    name: str
    filename: str | None
    content: AsyncIterator[bytes] = field(repr=False)

    async def text(self, most: int) -> str:
        """A small part, as text. Raises MalformedMultipart."""
        content = b""
        async for chunk in self.content:
            content += chunk
            if len(content) > most:
                raise MalformedMultipart(f"The field {self.name} is too long.")
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise MalformedMultipart(f"The field {self.name} is not UTF-8.") from None


async def read_parts(request: web.Request, most: int) -> AsyncIterator[Part]:
    """The parts of a body of at most `most` bytes, in their order.

    Raises MalformedMultipart, UnsupportedMediaType and what `read_chunks` raises.
    """
    events = _read_events(request, most)
    count = 0
    async for event in events:
        if not isinstance(event, dict):
            continue  # content that the reader of a part left unread
        count += 1
        if count > _PARTS:
            raise MalformedMultipart("The body has too many parts.")
        name, filename = _disposition(event)
        yield Part(name, filename, _until_end(events))


async def _until_end(events: AsyncIterator[_Event]) -> AsyncIterator[bytes]:
    async for event in events:
        if not isinstance(event, bytes):
            return
        yield event


async def _read_events(request: web.Request, most: int) -> AsyncIterator[_Event]:
    parser = _Parser(_boundary(request))
    async for chunk in read_chunks(request, most):
        for event in parser.feed(chunk):
            yield event
    if not parser.is_done:
        raise MalformedMultipart("The body ends before its last boundary.")


class _Parser:
    """Collects the events that python-multipart reports through its callbacks."""

    def __init__(self, boundary: bytes) -> None:
        self.is_done = False  # the last boundary came
        self._events: list[_Event] = []
        self._headers: dict[str, str] = {}  # of the part that begins
        self._name, self._value = bytearray(), bytearray()  # of the header that is being read
        self._parser = MultipartParser(
            boundary,
            {
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_part_data": self._on_part_data,
                "on_part_end": self._on_part_end,
                "on_end": self._on_end,
            },
            max_header_count=8,
            max_header_size=_HEADER_BYTES,
        )

    def feed(self, chunk: bytes) -> list[_Event]:
        """The events of the next chunk of the body. Raises MalformedMultipart."""
        self._events = []
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise MalformedMultipart from None
        return self._events

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        name = self._name.decode("latin-1").lower()
        if name in self._headers:
            raise MalformedMultipart(f"A part has the header {name} twice.")
        # Bytes that are not UTF-8 become lone surrogates, which no file name may have.
        self._headers[name] = self._value.decode("utf-8", "surrogateescape")
        self._name, self._value = bytearray(), bytearray()

    def _on_headers_finished(self) -> None:
        self._events.append(self._headers)
        self._headers = {}

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._events.append(data[start:end])

    def _on_part_end(self) -> None:
        self._events.append(None)

    def _on_end(self) -> None:
        self.is_done = True


async def read_chunks(request: web.Request, most: int) -> AsyncIterator[bytes]:
    """The raw body as it arrives. Raises FileTooLarge, BodyTimeout and Malformed.

    BodyTimeout is for a client that pauses, or is slower than the settings ask for. Only the time
    spent waiting for the client counts, not that of a slow storage.
    """
    settings = request.app[SETTINGS]
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body without Content-Encoding.")
    if (request.content_length or 0) > most:
        raise FileTooLarge
    loop = asyncio.get_running_loop()
    received, waited = 0, 0.0
    while True:
        pace = received / max(settings.upload_bytes_per_second, 1)
        patience = settings.body_read_seconds + pace - waited
        began = loop.time()
        try:
            async with asyncio.timeout(min(settings.body_read_seconds, patience)):
                chunk = await request.content.readany()
        except TimeoutError:
            raise BodyTimeout from None
        except (web.RequestPayloadError, ClientError, ConnectionError) as error:
            raise Malformed("The body broke off or is framed wrongly.") from error
        waited += loop.time() - began
        if not chunk:
            return
        received += len(chunk)
        if received > most:
            raise FileTooLarge
        yield chunk


def _boundary(request: web.Request) -> bytes:
    kind, _, parameters = request.headers.get("Content-Type", "").partition(";")
    if kind.strip().lower() != "multipart/form-data":
        raise UnsupportedMediaType("Send multipart/form-data.")
    found = _parameters(";" + parameters).get("boundary", "")
    # RFC 2046 §5.1.1: 1 to 70 characters, not ending in a space.
    if not re.fullmatch(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]", found):
        raise MalformedMultipart("The content type names no valid boundary.")
    return found.encode()


def _disposition(headers: dict[str, str]) -> tuple[str, str | None]:
    kind, semicolon, parameters = headers.get("content-disposition", "").partition(";")
    if kind.strip().lower() != "form-data":
        raise MalformedMultipart("A part has no Content-Disposition: form-data.")
    if headers.get("content-transfer-encoding", "binary").lower() not in ("binary", "8bit", "7bit"):
        raise MalformedMultipart("A part is encoded in a way that RFC 7578 left behind.")
    found = _parameters(semicolon + parameters)
    if "name" not in found:
        raise MalformedMultipart("A part has no name.")
    filename = found.get("filename")
    extended = found.get("filename*", "")  # not of this form, but some clients send it
    if extended.lower().startswith("utf-8'"):
        filename = decode_parameter(extended.split("'", 2)[-1])
    elif filename is not None:
        filename = decode_parameter(filename)
    return found["name"], filename


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    text = text.rstrip("; \t")
    while at < len(text):
        match = _PARAMETER.match(text, at)
        if match is None or match[1].lower() in found:
            raise MalformedMultipart("A header of the body cannot be understood.")
        quoted = match[2]
        value = match[3] if quoted is None else re.sub(r'\\(["\\])', r"\1", quoted)
        found[match[1].lower()] = value
        at = match.end()
    return found
