"""Files that come inside something else, such as the pictures of an imported quiz.

They are small and come whole, so they are checked in memory, before anything is stored. Their
ids are ours from the start: what shows them names them before they are there.
"""

import asyncio
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

import asyncpg

from lms.core.db.pool import Pool
from lms.core.db.transactions import AWAY, begin
from lms.core.log import get_logger
from lms.core.storage import Storage, StorageUnavailable
from lms.files import queries
from lms.files.errors import FileTypeNotAllowed, QuotaExceeded
from lms.files.images import count_pixels
from lms.files.kinds import kind_of
from lms.files.receiving import examine
from lms.files.running_uploads import ALIVE_SECONDS
from lms.files.storage_keys import object_key
from lms.settings import Settings

log = get_logger(__name__)

_AT_ONCE = 8  # objects on their way to the storage, which may be a continent away


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    """A file that came whole, under a name that check_filename took."""

    id: UUID
    filename: str
    content: bytes


class FileIds:
    """Ids for files that come together: UUIDs of version 7 (RFC 9562 §5.7), as all ids are.

    All are of one millisecond, so that chance alone orders them: options whose pictures are
    numbered in the author's order would tell which of them she wrote first.
    """

    def __init__(self) -> None:
        self._moment = time.time_ns() // 1_000_000

    def next(self) -> UUID:
        chance = secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
        return UUID(int=self._moment << 80 | 7 << 76 | chance)


class Examiner:
    """Checks files one after the other, as an upload is checked, and stores nothing.

    Pictures have as many pixels together as one upload may have: a file of a megabyte could
    otherwise hold hours of unpacking.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pixels = settings.image_max_pixels

    async def examine(self, file: EnclosedFile) -> None:
        """Raise what an upload of this file would be answered; archives come as uploads alone."""
        kind = kind_of(file.filename, self._settings)
        if kind.inspect is not None and kind.group != "image":
            # A hundred of them in one megabyte would unpack to a hundred times what one may.
            raise FileTypeNotAllowed("Archives and office documents have to be uploaded.")
        await examine(file.content, kind, self._settings, most_pixels=self._pixels)
        if kind.group == "image":
            self._pixels -= count_pixels(BytesIO(file.content))


class EnclosedInHand:
    """Files that are stored, and become ready with the transaction of what shows them."""

    def __init__(self, settings: Settings, user_id: UUID, files: Sequence[EnclosedFile]) -> None:
        self._settings, self._user_id, self._files = settings, user_id, files

    async def finish(self, db: asyncpg.Connection) -> None:
        """Make the files ready. Raises QuotaExceeded."""
        if self._files:
            await queries.finish_uploads(
                db,
                uploader_id=self._user_id,
                digests={one.id: hashlib.sha256(one.content).digest() for one in self._files},
                total=sum(len(one.content) for one in self._files),
                quota=self._settings.file_quota_bytes,
            )


@asynccontextmanager
async def enclosed_in_hand(
    db: Pool,
    storage: Storage,
    settings: Settings,
    user_id: UUID,
    files: Sequence[EnclosedFile],
) -> AsyncIterator[EnclosedInHand]:
    """Store files that were examined; for what shows them to be written inside.

    Their rows are committed first and their objects written second, so a crash at any point
    leaves what the sweep finds. After an exception neither row nor object stays. All of it has
    to take less than ALIVE_SECONDS. Raises QuotaExceeded and StorageUnavailable.
    """
    if not files:
        yield EnclosedInHand(settings, user_id, files)
        return
    room = await queries.get_room(db, user_id, settings.file_quota_bytes)
    if sum(len(one.content) for one in files) > room:
        raise QuotaExceeded
    try:
        async with begin(db) as connection:
            await queries.begin_uploads(
                connection,
                uploader_id=user_id,
                files=[
                    (one.id, one.filename, kind_of(one.filename, settings), len(one.content))
                    for one in files
                ],
                seconds=ALIVE_SECONDS,
            )
        await _store(storage, files)
        yield EnclosedInHand(settings, user_id, files)
    except BaseException:
        await asyncio.shield(_take_back(db, storage, files))
        raise


async def _store(storage: Storage, files: Sequence[EnclosedFile]) -> None:
    places = asyncio.Semaphore(_AT_ONCE)

    async def store(file: EnclosedFile) -> None:
        async with places:
            await storage.put(object_key(file.id), file.content)

    # A group: when one fails the others have ended before anything is taken back.
    try:
        async with asyncio.TaskGroup() as group:
            for file in files:
                group.create_task(store(file))
    # Not `except*`: what is raised in there may come out as a group again.
    except ExceptionGroup as failed:
        away = failed.subgroup(StorageUnavailable)
        raise failed if away is None else away.exceptions[0] from None


async def _take_back(db: Pool, storage: Storage, files: Sequence[EnclosedFile]) -> None:
    # Rows first, as for any upload: what became ready although we were told otherwise stays.
    try:
        for dropped in await queries.delete_uploads(db, [one.id for one in files]):
            await storage.delete(object_key(dropped))
    except (*AWAY, StorageUnavailable) as error:
        log.warning("enclosed files are left to the sweep", error=type(error).__name__)
