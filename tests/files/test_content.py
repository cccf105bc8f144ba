"""Content that is not what its name says, bombs, and things hidden in other things."""

import io
import struct
import zipfile
import zlib

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from lms.files.archives import check_zip
from lms.files.errors import ArchiveRejected, FileTypeNotAllowed
from lms.files.kinds import HEAD_BYTES, KINDS
from lms.files.limits import Limits
from tests.api import Api
from tests.exchange import changed_settings
from tests.files.conftest import Stored
from tests.files.forms import form, send_form
from tests.files.samples import (
    EXE,
    GOOD,
    HTML,
    MP3,
    PDF,
    SVG,
    archive,
    film,
    image,
    office,
    old_office,
    open_document,
)
from tests.people import Person

_LIES: dict[str, tuple[str, bytes]] = {
    "HTML as PDF": ("x.pdf", HTML),
    "PDF behind HTML": ("x.pdf", HTML + PDF),
    "PE as PNG": ("x.png", EXE),
    "PE as text": ("x.txt", EXE),
    "SVG with a script as PNG": ("x.png", SVG),
    "SVG with a script as text": ("x.txt", SVG),
    "HTML as text": ("x.txt", b"\xef\xbb\xbf \r\n" + HTML),
    "HTML as Markdown": ("x.md", HTML),
    "HTML as CSV": ("x.csv", HTML),
    "PNG as JPEG": ("x.jpg", image("PNG")),
    "GIF as PNG": ("x.png", image("GIF")),
    "PNG as MP4": ("x.mp4", image("PNG")),
    "HEIC as MP4": ("x.mp4", film(b"heic")),
    "Matroska as WebM": ("x.webm", GOOD["a.webm"][0].replace(b"\x84webm", b"\x88matroska")),
    "text as MP3": ("x.mp3", b"hello there"),
    "NUL in text": ("x.txt", b"hello\0there"),
    "a lone surrogate in UTF-16": ("x.txt", b"\xff\xfe\x00\xd8a\0"),
    "no WebVTT": ("x.vtt", b"1\n00:01 --> 00:02\n"),
    "a ZIP as DOCX": ("x.docx", archive()),
    "an XLSX as DOCX": ("x.docx", office("xl")),
    "a DOCX with macros": ("x.docx", office("word", **{"vbaProject.bin": b"x"})),
    "an ODS as ODT": ("x.odt", open_document("spreadsheet")),
    "an installer as DOC": ("x.doc", old_office("Installer")),
    "an XLS as DOC": ("x.doc", old_office("Workbook")),
    "GIF and JAR": ("x.gif", image("GIF") + archive({"Main.class": b"x"})),
    "PNG and ZIP": ("x.png", image("PNG") + archive()),
    "JPEG and PHP": ("x.jpg", image("JPEG") + b"<?php system($_GET[0]); ?>"),
    "PDF and ZIP": ("x.pdf", PDF + archive()),
    "MP3 and ZIP": ("x.mp3", MP3 + archive()),
    "MP4 and HTML": ("x.mp4", film()[:32] + HTML),
    "text and ZIP": ("x.csv", b"a,b\n" + archive({"a": b"b"})),
    "a GIF that is a script": ("x.gif", b"GIF89a=1;<script>alert(1)</script>"),
    "a PNG that is cut": ("x.png", image("PNG", (200, 200))[:-40]),
    "a PNG that is damaged": ("x.png", image("PNG")[:40] + b"\xff" * 20 + image("PNG")[60:]),
    "a JPEG that is only a head": ("x.jpg", image("JPEG")[:30]),
}  # fmt: skip


@pytest.mark.parametrize("lie", _LIES)
async def test_content_that_contradicts_its_name_is_refused(
    api: Api, tara: Person, stored: Stored, lie: str
) -> None:
    filename, content = _LIES[lie]
    reply = await send_form(api, tara, form(content, filename))
    assert (reply.status, reply.code) == (415, "file_type_not_allowed"), reply.body
    await stored.assert_nothing()


def _png_header(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b"")


async def test_pixel_bombs_are_refused(api: Api, tara: Person, stored: Stored) -> None:
    gif = b"GIF89a" + struct.pack("<HH", 65_000, 65_000) + b"\x80\0\0" + b"\0" * 6
    gif += b"\x2c" + struct.pack("<HHHH", 0, 0, 65_000, 65_000) + b"\0\x02\x02\x44\x01\0\x3b"
    for name, bomb in (("x.png", _png_header(60_000, 60_000)), ("x.gif", gif)):
        reply = await send_form(api, tara, form(bomb, name))
        assert (reply.status, reply.code) == (422, "image_too_large"), name
    await stored.assert_nothing()


def _nested(depth: int) -> bytes:
    content = archive()
    for _ in range(depth):
        content = archive({"next.zip": content})
    return content


def _lying() -> bytes:
    """An archive whose table says that a member is small."""
    content = bytearray(archive({"a": b"\0" * 30_000_000}))
    size = (30_000_000).to_bytes(4, "little")
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(content)


def _overlapping() -> bytes:
    """Many entries for one piece of data, as the flat bombs do it."""
    content = archive({"a": b"\0" * 2_000_000})
    at = content.index(b"PK\x01\x02")
    entry = content[at : content.index(b"PK\x05\x06")]
    table = entry * 500
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 500, 500, len(table), at, 0)
    return content[:at] + table + end


def _symbolic_link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        info = zipfile.ZipInfo("link")
        info.external_attr = 0o120777 << 16
        made.writestr(info, "/etc/passwd")
    return out.getvalue()


def _encrypted() -> bytes:
    content = bytearray(archive())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


_BOMBS: dict[str, bytes] = {
    "a bomb": archive({"a": b"\0" * 300_000_000}),
    "a bomb in a bomb": archive({"a.zip": archive({"a": b"\0" * 300_000_000})}),
    "too deep": _nested(4),
    "a table that lies": _lying(),
    "overlapping members": _overlapping(),
    "too many members": archive({f"{n}": b"" for n in range(20_001)}),
    "a path outside": archive({"../../evil": b"x"}),
    "an absolute path": archive({"/evil": b"x"}),
    "a drive": archive({"C:\\evil": b"x"}),
    "a symbolic link": _symbolic_link(),
    "encrypted": _encrypted(),
    "cut": archive()[:-10],
    "only a head": b"PK\x03\x04" + b"\0" * 100,
}


@pytest.mark.parametrize("kind", _BOMBS)
async def test_archives_that_are_bombs_or_traps_are_refused(
    api: Api, tara: Person, stored: Stored, kind: str
) -> None:
    reply = await send_form(api, tara, form(_BOMBS[kind], "x.zip"))
    assert (reply.status, reply.code) == (422, "archive_rejected"), reply.body
    await stored.assert_nothing()


async def test_a_document_that_is_a_bomb_is_refused(api: Api, tara: Person, stored: Stored) -> None:
    reply = await send_form(api, tara, form(office("word", x=b"\0" * 300_000_000), "x.docx"))
    assert (reply.status, reply.code) == (422, "archive_rejected")
    await stored.assert_nothing()


async def test_the_list_of_types_can_be_narrowed(
    api: Api, app: web.Application, tara: Person
) -> None:
    with changed_settings(app, file_types=("pdf",)):
        assert (await send_form(api, tara, form(PDF, "a.pdf"))).status == 201
        assert (await send_form(api, tara, form())).code == "file_type_not_allowed"


@given(st.binary(max_size=600), st.sampled_from(sorted(KINDS)))
def test_no_content_makes_a_check_crash(content: bytes, extension: str) -> None:
    kind = KINDS[extension]
    good = next(data for name, (data, _) in GOOD.items() if f".{extension}" in name.lower())
    for tried in (content, good[: len(good) // 2] + content):
        fits = kind.fits(tried[:HEAD_BYTES])
        if fits and kind.inspect is not None:
            try:
                kind.inspect(io.BytesIO(tried), Limits(10_000_000, 10_000_000))
            except (ArchiveRejected, FileTypeNotAllowed):
                continue


def test_an_archive_of_common_course_files_is_accepted() -> None:
    content = archive({"a/": b"", "a/b.docx": office("word"), "täsk.txt": b"x" * 1_000_000})
    assert check_zip(io.BytesIO(content), Limits(1, 10**9)) == ["a/", "a/b.docx", "täsk.txt"]
