"""Where files are stored, behind one small interface."""

from aiohttp import web

from lms.core.storage.base import (
    CHUNK,
    ObjectMissing,
    Storage,
    StorageUnavailable,
    StoredObject,
    UploadTarget,
)
from lms.core.storage.local import LocalStorage
from lms.settings import Settings, SettingsError

__all__ = [
    "CHUNK",
    "STORAGE",
    "LocalStorage",
    "ObjectMissing",
    "Storage",
    "StorageUnavailable",
    "StoredObject",
    "UploadTarget",
    "create_storage",
]

STORAGE: web.AppKey[Storage] = web.AppKey("storage", Storage)


def create_storage(settings: Settings) -> Storage:
    """The storage that the settings name. Raises SettingsError without the package it needs."""
    # Imported here: each of them takes tens of megabytes, which only its own users should pay.
    if settings.storage == "s3":
        from lms.core.storage.s3 import S3Storage

        return S3Storage(settings)
    if settings.storage == "azure":
        try:
            from lms.core.storage.azure import AzureStorage
        except ModuleNotFoundError as error:
            if not (error.name or "").startswith("azure"):
                raise
            raise SettingsError(
                "LMS_STORAGE=azure needs a package that is not here: pip install 'lms[azure]'."
            ) from None
        return AzureStorage(settings)
    return LocalStorage(settings.data_dir / "files")
