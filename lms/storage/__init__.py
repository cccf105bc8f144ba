"""Where files lie, behind one small interface."""

from aiohttp import web

from lms.settings import Settings
from lms.storage.base import ObjectMissing, Storage
from lms.storage.local import LocalStorage

__all__ = ["STORAGE", "LocalStorage", "ObjectMissing", "Storage", "create_storage"]

STORAGE: web.AppKey[Storage] = web.AppKey("storage", Storage)


def create_storage(settings: Settings) -> Storage:
    """The storage that the settings name."""
    return LocalStorage(settings.data_dir / "files")
