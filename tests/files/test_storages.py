"""What every storage promises: one suite, run against each of them."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from lms.app import create_app
from lms.core.db.pool import Pool
from lms.core.storage import ObjectMissing, Storage, StorageUnavailable, create_storage
from lms.files.tasks import sweep
from lms.settings import Secret, Settings, SettingsError, load_settings
from tests.api import Api, Server
from tests.files.forms import upload
from tests.files.samples import GOOD, PDF, image
from tests.people import Person
from tests.running import free_port

LARGE = hashlib.sha256(b"large").digest() * 400_000  # 12.8 MB: three parts, the last a short one


@pytest.fixture
async def storage(site_settings: Settings) -> AsyncIterator[Storage]:
    found = create_storage(site_settings)
    await found.open()
    await asyncio.gather(*[found.delete(stored.key) async for stored in found.list("test/")])
    yield found
    await found.close()


async def chunks(content: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


async def read(storage: Storage, key: str, **span: Any) -> bytes:
    return b"".join([chunk async for chunk in storage.read(key, **span)])


async def keys(storage: Storage, prefix: str = "test/") -> list[str]:
    return sorted([stored.key async for stored in storage.list(prefix)])


async def test_what_is_put_is_got_and_replaced(storage: Storage) -> None:
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
async def test_spans(storage: Storage, start: int, end: int | None) -> None:
    if (await keys(storage)) != ["test/large"]:
        await storage.write("test/large", chunks(LARGE))
    assert await read(storage, "test/large", start=start, end=end) == LARGE[start:end]


@pytest.mark.parametrize("size", [0, 3, 5 * 1024 * 1024, 5 * 1024 * 1024 + 1, 11_000_000])
async def test_a_source_that_fails_leaves_what_was_there(storage: Storage, size: int) -> None:
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
    assert await keys(storage) == ["test/old"]
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
    assert await keys(storage) == []


async def test_what_is_missing_is_told(storage: Storage) -> None:
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
    assert await keys(storage) == []


async def test_a_list_is_of_its_prefix_and_whole(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("test/b/1", "test/b/2", "test/bb/3", "test/c"):
        await storage.put(name, b"x")
    assert await keys(storage, "test/b/") == ["test/b/1", "test/b/2"]
    assert await keys(storage, "test/none/") == []
    monkeypatch.setattr("lms.core.storage.local._PAGE", 10)
    await asyncio.gather(*(storage.put(f"test/many/{n}", b"") for n in range(25)))
    assert len(await keys(storage, "test/many/")) == 25


async def test_an_object_whose_completion_was_answered_too_late_is_there(s3: Settings) -> None:
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
    assert len(await keys(storage, "test/pages/")) == 1050  # S3 tells of 1,000 at a time
    await storage.close()


async def test_writers_of_one_key_do_not_mix(storage: Storage) -> None:
    contents = [bytes([n]) * 6_000_000 for n in range(3)]
    done = await asyncio.gather(
        *(storage.write("test/one", chunks(c)) for c in contents), return_exceptions=True
    )
    written = [c for c, fault in zip(contents, done, strict=True) if fault is None]
    assert await storage.get("test/one") in written
    # Azure tells the slower of two large ones that she was too late.
    assert all(isinstance(fault, StorageUnavailable) for fault in done if fault is not None)
    small = [bytes([n]) * 1000 for n in range(5)]
    await asyncio.gather(*(storage.put("test/small", c) for c in small))
    assert await storage.get("test/small") in small


async def test_what_killed_writers_left_is_dropped(storage: Storage, settings: Settings) -> None:
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
    assert await keys(storage) == ["test/whole"]


async def test_a_client_sends_past_us_where_the_storage_can(
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


def _dead(site: Settings, tmp_path: Path) -> Settings:
    """The same site with its storage away."""
    if site.storage == "s3":
        return replace(site, s3_endpoint_url=f"http://127.0.0.1:{free_port()}")
    if site.storage == "azure":
        assert site.azure_connection_string is not None
        url = site.azure_connection_string.value
        port = str(urlsplit(url.partition("BlobEndpoint=")[2].rstrip(";")).port)
        return replace(
            site, azure_connection_string=Secret(url.replace(f":{port}/", f":{free_port()}/"))
        )
    (tmp_path / "files").write_bytes(b"no folder")
    return replace(site, data_dir=tmp_path)


async def test_a_storage_that_is_away_says_so_soon(site_settings: Settings, tmp_path: Path) -> None:
    storage = create_storage(_dead(site_settings, tmp_path))
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


@contextlib.asynccontextmanager
async def serving(settings: Settings, checker: Any = None) -> AsyncIterator[Api]:
    """An application with these settings beside the tests' usual one, on the same database."""
    server = Server(create_app(settings))
    await server.start_server()
    try:
        async with Api(server, checker) as api:
            yield api
    finally:
        await server.close()


async def test_a_file_s_life_on_each_storage(
    db: Pool, checker: Any, site_settings: Settings, storage: Storage, tara: Person
) -> None:
    async with serving(site_settings, checker) as api:
        file = await upload(api, tara, GOOD["a.mp4"][0], "film.mp4")
        path = f"/files/{file['id']}/download"
        assert (await api.get(path, as_=tara)).body == GOOD["a.mp4"][0]
        part = await api.get(path, as_=tara, headers={"Range": "bytes=4-7,-2"})
        assert (part.status, b"ftyp" in part.body) == (206, True)
        picture = await upload(api, tara, image(), "x.png")
        avatar = await api.get(f"/files/{picture['id']}/avatar", as_=tara)
        assert avatar.headers["Content-Type"] == "image/webp"

        wanted = {"filename": "a.pdf", "size": len(PDF)}
        begun = (await api.post("/files/uploads", wanted, as_=tara)).data
        async with (
            aiohttp.ClientSession() as session,
            session.put(
                begun["url"].replace(f"{site_settings.base_url}/", str(api._server.make_url("/")))
                if site_settings.storage == "local"
                else begun["url"],
                data=PDF,
                headers={"Content-Type": "application/octet-stream", **begun["headers"]}
                if site_settings.storage != "s3"
                else begun["headers"],
            ) as reply,
        ):
            assert reply.status in (200, 201, 204), await reply.text()
        done = await api.post(f"/files/uploads/{begun['id']}/complete", as_=tara)
        assert done.data["size"] == len(PDF)
        assert (await api.get(f"/files/{begun['id']}/download", as_=tara)).body == PDF

        for made in (file, picture, begun):
            assert (await api.delete(f"/files/{made['id']}", as_=tara)).status == 204
    # The worker is not here to keep the promise; the sweep finds what it would have deleted.
    await sweep(db, storage, grace=timedelta(seconds=-60), unfinished_grace=timedelta(0))
    for prefix in ("files/", "incoming/", "avatar/"):
        assert await keys(storage, prefix) == []


async def test_a_storage_that_is_away_is_503_for_files_alone(
    db: Pool, checker: Any, site_settings: Settings, tmp_path: Path, tara: Person
) -> None:
    async with serving(site_settings, checker) as api:
        file = await upload(api, tara, image(), "x.png")
    async with serving(_dead(site_settings, tmp_path), checker) as api:
        for path in (f"/files/{file['id']}/download", f"/files/{file['id']}/thumbnail"):
            reply = await api.get(path, as_=tara)
            assert (reply.status, reply.code) == (503, "storage_unavailable")
            assert reply.headers["Retry-After"]
        from tests.files.forms import form, send_form

        reply = await send_form(api, tara, form())
        assert (reply.status, reply.code) == (503, "storage_unavailable")
        reply = await send_form(api, tara, form(image(), "x.png"))
        assert (reply.status, reply.code) == (503, "storage_unavailable")
        # Everything else goes on, also what shows files.
        assert (await api.get("/ready")).status == 200
        course = {"title": "A course", "thumbnail_file_id": file["id"]}
        assert (await api.post("/courses", course, as_=tara)).status == 201
        assert (await api.get("/files", as_=tara)).status == 200
        assert (await api.get(f"/files/{file['id']}", as_=tara)).status == 200
        assert (await api.post(f"/files/{file['id']}/link", as_=tara)).status == 200
    async with db.acquire() as connection:
        assert await connection.fetchval("select count(*) from files") == 1


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
def test_wrong_settings_stop_the_start(environ: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        load_settings(environ)
