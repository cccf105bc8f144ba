"""Large files pass through the API without growing it."""

import hashlib
import os
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Api
from tests.files.forms import BOUNDARY, at_site, form, send_form, upload
from tests.files.samples import GOOD
from tests.people import Person
from tests.running import Process, SiteAddress, free_port, wait_until_ready

_MB = 1024 * 1024
_BLOCK = os.urandom(_MB)


def _resident(process: Process) -> int:
    """Resident bytes of the API process below its supervisor."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    (pid,) = children
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


@pytest.mark.parametrize("megabytes", [200, pytest.param(2048, marks=pytest.mark.slow)])
async def test_a_large_file_grows_the_process_by_less_than_20_mb(
    megabytes: int, cloud_or_disk: Settings, db: Pool, tara: Person, tmp_path: Path
) -> None:
    site = replace(
        cloud_or_disk, data_dir=tmp_path, port=free_port(), shutdown_grace_seconds=0.0,
        file_max_bytes=3000 * _MB, file_quota_bytes=9000 * _MB,
    )  # fmt: skip
    tara = at_site(tara, site)
    process = Process("api", settings=site, log=tmp_path / "api.log")
    await process.start()
    try:
        server = SiteAddress(site)
        async with Api(server) as api:
            await wait_until_ready(api, process)
            small = await upload(api, tara, GOOD["a.mp4"][0], "a.mp4")  # warm, as after a minute
            await api.get(f"/files/{small['id']}/download", as_=tara)
            before = most = _resident(process)

            async def film() -> AsyncIterator[bytes]:
                nonlocal most
                front, end = form(GOOD["a.mp4"][0] + b"SPLIT", "a.mp4").split(b"SPLIT")
                yield front
                for _ in range(megabytes):
                    yield _BLOCK
                    most = max(most, _resident(process))
                yield end

            timeout = aiohttp.ClientTimeout(total=900)
            api._session._timeout = timeout
            reply = await send_form(api, tara, film(), boundary=BOUNDARY)
            assert reply.status == 201, process.log[-3000:]
            digest = hashlib.sha256(GOOD["a.mp4"][0])
            for _ in range(megabytes):
                digest.update(_BLOCK)
            assert reply.data["sha256"] == digest.hexdigest()
            uploading = most - before
            url = f"{site.base_url}/api/v1/files/{reply.data['id']}/download"
            came = hashlib.sha256()
            headers = {"Authorization": f"Bearer {tara.token}"}
            async with api._session.get(url, headers=headers) as download:
                async for chunk in download.content.iter_chunked(_MB):
                    came.update(chunk)
                    most = max(most, _resident(process))
            assert came.digest() == digest.digest()
            grown = most - before
            figures = f"+{uploading / _MB:.1f} MB up, +{grown / _MB:.1f} MB in all"
            print(f"{site.storage}, {megabytes} MB: {figures}")
            assert grown < 20 * _MB, f"grew by {grown / _MB:.1f} MB"
    finally:
        await process.stop()
