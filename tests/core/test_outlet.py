"""Log lines leave a process whole and in order, and never make it wait."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from lms.core.outlet import Outlet

_MIB = 1_048_576


def _report(lost: dict[str, int]) -> bytes:
    return orjson.dumps({"lost": lost}) + b"\n"


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read_end, write_end = os.pipe()
    yield read_end, write_end
    os.close(write_end)
    os.close(read_end)


def _read_all(read_end: int) -> bytes:
    os.set_blocking(read_end, False)
    received = b""
    try:
        while part := os.read(read_end, _MIB):
            received += part
    except BlockingIOError:
        pass
    return received


async def _until(outlet: Outlet, read_end: int, last: bytes) -> bytes:
    received = b""
    async with asyncio.timeout(20):
        while last not in received:
            received += await asyncio.to_thread(_read_all, read_end)
            await asyncio.sleep(0.01)
    return received


async def test_a_reader_that_stops_makes_nobody_wait_and_is_told_what_is_lost(
    pipe: tuple[int, int],
) -> None:
    read_end, write_end = pipe
    outlet = Outlet(write_end, _report)
    outlet.attach(asyncio.get_running_loop())
    slowest = 0.0
    for number in range(30_000):
        began = time.perf_counter()
        outlet.put(orjson.dumps({"n": number, "words": "x" * 300}) + b"\n", "info")
        if number % 1000 == 0:
            await asyncio.sleep(0.06)  # the loop writes meanwhile
        slowest = max(slowest, time.perf_counter() - began)
    outlet.put(b'{"urgent":true}\n', "error")
    assert slowest < 0.5
    assert outlet.lost > 10_000
    received = await _until(outlet, read_end, b'"lost"')
    lines = [orjson.loads(line) for line in received.splitlines()]
    numbers = [line["n"] for line in lines if "n" in line]
    assert numbers == list(range(30_000 - outlet.lost))
    assert lines[-2:] == [{"urgent": True}, {"lost": {"info": outlet.lost}}]


async def test_a_line_of_another_thread_is_written_too(pipe: tuple[int, int]) -> None:
    read_end, write_end = pipe
    outlet = Outlet(write_end, _report)
    outlet.attach(asyncio.get_running_loop())
    await asyncio.to_thread(outlet.put_from_anywhere, b"from afar\n", "info")
    assert await _until(outlet, read_end, b"afar") == b"from afar\n"


def test_before_and_after_the_loop_lines_are_written_at_once(pipe: tuple[int, int]) -> None:
    read_end, write_end = pipe
    outlet = Outlet(write_end, _report)
    outlet.put(b"early\n", "info")
    assert _read_all(read_end) == b"early\n"

    async def work() -> None:
        outlet.attach(asyncio.get_running_loop())
        outlet.put(b"waits\n", "info")

    asyncio.run(work())
    outlet.close()
    outlet.put(b"late\n", "info")
    assert _read_all(read_end) == b"waits\nlate\n"


def test_the_flag_of_the_shared_description_stays(pipe: tuple[int, int]) -> None:
    _, write_end = pipe
    Outlet(write_end, _report).put(b"one\n", "info")
    assert os.get_blocking(write_end)


def test_a_full_disk_holds_the_end_up_for_a_second_at_most() -> None:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    outlet = Outlet(descriptor, _report)
    began = time.monotonic()
    outlet.put(b"no room\n", "info")
    assert time.monotonic() - began < 3
    os.close(descriptor)


def test_files_and_sockets_are_written_to_as_well(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("ab") as file:
        Outlet(file.fileno(), _report).put(b"to a file\n", "info")
    assert path.read_bytes() == b"to a file\n"
    ours, theirs = socket.socketpair()
    with ours, theirs:
        Outlet(ours.fileno(), _report).put(b"to a socket\n", "info")
        assert theirs.recv(100) == b"to a socket\n"


_WRITER = """
import asyncio, sys
from lms.core.outlet import Outlet

async def main():
    outlet = Outlet(2, lambda lost: b"")
    outlet.attach(asyncio.get_running_loop())
    for number in range(3000):
        outlet.put(f"{sys.argv[1]} {number} {'x' * (number % 700)} end\\n".encode(), "info")
        if number % 50 == 0:
            await asyncio.sleep(0.02)
    for _ in range(20):
        outlet.close()  # waits for a second, and we for the reader

asyncio.run(main())
"""


def test_processes_that_share_a_full_pipe_do_not_cut_each_others_lines(
    pipe: tuple[int, int],
) -> None:
    read_end, write_end = pipe
    processes = [
        subprocess.Popen([sys.executable, "-c", _WRITER, name], stderr=write_end)
        for name in ("one", "two", "three")
    ]
    received = b""
    while any(process.poll() is None for process in processes):
        os.set_blocking(read_end, False)
        time.sleep(0.02)  # a slow reader: the pipe is full most of the time
        with contextlib.suppress(BlockingIOError):
            received += os.read(read_end, 20_000)
    received += _read_all(read_end)
    lines = received.decode().splitlines()
    assert len(lines) == 9000
    for name in ("one", "two", "three"):
        mine = [line.split() for line in lines if line.startswith(f"{name} ")]
        assert [int(words[1]) for words in mine] == list(range(3000))
        assert all(words[-1] == "end" for words in mine)
