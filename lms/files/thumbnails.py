"""Re-encoded images: made at their first request, and kept beside the original."""

import asyncio
from contextlib import suppress
from uuid import UUID

from lms.core.log import get_logger
from lms.core.parsers import Parsers, Turn
from lms.core.storage import ObjectMissing, Storage, StorageUnavailable
from lms.files.images import reencode
from lms.files.spooling import disk, spool, spool_folder
from lms.files.storage_keys import image_key, object_key
from lms.settings import Settings

log = get_logger(__name__)


async def get_image(
    storage: Storage, settings: Settings, parsers: Parsers, file_id: UUID, form: str
) -> bytes:
    """A `thumbnail` or `avatar` of an image as WebP.

    It always has the same bytes, so two requests may both make it. Raises StorageUnavailable,
    ParsersBusy and TooExpensive.
    """
    key = image_key(form, file_id)
    with suppress(ObjectMissing):
        return await storage.get(key)
    async with parsers.turn() as turn:
        with suppress(ObjectMissing):  # another request has made it while this one waited
            return await storage.get(key)
        image = await _make(turn, storage, settings, file_id, form)
    await storage.put(key, image)
    return image


async def _make(
    turn: Turn, storage: Storage, settings: Settings, file_id: UUID, form: str
) -> bytes:
    with spool(spool_folder(settings)) as file:
        try:
            async for chunk in storage.read(object_key(file_id)):
                with disk():
                    await asyncio.to_thread(file.write, chunk)
        except ObjectMissing:
            log.error("a file has no object", file_id=file_id)
            raise StorageUnavailable from None
        return await turn.run(reencode, form, settings.image_max_pixels, file=file)
