"""Entity tags: `"<version>-<hash>"`, or `"<hash>"` for what nobody writes directly.

If-None-Match compares the whole tag. If-Match compares the version alone (RFC 9110 §13.1):
a reader who saw a course's older counters may still edit the course.
"""

from datetime import datetime
from hashlib import blake2b

from aiohttp import hdrs, web

from lms.errors import PreconditionFailed


def version_of(updated_at: datetime) -> int:
    """A row's version: its last write in microseconds (the database keeps them increasing)."""
    return int(updated_at.timestamp()) * 1_000_000 + updated_at.microsecond


def make_etag(body: bytes, version: int | None = None) -> str:
    digest = blake2b(body, digest_size=9).hexdigest()
    return f'"{digest}"' if version is None else f'"{version:x}-{digest}"'


def none_match(request: web.Request, etag: str) -> bool:
    """Whether If-None-Match names this tag, so that 304 is the answer."""
    if hdrs.IF_NONE_MATCH not in request.headers:
        return False
    header = ",".join(request.headers.getall(hdrs.IF_NONE_MATCH))
    return header.strip() == "*" or etag in (_strong(part) for part in header.split(","))


def check_if_match(request: web.Request, updated_at: datetime | None) -> None:
    """Raise PreconditionFailed if the resource was written since the tag in If-Match.

    `updated_at` is None for a resource that has no version, or that was never written.
    """
    if hdrs.IF_MATCH not in request.headers:
        return
    # A list may come in several lines (RFC 9110 §5.3).
    header = ",".join(request.headers.getall(hdrs.IF_MATCH))
    if header.strip() == "*":
        return
    version = f"{version_of(updated_at):x}" if updated_at is not None else None
    if version is None or all(_version(part) != version for part in header.split(",")):
        raise PreconditionFailed


def _strong(part: str) -> str:
    # A proxy that compresses may weaken a tag; for If-None-Match that is still the same.
    return part.strip().removeprefix("W/")


def _version(part: str) -> str | None:
    tag = part.strip()
    return tag[1:-1].partition("-")[0] if tag[:1] == tag[-1:] == '"' and "-" in tag else None
