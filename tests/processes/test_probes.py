"""Worker and scheduler answer probes: whether they live, and whether they can work."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from lms.processes.heartbeat import Heartbeat
from lms.settings import Secret, Settings
from tests.running import Process, eventually, free_port


async def _status(settings: Settings, path: str) -> int | None:
    url = f"http://{settings.host}:{settings.health_port}/api/v1/{path}"
    try:
        async with aiohttp.ClientSession() as session, session.get(url) as reply:
            return reply.status
    except aiohttp.ClientError:
        return None


@pytest.mark.parametrize("command", ["worker", "scheduler"])
async def test_a_process_tells_whether_it_lives_and_can_work(
    settings: Settings, tmp_path: Path, command: str
) -> None:
    working = replace(settings, health_port=free_port(), sweep_seconds=0.5)
    nowhere = Secret(f"postgresql://postgres@127.0.0.1:{free_port()}/lms")
    away = replace(working, health_port=free_port(), database_url=nowhere)
    processes = [
        Process(command, settings=one, log=tmp_path / f"{number}.log")
        for number, one in enumerate((working, away))
    ]
    try:
        for process in processes:
            await process.start()
        for site, ready in ((working, 200), (away, 503)):

            async def says(site: Settings = site, ready: int = ready) -> bool:
                return await _status(site, "ready") == ready

            await eventually(says)
            assert await _status(site, "health") == 200
        for process in processes:
            assert await process.stop() == 0
    finally:
        for process in processes:
            await process.end()


@pytest.mark.parametrize("command", ["worker", "scheduler"])
async def test_a_port_that_is_taken_stops_the_start_with_a_sentence(
    settings: Settings, tmp_path: Path, command: str
) -> None:
    server = await asyncio.start_server(lambda reader, writer: None, settings.host, 0)
    port = server.sockets[0].getsockname()[1]
    process = Process(command, settings=replace(settings, health_port=port), log=tmp_path / "log")
    try:
        await process.start()
        await process.wait_for_log("LMS_HEALTH_PORT")
        assert "Traceback" not in process.log
    finally:
        await process.end()
        server.close()


def test_a_heart_that_stands_still_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    heart = Heartbeat(round_seconds=1.0)
    assert (heart.is_alive, heart.can_work) == (True, False)  # it has only just begun
    heart.beat(can_work=True)
    assert heart.can_work
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 31)
    assert (heart.is_alive, heart.can_work) == (False, False)
