"""Load from another process: wrk if the machine has it, else a small client of our own.

Both keep their connections, send one request at a time on each, and take the requests in turn.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from lms.tools.bench.client import READY

_SLACK_SECONDS = 60.0  # for a client to start and to wait for its last replies

_WRK = """
local requests = dofile(%s)
local next_request = 0
request = function()
    next_request = next_request %% #requests + 1
    return requests[next_request]
end
done = function(summary, latency)
    io.write(string.format(
        '\\nRESULT {"requests": %%d, "seconds": %%f, "p50": %%f, "p99": %%f, "failed": %%d}\\n',
        summary.requests, summary.duration / 1e6,
        latency:percentile(50) / 1e6, latency:percentile(99) / 1e6,
        summary.errors.status + summary.errors.connect + summary.errors.read
            + summary.errors.write + summary.errors.timeout))
end
"""


class LoadError(RuntimeError):
    """The load did not run, or some replies were errors, so the figures would mean nothing."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a client saw; latencies in seconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    failed: int

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


class Load:
    """A file of requests, sent in a loop."""

    def __init__(self, folder: Path, name: str, requests: Sequence[bytes]) -> None:
        self._plain = folder / f"{name}.json"
        self._plain.write_bytes(orjson.dumps([request.decode() for request in requests]))
        self._script = folder / f"{name}.lua"
        strings = folder / f"{name}.requests.lua"
        quoted = ",\n".join(_lua(request) for request in requests)
        strings.write_text(f"return {{\n{quoted}\n}}\n")
        self._script.write_text(_WRK % _lua(str(strings).encode()))

    def run(self, port: int, *, seconds: int, connections: int) -> Result:
        """As many requests as the server answers. Raises LoadError."""
        wrk = shutil.which("wrk")
        url = f"http://127.0.0.1:{port}"
        if wrk is None:
            return self.run_own(port, seconds=seconds, connections=connections)
        size = ["-t1", f"-c{connections}", f"-d{seconds}s"]
        return _result([wrk, *size, "--latency", "-s", str(self._script), url], seconds)

    def run_own(
        self, port: int, *, seconds: float, connections: int, per_second: float = 0
    ) -> Result:
        """The same with our own client, at a steady rate if one is given."""
        return _result(self._own(port, seconds, connections, per_second), seconds)

    def start_own(
        self, port: int, *, seconds: float, connections: int, per_second: float = 0
    ) -> "subprocess.Popen[bytes]":
        """Start our own client; returns once it is sending."""
        return start(self._own(port, seconds, connections, per_second))

    def _own(self, port: int, seconds: float, connections: int, per_second: float) -> list[str]:
        numbers = map(str, (port, seconds, connections, per_second))
        return [sys.executable, "-m", "lms.tools.bench.client", str(self._plain), *numbers]


def start(argv: list[str]) -> "subprocess.Popen[bytes]":
    """Start a process and wait until it is ready: its start-up would show in every p99."""
    process = subprocess.Popen(argv, stdout=subprocess.PIPE)
    assert process.stdout is not None
    if process.stdout.readline().decode().strip() != READY:
        process.kill()
        process.communicate()
        raise LoadError(f"{argv[2]} did not start; see above.")
    return process


def _result(argv: list[str], seconds: float) -> Result:
    try:
        done = subprocess.run(
            argv, capture_output=True, text=True, timeout=seconds + _SLACK_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise LoadError("The load did not end; does the server still answer?") from None
    return read_result(done.stdout or done.stderr)


def read_result(output: str) -> Result:
    """The line that a client ends with. Raises LoadError."""
    _, found, line = output.rpartition("RESULT ")
    if not found:
        raise LoadError(f"The load did not run: {output.strip()[-500:]}")
    result = Result(**orjson.loads(line))
    if result.failed or not result.requests:
        raise LoadError(f"{result.failed} of {result.requests} requests failed.")
    return result


def _lua(text: bytes) -> str:
    return '"' + "".join(f"\\{byte:03d}" for byte in text) + '"'
