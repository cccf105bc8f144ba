"""Replies in gzip, of which the part that many are sent is compressed once."""

import zlib
from functools import lru_cache

from aiohttp import hdrs, web

from lms.reply import Cached

_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # RFC 1952 §2.3: deflate, no name, no time, any system


def takes_gzip(request: web.BaseRequest) -> bool:
    """Whether the client asks for gzip (RFC 9110 §12.5.3)."""
    asked = request.headers.get(hdrs.ACCEPT_ENCODING)
    return asked is not None and _names_gzip(asked)


@lru_cache(maxsize=256)  # browsers and clients have a few ways to say it
def _names_gzip(asked: str) -> bool:
    weights = {}
    for part in asked.lower().split(","):
        coding, _, params = part.partition(";")
        _, _, weight = params.replace(" ", "").partition("q=")
        weights[coding.strip()] = weight
    weight = weights.get("gzip", weights.get("*", "0"))
    return not weight or weight.strip("0.") != ""


def to_gzip(body: bytes, part: Cached | None = None) -> bytes:
    """A body in gzip; `part` is what of it was compressed before, or will be needed again.

    What stands around the part is stored as it is, which is a hundred bytes or two.
    """
    start = body.find(part.body) if part is not None else -1
    if part is None or start < 0:
        compressor = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
        return compressor.compress(body) + compressor.flush()
    if part.deflated is None:
        part.deflated = _deflate(part.body)
    before, after = body[:start], body[start + len(part.body) :]
    trailer = zlib.crc32(body).to_bytes(4, "little") + len(body).to_bytes(4, "little")
    return b"".join((_HEADER, _stored(before), part.deflated, _stored(after, last=True), trailer))


def _stored(block: bytes, *, last: bool = False) -> bytes:
    """Bytes that are not compressed, 65,535 at the most (RFC 1951 §3.2.4)."""
    length = len(block)
    sizes = length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little")
    return (b"\1" if last else b"\0") + sizes + block


def _deflate(part: bytes) -> bytes:
    """A part of a gzip body: it ends on a byte, and more may follow."""
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(part) + compressor.flush(zlib.Z_SYNC_FLUSH)
