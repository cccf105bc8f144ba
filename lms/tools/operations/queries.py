"""What backups, restores and drills ask of a database; see sql/tools/operations/."""

from dataclasses import dataclass
from datetime import datetime

from lms.core.db.query import Db, Query


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where a file's object lies, and the SHA-256 that it had when it was uploaded, in hex."""

    key: str
    sha256: str


_list_tables = Query("tools/operations/list_tables", str)
_hold_deliveries: Query[None] = Query("tools/operations/hold_deliveries")
_hold_jobs: Query[None] = Query("tools/operations/hold_jobs")
_renew_catalogue: Query[None] = Query("tools/operations/renew_catalogue")
_list_violations = Query("tools/operations/list_violations", str)
_get_certificate_number = Query("tools/operations/get_certificate_number", str)
_list_objects = Query("tools/operations/list_objects", StoredFile)
_note_backup: Query[None] = Query("tools/operations/note_backup")
_count_sendable = Query("tools/operations/count_sendable", int)


async def list_tables(db: Db) -> list[str]:
    """Every table of ours."""
    return await _list_tables.all(db)


def hold_deliveries() -> str:
    """The statement that keeps webhooks from being sent what waited; a text, as hold_jobs."""
    return _hold_deliveries.sql


def hold_jobs() -> str:
    """The statement that makes all jobs that could reach other people wait for an operator.

    A text, since the restore runs it in the transaction of pg_restore's output.
    """
    return _hold_jobs.sql


def renew_catalogue() -> str:
    """The statement that gives the catalogue versions that no cache remembers; a text, too."""
    return _renew_catalogue.sql


async def list_violations(db: Db) -> list[str]:
    """The rules that the data breaks, in words."""
    return await _list_violations.all(db)


async def get_certificate_number(db: Db) -> str | None:
    """The latest certificate that was issued."""
    return await _get_certificate_number.first(db)


async def count_sendable(db: Db) -> int:
    """The jobs that a worker would send to other people."""
    return await _count_sendable.one(db)


async def list_objects(db: Db) -> list[StoredFile]:
    """The object of every file that is ready."""
    return await _list_objects.all(db)


async def note_backup(db: Db, *, taken_at: datetime, files: int, size: int) -> None:
    """Write down that a backup was made, with so many files of `size` bytes in all."""
    await _note_backup.run(db, taken_at=taken_at, files=files, bytes=size)
