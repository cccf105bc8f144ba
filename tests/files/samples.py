"""Small files of every kind that we take, as their programs would write them."""

import io
import zipfile
from typing import Any

from PIL import Image

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TEXT = "Grüße, ελληνικά, 日本語\n".encode()
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\0" * 200 + b"PE\0\0"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def image(form: str = "PNG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 40, 40)).save(out, form, **options)
    return out.getvalue()


def photo() -> bytes:
    """A JPEG that says where it was taken, lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turn right
    exif[0x010E] = "HOME ADDRESS"
    return image("JPEG", (60, 20), exif=exif)


def archive(members: dict[str, bytes] | None = None, **options: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as made:
        for name, content in (members or {"read.txt": b"me"}).items():
            made.writestr(name, content)
    return out.getvalue()


def office(folder: str, **more: bytes) -> bytes:
    parts = {"[Content_Types].xml": b"<Types/>", f"{folder}/main.xml": b"<x/>"}
    return archive({**parts, **{f"{folder}/{name}": data for name, data in more.items()}})


def open_document(kind: str) -> bytes:
    return archive({"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode()})


def old_office(stream: str) -> bytes:
    return OLE + b"\0" * 600 + stream.encode("utf-16-le") + b"\0\0" + b"\0" * 300


def film(brand: bytes = b"isom") -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\2\0" + b"isomiso2" + b"\0\0\0\x08mdat" * 9


WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm\x42\x87\x81\x04" + b"\0" * 50
MP3 = b"\xff\xfb\x90\x64" + b"\0" * 413

GOOD: dict[str, tuple[bytes, str]] = {
    "a.mp4": (film(), "video/mp4"),
    "a.webm": (WEBM, "video/webm"),
    "a.mov": (film(b"qt  "), "video/quicktime"),
    "a.mp3": (MP3, "audio/mpeg"),
    "b.mp3": (b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 30, "audio/mpeg"),
    "a.m4a": (film(b"M4A "), "audio/mp4"),
    "a.vtt": (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n", "text/vtt"),
    "a.pdf": (PDF, "application/pdf"),
    "a.doc": (old_office("WordDocument"), "application/msword"),
    "a.docx": (
        office("word"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "a.ppt": (old_office("PowerPoint Document"), "application/vnd.ms-powerpoint"),
    "a.pptx": (
        office("ppt"),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "a.xls": (old_office("Workbook"), "application/vnd.ms-excel"),
    "a.xlsx": (office("xl"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "a.odt": (open_document("text"), "application/vnd.oasis.opendocument.text"),
    "a.odp": (open_document("presentation"), "application/vnd.oasis.opendocument.presentation"),
    "a.ods": (open_document("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"),
    "a.txt": (TEXT, "text/plain"),
    "utf16.txt": ("\ufeffGrüße".encode("utf-16-le"), "text/plain"),
    "latin.csv": ("Name;Größe\r\n".encode("cp1252"), "text/csv"),
    "a.md": (b"# Hello\n\n<b>there</b>\n", "text/markdown"),
    "a.csv": (b"a,b\n1,2\n", "text/csv"),
    "a.zip": (archive({"x/y.txt": b"z", "inner.docx": office("word")}), "application/zip"),
    "a.png": (image("PNG"), "image/png"),
    "a.jpg": (image("JPEG"), "image/jpeg"),
    "A.JPEG": (photo(), "image/jpeg"),
    "a.gif": (image("GIF"), "image/gif"),
    "a.webp": (image("WEBP"), "image/webp"),
}
