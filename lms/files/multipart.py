"""A multipart/form-data body (RFC 7578), read as it streams in and within limits.

python-multipart finds the parts; the limits, the names and the clock are ours.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, web
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from lms.core.http.request import SETTINGS
from lms.errors import BodyTimeout, Malformed, UnsupportedMediaType
from lms.files.errors import FileTooLarge, MalformedMultipart
from lms.files.names import decode_parameter

OVERHEAD = 256 * 1024  # bytes of boundaries, headers and small fields around a file
_PARTS = 8
_HEADER_BYTES = 65_536  # a name of 5,000 characters is told so, and does not break the form

_PARAMETER = re.compile(
    r';[ \t]*([\w!#$%&+\-.^`{}~]+\*?)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))[ \t]*', re.DOTALL
)


@dataclass
class Part:
    """One part; its content is read by `chunks()`, before the next part."""

    name: str
    filename: str | None
    _chunks: AsyncIterator[bytes] = field(repr=False)

    def chunks(self) -> AsyncIterator[bytes]:
        return self._chunks

    async def text(self, most: int) -> str:
        """A small part, as text. Raises MalformedMultipart."""
        content = b""
        async for chunk in self._chunks:
            content += chunk
            if len(content) > most:
                raise MalformedMultipart(f"The field {self.name} is too long.")
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise MalformedMultipart(f"The field {self.name} is not UTF-8.") from None


async def read_parts(request: web.Request, most: int) -> AsyncIterator[Part]:
    """The parts of the body, of `most` bytes altogether. Raises what SPEC answers."""
    events = _events(request, most)
    kind: str | None
    count = 0
    async for kind, value in events:
        if kind != "begin":
            continue  # what a reader of a part left of it
        count += 1
        if count > _PARTS:
            raise MalformedMultipart("The body has too many parts.")
        name, filename = _disposition(value)
        yield Part(name, filename, _content(events))


async def _content(events: AsyncIterator[tuple[str, Any]]) -> AsyncIterator[bytes]:
    async for kind, value in events:
        if kind == "data":
            yield value
        else:
            return


async def _events(request: web.Request, most: int) -> AsyncIterator[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    headers: dict[str, str] = {}
    name, value = bytearray(), bytearray()
    ended = False

    def on_header_end() -> None:
        key = name.decode("latin-1").lower()
        if key in headers:
            raise MalformedMultipart(f"A part has the header {key} twice.")
        headers[key] = _decode(bytes(value))
        name.clear()
        value.clear()

    def on_headers_finished() -> None:
        found.append(("begin", dict(headers)))
        headers.clear()

    def on_end() -> None:
        nonlocal ended
        ended = True

    parser = MultipartParser(
        _boundary(request),
        {
            "on_header_field": lambda data, start, end: name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: value.extend(data[start:end]),
            "on_header_end": on_header_end,
            "on_headers_finished": on_headers_finished,
            "on_part_data": lambda data, start, end: found.append(("data", data[start:end])),
            "on_part_end": lambda: found.append(("end", None)),
            "on_end": on_end,
        },
        max_header_count=8,
        max_header_size=_HEADER_BYTES,
    )
    async for chunk in read_chunks(request, most):
        try:
            parser.write(chunk)
        except FormParserError:
            raise MalformedMultipart from None
        for event in found:
            yield event
        found.clear()
    if not ended:
        raise MalformedMultipart("The body ends before its last boundary.")


async def read_chunks(request: web.Request, most: int) -> AsyncIterator[bytes]:
    """The raw body as it comes. Raises FileTooLarge, BodyTimeout and Malformed.

    Only the time spent waiting for the client counts: a pause, or a pace below what the
    settings ask for. What a slow storage takes is not her fault.
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


def _decode(value: bytes) -> str:
    # Bytes that are no UTF-8 become lone surrogates, which no file name may have.
    return value.decode("utf-8", "surrogateescape")
