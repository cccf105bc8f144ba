"""The process itself: how fast it starts, what two of them do, what it holds after much work."""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lms.bench.load import Load
from lms.bench.measure import sample
from lms.bench.site import Server, Site

_STARTS = 5
_SOAK_PARTS = 10


@dataclass(frozen=True, slots=True)
class Processes:
    """Seconds, ratios of throughput, bytes."""

    start_seconds: float
    two_of_one: float  # GET /users/me with two processes, as a share of one
    idle_cores: float
    requests: int  # of the soak
    memory: list[int]  # resident, after each tenth of it

    def json(self) -> dict[str, Any]:
        return asdict(self)

    def text(self) -> str:
        half = len(self.memory) // 2
        growth = self.memory[-1] - self.memory[half - 1]
        return (
            f"- From the start of `python -m lms api` until `/ready` is 200: "
            f"{self.start_seconds:.2f} s (median of {_STARTS}; goal below 2 s).\n"
            f"- Two processes answer {self.two_of_one:.2f} times as much as one (goal 1.6, on two "
            f"free cores; here {self.idle_cores:.1f} of {os.cpu_count()} cores were free before, "
            "and PostgreSQL and the load want theirs as well).\n"
            f"- Resident memory of a process after {self.requests:,} requests of all kinds: "
            f"{_mib(self.memory[-1])} (goal below 150 MiB); {_mib(self.memory[0])} after a tenth "
            f"of them, and {growth / 2**20:+.1f} MiB over their second half."
        )


def _mib(count: int) -> str:
    return f"{count / 2**20:.0f} MiB"


def measure_processes(
    site: Site, loads: Sequence[Load], load: Load, *, seconds: int, say: Callable[[str], None]
) -> Processes:
    """Start, scale, soak."""
    idle = _idle_cores()
    starts = []
    for _ in range(_STARTS):
        began = time.perf_counter()
        api = site.start_api()
        starts.append(time.perf_counter() - began)
        site.stop(api)
    say("processes: started")
    ratio = _scale(site, load)
    say("processes: scaled")
    requests, memory = _soak(site.start_api(), loads, seconds)
    return Processes(statistics.median(starts), ratio, idle, requests, memory)


def _scale(site: Site, load: Load) -> float:
    one, two = site.start_api(1), site.start_api(2)
    ratios = []
    for server in (one, two):
        load.run_own(server.port, seconds=0.5, connections=32)
    for _ in range(5):
        taken = [sample(s, load, seconds=2, connections=32).per_second for s in (one, two)]
        ratios.append(taken[1] / taken[0])
    site.stop(one, two)
    return statistics.median(ratios)


def _soak(api: Server, loads: Sequence[Load], seconds: int) -> tuple[int, list[int]]:
    """Every scenario in turn, again and again; memory after each tenth of the time."""
    requests, memory = 0, []
    for _ in range(_SOAK_PARTS):
        for load in loads:
            share = max(1, seconds // _SOAK_PARTS // len(loads))
            requests += load.run(api.port, seconds=share, connections=16).requests
        memory.append(api.memory_bytes())
    return requests, memory


def _idle_cores() -> float:
    """Of the last second."""
    started = time.monotonic()
    busy = _busy_seconds()
    time.sleep(1.0)
    if busy is None:
        return float(os.cpu_count() or 1)
    after = _busy_seconds() or 0.0
    return max(0.0, (os.cpu_count() or 1) - (after - busy) / (time.monotonic() - started))


def _busy_seconds() -> float | None:
    try:
        with open("/proc/stat", encoding="ascii") as file:
            numbers = [int(n) for n in file.readline().split()[1:]]
    except OSError:
        return None
    idle = numbers[3] + numbers[4]
    return (sum(numbers) - idle) / os.sysconf("SC_CLK_TCK")
