"""Signed links: whoever holds one may read that one file while its maker may, until it ends.

The signature carries who made the link. One without a maker was made by nobody, or before links
carried it: it opens what everybody may read.
"""

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from lms.core.keys import purpose_keys
from lms.settings import Settings

_MAKER_BYTES = 16
_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is ours and has not ended; `maker_id` is None if nobody made it."""

    maker_id: UUID | None


def sign(
    settings: Settings, form: str, file_id: UUID, expires: int, *, maker_id: UUID | None
) -> str:
    """The query string of a link to a form of a file; `expires` in Unix seconds."""
    key = next(purpose_keys(settings, "file-link"))
    maker = b"" if maker_id is None else maker_id.bytes
    signature = maker + _digest(key, form, file_id, expires, maker)
    return urlencode({"expires": expires, "signature": _text(signature)})


def read(
    settings: Settings, form: str, file_id: UUID, expires: int | None, signature: str | None
) -> Link | None:
    """The link, if it is ours, for this file and form, and has not ended."""
    if expires is None or signature is None or expires < time.time():
        return None
    try:
        given = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    except ValueError:
        return None
    if _text(given) != signature:  # other letters can say the same bytes
        return None
    maker, digest = given[:-_DIGEST_BYTES], given[-_DIGEST_BYTES:]
    if len(maker) not in (0, _MAKER_BYTES):
        return None
    for key in purpose_keys(settings, "file-link"):
        if hmac.compare_digest(_digest(key, form, file_id, expires, maker), digest):
            return Link(UUID(bytes=maker) if maker else None)
    return None


def _text(signature: bytes) -> str:
    return base64.urlsafe_b64encode(signature).decode().rstrip("=")


def _digest(key: bytes, form: str, file_id: UUID, expires: int, maker: bytes) -> bytes:
    message = f"{form}\0{file_id}\0{expires}".encode()
    if maker:
        message += b"\0" + maker
    return hmac.new(key, message, hashlib.sha256).digest()
