"""What a stranger may send to cost us much: small files that are large inside, and their like."""

import io
import json
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from tests.files.forms import BOUNDARY, form

_FORM = f"multipart/form-data; boundary={BOUNDARY}"
_SIZE = 950_000  # of texts in JSON, where a line break takes two bytes: what is taken at most


@dataclass(frozen=True, slots=True)
class Shot:
    """A request as an attacker repeats it; `then` are paths below the file that it makes."""

    name: str
    method: str
    path: str
    body: bytes = b""
    content_type: str = "application/json"
    then: list[str] = field(default_factory=list)

    def save(self, folder: Path) -> dict[str, Any]:
        """The request as JSON, with its body in a file."""
        path = folder / f"{self.name}.bin"
        path.write_bytes(self.body)
        return {
            "name": self.name, "method": self.method, "path": self.path, "body": str(path),
            "content_type": self.content_type, "then": self.then,
        }  # fmt: skip


def lying_picture(side: int = 7071) -> bytes:
    """A PNG of one colour with alpha that says it lies on its side; 200 kB for 50 megapixels."""
    packer = zlib.compressobj(6)
    row = b"\0" + b"\1\2\3\4" * side
    packed = b"".join([*(packer.compress(row) for _ in range(side)), packer.flush()])
    orientation = b"II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))
        for kind, data in (
            (b"IHDR", struct.pack("!IIBBBBB", side, side, 8, 6, 0, 0, 0)),
            (b"eXIf", orientation),
            (b"IDAT", packed),
            (b"IEND", b""),
        )
    )


def picture(format: str, side: int, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot((side, side), (-2, -1.5, 1, 1.5), 20).convert("RGB").save(
        out, format, **options
    )
    return out.getvalue()


def large_archive(megabytes: int) -> bytes:
    """A ZIP that unpacks to this much, and stays below any ratio that gives it away."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        made.writestr(zipfile.ZipInfo("noise"), zlib.compress(b"x") * (megabytes * 450))
        with made.open("zeros", "w", force_zip64=True) as member:
            for _ in range(megabytes):
                member.write(bytes(1 << 20))
    return out.getvalue()


def crowded_archive(members: int = 19_000) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for number in range(members):
            made.writestr(zipfile.ZipInfo(f"{number}"), b"PK")
    return out.getvalue()


def question_files() -> dict[str, tuple[str, str]]:
    """Format and content, each most of a megabyte."""
    essay = (
        "<quiz><question type='essay'><questiontext><text>{}</text></questiontext>"
        "</question></quiz>"
    )
    header = "type,text,options,answer\n"
    many = "|".join("a" * 100)
    return {
        "gift-answers": ("gift", "q {\n" + "=a\n" * (_SIZE // 4) + "}"),
        "gift-number": ("gift", "q {#1E300000000:1}"),
        "gift-interval": ("gift", "q {#1E999999..9E999999}"),
        "gift-items": ("gift", ("q {" + "=a" * 100 + "}\n\n") * (_SIZE // 208)),
        "gift-faults": ("gift", ("q {" + "=" * 100 + "~=" * 49 + "}\n\n") * (_SIZE // 205)),
        "xml-lines": ("moodle_xml", essay.format("\n" * (_SIZE // 2))),
        "xml-elements": ("moodle_xml", essay.format("<a/>" * (_SIZE // 4))),
        "xml-number": (
            "moodle_xml",
            "<quiz><question type='multichoice'><answer fraction='1E-200000000'><text>a</text>"
            "</answer></question></quiz>",
        ),
        "csv-rows": ("csv", header + "essay,q,,\n" * (_SIZE // 10)),
        "csv-answers": ("csv", header + f"multiple_choice,q,{many},{many}\n" * (_SIZE // 420)),
        "csv-lines": ("csv", header + "\n" * (_SIZE // 2)),
    }


def shots(*, quiz_id: str, course_id: str, scale: int = 1) -> list[Shot]:
    """The attack on this quiz and this course; a larger `scale` makes the files smaller."""
    side = 7071 // scale
    uploads = {
        "lying.png": (lying_picture(side), ["thumbnail", "avatar"]),
        "progressive.jpg": (
            picture("JPEG", side, progressive=True, quality=95, subsampling=0), ["thumbnail"],
        ),
        "lossless.webp": (picture("WEBP", side // 2, lossless=True), ["thumbnail"]),
        "palette.gif": (picture("GIF", side), ["thumbnail"]),
        "large.zip": (large_archive(1200 // scale), []),
        "crowded.zip": (crowded_archive(19_000 // scale), []),
        "utf16.txt": ("\ufeff" + "a" * (20_000_000 // scale), []),
    }  # fmt: skip
    bulk = f"/courses/{course_id}/enrollments/bulk"
    return [
        *(
            Shot(name, "POST", "/files/upload", form(_bytes(content), name), _FORM, then)
            for name, (content, then) in uploads.items()
        ),
        *(
            Shot(name, "POST", f"/quizzes/{quiz_id}/questions/import", _json(
                format=format, content=content, dry_run=True
            ))
            for name, (format, content) in question_files().items()
        ),
        Shot("rows.csv", "POST", bulk, b"email\n" + b"\n" * 4_000_000, "text/csv"),
        Shot("json-emails", "POST", bulk, _json(emails=["a" * 90] * 9_999, dry_run=True)),
        Shot("json-values", "POST", bulk, _json(emails=[0] * 99_000)),
        Shot("json-fields", "POST", bulk, _json(**{"f" * 190 + str(n): 0 for n in range(4_900)})),
        Shot("json-depth", "POST", bulk, b'{"emails":' + b"[" * 400_000 + b"]" * 400_000 + b"}"),
        Shot("report.pdf", "GET", f"/analytics/courses/{course_id}/report.pdf"),
        Shot("preview.pdf", "GET", f"/courses/{course_id}/certificate-preview"),
    ]  # fmt: skip


def _bytes(content: bytes | str) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-16-le")


def _json(**fields: Any) -> bytes:
    return json.dumps(fields).encode()
