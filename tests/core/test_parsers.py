"""Jobs in parsers: what they give back, what stops them, and that the next is none the worse."""

import asyncio
import contextlib
import os
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from lms.core.db.pool import Pool
from lms.core.parsers import ParserFailed, Parsers, ParsersBusy, TooExpensive
from lms.errors import NotFound
from lms.settings import Settings
from tests.core import parser_jobs as jobs
from tests.files.forms import at_site, upload
from tests.files.samples import image
from tests.people import Person
from tests.running import eventually, free_port, serving_api

_MB = 1 << 20


@contextlib.asynccontextmanager
async def _parsers(settings: Settings, patience: float = 5.0) -> AsyncIterator[Parsers]:
    parsers = Parsers(settings, patience_seconds=patience)
    try:
        yield parsers
    finally:
        await parsers.close()


@pytest.fixture
async def parsers(settings: Settings) -> AsyncIterator[Parsers]:
    narrow = replace(
        settings, parser_processes=1, parser_memory_bytes=150 * _MB, parser_cpu_seconds=1
    )
    async with _parsers(narrow) as made:
        yield made


def _lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


async def _wait_for_end(pid: int) -> None:
    async def look() -> bool:
        return not _lives(pid)

    await eventually(look)


async def test_a_job_gives_back_what_it_returns(parsers: Parsers) -> None:
    assert await parsers.run(jobs.add, 2, 3) == 5
    assert len(await parsers.run(bytes, 10 * _MB)) == 10 * _MB


async def test_a_job_reads_a_file_that_has_no_name(parsers: Parsers) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"front ")
        assert await parsers.run(jobs.read, b"end", file=file) == b"front end"
        file.seek(0)
        assert file.read() == b"front "


async def test_refusals_come_back_and_faults_are_ours(parsers: Parsers) -> None:
    with pytest.raises(NotFound, match="Not that one"):
        await parsers.run(jobs.refuse)
    with pytest.raises(ParserFailed, match="a fault of ours"):
        await parsers.run(jobs.fail)
    assert await parsers.run(jobs.add, 1, 1) == 2


async def test_one_process_does_many_jobs(parsers: Parsers) -> None:
    pids = {await parsers.run(jobs.pid) for _ in range(5)}
    assert len(pids) == 1
    assert pids.isdisjoint({os.getpid()})


async def test_too_much_memory_refuses_the_file_alone(parsers: Parsers) -> None:
    with pytest.raises(TooExpensive):
        await parsers.run(jobs.take_memory, 400 * _MB)
    assert await parsers.run(jobs.take_memory, 10 * _MB) == 10 * _MB


async def test_a_reply_of_any_size_cannot_fill_us(parsers: Parsers, settings: Settings) -> None:
    async with _parsers(settings) as wide:
        with pytest.raises(TooExpensive):
            await wide.run(bytes, 100 * _MB)
        assert await wide.run(jobs.add, 1, 1) == 2


async def test_too_much_time_refuses_the_file_alone(parsers: Parsers) -> None:
    started = time.monotonic()
    with pytest.raises(TooExpensive):
        await parsers.run(jobs.take_time)
    assert time.monotonic() - started < 10
    assert await parsers.run(jobs.add, 1, 1) == 2


async def test_a_file_that_crashes_its_reader_is_refused(parsers: Parsers) -> None:
    with pytest.raises(TooExpensive):
        await parsers.run(jobs.crash)
    assert await parsers.run(jobs.add, 1, 1) == 2


async def test_a_process_that_others_killed_is_replaced(parsers: Parsers, tmp_path: Path) -> None:
    pid = await parsers.run(jobs.pid)
    os.kill(pid, signal.SIGKILL)
    await _wait_for_end(pid)
    assert await parsers.run(jobs.add, 1, 1) == 2
    assert await parsers.run(jobs.crash_once, tmp_path / "note") == "done"


async def test_who_waits_too_long_is_told_to_come_again(settings: Settings) -> None:
    async with _parsers(replace(settings, parser_processes=1), patience=0.2) as parsers:
        await parsers.run(jobs.pid)
        running = asyncio.create_task(parsers.run(jobs.wait, 1.5))
        await asyncio.sleep(0)
        with pytest.raises(ParsersBusy) as busy:
            await parsers.run(jobs.add, 1, 1)
        assert (busy.value.status, "Retry-After" in busy.value.headers) == (429, True)
        assert await running
        assert await parsers.run(jobs.add, 1, 1) == 2


async def test_a_caller_that_leaves_stops_its_job(parsers: Parsers) -> None:
    pid = await parsers.run(jobs.pid)
    running = asyncio.create_task(parsers.run(jobs.wait, 60))
    await asyncio.sleep(0.1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await _wait_for_end(pid)
    assert await parsers.run(jobs.add, 1, 1) == 2


async def test_a_service_manager_ends_no_job_before_us(parsers: Parsers) -> None:
    pid = await parsers.run(jobs.pid)
    os.kill(pid, signal.SIGTERM)
    assert await parsers.run(jobs.pid) == pid


async def test_parsers_know_no_secrets(parsers: Parsers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_SECRET_KEYS", "kid:secret")
    assert not [name for name in await parsers.run(jobs.variables) if name.startswith("LMS_")]


async def test_close_ends_the_processes(settings: Settings) -> None:
    async with _parsers(settings) as parsers:
        pid = await parsers.run(jobs.pid)
        assert _lives(pid)
    assert not _lives(pid)


async def test_an_api_that_is_killed_leaves_no_parser(
    settings: Settings, db: Pool, tara: Person, tmp_path: Path
) -> None:
    site = replace(settings, data_dir=tmp_path, port=free_port())
    tara = at_site(tara, site)
    async with serving_api(site) as (api, process):
        (api_pid,) = _children(process.pid)
        assert _children(api_pid) == []  # none before somebody needs one
        await upload(api, tara, image(), "a.png")
        (parser,) = _children(api_pid)
        await process.kill_all()
        await _wait_for_end(parser)


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
