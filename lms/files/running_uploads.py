"""An upload while it runs: its row says so, and nothing of it stays unless it becomes a file."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg

from lms.core.db.pool import Pool
from lms.core.db.transactions import AWAY, begin
from lms.core.log import get_logger
from lms.core.parsers import ParsersBusy
from lms.core.storage import Storage, StorageUnavailable
from lms.files import queries
from lms.files.kinds import Kind
from lms.files.queries import File
from lms.files.receiving import Received
from lms.files.storage_keys import incoming_key, object_key
from lms.settings import Settings

log = get_logger(__name__)

ALIVE_SECONDS = 90.0  # an upload that says nothing for longer is taken for dead
_BEAT_SECONDS = 20.0


async def claim_upload(
    db: Pool, claim: bytes | None, *, uploader_id: UUID, filename: str, kind: Kind
) -> UUID:
    """The id of a new upload, whose row is committed, so that it is known while it runs.

    `claim` names the request by its Idempotency-Key: raises IdempotencyInProgress while
    another upload has the same one.
    """
    async with begin(db) as connection:
        if claim is not None:
            await queries.free_claim(connection, claim)
        return await queries.begin_upload(
            connection,
            uploader_id=uploader_id,
            filename=filename,
            content_type=kind.content_type,
            is_public=False,
            status="storing",
            size=None,
            seconds=ALIVE_SECONDS,
            claim=claim,
        )


@asynccontextmanager
async def upload_in_hand(
    db: Pool,
    storage: Storage,
    file_id: UUID,
    *,
    put_off: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[None]:
    """For as long as the content of an upload comes: its row says again and again that it runs.

    After an exception neither its row nor its object stays. Where the content can be read again,
    `put_off` is called instead if the parsers were busy.
    """
    beat = asyncio.create_task(_beat(db, file_id), name=f"upload {file_id}")
    try:
        yield
    except BaseException as error:
        beat.cancel()
        if put_off is not None and isinstance(error, ParsersBusy):
            await put_off()
        else:
            await asyncio.shield(take_back(db, storage, file_id))
        raise
    finally:
        beat.cancel()


async def _beat(db: Pool, file_id: UUID) -> None:
    while True:
        await asyncio.sleep(_BEAT_SECONDS)
        try:
            await queries.keep_alive(db, file_id, ALIVE_SECONDS)
        except AWAY as error:
            log.warning("an upload could not say that it runs", error=type(error).__name__)


async def finish_upload(
    db: asyncpg.Connection,
    file_id: UUID,
    uploader_id: UUID,
    received: Received,
    *,
    is_public: bool,
    settings: Settings,
) -> File:
    """Make a file of an upload whose object is stored. Raises QuotaExceeded."""
    await queries.finish_upload(
        db,
        file_id,
        uploader_id=uploader_id,
        size=received.size,
        sha256=received.sha256,
        is_public=is_public,
        quota=settings.file_quota_bytes,
    )
    return await queries.get_file_for_reader(db, file_id, uploader_id)


async def take_back(db: Pool, storage: Storage, file_id: UUID) -> None:
    """Remove what there is of an upload, unless it is a file by now."""
    # The row first: once it is gone the upload cannot become ready, and if it became ready
    # although we were told otherwise, the row stays, and so does its object.
    try:
        if await queries.delete_upload(db, file_id):
            for key in (object_key(file_id), incoming_key(file_id)):
                await storage.delete(key)
    except (*AWAY, StorageUnavailable) as error:
        log.warning("an upload is left to the sweep", error=type(error).__name__)
