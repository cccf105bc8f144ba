"""Replies in gzip; a part that many clients get is compressed only once."""

import zlib
from functools import lru_cache

from aiohttp import hdrs, web

from lms.core.http.reply import Cached

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


def is_packed(kept: Cached | None) -> bool:
    """Whether this was compressed before, so that sending it in gzip costs nothing."""
    return kept is not None and kept.deflated is not None


def to_gzip(pieces: tuple[bytes, ...], kept: Cached | None) -> tuple[bytes, ...]:
    """A body in gzip, in pieces. `kept` is the piece in the middle and is compressed only once.

    The pieces around it, a few hundred bytes, are stored uncompressed.
    """
    if kept is None:
        compressor = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
        return (b"".join(map(compressor.compress, pieces)) + compressor.flush(),)
    if kept.deflated is None:
        kept.deflated = _deflate(kept.body)
    start, _, end = pieces
    checksum = zlib.crc32(end, zlib.crc32(kept.body, zlib.crc32(start)))
    trailer = checksum.to_bytes(4, "little") + sum(map(len, pieces)).to_bytes(4, "little")
    return (_HEADER, _stored(start), kept.deflated, _stored(end, last=True), trailer)


def _stored(block: bytes, *, last: bool = False) -> bytes:
    """Bytes that are not compressed, 65,535 at the most (RFC 1951 §3.2.4)."""
    length = len(block)
    sizes = length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little")
    return (b"\1" if last else b"\0") + sizes + block


def _deflate(part: bytes) -> bytes:
    """A part of a gzip body: it ends on a byte, and more may follow."""
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(part) + compressor.flush(zlib.Z_SYNC_FLUSH)
