"""What is inside archives and office documents, without unpacking more than is allowed.

An archive's own table says how large its members are, but the maker of a zip bomb wrote that table,
too. So every member is unpacked and counted. Archives in archives are looked into, a few levels
deep.
"""

import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from typing import IO

from lms.files.errors import ArchiveRejected, FileTypeNotAllowed
from lms.files.limits import Limits

_CHUNK = 256 * 1024
_MEMBERS = 20_000  # more than any handout has
_DEPTH = 3  # archives in archives in an archive
_RATIO = 200  # deflate reaches 1030; text and spreadsheets stay far below
_SMALL = 20 * 1024 * 1024  # unpacked bytes that are harmless at any ratio
_UNSAFE_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\0")


class _Budget:
    """How many bytes may still be unpacked, in an archive and all archives in it, and where."""

    def __init__(self, packed: int, limits: Limits) -> None:
        self.members = _MEMBERS
        self.left = min(limits.archive_bytes, max(packed * _RATIO, _SMALL))
        self.folder = limits.folder

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise ArchiveRejected("The archive unpacks to more than is allowed.")


def check_archive(file: IO[bytes], limits: Limits) -> None:
    """Raises ArchiveRejected."""
    check_zip(file, limits)


def check_zip(file: IO[bytes], limits: Limits) -> list[str]:
    """The names of an archive's members. Raises ArchiveRejected."""
    file.seek(0, 2)
    return _check(file, _Budget(file.tell(), limits), 1)


def _check(file: IO[bytes], budget: _Budget, depth: int) -> list[str]:
    if depth > _DEPTH:
        raise ArchiveRejected("The archive holds archives in archives.")
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            budget.members -= len(members)
            if budget.members < 0:
                raise ArchiveRejected("The archive has too many members.")
            if sum(member.file_size for member in members) > budget.left:
                raise ArchiveRejected("The archive unpacks to more than is allowed.")
            for member in members:
                _check_member(archive, member, budget, depth)
            return [member.filename for member in members]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
            RuntimeError, OverflowError) as error:  # fmt: skip
        # If our reader fails on it, so will the programs of those who download it.
        raise ArchiveRejected("The archive is damaged or packed in an unknown way.") from error


def _check_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget, depth: int
) -> None:
    if member.flag_bits & 0x1:
        raise ArchiveRejected("The archive is encrypted, so nobody can look into it.")
    if _UNSAFE_NAME.search(member.filename) or stat.S_ISLNK(member.external_attr >> 16):
        raise ArchiveRejected("The archive names files outside itself.")
    if member.is_dir():
        return
    with archive.open(member) as content:
        head = content.read(4)
        budget.take(len(head))
        # Only a member that is itself an archive must be kept for a second look.
        nested = None
        if head == b"PK\x03\x04":
            nested = tempfile.TemporaryFile(dir=budget.folder)  # noqa: SIM115 (closed below)
        try:
            if nested is not None:
                nested.write(head)
            while chunk := content.read(_CHUNK):
                budget.take(len(chunk))
                if nested is not None:
                    nested.write(chunk)
            if nested is not None:
                _check(nested, budget, depth + 1)
        finally:
            if nested is not None:
                nested.close()


def check_office(file: IO[bytes], limits: Limits, *, folder: str) -> None:
    """A document of Office Open XML (ECMA-376): its parts lie in `folder`; no macros."""
    names = check_zip(file, limits)
    if "[Content_Types].xml" not in names or not any(n.startswith(f"{folder}/") for n in names):
        raise FileTypeNotAllowed
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileTypeNotAllowed("Documents with macros are not taken.")


def check_opendocument(file: IO[bytes], limits: Limits, *, content_type: str) -> None:
    """An OpenDocument (ISO/IEC 26300): its member `mimetype` says which."""
    names = check_zip(file, limits)
    if "mimetype" not in names:
        raise FileTypeNotAllowed
    with zipfile.ZipFile(file) as archive, archive.open("mimetype") as content:
        if content.read(200).strip() != content_type.encode():
            raise FileTypeNotAllowed


def check_ole(file: IO[bytes], limits: Limits, *, streams: Sequence[str]) -> None:
    """A compound file (MS-CFB) with one of these streams: others are installers and mails."""
    wanted = [name.encode("utf-16-le") + b"\0\0" for name in streams]
    longest = max(len(name) for name in wanted)
    file.seek(0)
    before = b""
    while chunk := file.read(_CHUNK):
        window = before + chunk
        if any(name in window for name in wanted):
            return
        before = window[-longest:]
    raise FileTypeNotAllowed
