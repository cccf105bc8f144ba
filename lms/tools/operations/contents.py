"""What a backup holds, and whether it is still what was backed up.

`manifest.json` tells about the whole. `SHA256SUMS` lists every file with its SHA-256, in the form
that `sha256sum --check` reads, so that a backup can be checked where none of our programs are.
Each of the two has the other's checksum, so a change of either shows.
"""

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import orjson

DUMP = "database.dump"
FILES = "files"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"

_LINE = re.compile(r"(?P<sum>[0-9a-f]{64})  (?P<name>[^\n\\]+)\n")
_NAMED = 20  # damaged files that a message names; there may be a million


class Damaged(ValueError):
    """Files of a backup are missing or changed; the message names them."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `rows` counts every table in the dump's snapshot.

    `sums_sha256` is of the list of checksums; it is None in backups of releases that made none.
    """

    taken_at: str
    server_major: int
    dump_sha256: str
    rows: dict[str, int]
    storage: str
    files: int
    bytes: int
    sums_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A backup that may be restored. `left_out` are the names of files that were accepted as
    missing.
    """

    manifest: Manifest
    left_out: frozenset[str]


def read_manifest(folder: Path) -> Manifest:
    """Read it. Raises FileNotFoundError if the backup broke off, Damaged if it is no manifest."""
    path = folder / MANIFEST
    try:
        return Manifest(**orjson.loads(path.read_bytes()))
    except (ValueError, TypeError) as error:
        raise Damaged(f"{path} is damaged, or of a later release") from error


def check(folder: Path, *, accepted: Collection[str] = ()) -> Checked:
    """Read every file of a backup. Raises Damaged, unless all that is wrong was accepted, and
    FileNotFoundError if the backup broke off.
    """
    manifest = read_manifest(folder)
    names = {_name_in(folder, name) for name in accepted} - {DUMP}  # nothing is left without it
    damaged = dict(_find_damaged(folder, manifest))
    if refused := [
        f"{folder / name} {what}" for name, what in damaged.items() if name not in names
    ]:
        more = len(refused) - _NAMED
        raise Damaged("; ".join(refused[:_NAMED] + ([f"and {more:,} more"] if more > 0 else [])))
    return Checked(manifest, frozenset(damaged))


def list_files(folder: Path) -> Iterator[tuple[str, str]]:
    """The name and SHA-256 of every file of the storage that the checksums list."""
    return ((name, digest) for name, digest in _read_sums(folder) if name.startswith(f"{FILES}/"))


def line_of(name: str, digest: str) -> str:
    """A line of `SHA256SUMS`. Raises ValueError for a name that it cannot hold."""
    line = f"{digest}  {name}\n"
    if not _LINE.fullmatch(line):
        raise ValueError(f"{name!r} is no name that we give a file")
    return line


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def what_is_wrong(path: Path, digest: str) -> str | None:
    """What is wrong with a file that should have this SHA-256, in words."""
    if not path.is_file():
        return "is missing"
    if sha256_of(path) == digest:
        return None
    return "is not what was backed up" if path.stat().st_size else "is empty"


def _find_damaged(folder: Path, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """The names of damaged files, each with what is wrong."""
    if manifest.sums_sha256 is None:
        yield from _find_damaged_without_sums(folder, manifest)
    elif wrong := _what_is_wrong_with_sums(folder, manifest.sums_sha256):
        yield SUMS, wrong
        yield from _find_damaged_without_sums(folder, manifest)
    else:
        for name, digest in _read_sums(folder):
            if wrong := what_is_wrong(folder / name, digest):
                yield name, wrong


def _what_is_wrong_with_sums(folder: Path, digest: str) -> str | None:
    """The manifest's own line is no part of the digest that is in the manifest."""
    found, names = hashlib.sha256(), set()
    try:
        for name, its_digest in _read_sums(folder):
            if name == MANIFEST:
                names.add(name)
            else:
                found.update(line_of(name, its_digest).encode())
    except FileNotFoundError:
        return "is missing"
    except Damaged as error:
        return str(error)
    is_whole = found.hexdigest() == digest and names
    return None if is_whole else "is not what was backed up"


def _find_damaged_without_sums(folder: Path, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """All that can be checked of an earlier release's backup: the dump, the files as a whole."""
    if wrong := what_is_wrong(folder / DUMP, manifest.dump_sha256):
        yield DUMP, wrong
    sizes = [path.stat().st_size for path in (folder / FILES).rglob("*") if path.is_file()]
    if (len(sizes), sum(sizes)) != (manifest.files, manifest.bytes):
        yield (
            FILES,
            (
                f"has {len(sizes):,} files of {manifest.files:,}, "
                f"and {sum(sizes):,} bytes of {manifest.bytes:,}"
            ),
        )


def _read_sums(folder: Path) -> Iterator[tuple[str, str]]:
    """Names and SHA-256, one line at a time: a million files are 120 MB of lines."""
    with (folder / SUMS).open(encoding="utf-8", errors="replace", newline="") as lines:
        for number, line in enumerate(lines, 1):
            match = _LINE.fullmatch(line)
            if match is None or ".." in PurePosixPath(match["name"]).parts:
                raise Damaged(f"has a damaged line {number}")
            yield match["name"], match["sum"]


def _name_in(folder: Path, name: str) -> str:
    """A file's name within a backup, however the operator wrote it."""
    path = Path(name)
    return (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()
