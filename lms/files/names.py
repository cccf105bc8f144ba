"""Names of files: which are accepted, and how they are written in headers."""

import re
import unicodedata
from urllib.parse import quote, unquote

from lms.files.errors import InvalidFilename

_LONGEST = 255  # code points; the object is stored under our own key
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
# They make "gpj.exe" look like "exe.jpg" (Unicode TR 36 §3.4); U+FEFF and U+2028 are invisible.
_DECEIVING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]")


def check_filename(name: str, *, pointer: str = "/file") -> str:
    """A name as it is stored: composed (NFC). Raises InvalidFilename; nothing is repaired."""
    try:
        name = unicodedata.normalize("NFC", name)
        name.encode()
    except UnicodeEncodeError:  # lone surrogates
        raise InvalidFilename(pointer=pointer) from None
    if (
        len(name) > _LONGEST
        or not name.strip(" .")
        or name != name.strip()
        or name.endswith(".")
        or "/" in name
        or "\\" in name
        or any(unicodedata.category(c) in ("Cc", "Cs", "Cn") for c in name)
        or _DECEIVING.search(name)
        or _RESERVED.fullmatch(name)
    ):
        raise InvalidFilename(pointer=pointer)
    return name


def extension_of(name: str) -> str:
    """The part behind the last dot, in lower case; nothing for `.pdf` or `pdf`."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def decode_parameter(name: str) -> str:
    """A file name as multipart clients write it.

    Browsers send UTF-8 with `%22`, `%0D` and `%0A` for what would end the header (HTML,
    "multipart/form-data encoding algorithm"); others, like aiohttp, percent-encode all of it.
    """
    if not name.isascii():
        return name
    try:
        return unquote(name, errors="strict")
    except UnicodeDecodeError:
        return name


def content_disposition(name: str, *, inline: bool = False) -> str:
    """`attachment; filename="…"; filename*=UTF-8''…` (RFC 6266 §4, appendix D)."""
    kind = "inline" if inline else "attachment"
    letters = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = "".join(letters).encode("ascii", "replace").decode()
    plain = re.sub(r'["\\%?;]', "_", plain)
    if plain == name:
        return f'{kind}; filename="{plain}"'
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
