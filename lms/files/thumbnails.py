"""Re-encoded images: made at their first request, and kept beside the original."""

import asyncio
from uuid import UUID

from lms.core.log import get_logger
from lms.core.storage import ObjectMissing, Storage, StorageUnavailable
from lms.files.images import reencode
from lms.files.spooling import fill, spool, spool_folder
from lms.files.storage_keys import image_key, object_key
from lms.settings import Settings

log = get_logger(__name__)

# An image takes up to 200 MB while it is unpacked, so one at a time.
_making = asyncio.Semaphore(1)


async def get_image(storage: Storage, settings: Settings, file_id: UUID, form: str) -> bytes:
    """A `thumbnail` or `avatar` of an image as WebP. Raises StorageUnavailable.

    It always has the same bytes, so two requests may both make it.
    """
    key = image_key(form, file_id)
    try:
        return await storage.get(key)
    except ObjectMissing:
        async with _making:
            image = await _make(storage, settings, file_id, form)
    try:
        await storage.put(key, image)
    except StorageUnavailable:
        log.warning("an image was made and cannot be kept", file_id=file_id)  # as on a full disk
    return image


async def _make(storage: Storage, settings: Settings, file_id: UUID, form: str) -> bytes:
    with spool(spool_folder(settings)) as file:
        try:
            await fill(file, storage.read(object_key(file_id)))
        except ObjectMissing:
            log.error("a file has no object", file_id=file_id)
            raise StorageUnavailable from None
        return await asyncio.to_thread(reencode, file, form, settings.image_max_pixels)
