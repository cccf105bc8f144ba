"""`bin/drill`: prove that a backup can be restored and used.

Restores it into a new server and an empty folder, starts the API there, signs in, verifies a
certificate, checks what must always be true, and compares the rows with the manifest. Nothing is
sent: no worker runs, and jobs that could reach people are held.
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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from lms.settings import Secret, Settings
from lms.tools.create_admin import create_admin
from lms.tools.embedded.postgres import Postgres
from lms.tools.embedded.processes import EmbeddedError, free_port
from lms.tools.operations.backup import Manifest, backup, count_rows
from lms.tools.operations.programs import ProgramFailed
from lms.tools.operations.queries import count_sendable, get_certificate_number, list_violations
from lms.tools.operations.restore import restore

_READY_SECONDS = 30.0


class DrillFailed(Exception):
    """The restored installation differs from what was backed up; the message says how."""


@dataclass(frozen=True, slots=True)
class Report:
    """How long a drill took, in seconds, and what it found."""

    backup_seconds: float | None
    restore_seconds: float
    total_seconds: float
    rows: int
    files: int
    held_jobs: int
    certificate: str | None


def main(settings: Settings, args: list[str]) -> int:
    """`drill [FOLDER]`: try this backup, or one made now."""
    parser = argparse.ArgumentParser(prog="drill", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="a backup; default: a new one")
    folder = parser.parse_args(args).folder
    try:
        report = asyncio.run(drill(settings, folder))
    except (DrillFailed, ProgramFailed, EmbeddedError, OSError, ValueError) as error:
        print(f"The drill failed: {error}", file=sys.stderr)
        return 1
    if report.backup_seconds is not None:
        print(f"Backup   {report.backup_seconds:6.1f} s")
    print(f"Restore  {report.restore_seconds:6.1f} s")
    print(f"In all   {report.total_seconds:6.1f} s")
    print(f"Lost: nothing of {report.rows:,} rows and {report.files:,} files.")
    print(f"Held back, so that nothing is sent twice: {report.held_jobs} jobs.")
    print(f"Certificate verified: {report.certificate or 'there is none'}.")
    return 0


async def drill(settings: Settings, folder: Path | None) -> Report:
    """Restore a backup elsewhere and use it. Raises DrillFailed."""
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
        manifest, held = await restore(there, folder)
        restore_seconds = time.monotonic() - began
        await _check_rows(there, manifest)
        number = await _use(there)
        return Report(
            backup_seconds=backup_seconds,
            restore_seconds=restore_seconds,
            total_seconds=time.monotonic() - started,
            rows=sum(manifest.rows.values()),
            files=manifest.files,
            held_jobs=held,
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
        violations = await list_violations(connection)
        if violations:
            more = [f"and {len(violations) - 5} more"] if len(violations) > 5 else []
            raise DrillFailed("; ".join(violations[:5] + more))
        if await count_sendable(connection):
            raise DrillFailed("there are jobs that a worker would send")
    finally:
        await connection.close()
    files = [path for path in (settings.data_dir / "files").rglob("*") if path.is_file()]
    if len(files) != manifest.files:
        raise DrillFailed(f"{len(files)} files of {manifest.files}")


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
