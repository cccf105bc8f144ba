"""All of a person's data as a ZIP of JSON files, one for each table with data about them.

Rows go from a cursor into a temporary file and are compressed in a thread: even much data fills no
memory and does not block the event loop.
"""

import asyncio
import zipfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

import asyncpg

from lms.core.http.reply import to_json
from lms.core.personal import PersonalTable
from lms.privacy.queries import Subject

_BATCH = 500  # rows that are compressed at a time
_CHUNK = 65_536  # bytes that are sent at a time
# Tables that grow when data is read, as by this export; they must not change the ETag.
_TELLS_OF_REQUESTS = ("audit_log", "user_activity")


@dataclass(frozen=True, slots=True)
class Export:
    """A finished archive; closing its file removes it."""

    file: IO[bytes]
    size: int
    etag: str


async def export(
    db: asyncpg.Connection, tables: Sequence[PersonalTable], subject: Subject, folder: Path
) -> Export:
    """Write the archive. `db` is in a repeatable-read transaction: all tables of one moment."""
    file = await asyncio.to_thread(_temporary, folder)
    try:
        digest = blake2b(digest_size=9)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for table in tables:
                if table.export is not None:
                    await _export_table(db, subject, table, archive, digest)
        size = file.tell()
        file.seek(0)
        return Export(file, size, f'"{digest.hexdigest()}"')
    except BaseException:
        file.close()
        raise


def _temporary(folder: Path) -> IO[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    return NamedTemporaryFile(dir=folder, prefix="export-", suffix=".zip")


async def _export_table(
    db: asyncpg.Connection,
    subject: Subject,
    table: PersonalTable,
    archive: zipfile.ZipFile,
    digest: blake2b,
) -> None:
    query = table.export
    assert query is not None
    with archive.open(f"{table.name}.json", "w", force_zip64=True) as part:
        separator = b"[\n"
        async for rows in _batches(query.stream(db, **subject.arguments(query, **table.given))):
            written = b",\n".join(to_json(row) for row in rows)
            if table.name not in _TELLS_OF_REQUESTS:
                digest.update(table.name.encode() + written)
            await asyncio.to_thread(part.write, separator + written)
            separator = b",\n"
        part.write(b"[]\n" if separator == b"[\n" else b"\n]\n")


async def _batches(rows: AsyncIterator[dict[str, Any]]) -> AsyncIterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    async for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def chunks(export: Export) -> AsyncIterator[bytes]:
    """The archive, read in a thread."""
    while chunk := await asyncio.to_thread(export.file.read, _CHUNK):
        yield chunk
