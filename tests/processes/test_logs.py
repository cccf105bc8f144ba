"""What running processes write to their logs, and that a log which nobody reads stops nothing."""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from lms.settings import Settings
from tests.api import Api
from tests.running import Address, environment_of, eventually, free_port, running_site

_MANY = 4000  # lines of 250 bytes are 1 MB, and a pipe holds 64 kB


async def test_every_line_says_which_process_and_version_wrote_it(
    settings: Settings, tmp_path: Path
) -> None:
    mine = replace(settings, port=free_port(), public_url=None, data_dir=tmp_path)
    async with running_site(mine) as site:
        reply = await site.api.get("/courses", headers={"X-Request-ID": "mine"})
        assert reply.status == 200
        await site.api_process.wait_for_log('"request_id":"mine"')
        await site.api_process.kill_all()  # its supervisor's lines come with the next
        await site.api_process.start()
        await eventually(lambda: _answers(site.api))
        assert await site.worker.stop() == 0
        assert await site.scheduler.stop() == 0
        logs = {
            "lms-api": site.api_process.log,
            "lms-worker": site.worker.log,
            "lms-scheduler": site.scheduler.log,
        }
    for service, text in logs.items():
        lines = [orjson.loads(line) for line in text.splitlines()]
        assert lines, service
        for line in lines:
            assert line["service"] == service
            assert line["pid"] > 0
            assert line["version"]
            assert {"time", "level", "message"} <= line.keys()
    assert '"request_id":"mine"' in logs["lms-api"]


async def _answers(api: Api) -> bool:
    try:
        return (await api.get("/ready", check=False)).status == 200
    except OSError:
        return False


async def test_requests_are_answered_while_nobody_reads_the_log(
    settings: Settings, tmp_path: Path
) -> None:
    mine = replace(
        settings, port=free_port(), public_url=None, data_dir=tmp_path, log_level="debug"
    )
    read_end, write_end = os.pipe()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "lms.processes.api", env=environment_of(mine), stderr=write_end
    )
    os.close(write_end)
    address: Any = Address(mine.port)
    try:
        async with Api(address) as api:
            await eventually(lambda: _answers(api))
            asking = [asyncio.create_task(_ask(api, _MANY // 8)) for _ in range(8)]
            async with asyncio.timeout(120):
                slowest = max(await asyncio.gather(*asking))
            assert slowest < 5
            received = b""
            os.set_blocking(read_end, False)

            async def all_is_there() -> bool:
                nonlocal received
                received += _read(read_end)
                return received.count(b'"route":"/api/v1/health"') >= _MANY

            await eventually(all_is_there)
    finally:
        process.kill()
        await process.wait()
        os.close(read_end)
    for line in received.splitlines()[:-1]:
        assert orjson.loads(line)["service"] == "lms-api"


async def _ask(api: Api, count: int) -> float:
    loop = asyncio.get_running_loop()
    slowest = 0.0
    for _ in range(count):
        began = loop.time()
        assert (await api.get("/health", check=False)).status == 200
        slowest = max(slowest, loop.time() - began)
    return slowest


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1_048_576)
    except BlockingIOError:
        return b""
