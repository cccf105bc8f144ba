"""`bin/restore`: restores a backup into an empty database.

The files come first, then the database in one transaction: broken off at any moment, the database
is still empty, and the same restore can be started again.

Messages that waited to be sent when the backup was made may have been sent since. So restored jobs
of the queues that reach other people stay dead until an operator retries them (`bin/jobs retry`):
nothing is sent twice.
"""

import argparse
import asyncio
import shutil
import sys
from pathlib import Path

import asyncpg

from lms.settings import Settings
from lms.tools.operations.backup import DUMP, FILES, Manifest, read_manifest
from lms.tools.operations.programs import ProgramFailed, restore_dump
from lms.tools.operations.queries import hold_deliveries, hold_jobs, list_tables, renew_catalogue


class NotEmpty(Exception):
    """The database to restore into has tables; nothing was changed. Name an empty one, or
    drop this one and create it again if nobody needs what is in it."""


def main(settings: Settings, args: list[str]) -> int:
    """`restore FOLDER`: into the database and the data folder that the settings name."""
    parser = argparse.ArgumentParser(prog="restore", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(args).folder
    try:
        manifest, held = asyncio.run(restore(settings, folder))
    except (ProgramFailed, NotEmpty, OSError, ValueError, asyncpg.PostgresError) as error:
        print(f"The restore failed: {error}", file=sys.stderr)
        if not isinstance(error, NotEmpty):
            print("Nothing of it is in the database: mend the reason, and restore again.",
                  file=sys.stderr)  # fmt: skip
        return 1
    rows = sum(manifest.rows.values())
    print(f"Restored {rows:,} rows and {manifest.files:,} files; {held} jobs are held.")
    return 0


async def restore(settings: Settings, folder: Path) -> tuple[Manifest, int]:
    """Restore a backup; returns its manifest and how many jobs are held back."""
    manifest = read_manifest(folder)
    connection = await asyncpg.connect(settings.database_url.value)
    try:
        if await list_tables(connection):
            raise NotEmpty(" ".join((NotEmpty.__doc__ or "").split()))
    finally:
        await connection.close()
    # Files come before the rows that name them: there is never a row without its file.
    if (folder / FILES).exists():
        target = settings.data_dir / FILES
        await asyncio.to_thread(shutil.copytree, folder / FILES, target, dirs_exist_ok=True)
    # Held in the dump's own transaction: a worker that waits for this database to come back must
    # never see a job that it could send.
    tag = await asyncio.to_thread(
        restore_dump,
        settings.database_url,
        folder / DUMP,
        then=[renew_catalogue(), hold_deliveries(), hold_jobs()],
        at_least=manifest.server_major,
    )
    return manifest, int(tag.removeprefix("UPDATE "))
