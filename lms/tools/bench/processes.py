"""The process itself: its start-up time, how two of them scale, its memory after much work."""

import math
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from lms.tools.bench.load import Load
from lms.tools.bench.measure import sample
from lms.tools.bench.site import Server, Site

_STARTS = 5
_SOAK_PARTS = 10


@dataclass(frozen=True, slots=True)
class Scale:
    """Two processes as a share of one, and the cores that were at work with two."""

    throughput: float
    cost: float  # processor time of a request
    cores: float  # of the application
    busy_cores: float  # of all programs


@dataclass(frozen=True, slots=True)
class Processes:
    """Seconds, ratios, bytes."""

    start_seconds: float
    scale: Scale  # GET /users/me
    requests: int  # of the soak
    memory: list[int]  # resident, after each tenth of it

    def json(self) -> dict[str, object]:
        return asdict(self)

    def text(self) -> str:
        half = len(self.memory) // 2
        growth = self.memory[-1] - self.memory[half - 1]
        return (
            f"- From the start of `python -m lms api` until `/ready` is 200: "
            f"{self.start_seconds:.2f} s (median of {_STARTS}; goal below 2 s).\n"
            f"- Two processes answer {self.scale.throughput:.2f} times as much as one (goal 1.6, "
            f"where two cores are free for them). Here {self.scale.busy_cores:.1f} of "
            f"{os.cpu_count()} cores were at work then, {self.scale.cores:.1f} with the "
            "application, the others with PostgreSQL, the load and whatever else ran. A request "
            f"costs {self.scale.cost:.2f} times the processor time that it costs with one.\n"
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
    starts = []
    for _ in range(_STARTS):
        began = time.perf_counter()
        api = site.start_api()
        starts.append(time.perf_counter() - began)
        site.stop(api)
    say("processes: started")
    scale = _scale(site, load)
    say("processes: scaled")
    requests, memory = _soak(site.start_api(), loads, seconds)
    return Processes(statistics.median(starts), scale, requests, memory)


def _scale(site: Site, load: Load) -> Scale:
    one, two = site.start_api(1), site.start_api(2)
    ratios, costs, cores, busy = [], [], [], []
    for server in (one, two):
        load.run_own(server.port, seconds=0.5, connections=32)
    for _ in range(5):
        alone = sample(one, load, seconds=2, connections=32)
        began, before = time.monotonic(), _busy_seconds()
        both = sample(two, load, seconds=2, connections=32)
        busy.append((_busy_seconds() - before) / (time.monotonic() - began))
        ratios.append(both.per_second / alone.per_second)
        costs.append((both.cpu or math.nan) / (alone.cpu or math.nan))
        cores.append(both.per_second * (both.cpu or math.nan))
    site.stop(one, two)
    return Scale(*map(statistics.median, (ratios, costs, cores, busy)))


def _soak(api: Server, loads: Sequence[Load], seconds: int) -> tuple[int, list[int]]:
    """Every scenario in turn, again and again; memory after each tenth of the time."""
    requests, memory = 0, []
    for _ in range(_SOAK_PARTS):
        for load in loads:
            share = max(1, seconds // _SOAK_PARTS // len(loads))
            requests += load.run(api.port, seconds=share, connections=16).requests
        memory.append(api.memory_bytes())
    return requests, memory


def _busy_seconds() -> float:
    """Seconds that all cores have worked on this machine; nan where the system does not say."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            numbers = [int(n) for n in file.readline().split()[1:]]
    except OSError:
        return math.nan
    # user, nice, system, idle, iowait, irq, softirq, steal: for another machine on the same cores.
    return (sum(numbers[:3]) + sum(numbers[5:7])) / os.sysconf("SC_CLK_TCK")
