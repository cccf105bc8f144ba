"""`bin/restore`: a backup into an empty database.

What was waiting to be sent when the backup was taken may have been sent since. So the restored
jobs of the queues that reach other people are dead until an operator says otherwise
(`bin/jobs retry`): nothing is sent twice.
"""

import argparse
import asyncio
import shutil
import sys
from pathlib import Path

import asyncpg

from lms.db import Query
from lms.operations.backup import DUMP, FILES, Manifest, read_manifest
from lms.operations.programs import ProgramFailed, run_program
from lms.settings import Settings

_list_tables = Query("operations/list_tables", str)
_hold_jobs: Query[None] = Query("operations/hold_jobs")
_renew_catalogue: Query[None] = Query("operations/renew_catalogue")


class NotEmpty(Exception):
    """The database to restore into has tables; nothing was changed."""


def main(settings: Settings, args: list[str]) -> int:
    """`restore FOLDER`: into the database and the data folder that the settings name."""
    parser = argparse.ArgumentParser(prog="restore", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(args).folder
    try:
        manifest, held = asyncio.run(restore(settings, folder))
    except (ProgramFailed, NotEmpty, OSError, ValueError, asyncpg.PostgresError) as error:
        print(f"The restore failed: {error or error.__doc__}", file=sys.stderr)
        return 1
    rows = sum(manifest.rows.values())
    print(f"Restored {rows:,} rows and {manifest.files:,} files; {held} jobs are held.")
    return 0


async def restore(settings: Settings, folder: Path) -> tuple[Manifest, int]:
    """Restore a backup; what it held, and how many jobs are held back."""
    manifest = read_manifest(folder)
    connection = await asyncpg.connect(settings.database_url.value)
    try:
        if await _list_tables.all(connection):
            raise NotEmpty
        await asyncio.to_thread(
            run_program, "pg_restore", settings.database_url, "--no-owner", "--no-privileges",
            "--exit-on-error", "--single-transaction", str(folder / DUMP),
            at_least=manifest.server_major,
        )  # fmt: skip
        held = await _hold_jobs.run(connection)
        await _renew_catalogue.run(connection)
    finally:
        await connection.close()
    if (folder / FILES).exists():
        target = settings.data_dir / FILES
        await asyncio.to_thread(shutil.copytree, folder / FILES, target, dirs_exist_ok=True)
    return manifest, held
