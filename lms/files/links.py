"""Signed links: anyone with the link may read that one file, until the link expires."""

import base64
import hashlib
import hmac
import time
from urllib.parse import urlencode
from uuid import UUID

from lms.core.keys import purpose_keys
from lms.settings import Settings


def sign(settings: Settings, form: str, file_id: UUID, expires: int) -> str:
    """The query string of a link to a form of a file; `expires` in Unix seconds."""
    key = next(purpose_keys(settings, "file-link"))
    return urlencode({"expires": expires, "signature": _signature(key, form, file_id, expires)})


def is_good(
    settings: Settings, form: str, file_id: UUID, expires: int | None, signature: str | None
) -> bool:
    """Whether a link is ours, for this file and form, and has not expired."""
    if expires is None or signature is None or expires < time.time():
        return False
    return any(
        hmac.compare_digest(_signature(key, form, file_id, expires).encode(), signature.encode())
        for key in purpose_keys(settings, "file-link")
    )


def _signature(key: bytes, form: str, file_id: UUID, expires: int) -> str:
    message = f"{form}\0{file_id}\0{expires}".encode()
    digest = hmac.new(key, message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
