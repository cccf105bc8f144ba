"""The proxy that we ship lets an upgrade replace the API's processes without a failed request."""

import asyncio
import contextlib
import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from lms.settings import Settings
from tests.api import Api
from tests.people import Person
from tests.running import Address, Process, eventually, free_port, wait_until_ready

CONFIG = Path(__file__).parents[2] / "config" / "haproxy.cfg"
_HAPROXY = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
_CLIENTS = 8


def _haproxy() -> str:
    if _HAPROXY is None:
        message = "haproxy is not installed (Debian: apt-get install haproxy)"
        if os.environ.get("TESTS_SKIP_NOTHING"):
            pytest.fail(message)
        pytest.skip(message)
    return _HAPROXY


@contextlib.asynccontextmanager
async def _proxy(ports: list[int], log: Path) -> AsyncIterator[int]:
    """HAProxy with the configuration that Compose mounts."""
    port = free_port()
    api, api2 = (f"127.0.0.1:{number}" for number in ports)
    environ = {**os.environ, "LMS_BIND": f"127.0.0.1:{port}", "LMS_API": api, "LMS_API2": api2}
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            _haproxy(), "-db", "-f", str(CONFIG), env=environ, stdout=output, stderr=output
        )
    try:
        yield port
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def _load(client: Api, teacher: Person) -> AsyncIterator[Counter[int]]:
    """Clients that read and write without a pause, and what they were answered."""
    answers: Counter[int] = Counter()
    stop = asyncio.Event()

    async def one(number: int) -> None:
        sent = 0
        while not stop.is_set():
            sent += 1
            if sent % 3:
                reply = await client.get("/users/me", as_=teacher, check=False)
            else:
                title = {"title": f"Course {number} {sent}"}
                reply = await client.post("/courses", title, as_=teacher, check=False)
            answers[reply.status] += 1
            await asyncio.sleep(0.02)  # two cores serve, load and watch here

    async with asyncio.TaskGroup() as group:
        for number in range(_CLIENTS):
            group.create_task(one(number))
        try:
            yield answers
        finally:
            stop.set()


@pytest.mark.slow
async def test_haproxy_sends_requests_past_a_process_that_is_replaced(
    settings: Settings, api: Api, tara: Person, tmp_path: Path
) -> None:
    ports = [free_port(), free_port()]
    processes = {
        port: Process(
            "api",
            settings=replace(
                settings,
                port=port,
                public_url=settings.base_url,
                data_dir=tmp_path / str(port),
                trusted_proxies=(ip_network("127.0.0.1/32"),),
            ),
            log=tmp_path / f"{port}.log",
        )
        for port in ports
    }
    try:
        for port, process in processes.items():
            await _start(process, port)
        async with (
            _proxy(ports, tmp_path / "haproxy.log") as front,
            Api(_address(front)) as client,
        ):
            await eventually(lambda: _answers(client))
            async with _load(client, tara) as answers:
                for port, process in processes.items():
                    assert await process.stop(seconds=60) == 0
                    await _start(process, port)
                    await _until_used(process)
            assert set(answers) == {200, 201}, answers
            assert sum(answers.values()) > 100
            hidden = await client.get("/metrics", root=True, check=False)
            assert hidden.status == 404
    finally:
        for process in processes.values():
            await process.end()
    listed = await api.get("/courses?mine=true&include_total=true", as_=tara)
    assert listed.meta["total"] == answers[201]  # what was answered was done, once


def _address(port: int) -> Any:
    return Address(port)


async def _answers(client: Api) -> bool:
    with contextlib.suppress(aiohttp.ClientError):  # the proxy is starting
        return (await client.get("/ready", check=False)).status == 200
    return False


async def _start(process: Process, port: int) -> None:
    await process.start()
    async with Api(_address(port)) as direct:
        await wait_until_ready(direct, process)


async def _until_used(process: Process) -> None:
    """Until the process that was started again gets requests of clients."""
    before = process.log.count('"message":"request"')

    async def look() -> bool:
        return process.log.count('"message":"request"') > before + 5

    await eventually(look, seconds=60)
