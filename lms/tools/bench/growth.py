"""How latency grows with the data: the same reads on a small and a large database, in turn."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lms.tools.bench.load import Load
from lms.tools.bench.report import table
from lms.tools.bench.scenarios import SCENARIOS
from lms.tools.bench.site import Server

SMALL = {"courses": 100, "students": 500}  # 10^4 enrolments
LARGE = {"courses": 10_000, "students": 50_000}  # 10^6 enrolments
GOAL = 1.5
_TURNS = 4


@dataclass(frozen=True, slots=True)
class Growth:
    """Median latencies of one read, in seconds."""

    title: str
    small: float
    large: float

    @property
    def ratio(self) -> float:
        return self.large / self.small


def measure_growth(
    servers: Sequence[Server],
    loads: Sequence[dict[str, Load]],
    *,
    rounds: int,
    seconds: int,
    say: Callable[[str], None],
) -> list[Growth]:
    """One client on the small and the large database in turn; the median of the medians."""
    reads = [scenario for scenario in SCENARIOS if scenario.is_read]
    seen: dict[str, tuple[list[float], list[float]]] = {s.name: ([], []) for s in reads}
    for number in range(-1, rounds):  # the first one warms up
        for scenario in reads:
            for turn in range(_TURNS):
                # Many short samples, each side first equally often: the machine's load changes.
                for index in (0, 1) if turn % 2 else (1, 0):
                    load = loads[index][scenario.name]
                    result = load.run_own(
                        servers[index].port, seconds=seconds / _TURNS, connections=1
                    )
                    if number >= 0:
                        seen[scenario.name][index].append(result.p50)
        say(f"growth: round {number + 1} of {rounds}")
    return [
        Growth(s.title, statistics.median(seen[s.name][0]), statistics.median(seen[s.name][1]))
        for s in reads
    ]


def growth_table(rows: Sequence[Growth]) -> str:
    lines = [
        [
            row.title,
            f"{1000 * row.small:.2f}",
            f"{1000 * row.large:.2f}",
            f"{row.ratio:.2f}",
            f"{GOAL}",
        ]
        for row in rows
    ]
    return table(
        ["read, one client", "small: p50 ms", "large: p50 ms", "ratio", "goal below"], lines
    )
