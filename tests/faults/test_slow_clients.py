"""Clients that dawdle cost those who do not nothing."""

import asyncio
import contextlib
import statistics

from tests.faults.conftest import Running

_SLOW = 500
_PROBES = 100


async def _dawdle(
    port: int, what: bytes, connected: asyncio.Semaphore, stop: asyncio.Event
) -> None:
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        connected.release()
        try:
            for byte in what:
                if stop.is_set():
                    break
                writer.write(bytes([byte]))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), 0.5)
        finally:
            writer.close()


async def test_five_hundred_slow_connections_leave_a_probe_fast(running: Running) -> None:
    port = running.settings.port
    headers = b"GET /api/v1/courses HTTP/1.1\r\nHost: test\r\nX-Slow: " + b"x" * 200
    body = (
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: test\r\n"
        b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n" + b" " * 200
    )
    connected, stop = asyncio.Semaphore(0), asyncio.Event()
    slow = [
        asyncio.create_task(_dawdle(port, headers if n % 2 else body, connected, stop))
        for n in range(_SLOW)
    ]
    for _ in range(_SLOW):
        await connected.acquire()
    loop = asyncio.get_running_loop()
    times = []
    for _ in range(_PROBES):
        started = loop.time()
        assert (await running.api.get("/courses")).status == 200
        times.append(loop.time() - started)
    stop.set()
    await asyncio.gather(*slow)
    assert statistics.quantiles(times, n=100)[98] < 0.2
