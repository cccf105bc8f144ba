"""What every storage promises: one suite, run against each of them."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from lms.core.storage import ObjectMissing, Storage, StorageUnavailable, create_storage
from lms.settings import Settings, SettingsError, load_settings
from tests.core.storage.sites import stored_keys, with_storage_away
from tests.files.samples import PDF

LARGE = hashlib.sha256(b"large").digest() * 400_000  # 12.8 MB: three parts, the last a short one


async def chunks(content: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


async def read(storage: Storage, key: str, **span: Any) -> bytes:
    return b"".join([chunk async for chunk in storage.read(key, **span)])


async def test_an_object_is_read_back_and_replaced(storage: Storage) -> None:
    for content in (b"one", b"", b"two" * 1000):
        await storage.put("test/a", content)
        assert await storage.get("test/a") == content
        assert (await storage.stat("test/a")).size == len(content)


async def test_large_objects_stream_in_and_out(storage: Storage) -> None:
    await storage.write("test/large", chunks(LARGE))
    told = await storage.stat("test/large")
    assert told.size == len(LARGE)
    assert abs(told.modified_at - datetime.now(UTC)) < timedelta(minutes=5)
    sizes = []
    digest = hashlib.sha256()
    async for chunk in storage.read("test/large"):
        sizes.append(len(chunk))
        digest.update(chunk)
    assert digest.digest() == hashlib.sha256(LARGE).digest()
    assert max(sizes) <= 2 * 1024 * 1024  # never the whole of it


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (5, 12_799_999), (6_000_000, None), (12_799_999, None), (7, 7)]
)
async def test_a_span_of_an_object_can_be_read(
    storage: Storage, start: int, end: int | None
) -> None:
    if (await stored_keys(storage)) != ["test/large"]:
        await storage.write("test/large", chunks(LARGE))
    assert await read(storage, "test/large", start=start, end=end) == LARGE[start:end]


@pytest.mark.parametrize("size", [0, 3, 5 * 1024 * 1024, 5 * 1024 * 1024 + 1, 11_000_000])
async def test_a_failed_write_keeps_the_object_that_was_there(storage: Storage, size: int) -> None:
    class Broken(Exception):
        pass

    async def broken() -> AsyncIterator[bytes]:
        async for chunk in chunks(LARGE[:size]):
            yield chunk
        raise Broken

    with pytest.raises(Broken):
        await storage.write("test/new", broken())
    await storage.put("test/old", b"old")
    with pytest.raises(Broken):
        await storage.write("test/old", broken())
    assert await stored_keys(storage) == ["test/old"]
    assert await storage.get("test/old") == b"old"


async def test_a_write_that_is_cancelled_leaves_nothing(storage: Storage) -> None:
    started = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield LARGE[:6_000_000]
            started.set()
            await asyncio.sleep(0.01)

    writing = asyncio.create_task(storage.write("test/endless", endless()))
    await started.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await stored_keys(storage) == []


async def test_a_missing_object_is_reported(storage: Storage) -> None:
    await storage.put("test/bystander", b"x")
    for ask in (
        lambda: storage.get("test/none"),
        lambda: storage.stat("test/none"),
        lambda: read(storage, "test/none", start=3, end=5),
    ):
        with pytest.raises(ObjectMissing):
            await ask()
    await storage.delete("test/none")
    await storage.delete("test/bystander")
    await storage.delete("test/bystander")
    assert await stored_keys(storage) == []


async def test_a_list_has_every_object_under_its_prefix_only(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("test/b/1", "test/b/2", "test/bb/3", "test/c"):
        await storage.put(name, b"x")
    assert await stored_keys(storage, "test/b/") == ["test/b/1", "test/b/2"]
    assert await stored_keys(storage, "test/none/") == []
    monkeypatch.setattr("lms.core.storage.local._PAGE", 10)
    await asyncio.gather(*(storage.put(f"test/many/{n}", b"") for n in range(25)))
    assert len(await stored_keys(storage, "test/many/")) == 25


async def test_a_repeated_completion_finds_the_finished_object(s3: Settings) -> None:
    """The client asks again by itself, and S3 knows no such upload any more."""
    storage: Any = create_storage(s3)
    client = await storage._client()
    complete = client.complete_multipart_upload

    async def twice(**asked: Any) -> Any:
        await complete(**asked)
        return await complete(**asked)

    client.complete_multipart_upload = twice
    await storage.write("test/late", chunks(LARGE))
    assert await storage.get("test/late") == LARGE

    async def never(**asked: Any) -> Any:
        names = ("Bucket", "Key", "UploadId")
        await client.abort_multipart_upload(**{name: asked[name] for name in names})
        return await complete(**asked)

    client.complete_multipart_upload = never
    for key in ("test/late", "test/none"):  # another object, or none, is not what was written
        with pytest.raises(StorageUnavailable):
            await storage.write(key, chunks(LARGE + b"more"))
    assert await storage.get("test/late") == LARGE
    await storage.delete("test/late")
    await storage.close()


@pytest.mark.slow
async def test_a_list_of_many_pages_is_whole(s3: Settings) -> None:
    storage = create_storage(s3)
    await asyncio.gather(*(storage.put(f"test/pages/{n}", b"") for n in range(1050)))
    assert len(await stored_keys(storage, "test/pages/")) == 1050  # S3 tells of 1,000 at a time
    await storage.close()


async def test_concurrent_writers_of_one_key_do_not_mix(storage: Storage) -> None:
    contents = [bytes([n]) * 6_000_000 for n in range(3)]
    done = await asyncio.gather(
        *(storage.write("test/one", chunks(c)) for c in contents), return_exceptions=True
    )
    written = [c for c, fault in zip(contents, done, strict=True) if fault is None]
    assert await storage.get("test/one") in written
    # Azure tells the slower of two large writers that it was too late.
    assert all(isinstance(fault, StorageUnavailable) for fault in done if fault is not None)
    small = [bytes([n]) * 1000 for n in range(5)]
    await asyncio.gather(*(storage.put("test/small", c) for c in small))
    assert await storage.get("test/small") in small


async def test_leftovers_of_killed_writers_are_dropped(
    storage: Storage, settings: Settings
) -> None:
    await storage.put("test/whole", b"x")
    if settings.data_dir and hasattr(storage, "_root"):
        (storage._root / ".unfinished").mkdir(exist_ok=True)
        (storage._root / ".unfinished" / "half").write_bytes(b"x")
    elif hasattr(storage, "_bucket"):
        client = await storage._client()  # type: ignore[attr-defined]
        await client.create_multipart_upload(Bucket="lms", Key="test/half")
    else:
        assert await storage.drop_unfinished(datetime.now(UTC)) == 0  # the service does it
        return
    if not hasattr(storage, "_bucket"):  # moto says of each that it was begun in 2010
        assert await storage.drop_unfinished(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert await storage.drop_unfinished(datetime.now(UTC) + timedelta(seconds=5)) == 1
    assert await storage.drop_unfinished(datetime.now(UTC) + timedelta(seconds=5)) == 0
    assert await stored_keys(storage) == ["test/whole"]


async def test_a_signed_url_uploads_directly_to_the_storage(
    storage: Storage, site_settings: Settings
) -> None:
    target = await storage.sign_upload("test/direct", size=len(PDF), seconds=60)
    if site_settings.storage == "local":
        assert target is None
        return
    assert target is not None
    async with (
        aiohttp.ClientSession() as session,
        session.put(target.url, data=PDF, headers=dict(target.headers)) as reply,
    ):
        assert reply.status in (200, 201), await reply.text()
    assert await storage.get("test/direct") == PDF


async def test_a_storage_that_is_away_fails_soon(site_settings: Settings, tmp_path: Path) -> None:
    storage = create_storage(with_storage_away(site_settings, tmp_path))
    try:
        for ask in (
            lambda: storage.put("test/a", b"x"),
            lambda: storage.write("test/a", chunks(LARGE)),
            lambda: storage.get("test/a"),
            lambda: storage.stat("test/a"),
            lambda: storage.delete("test/a"),
        ):
            async with asyncio.timeout(10):
                with pytest.raises(StorageUnavailable):
                    await ask()
    finally:
        await storage.close()


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"LMS_STORAGE": "s3"}, "LMS_S3_BUCKET"),
        ({"LMS_STORAGE": "azure"}, "LMS_AZURE_CONNECTION_STRING"),
        ({"LMS_STORAGE": "azure", "LMS_AZURE_CONNECTION_STRING": "AccountKey=x"},
         "LMS_AZURE_CONTAINER"),
        ({"LMS_STORAGE": "azure", "LMS_AZURE_CONNECTION_STRING": "x", "LMS_AZURE_CONTAINER": "x"},
         "AccountKey"),
        ({"LMS_STORAGE": "s3", "LMS_S3_BUCKET": "b", "LMS_S3_ACCESS_KEY_ID": "x"},
         "LMS_S3_SECRET_ACCESS_KEY"),
        ({"LMS_S3_ENDPOINT_URL": "ftp://x"}, "LMS_S3_ENDPOINT_URL"),
        ({"LMS_FILE_TYPES": "pdf,exe"}, "LMS_FILE_TYPES"),
        ({"LMS_FILE_MAX_BYTES": "0"}, "LMS_FILE_MAX_BYTES"),
    ],
)  # fmt: skip
def test_wrong_storage_settings_stop_the_start(environ: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        load_settings(environ)
