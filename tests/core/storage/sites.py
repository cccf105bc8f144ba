"""The storages that the tests run against, started by them: moto's S3, and Azurite.

Azurite comes from npm into `<data folder>/azurite`, once; from then on it needs no network.
"""

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from lms.core.storage import Storage, create_storage
from lms.settings import Secret, Settings
from tests.running import free_port

AZURITE = "3.35.0"
# Azurite's own, published with it: it opens nothing else.
_ACCOUNT = "devstoreaccount1"
_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@dataclass(frozen=True)
class Service:
    """The server of a site's storage, in a process of its own that a test may freeze."""

    settings: Settings
    process: asyncio.subprocess.Process

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)


@contextlib.asynccontextmanager
async def _running(*argv: str, url: str, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(*argv, stdout=out, stderr=out)
    try:
        async with aiohttp.ClientSession() as session, asyncio.timeout(60):
            while True:
                assert process.returncode is None, f"it did not start; see {log}"
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(url):
                        break
                await asyncio.sleep(0.1)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def s3_service(settings: Settings, folder: Path) -> AsyncIterator[Service]:
    """A site whose files lie in a bucket of moto's server."""
    from lms.core.storage.s3 import S3Storage

    port = free_port()
    url = f"http://127.0.0.1:{port}"
    argv = (sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port))
    log = folder / "moto.log"
    async with _running(*argv, url=f"{url}/moto-api/", log=log) as process:
        given = replace(
            settings,
            storage="s3",
            s3_bucket="lms",
            s3_endpoint_url=url,
            s3_access_key_id=Secret("key"),
            s3_secret_access_key=Secret("secret"),
        )
        storage = S3Storage(given)
        await (await storage._client()).create_bucket(Bucket="lms")
        await storage.close()
        yield Service(given, process)


@contextlib.asynccontextmanager
async def azure_service(settings: Settings, cache: Path, folder: Path) -> AsyncIterator[Service]:
    """A site whose files lie in a container of Azurite."""
    program = await asyncio.to_thread(_azurite, cache)
    from azure.storage.blob.aio import ContainerClient

    port = free_port()
    url = f"http://127.0.0.1:{port}/{_ACCOUNT}"
    argv = (
        "node", str(program), "--silent", "--skipApiVersionCheck", "--disableTelemetry",
        "--location", str(folder / "azurite"), "--blobHost", "127.0.0.1", "--blobPort", str(port),
    )  # fmt: skip
    async with _running(*argv, url=url, log=folder / "azurite.log") as process:
        connection = (
            f"DefaultEndpointsProtocol=http;AccountName={_ACCOUNT};AccountKey={_KEY};"
            f"BlobEndpoint={url};"
        )
        async with ContainerClient.from_connection_string(connection, "lms") as container:
            await container.create_container()
        given = replace(
            settings,
            storage="azure",
            azure_connection_string=Secret(connection),
            azure_container="lms",
        )
        yield Service(given, process)


def _azurite(cache: Path) -> Path:
    """Azurite's program; installs it where it is not yet."""
    folder = cache.absolute() / "azurite"
    program = folder / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if program.exists():
            return program
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            _cannot("there is no npm on this machine")
        assert npm is not None
        done = subprocess.run(
            [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts",
             "--fetch-retries", "1", "--fetch-retry-mintimeout", "1000", f"azurite@{AZURITE}"],
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        if done.returncode or not program.exists():
            _cannot(f"npm could not install it: {(done.stderr or done.stdout)[-300:]}")
        return program


def _cannot(why: str) -> Any:
    """Skip, saying so; where everything is asked for, fail."""
    message = f"Azure Blob Storage is not tested here: {why}"
    if os.environ.get("TESTS_SKIP_NOTHING"):
        pytest.fail(message)
    pytest.skip(message)


def with_storage_away(site: Settings, tmp_path: Path) -> Settings:
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


@pytest.fixture(scope="session")
async def s3(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Settings]:
    """A site on S3."""
    async with s3_service(settings, tmp_path_factory.mktemp("s3")) as service:
        yield service.settings


@pytest.fixture(scope="session")
async def azure(
    settings: Settings, base_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Settings]:
    """A site on Azure Blob Storage."""
    folder = tmp_path_factory.mktemp("azure")
    async with azure_service(settings, base_settings.data_dir, folder) as service:
        yield service.settings


@pytest.fixture(params=["local", "s3", "azure"])
def site_settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings of a site, on each storage in turn."""
    if request.param == "local":
        return settings
    given: Settings = request.getfixturevalue(request.param)
    return given


@pytest.fixture
async def storage(site_settings: Settings) -> AsyncIterator[Storage]:
    found = create_storage(site_settings)
    await found.open()
    await asyncio.gather(*[found.delete(stored.key) async for stored in found.list("test/")])
    yield found
    await found.close()


async def stored_keys(storage: Storage, prefix: str = "test/") -> list[str]:
    return sorted([stored.key async for stored in storage.list(prefix)])
