"""A disk that is full refuses uploads, and harms nothing else."""

import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from lms.processes.api import memory_folder
from lms.settings import Settings
from tests.api import Api
from tests.conftest import run_sql, with_database
from tests.faults.disks import Disk, small_disk
from tests.files.forms import BOUNDARY, form
from tests.files.samples import GOOD, image
from tests.people import PASSWORD
from tests.running import Process, SiteAddress, eventually, free_port, wait_until_ready


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", 8 * 2**20) as made:
        yield made


@pytest.fixture
async def mine(settings: Settings, template: str, disk: Disk) -> AsyncIterator[Settings]:
    """An installation whose data folder is on that disk."""
    name = f"lms_full_{uuid4().hex[:12]}"
    await run_sql(settings.database_url, f'create database "{name}" template "{template}"')
    yield replace(
        settings,
        database_url=with_database(settings.database_url, name),
        data_dir=disk.folder,
        port=free_port(),
        public_url=None,
        storage="local",
        rate_limit_general_per_minute=0,
        rate_limit_uploads_per_hour=0,
    )
    await run_sql(settings.database_url, f'drop database "{name}" with (force)')


async def _teacher(api: Api, settings: Settings) -> str:
    """The token of somebody who may upload."""
    body = {"email": "tara@example.com", "password": PASSWORD, "full_name": "Tara"}
    made = (await api.post("/auth/register", body)).data
    connection = await asyncpg.connect(settings.database_url.value)
    await connection.execute("update users set role = 'instructor'")
    await connection.close()
    return str(made["tokens"]["access_token"])


async def _upload(api: Api, token: str, content: bytes, name: str) -> Any:
    body = form(content, name)
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return await api.request("POST", "/files/upload", token=token, data=body, headers=kind)


async def _free(api: Api) -> float:
    lines = (await api.get("/metrics", root=True)).body.decode().splitlines()
    return next(float(line.split()[-1]) for line in lines if 'free_bytes{folder="data"}' in line)


@contextlib.asynccontextmanager
async def _started(mine: Settings, folder: Path) -> AsyncIterator[tuple[Api, Process]]:
    """API and worker; what they say goes to another disk, as with any service manager."""
    processes = [
        Process(name, settings=mine, log=folder / f"{name}.log") for name in ("worker", "api")
    ]
    async with Api(SiteAddress(mine)) as api:
        try:
            for process in processes:
                await process.start()
            await wait_until_ready(api, processes[1])
            await processes[0].wait_for_log("worker started")
            yield api, processes[1]
            for process in processes:
                assert await process.stop() == 0
        finally:
            for process in processes:
                await process.end()


async def test_a_full_disk_refuses_uploads_and_nothing_else(
    mine: Settings, disk: Disk, tmp_path: Path
) -> None:
    async with _started(mine, tmp_path) as (api, process):
        token = await _teacher(api, mine)
        film = (await _upload(api, token, GOOD["a.mp4"][0], "film.mp4")).data
        disk.fill()
        assert await _free(api) == 0
        for content, name in ((GOOD["a.mp4"][0], "b.mp4"), (image(), "c.png")):
            refused = await _upload(api, token, content, name)
            assert (refused.status, refused.code) == (503, "storage_unavailable")

        async def told() -> bool:
            return '"dependency":"disk"' in process.log

        await eventually(told)
        assert "the database is away" not in process.log
        # Each new status of a route is a new counter, and wants room where counters are.
        for path in ("/users/me", f"/courses/{uuid4()}", f"/files/{uuid4()}", "/orders"):
            for headers in (None, {"Accept": "text/html"}):
                reply = await api.get(path, token=token, headers=headers)
                assert reply.status < 500, (path, reply.body)
        assert (await api.get(f"/files/{film['id']}/download", token=token)).status == 200
        course = {"title": "While it is full", "description": "All the same."}
        assert (await api.post("/courses", course, token=token)).status == 201
        text = (await api.get("/metrics", root=True)).body.decode()
        assert 'method="POST",route="/api/v1/courses",status="201"' in text
        disk.make_room()
        assert (await _upload(api, token, GOOD["a.mp4"][0], "b.mp4")).status == 201
        assert "starting it again" not in process.log


async def test_processes_start_on_a_full_disk(mine: Settings, disk: Disk, tmp_path: Path) -> None:
    disk.fill()
    async with _started(mine, tmp_path) as (api, _):
        shown = (await api.get("/metrics", root=True)).body
        assert b"lms_http_requests_total{" in shown


_COUNT = """
import os, sys
from lms.core.metrics import REQUESTS
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
REQUESTS.labels("first", "GET", "200").inc()
with open(os.path.join(os.environ["PROMETHEUS_MULTIPROC_DIR"], "filling"), "ab", 0) as file:
    for size in (4096, 1):
        try:
            while True:
                file.write(b"x" * size)
        except OSError:
            pass
for number in range(5000):
    REQUESTS.labels(f"route {number}", "GET", "200").inc()
    REQUESTS.labels("first", "GET", "200").inc()
registry = CollectorRegistry()
MultiProcessCollector(registry)
print(b"first" in generate_latest(registry))
"""


@pytest.mark.parametrize("is_full_before", [False, True])
def test_counters_on_a_full_disk_end_no_process(disk: Disk, is_full_before: bool) -> None:
    if is_full_before:
        disk.fill()
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(disk.folder)}
    done = subprocess.run(
        [sys.executable, "-c", _COUNT], env=environ, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(not is_full_before)
    assert "metrics have no room" in done.stderr


def test_counters_lie_in_memory_that_is_ours_alone(tmp_path: Path) -> None:
    folder = memory_folder(tmp_path)
    assert folder is not None
    assert (folder.parent, folder.stat().st_mode & 0o777) == (tmp_path, 0o700)
    assert memory_folder(tmp_path) == folder
    folder.chmod(0o777)  # as somebody else would make it
    assert memory_folder(tmp_path) is None
    folder.rmdir()
    folder.symlink_to(tmp_path)
    assert memory_folder(tmp_path) is None
    assert memory_folder(tmp_path / "missing") is None
