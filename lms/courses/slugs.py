"""Addresses made from titles in any script."""

import re
import secrets

from anyascii import anyascii

from lms.core.http.request import parse_uuid

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_LENGTH = 80
_RESERVED = ("categories",)  # has a page of its own under /courses
# Signs that tell one name from another: C, C++, C#; NET and .NET.
_SIGNS = (
    (re.compile(r"(?<=[a-z0-9])#(?![a-z0-9])"), " sharp "),
    (re.compile(r"(?<=[a-z0-9])\+\+"), " plus plus "),
    (re.compile(r"(?<=[a-z0-9])\+(?![a-z0-9+])"), " plus "),
    (re.compile(r"(?<![^\s(/])\.(?=[a-z])"), " dot "),
)


def slugify(title: str) -> str:
    """A title as lower-case ASCII words joined by hyphens; never empty, reserved or an id."""
    text = anyascii(title).lower()
    for sign, word in _SIGNS:
        text = sign.sub(word, text)
    words = re.findall(r"[a-z0-9]+", text)
    slug = "-".join(words)[:MAX_LENGTH].strip("-") or "course"
    return slug if may_be_slug(slug) else f"{slug[: MAX_LENGTH - 7]}-course"


def may_be_slug(slug: str) -> bool:
    """Whether a course may have this address."""
    return bool(SLUG.fullmatch(slug)) and slug not in _RESERVED and parse_uuid(slug) is None


def with_suffix(slug: str) -> str:
    """Another address for a course whose title is taken."""
    return f"{slug[: MAX_LENGTH - 7]}-{secrets.token_hex(3)}"
