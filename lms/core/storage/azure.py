"""Objects in a container of Azure Blob Storage; needs the extra `lms[azure]`."""

import base64
import os
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.storage.blob import BlobBlock, BlobSasPermissions, generate_blob_sas
from azure.storage.blob.aio import ContainerClient, LinearRetry

from lms.core.log import get_logger
from lms.core.storage.base import (
    CHUNK,
    ObjectMissing,
    Storage,
    StorageUnavailable,
    StoredObject,
    UploadTarget,
)
from lms.core.storage.patience import BETWEEN_BYTES_SECONDS, FIRST_BYTE_SECONDS, Body, patience
from lms.settings import Settings

log = get_logger(__name__)

_BLOCK = 4 * 1024 * 1024  # 50,000 of them are 195 GB
_SMALL = 1024 * 1024  # written in one request, all of it within the time for the first byte


class AzureStorage(Storage):
    def __init__(self, settings: Settings) -> None:
        assert settings.azure_connection_string is not None, "the settings are checked"
        assert settings.azure_container is not None, "the settings are checked"
        self._container = ContainerClient.from_connection_string(
            settings.azure_connection_string.value,
            settings.azure_container,
            connection_timeout=2,
            read_timeout=2 * BETWEEN_BYTES_SECONDS,  # `patience` ends earlier
            # The usual policy waits 15 s before it tries again.
            retry_policy=LinearRetry(backoff=0, retry_total=1),
            # All of the first piece is read before we see any: a slow line is not a frozen storage.
            max_single_get_size=CHUNK,
            max_chunk_get_size=CHUNK * 4,
        )

    async def write(self, key: str, chunks: AsyncIterable[bytes]) -> None:
        # Blocks that are never committed make no object; the service drops them after a week.
        blob = self._container.get_blob_client(key)
        # Two writers of one key use blocks with different names, so that these cannot mix. The
        # first to commit drops the other's blocks, and the other's commit fails.
        writer = os.urandom(8).hex()
        blocks: list[BlobBlock] = []
        buffer = bytearray()

        async def stage(size: int) -> None:
            body = Body(memoryview(buffer)[:size])
            del buffer[:size]
            name = base64.b64encode(f"{writer}{len(blocks):08d}".encode()).decode()
            seconds = BETWEEN_BYTES_SECONDS if blocks else FIRST_BYTE_SECONDS
            async with _answering(key, seconds, body):
                await blob.stage_block(name, body, length=body.getbuffer().nbytes)
            blocks.append(BlobBlock(block_id=name))

        async for chunk in chunks:
            buffer += chunk
            while len(buffer) >= _BLOCK:
                await stage(_BLOCK)
        if not blocks and len(buffer) <= _SMALL:  # so that no other writer interferes
            async with _answering(key, FIRST_BYTE_SECONDS):
                await blob.upload_blob(bytes(buffer), overwrite=True)
            return
        if buffer:
            await stage(len(buffer))
        async with _answering(key, BETWEEN_BYTES_SECONDS):
            await blob.commit_block_list(blocks)

    async def read(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncGenerator[bytes, None]:
        if end is not None and end <= start:
            return
        blob = self._container.get_blob_client(key)
        asked: dict[str, Any] = {}
        if (start, end) != (0, None):
            asked = {"offset": start, "length": None if end is None else end - start}
        async with _answering(key, FIRST_BYTE_SECONDS):
            found = await blob.download_blob(**asked)
            chunks = found.chunks()
        while True:
            async with _answering(key, BETWEEN_BYTES_SECONDS):
                chunk = await anext(chunks, b"")
            if not chunk:
                break
            yield chunk

    async def stat(self, key: str) -> StoredObject:
        async with _answering(key, FIRST_BYTE_SECONDS):
            found = await self._container.get_blob_client(key).get_blob_properties()
        return StoredObject(key, found.size, found.last_modified)

    async def delete(self, key: str) -> None:
        try:
            async with _answering(key, FIRST_BYTE_SECONDS):
                await self._container.delete_blob(key)
        except ObjectMissing:
            return

    async def list(self, prefix: str) -> AsyncIterator[StoredObject]:
        listed = aiter(self._container.list_blobs(name_starts_with=prefix))
        seconds = FIRST_BYTE_SECONDS
        while True:
            async with _answering(prefix, seconds):
                found = await anext(listed, None)
            if found is None:
                return
            yield StoredObject(found.name, found.size, found.last_modified)
            seconds = BETWEEN_BYTES_SECONDS

    async def sign_upload(self, key: str, *, size: int, seconds: int) -> UploadTarget | None:
        # Azure cannot sign a size; it is checked on completion, as for every upload.
        blob = self._container.get_blob_client(key)
        signature = generate_blob_sas(
            account_name=str(blob.account_name),
            container_name=blob.container_name,
            blob_name=key,
            account_key=blob.credential.account_key,
            permission=BlobSasPermissions(create=True, write=True),
            expiry=datetime.now(UTC) + timedelta(seconds=seconds),
        )
        return UploadTarget(f"{blob.url}?{signature}", {"x-ms-blob-type": "BlockBlob"})

    async def drop_unfinished(self, before: datetime) -> int:
        return 0  # the service does it

    async def close(self) -> None:
        await self._container.close()


@asynccontextmanager
async def _answering(key: str, seconds: float, body: Body | None = None) -> AsyncIterator[None]:
    """For one request: it may take so long with the first byte, and fails as a storage does."""
    with _failing(key):
        async with patience(seconds, body):
            yield


@contextmanager
def _failing(key: str) -> Iterator[None]:
    """Turn the client's exceptions into ours."""
    try:
        yield
    except ResourceNotFoundError as error:
        if "ContainerNotFound" not in str(getattr(error, "error_code", "")):
            raise ObjectMissing(key) from None
        log.error("the storage's container is missing")
        raise StorageUnavailable from error
    except (AzureError, OSError) as error:
        log.warning("the storage is away", error=type(error).__name__)
        raise StorageUnavailable from error
