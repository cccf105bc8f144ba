"""`bin/drill`: prove that a backup can be restored and used.

Restores it into a new server and an empty folder, starts the API there, signs in, verifies a
certificate, checks what must always be true, and compares the rows with the manifest and every
file with its checksum. A backup of an earlier release is brought up to date first. Nothing is sent:
no worker runs, and jobs that could reach people are held.
"""

import argparse
import asyncio
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from lms.settings import Secret, Settings
from lms.tools.create_admin import create_admin
from lms.tools.embedded.postgres import Postgres
from lms.tools.embedded.processes import EmbeddedError, free_port
from lms.tools.migrate import MigrationError, migrate
from lms.tools.operations.backup import backup, count_rows, say_what_is_unchecked
from lms.tools.operations.contents import FILES, SUMS, Manifest, list_files, what_is_wrong
from lms.tools.operations.programs import ProgramFailed
from lms.tools.operations.queries import (
    count_sendable,
    get_certificate_number,
    list_objects,
    list_violations,
)
from lms.tools.operations.restore import Restored, accept_missing, restore

_READY_SECONDS = 30.0


class DrillFailed(Exception):
    """The restored installation differs from what was backed up; the message says how."""


@dataclass(frozen=True, slots=True)
class Report:
    """How long a drill took, in seconds, and what it found."""

    backup_seconds: float | None
    restore_seconds: float
    total_seconds: float
    manifest: Manifest
    left_out: frozenset[str]
    files: int
    held_jobs: int
    certificate: str | None

    @property
    def rows(self) -> int:
        return sum(self.manifest.rows.values())


def main(settings: Settings, args: list[str]) -> int:
    """`drill [FOLDER]`: try this backup, or one made now."""
    parser = argparse.ArgumentParser(prog="drill", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="a backup; default: a new one")
    accept_missing(parser)
    given = parser.parse_args(args)
    try:
        report = asyncio.run(drill(settings, given.folder, accepted=given.accept_missing))
    except (
        DrillFailed, ProgramFailed, EmbeddedError, MigrationError, OSError, ValueError,
        asyncpg.PostgresError,
    ) as error:  # fmt: skip
        print(f"The drill failed: {error}", file=sys.stderr)
        return 1
    if report.backup_seconds is not None:
        print(f"Backup   {report.backup_seconds:6.1f} s")
    print(f"Restore  {report.restore_seconds:6.1f} s")
    print(f"In all   {report.total_seconds:6.1f} s")
    for name in sorted(report.left_out):
        print(f"Accepted as missing: {name}")
    else_ = " else" if report.left_out else ""
    print(f"Lost: nothing{else_} of {report.rows:,} rows and {report.files:,} files.")
    say_what_is_unchecked(report.manifest)
    print(f"Held back, so that nothing is sent twice: {report.held_jobs} jobs.")
    print(f"Certificate verified: {report.certificate or 'there is none'}.")
    return 0


async def drill(
    settings: Settings, folder: Path | None, *, accepted: Collection[str] = ()
) -> Report:
    """Restore a backup elsewhere and use it. Raises DrillFailed, or what `restore` raises."""
    started = time.monotonic()
    place = Path(tempfile.mkdtemp(prefix="lms-drill-"))
    server = Postgres(place / "postgres", durable=False)
    process = None
    try:
        backup_seconds = None
        if folder is None:
            folder = await backup(settings, place / "backup")
            backup_seconds = time.monotonic() - started
        process = await asyncio.to_thread(server.start)
        there = replace(
            settings,
            environment="test",  # a drill must not fail on the checks for production
            database_url=Secret(server.url),
            database_replica_url=None,
            data_dir=place / "data",
            host="127.0.0.1",
            port=free_port(),
            public_url=None,
            smtp_url=None,
        )
        began = time.monotonic()
        restored = await restore(there, folder, accepted=accepted)
        restore_seconds = time.monotonic() - began
        await _check_rows(there, restored.manifest)
        await asyncio.to_thread(_check_files, there, folder, restored)
        await asyncio.to_thread(migrate, there.database_url.value)
        await _check_rules(there)
        number = await _use(there)
        return Report(
            backup_seconds=backup_seconds,
            restore_seconds=restore_seconds,
            total_seconds=time.monotonic() - started,
            manifest=restored.manifest,
            left_out=restored.left_out,
            files=restored.files,
            held_jobs=restored.held,
            certificate=number,
        )
    finally:
        if process is not None:
            process.send_signal(signal.SIGQUIT)
            await asyncio.to_thread(process.wait)
        server.home.close()
        shutil.rmtree(place, ignore_errors=True)


async def _check_rows(settings: Settings, manifest: Manifest) -> None:
    connection = await asyncpg.connect(settings.database_url.value)
    try:
        rows = await count_rows(connection)
        if rows != manifest.rows:
            changed = {t for t in rows | manifest.rows if rows.get(t) != manifest.rows.get(t)}
            raise DrillFailed(f"other numbers of rows than were backed up in {sorted(changed)}")
    finally:
        await connection.close()


def _check_files(settings: Settings, folder: Path, restored: Restored) -> None:
    if restored.manifest.sums_sha256 is None or SUMS in restored.left_out:
        return
    for name, digest in list_files(folder):
        wrong = what_is_wrong(settings.data_dir / name, digest)
        if wrong and name not in restored.left_out:
            raise DrillFailed(f"{name} {wrong}, now that it is restored")


async def _check_rules(settings: Settings) -> None:
    """Raise DrillFailed for what may not be, in data that has this release's form."""
    connection = await asyncpg.connect(settings.database_url.value)
    try:
        if violations := await list_violations(connection):
            more = [f"and {len(violations) - 5} more"] if len(violations) > 5 else []
            raise DrillFailed("; ".join(violations[:5] + more))
        if await count_sendable(connection):
            raise DrillFailed("there are jobs that a worker would send")
        for stored in await list_objects(connection):
            path = settings.data_dir / FILES / stored.key
            if not await asyncio.to_thread(path.is_file):
                continue  # it may have been deleted while the backup ran
            if await asyncio.to_thread(what_is_wrong, path, stored.sha256):
                raise DrillFailed(f"{FILES}/{stored.key} is not what was uploaded")
    finally:
        await connection.close()


async def _use(settings: Settings) -> str | None:
    """Sign in to the restored installation and verify a certificate; its number."""
    password = secrets.token_urlsafe(16)
    email = f"drill-{secrets.token_hex(4)}@example.com"
    await create_admin(settings, email, "Drill", password)
    connection = await asyncpg.connect(settings.database_url.value)
    try:
        number = await get_certificate_number(connection)
    finally:
        await connection.close()
    environ = {k: v for k, v in os.environ.items() if not k.startswith("LMS_")} | {
        "LMS_ENVIRONMENT": settings.environment,
        "LMS_DATABASE_URL": settings.database_url.value,
        "LMS_REDIS_URL": settings.redis_url.value,
        "LMS_DATA_DIR": str(settings.data_dir),
        "LMS_HOST": settings.host,
        "LMS_PORT": str(settings.port),
        "LMS_SECRET_KEYS": ",".join(key.value for key in settings.secret_keys),
        "LMS_SHUTDOWN_GRACE_SECONDS": "0",
    }
    api = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "lms", "api", env=environ, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with aiohttp.ClientSession(f"{settings.base_url}/api/v1/") as client:
            await _wait_until_ready(client)
            login = await _post(client, "auth/login", {"email": email, "password": password})
            token = login["tokens"]["access_token"]
            await _get(client, "users/me", headers={"Authorization": f"Bearer {token}"})
            if number is not None:
                state = (await _get(client, f"certificates/verify/{number}"))["status"]
                if state not in ("valid", "revoked", "expired", "replaced"):
                    raise DrillFailed(f"certificate {number} is {state}")
    finally:
        api.terminate()
        await api.wait()
    return number


async def _wait_until_ready(client: aiohttp.ClientSession) -> None:
    give_up_at = time.monotonic() + _READY_SECONDS
    while time.monotonic() < give_up_at:
        try:
            async with client.get("ready") as reply:
                if reply.status == 200:
                    return
        except aiohttp.ClientError:
            pass  # it does not listen yet
        await asyncio.sleep(0.1)
    raise DrillFailed(f"the restored API is not ready after {_READY_SECONDS:.0f} s")


async def _get(client: aiohttp.ClientSession, path: str, **options: Any) -> Any:
    async with client.get(path, **options) as reply:
        return _data(path, reply.status, await reply.json())


async def _post(client: aiohttp.ClientSession, path: str, body: dict[str, str]) -> Any:
    async with client.post(path, json=body) as reply:
        return _data(path, reply.status, await reply.json())


def _data(path: str, status: int, document: dict[str, Any]) -> Any:
    if status != 200:
        raise DrillFailed(f"{path} answers {status}: {document.get('detail')}")
    return document["data"]
