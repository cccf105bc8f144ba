"""`bin/backup`: copies the database and the files while the site is in use.

The dump and the counts in its manifest are of one snapshot. Files are copied afterwards. An object
is stored before its row is written, so every object that the snapshot names is there, except files
that somebody deleted while the backup ran. A folder without `manifest.json` is a backup that broke
off.
"""

import argparse
import asyncio
import hashlib
import os
import shutil
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import orjson

from lms.core.storage.local import UNFINISHED
from lms.settings import Settings
from lms.tools.operations.programs import ProgramFailed, run_program
from lms.tools.operations.queries import list_tables

DUMP = "database.dump"
FILES = "files"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `rows` counts every table in the dump's snapshot."""

    taken_at: str
    server_major: int
    dump_sha256: str
    rows: dict[str, int]
    storage: str
    files: int
    bytes: int


def main(settings: Settings, args: list[str]) -> int:
    """`backup FOLDER`: a new folder in FOLDER, named by the time."""
    parser = argparse.ArgumentParser(prog="backup", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(args).folder
    try:
        made = asyncio.run(backup(settings, folder))
    except (ProgramFailed, OSError, asyncpg.PostgresError) as error:
        print(f"The backup failed: {error}", file=sys.stderr)
        return 1
    print(made)
    return 0


async def backup(settings: Settings, parent: Path) -> Path:
    """Make a backup; returns its folder. Raises ProgramFailed, OSError or PostgresError."""
    taken_at = datetime.now(UTC)
    folder = parent / taken_at.strftime("%Y%m%dT%H%M%S.%fZ")
    folder.mkdir(parents=True)
    folder.chmod(0o700)  # it holds everyone's data
    connection = await asyncpg.connect(settings.database_url.value)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            snapshot = await connection.fetchval("select pg_export_snapshot()")
            major = connection.get_server_version().major
            await asyncio.to_thread(
                run_program, "pg_dump", settings.database_url, "--format=custom",
                "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
                f"--file={folder / DUMP}", at_least=major,
            )  # fmt: skip
            rows = await count_rows(connection)
    finally:
        await connection.close()
    files, size = await asyncio.to_thread(_copy_files, settings, folder / FILES)
    manifest = Manifest(
        taken_at=taken_at.isoformat(),
        server_major=major,
        dump_sha256=sha256_of(folder / DUMP),
        rows=rows,
        storage=settings.storage,
        files=files,
        bytes=size,
    )
    # Written last and in one piece: if it exists, the rest is complete.
    temporary = folder / f"{MANIFEST}.partial"
    temporary.write_bytes(orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2))
    temporary.replace(folder / MANIFEST)
    return folder


def read_manifest(folder: Path) -> Manifest:
    """Read it. Raises FileNotFoundError if it broke off, ValueError if its dump was changed."""
    manifest = Manifest(**orjson.loads((folder / MANIFEST).read_bytes()))
    if sha256_of(folder / DUMP) != manifest.dump_sha256:
        raise ValueError(f"{folder / DUMP} is not what was backed up")
    return manifest


async def count_rows(connection: asyncpg.Connection) -> dict[str, int]:
    """The rows of every table, in the transaction's snapshot."""
    counts = {}
    for table in await list_tables(connection):
        counts[table] = await connection.fetchval("select count(*) from " + table)  # noqa: S608 - quoted by PostgreSQL
    return counts


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy_files(settings: Settings, target: Path) -> tuple[int, int]:
    """Files on this machine's disk; an object store keeps its own copies."""
    source = settings.data_dir / FILES
    if settings.storage != "local" or not source.exists():
        return 0, 0
    count = size = 0
    for path in source.rglob("*"):
        name = path.relative_to(source)
        # An upload that is still running has no object yet, and no row in the snapshot.
        if name.parts[0] != UNFINISHED and path.is_file() and _copy(path, target / name):
            count, size = count + 1, size + (target / name).stat().st_size
    return count, size


def _copy(path: Path, copy: Path) -> bool:
    """False if the object was deleted meanwhile."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        try:
            os.link(path, copy)  # objects are replaced whole, never changed in place
        except OSError:
            shutil.copy2(path, copy)
    except FileNotFoundError:
        if path.exists():
            raise
        return False
    return True
