"""`bin/backup`: copies the database and the files while the site is in use.

The dump and the counts in its manifest are of one snapshot. Files are copied afterwards. An object
is stored before its row is written, so every object that the snapshot names is there, except files
that somebody deleted while the backup ran. A folder without `manifest.json` is a backup that broke
off. `bin/backup --verify FOLDER` reads a backup and says whether it is still whole.
"""

import argparse
import asyncio
import hashlib
import os
import shutil
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import asyncpg
import orjson

from lms.core.storage.local import UNFINISHED
from lms.settings import Settings
from lms.tools.operations.contents import (
    DUMP,
    FILES,
    MANIFEST,
    SUMS,
    Manifest,
    check,
    line_of,
    sha256_of,
)
from lms.tools.operations.programs import CONNECT_SECONDS, ProgramFailed, run_program
from lms.tools.operations.queries import list_tables, note_backup


def main(settings: Settings, args: list[str]) -> int:
    """`backup FOLDER`: a new folder in FOLDER, named by the time; `backup --verify FOLDER`."""
    parser = argparse.ArgumentParser(prog="backup", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--verify", action="store_true", help="check this backup; make none")
    given = parser.parse_args(args)
    if given.verify:
        return _verify(given.folder)
    try:
        made = asyncio.run(backup(settings, given.folder))
    except (ProgramFailed, OSError, ValueError, asyncpg.PostgresError) as error:
        print(f"The backup failed: {error}", file=sys.stderr)
        return 1
    print(made)
    return 0


def _verify(folder: Path) -> int:
    try:
        manifest = check(folder).manifest
    except (OSError, ValueError) as error:
        print(f"This backup is not whole: {error}", file=sys.stderr)
        return 1
    print(
        f"Whole: the database of {manifest.taken_at} with {sum(manifest.rows.values()):,} rows, "
        f"and {manifest.files:,} files with {manifest.bytes:,} bytes."
    )
    say_what_is_unchecked(manifest)
    return 0


def say_what_is_unchecked(manifest: Manifest) -> None:
    """Tell the operator what a check of this backup could not see."""
    if manifest.storage != "local":
        print(f"Its files are not in it: they stay with the object store ({manifest.storage}).")
    elif manifest.sums_sha256 is None and manifest.files:
        print("An earlier release made it: the contents of its files cannot be checked, only their "
              "number and their bytes in all.")  # fmt: skip


async def backup(settings: Settings, parent: Path) -> Path:
    """Make a backup; returns its folder. Raises ProgramFailed, OSError or PostgresError."""
    taken_at = datetime.now(UTC)
    folder = parent / taken_at.strftime("%Y%m%dT%H%M%S.%fZ")
    folder.mkdir(parents=True)
    folder.chmod(0o700)  # it holds everyone's data
    connection = await asyncpg.connect(settings.database_url.value, timeout=CONNECT_SECONDS)
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
    manifest = await asyncio.to_thread(_finish, settings, folder, taken_at, major, rows)
    await _note(settings, taken_at, manifest)
    return folder


async def _note(settings: Settings, taken_at: datetime, manifest: Manifest) -> None:
    """Tell the site, whose metrics show the backup's age. The backup is good without that."""
    try:
        connection = await asyncpg.connect(settings.database_url.value, timeout=CONNECT_SECONDS)
        try:
            await note_backup(
                connection, taken_at=taken_at, files=manifest.files, size=manifest.bytes
            )
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        print(f"The backup is whole, but its time was not noted: {error}", file=sys.stderr)


def _finish(
    settings: Settings, folder: Path, taken_at: datetime, major: int, rows: dict[str, int]
) -> Manifest:
    """Copy the files, and write down what the backup holds."""
    with (folder / SUMS).open("w", encoding="utf-8") as sums:
        files, size = _copy_files(settings, folder / FILES, sums)
        dump_sha256 = sha256_of(folder / DUMP)
        sums.write(line_of(DUMP, dump_sha256))
    manifest = Manifest(
        taken_at=taken_at.isoformat(),
        server_major=major,
        dump_sha256=dump_sha256,
        rows=rows,
        storage=settings.storage,
        files=files,
        bytes=size,
        sums_sha256=sha256_of(folder / SUMS),
    )
    content = orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2)
    with (folder / SUMS).open("a", encoding="utf-8") as sums:
        sums.write(line_of(MANIFEST, hashlib.sha256(content).hexdigest()))
    # Written last and in one piece: if it exists, the rest is complete.
    temporary = folder / f"{MANIFEST}.partial"
    temporary.write_bytes(content)
    temporary.replace(folder / MANIFEST)
    return manifest


async def count_rows(connection: asyncpg.Connection) -> dict[str, int]:
    """The rows of every table, in the transaction's snapshot."""
    counts = {}
    for table in await list_tables(connection):
        counts[table] = await connection.fetchval("select count(*) from " + table)  # noqa: S608 - quoted by PostgreSQL
    return counts


def _copy_files(settings: Settings, target: Path, sums: TextIO) -> tuple[int, int]:
    """Files on this machine's disk; an object store keeps its own copies. How many, and their
    bytes.
    """
    source = settings.data_dir / FILES
    if settings.storage != "local" or not source.exists():
        return 0, 0
    count = size = 0
    for path in source.rglob("*"):
        name = path.relative_to(source)
        # An upload that is still running has no object yet, and no row in the snapshot.
        if name.parts[0] != UNFINISHED and path.is_file() and _copy(path, target / name):
            sums.write(line_of(f"{FILES}/{name.as_posix()}", sha256_of(target / name)))
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
