"""`bin/restore`: restores a backup into an empty database.

The backup is read first: if a file of it is missing or changed, nothing is restored, unless
`--accept-missing` names that file, which is then left out.

The files come before the database, which is restored in one transaction: broken off at any moment,
the database is still empty, and the same restore can be started again.

Messages that waited to be sent when the backup was made may have been sent since. So restored jobs
of the queues that reach other people stay dead until an operator retries them (`bin/jobs retry`):
nothing is sent twice.
"""

import argparse
import asyncio
import shutil
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from lms.settings import Settings
from lms.tools.operations.backup import say_what_is_unchecked
from lms.tools.operations.contents import DUMP, FILES, Checked, Damaged, Manifest, check
from lms.tools.operations.programs import CONNECT_SECONDS, ProgramFailed, restore_dump
from lms.tools.operations.queries import hold_deliveries, hold_jobs, list_tables, renew_catalogue


class NotEmpty(Exception):
    """The database to restore into has tables; nothing was changed. Name an empty one, or
    drop this one and create it again if nobody needs what is in it."""


def main(settings: Settings, args: list[str]) -> int:
    """`restore FOLDER`: into the database and the data folder that the settings name."""
    parser = argparse.ArgumentParser(prog="restore", description=__doc__)
    parser.add_argument("folder", type=Path)
    accept_missing(parser)
    given = parser.parse_args(args)
    try:
        restored = asyncio.run(restore(settings, given.folder, accepted=given.accept_missing))
    except (ProgramFailed, NotEmpty, OSError, ValueError, asyncpg.PostgresError) as error:
        print(f"The restore failed: {error}", file=sys.stderr)
        if isinstance(error, Damaged):
            print("Nothing was restored. Take another backup, or go on without a file: "
                  "--accept-missing FILE", file=sys.stderr)  # fmt: skip
        elif not isinstance(error, NotEmpty):
            print("Nothing of it is in the database: mend the reason, and restore again.",
                  file=sys.stderr)  # fmt: skip
        return 1
    manifest = restored.manifest
    rows = sum(manifest.rows.values())
    print(f"Restored {rows:,} rows and {restored.files:,} files; {restored.held} jobs are held.")
    for name in sorted(restored.left_out):
        print(f"Accepted as missing: {name}")
    say_what_is_unchecked(manifest)
    return 0


def accept_missing(parser: argparse.ArgumentParser) -> None:
    """Add the option that names files to go on without."""
    parser.add_argument(
        "--accept-missing", metavar="FILE", action="append", default=[],
        help="go on without this damaged file of the backup; may be given several times",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, without the files `left_out`, and how many jobs are held back."""

    manifest: Manifest
    left_out: frozenset[str]
    files: int
    held: int


async def restore(settings: Settings, folder: Path, *, accepted: Collection[str] = ()) -> Restored:
    """Restore a backup. Raises Damaged before anything is touched, NotEmpty, ProgramFailed."""
    checked = await asyncio.to_thread(check, folder, accepted=accepted)
    connection = await asyncpg.connect(settings.database_url.value, timeout=CONNECT_SECONDS)
    try:
        if await list_tables(connection):
            raise NotEmpty(" ".join((NotEmpty.__doc__ or "").split()))
    finally:
        await connection.close()
    # Files come before the rows that name them: there is never a row without its file.
    files = await asyncio.to_thread(_copy_files, folder, settings.data_dir, checked)
    # Held in the dump's own transaction: a worker that waits for this database to come back must
    # never see a job that it could send.
    tag = await asyncio.to_thread(
        restore_dump,
        settings.database_url,
        folder / DUMP,
        then=[renew_catalogue(), hold_deliveries(), hold_jobs()],
        at_least=checked.manifest.server_major,
    )
    held = int(tag.removeprefix("UPDATE "))
    return Restored(checked.manifest, checked.left_out, files, held)


def _copy_files(folder: Path, target: Path, checked: Checked) -> int:
    """Copy the files that are as they were backed up; how many."""
    count = 0
    for path in (folder / FILES).rglob("*"):
        name = path.relative_to(folder)
        if path.is_file() and name.as_posix() not in checked.left_out:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target / name)
            count += 1
    return count
