"""Files that come inside something else, such as the pictures of an imported quiz.

They are small and complete, so they are checked in memory before anything is stored. We choose
their ids at the start, so that texts can name them before they are stored.
"""

import asyncio
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
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
from lms.files.limits import Limits
from lms.files.receiving import examine
from lms.files.running_uploads import ALIVE_SECONDS
from lms.files.storage_keys import object_key
from lms.settings import Settings

log = get_logger(__name__)

_AT_ONCE = 8  # objects written at the same time; the storage may be a continent away


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    """A complete file, with a name that check_filename accepted."""

    id: UUID
    filename: str
    content: bytes


class FileIds:
    """Ids for files that come together: UUIDs of version 7 (RFC 9562 §5.7), as all ids are.

    All have the same millisecond, so that their order is random. Otherwise the pictures of a
    question's options would tell in which order the author wrote them.
    """

    def __init__(self) -> None:
        self._moment = time.time_ns() // 1_000_000

    def next(self) -> UUID:
        chance = secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
        return UUID(int=self._moment << 80 | 7 << 76 | chance)


class Examiner:
    """Checks files one after the other, as an upload is checked, and stores nothing; for parsers.

    All pictures together may have as many pixels as one upload: otherwise a file of a megabyte
    could take hours to unpack.
    """

    def __init__(self, limits: Limits, types: Collection[str], most_bytes: int) -> None:
        self._limits, self._types, self._most_bytes = limits, types, most_bytes

    def examine(self, file: EnclosedFile) -> None:
        """Raise the error that an upload of this file would get. Archives are not allowed here."""
        kind = kind_of(file.filename, self._types)
        if kind.inspect is not None and kind.group != "image":
            # A hundred archives in one megabyte would unpack to a hundred times the limit of one.
            raise FileTypeNotAllowed("Archives and office documents have to be uploaded.")
        examine(file.content, kind, self._limits, most_bytes=self._most_bytes)
        if kind.group == "image":
            left = self._limits.image_pixels - count_pixels(BytesIO(file.content))
            self._limits = replace(self._limits, image_pixels=left)


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

    Rows are committed first and objects written second, so after a crash at any point the sweep
    finds the remains. After an exception neither row nor object stays. The whole block must take
    less than ALIVE_SECONDS. Raises QuotaExceeded and StorageUnavailable.
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
                    (
                        one.id,
                        one.filename,
                        kind_of(one.filename, settings.file_types),
                        len(one.content),
                    )
                    for one in files
                ],
                seconds=ALIVE_SECONDS,
            )
        await _store(storage, files)
        yield EnclosedInHand(settings, user_id, files)
    except BaseException:
        await asyncio.shield(take_back(db, storage, files))
        raise


async def _store(storage: Storage, files: Sequence[EnclosedFile]) -> None:
    places = asyncio.Semaphore(_AT_ONCE)

    async def store(file: EnclosedFile) -> None:
        async with places:
            await storage.put(object_key(file.id), file.content)

    # A group: when one fails, the others have ended before the files are removed.
    try:
        async with asyncio.TaskGroup() as group:
            for file in files:
                group.create_task(store(file))
    # Not `except*`: an exception raised in it may come out as a group again.
    except ExceptionGroup as failed:
        away = failed.subgroup(StorageUnavailable)
        raise failed if away is None else away.exceptions[0] from None


async def take_back(db: Pool, storage: Storage, files: Sequence[EnclosedFile]) -> None:
    """Remove what there is of these files, unless they are ready by now."""
    # Rows first, as for any upload: files that became ready although we got an error stay.
    try:
        for dropped in await queries.delete_uploads(db, [one.id for one in files]):
            await storage.delete(object_key(dropped))
    except (*AWAY, StorageUnavailable) as error:
        log.warning("enclosed files are left to the sweep", error=type(error).__name__)
