"""The types of files that we take, each known by its extension and by its content.

Libraries guess a type from content. Our question is another one: whether the content is what the
name says, and nothing else besides. Signatures are from each format's own specification; a check
sees the first `HEAD_BYTES`, or all of it where that is too little.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import IO

from lms.files.archives import check_archive, check_office, check_ole, check_opendocument
from lms.files.errors import FileTypeNotAllowed
from lms.files.images import check_image
from lms.files.limits import Limits
from lms.files.names import extension_of

HEAD_BYTES = 4096

# Text near the beginning that a browser, or a careless program, would run.
_ACTIVE = (b"<script", b"<html", b"<!doctype", b"<svg", b"<?php", b"<iframe", b"%pdf-")

# A parser calls it, so it is a module's function, or a `partial` of one.
Inspect = Callable[[IO[bytes], Limits], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of files with some extension."""

    content_type: str
    group: str  # what lists filter by
    fits: Callable[[bytes], bool]  # the first bytes
    inspect: Inspect | None = None  # a check that needs the whole file; raises an error
    is_text: bool = False
    is_zip: bool = False


def _starts(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signatures) and not _is_active(head)


def _is_active(head: bytes) -> bool:
    front = head[8:1024].lower()
    return any(word in front for word in _ACTIVE)


def _webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP" and not _is_active(head)


def _base_media(
    *, brands: tuple[bytes, ...] = (), other: tuple[bytes, ...] = ()
) -> Callable[[bytes], bool]:
    """ISO base media (ISO/IEC 14496-12): a `ftyp` box with one of the brands, or not `other`."""

    def fits(head: bytes) -> bool:
        if head[4:8] != b"ftyp" or _is_active(head):
            return False
        return head[8:12] in brands if brands else head[8:12] not in other

    return fits


_STILLS = (b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"crx ")


def _quicktime(head: bytes) -> bool:
    # Films from before there were brands begin with one of these atoms.
    old = head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
    return (old and not _is_active(head)) or _base_media(other=_STILLS)(head)


def _webm(head: bytes) -> bool:
    # EBML (RFC 8794), whose DocType element 0x4282 says which Matroska it is.
    at = head.find(b"\x42\x82", 0, 64)
    size = head[at + 2] & 0x7F if 0 <= at < len(head) - 2 else 0
    return head[:4] == b"\x1a\x45\xdf\xa3" and head[at + 3 : at + 3 + size].strip(b"\0") == b"webm"


def _mp3(head: bytes) -> bool:
    if head[:3] == b"ID3":
        return len(head) > 10 and head[3] in (2, 3, 4)
    # A frame: 11 bits of sync, MPEG 1/2/2.5, layer III, a bit rate and a sample rate that exist.
    return (
        len(head) >= 4
        and head[0] == 0xFF
        and head[1] & 0xE0 == 0xE0
        and head[1] & 0x18 != 0x08
        and head[1] & 0x06 == 0x02
        and head[2] & 0xF0 not in (0x00, 0xF0)
        and head[2] & 0x0C != 0x0C
    )


def _plain(head: bytes) -> bool:
    front = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return not front.startswith((*_ACTIVE, b"<?xml", b"mz\x90", b"#!/", b"{\\rtf"))


def _vtt(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf")
    return text.startswith(b"WEBVTT") and text[6:7] in (b"", b" ", b"\t", b"\n", b"\r")


def _image(content_type: str, fits: Callable[[bytes], bool], format: str) -> Kind:
    return Kind(
        content_type, "image", fits, inspect=partial(check_image, format=format),
    )  # fmt: skip


def _office(content_type: str, folder: str) -> Kind:
    return Kind(
        f"application/vnd.openxmlformats-officedocument.{content_type}", "document", _zip,
        inspect=partial(check_office, folder=folder), is_zip=True,
    )  # fmt: skip


def _open_document(content_type: str) -> Kind:
    full = f"application/vnd.oasis.opendocument.{content_type}"
    return Kind(
        full, "document", _zip,
        inspect=partial(check_opendocument, content_type=full), is_zip=True,
    )  # fmt: skip


def _old_office(content_type: str, *streams: str) -> Kind:
    return Kind(content_type, "document", _ole, inspect=partial(check_ole, streams=streams))


def _zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))  # the second is an empty archive


def _ole(head: bytes) -> bool:
    return head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # MS-CFB §2.2


_JPEG = _image("image/jpeg", _starts(b"\xff\xd8\xff"), "JPEG")

KINDS: dict[str, Kind] = {
    "mp4": Kind("video/mp4", "video", _base_media(other=(*_STILLS, b"M4A ", b"M4B "))),
    "webm": Kind("video/webm", "video", _webm),
    "mov": Kind("video/quicktime", "video", _quicktime),
    "mp3": Kind("audio/mpeg", "audio", _mp3),
    "m4a": Kind("audio/mp4", "audio", _base_media(other=(*_STILLS, b"qt  "))),
    "vtt": Kind("text/vtt", "text", _vtt, is_text=True),
    "pdf": Kind("application/pdf", "document", lambda head: head.startswith(b"%PDF-")),
    "doc": _old_office("application/msword", "WordDocument"),
    "docx": _office("wordprocessingml.document", "word"),
    "ppt": _old_office("application/vnd.ms-powerpoint", "PowerPoint Document"),
    "pptx": _office("presentationml.presentation", "ppt"),
    "xls": _old_office("application/vnd.ms-excel", "Workbook", "Book"),
    "xlsx": _office("spreadsheetml.sheet", "xl"),
    "odt": _open_document("text"),
    "odp": _open_document("presentation"),
    "ods": _open_document("spreadsheet"),
    "txt": Kind("text/plain", "text", _plain, is_text=True),
    "md": Kind("text/markdown", "text", _plain, is_text=True),
    "csv": Kind("text/csv", "text", _plain, is_text=True),
    "zip": Kind("application/zip", "archive", _zip, inspect=check_archive, is_zip=True),
    "png": _image("image/png", _starts(b"\x89PNG\r\n\x1a\n"), "PNG"),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "gif": _image("image/gif", _starts(b"GIF87a", b"GIF89a"), "GIF"),
    "webp": _image("image/webp", _webp, "WEBP"),
}
GROUPS: dict[str, list[str]] = {}
for _kind in KINDS.values():
    GROUPS.setdefault(_kind.group, []).append(_kind.content_type)
CONTENT_TYPES = tuple(dict.fromkeys(kind.content_type for kind in KINDS.values()))
IMAGES = tuple(dict.fromkeys(GROUPS["image"]))
VIDEOS = tuple(GROUPS["video"])


def kind_of(filename: str, types: Collection[str]) -> Kind:
    """What a name promises; `types` are the extensions that are taken. Raises
    FileTypeNotAllowed.
    """
    extension = extension_of(filename)
    kind = KINDS.get(extension)
    if kind is None or extension not in types:
        raise FileTypeNotAllowed(f"Files are taken that end in {', '.join(sorted(types))}.")
    return kind
