"""Our own load, for machines without wrk and for steady rates: `python -m lms.tools.bench.client`.

Arguments: a JSON file of requests, a port, seconds, connections, and requests a second over
all connections (0: as many as the server answers). It prints that it is ready, and at the end a
line of JSON.
"""

import asyncio
import sys
import time
from itertools import count
from pathlib import Path
from typing import cast

import orjson
import uvloop

READY = "READY"  # printed when the first request is sent


class _Connection(asyncio.Protocol):
    """One keep-alive connection with one request under way; replies have a Content-Length."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answer: asyncio.Future[int] | None = None
        self._transport: asyncio.Transport | None = None
        self._lost: Exception | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = exc or ConnectionError("The server closed a connection.")
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(self._lost)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end].lower()
        at = head.find(b"\r\ncontent-length:")
        length = 0 if at < 0 else int(head[at + 17 :].split(b"\r\n", 1)[0])
        if len(self._buffer) < end + 4 + length:
            return
        self._buffer = b""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(int(head[9:12]))

    async def ask(self, request: bytes) -> int:
        """Send a request; the status of its reply. Raises what ended the connection."""
        if self._lost is not None:
            raise self._lost
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer


async def run(
    requests: list[bytes], port: int, *, seconds: float, connections: int, per_second: float
) -> dict[str, float]:
    """Counts, and latencies in seconds. Raises OSError when a connection ends."""
    loop = asyncio.get_running_loop()
    numbers = count()
    latencies: list[float] = []
    failed = 0
    opened = [loop.create_connection(_Connection, "127.0.0.1", port) for _ in range(connections)]
    pairs = await asyncio.gather(*opened)
    print(READY, flush=True)
    # Time starts only now: connecting would otherwise be the p99 of a short run.
    started = time.perf_counter()
    ends_at = started + seconds

    async def work(connection: _Connection) -> None:
        nonlocal failed
        while True:
            number = next(numbers)
            now = time.perf_counter()
            due = started + number / per_second if per_second else now
            if max(due, now) >= ends_at:
                return
            # If this connection was busy when the request was due, its latency counts from then: a
            # slow server makes the next requests wait, too. Our own late timer is not the server's
            # fault.
            since = due
            if due > now:
                await asyncio.sleep(due - now)
                since = time.perf_counter()
            status = await connection.ask(requests[number % len(requests)])
            latencies.append(time.perf_counter() - since)
            failed += not 200 <= status < 300

    await asyncio.gather(*(work(connection) for _, connection in pairs))
    latencies.sort()
    return {
        "requests": len(latencies),
        "seconds": time.perf_counter() - started,
        "p50": latencies[len(latencies) // 2],
        "p99": latencies[min(len(latencies) - 1, len(latencies) * 99 // 100)],
        "failed": failed,
    }


def main(file: str, port: str, seconds: str, connections: str, per_second: str) -> None:
    requests = [request.encode() for request in orjson.loads(Path(file).read_bytes())]
    result = uvloop.run(
        run(
            requests,
            int(port),
            seconds=float(seconds),
            connections=int(connections),
            per_second=float(per_second),
        )
    )
    print("RESULT", orjson.dumps(result).decode())


if __name__ == "__main__":
    main(*sys.argv[1:])
