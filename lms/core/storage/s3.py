"""Objects in a bucket of Amazon S3, or of a service with its protocol (MinIO, R2, Ceph, …)."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import datetime
from typing import Any

import aiohttp
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

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

_PART = 5 * 1024 * 1024  # the least that S3 takes; 10,000 of them are 48 GB
_MISSING = ("NoSuchKey", "404", "NotFound")


class S3Storage(Storage):
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._bucket = settings.s3_bucket
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._opened: Any = None

    async def open(self) -> None:
        async with patience(FIRST_BYTE_SECONDS):  # a machine's role is asked for over the network
            await self._client()

    async def _client(self) -> Any:
        async with self._opening:
            if self._opened is None:
                given = self._settings
                key, secret = given.s3_access_key_id, given.s3_secret_access_key
                client = get_session().create_client(
                    "s3",
                    region_name=given.s3_region,
                    endpoint_url=given.s3_endpoint_url,
                    aws_access_key_id=key.value if key else None,
                    aws_secret_access_key=secret.value if secret else None,
                    config=AioConfig(
                        signature_version="s3v4",
                        connect_timeout=2,
                        read_timeout=2 * BETWEEN_BYTES_SECONDS,  # `patience` ends earlier
                        max_pool_connections=50,
                        retries={"total_max_attempts": 2, "mode": "standard"},
                        # With other services a bucket is mostly a part of the path, not of the host
                        # name.
                        s3={"addressing_style": "path" if given.s3_endpoint_url else "auto"},
                        # TLS and our own SHA-256 check already; not every compatible service knows
                        # these.
                        request_checksum_calculation="when_required",
                        response_checksum_validation="when_required",
                    ),
                )
                self._opened = await self._stack.enter_async_context(client)
            return self._opened

    async def write(self, key: str, chunks: AsyncIterable[bytes]) -> None:
        upload_id: str | None = None
        parts: list[dict[str, object]] = []
        size = 0
        try:
            async for part, is_last in _parts(chunks):
                if is_last and upload_id is None:
                    await self._ask("put_object", FIRST_BYTE_SECONDS, Key=key, Body=part)
                    return
                if upload_id is None:
                    begun = await self._ask("create_multipart_upload", FIRST_BYTE_SECONDS, Key=key)
                    upload_id = begun["UploadId"]
                number = len(parts) + 1
                done = await self._ask(
                    "upload_part", BETWEEN_BYTES_SECONDS, Key=key, UploadId=upload_id,
                    PartNumber=number, Body=part,
                )  # fmt: skip
                parts.append({"ETag": done["ETag"], "PartNumber": number})
                size += part.getbuffer().nbytes
                part.close()  # frees its memory before the next part fills
            with _failing(key):
                await self._complete(key, str(upload_id), parts, size)
        except BaseException as error:
            # Asking a storage that has just kept us waiting would cost as long again.
            if upload_id is not None and not isinstance(error.__cause__, TimeoutError):
                await asyncio.shield(self._abort(key, upload_id))
            raise

    async def _ask(self, operation: str, seconds: float, *, Key: str, **params: Any) -> Any:
        """What S3 answers; it may take so long with the first byte. Raises what a storage does."""
        with _failing(Key):
            async with patience(seconds, params.get("Body")):
                client = await self._client()
                return await getattr(client, operation)(Bucket=self._bucket, Key=Key, **params)

    async def _complete(
        self, key: str, upload_id: str, parts: list[dict[str, object]], size: int
    ) -> None:
        try:
            async with patience(BETWEEN_BYTES_SECONDS):
                client = await self._client()
                await client.complete_multipart_upload(
                    Bucket=self._bucket, Key=key, UploadId=upload_id,
                    MultipartUpload={"Parts": parts},
                )  # fmt: skip
        except ClientError as error:
            # Joining gigabytes may take S3 longer than we wait for its answer. The client library
            # then asks again, and S3 says that there is no such upload: it has become an object.
            if error.response.get("Error", {}).get("Code") != "NoSuchUpload":
                raise
            try:
                found = await self.stat(key)
            except ObjectMissing:
                raise error from None
            if found.size != size:
                raise

    async def _abort(self, key: str, upload_id: str) -> None:
        try:
            await self._ask(
                "abort_multipart_upload", FIRST_BYTE_SECONDS, Key=key, UploadId=upload_id
            )
        except (StorageUnavailable, ObjectMissing):
            log.warning("an unfinished upload stays until the sweep", key=key)

    async def read(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncGenerator[bytes, None]:
        if end is not None and end <= start:
            return
        asked = {} if (start, end) == (0, None) else {"Range": _range(start, end)}
        found = await self._ask("get_object", FIRST_BYTE_SECONDS, Key=key, **asked)
        async with found["Body"] as body:
            while True:
                with _failing(key):
                    async with patience(BETWEEN_BYTES_SECONDS):
                        chunk = await body.read(CHUNK)
                if not chunk:
                    break
                yield chunk

    async def stat(self, key: str) -> StoredObject:
        found = await self._ask("head_object", FIRST_BYTE_SECONDS, Key=key)
        return StoredObject(key, found["ContentLength"], found["LastModified"])

    async def delete(self, key: str) -> None:
        await self._ask("delete_object", FIRST_BYTE_SECONDS, Key=key)

    async def list(self, prefix: str) -> AsyncIterator[StoredObject]:
        async for page in self._pages("list_objects_v2", Prefix=prefix):
            for found in page.get("Contents", ()):
                yield StoredObject(found["Key"], found["Size"], found["LastModified"])

    async def _pages(self, operation: str, **params: Any) -> AsyncIterator[dict[str, Any]]:
        """Every page of a list; each may take its time."""
        name = params.get("Prefix", operation)
        with _failing(name):
            async with patience(FIRST_BYTE_SECONDS):
                client = await self._client()
        pages = aiter(client.get_paginator(operation).paginate(Bucket=self._bucket, **params))
        seconds = FIRST_BYTE_SECONDS
        while True:
            with _failing(name):
                async with patience(seconds):
                    page = await anext(pages, None)
            if page is None:
                return
            yield page
            seconds = BETWEEN_BYTES_SECONDS

    async def sign_upload(self, key: str, *, size: int, seconds: int) -> UploadTarget | None:
        with _failing(key):
            async with patience(FIRST_BYTE_SECONDS):  # a machine's role is asked for its keys
                client = await self._client()
                # The size is signed too, so that S3 accepts no other.
                url = await client.generate_presigned_url(
                    "put_object",
                    Params={"Bucket": self._bucket, "Key": key, "ContentLength": size},
                    ExpiresIn=seconds,
                )
        return UploadTarget(str(url))

    async def drop_unfinished(self, before: datetime) -> int:
        dropped = 0
        async for page in self._pages("list_multipart_uploads"):
            for upload in page.get("Uploads", ()):
                if upload["Initiated"] < before:
                    await self._abort(upload["Key"], upload["UploadId"])
                    dropped += 1
        return dropped

    async def close(self) -> None:
        await self._stack.aclose()
        self._opened = None


def _range(start: int, end: int | None) -> str:
    return f"bytes={start}-" if end is None else f"bytes={start}-{end - 1}"


async def _parts(chunks: AsyncIterable[bytes]) -> AsyncIterator[tuple[Body, bool]]:
    """The bytes in parts of equal size, each with whether it is the last; the last may be shorter.

    Parts are files, which the client sends in small pieces; it would copy bytes as a whole.
    """
    part = Body()
    async for chunk in chunks:
        rest = memoryview(chunk)
        while part.tell() + len(rest) > _PART:  # keep a full part: the last must not be empty
            room = _PART - part.tell()
            part.write(rest[:room])
            rest = rest[room:]
            part.seek(0)
            yield part, False
            part = Body()
        part.write(rest)
    part.seek(0)
    yield part, True


@contextmanager
def _failing(key: str) -> Iterator[None]:
    """Turn the client's exceptions into ours."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _MISSING:
            raise ObjectMissing(key) from None
        log.error("the storage refused", code=code, operation=error.operation_name)
        raise StorageUnavailable from error
    except (BotoCoreError, HTTPClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
        log.warning("the storage is away", error=type(error).__name__)
        raise StorageUnavailable from error
