"""Rounds in which the application and the baselines take turns, and their results."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lms.tools.bench.load import Load, Result
from lms.tools.bench.scenarios import Scenario
from lms.tools.bench.site import Server


@dataclass(frozen=True, slots=True)
class Sample:
    """One server under load for one round."""

    per_second: float
    p50: float  # seconds
    p99: float
    cpu: float | None  # processor seconds of the server for one request


@dataclass(slots=True)
class Row:
    """A scenario's samples, by server and round."""

    scenario: Scenario
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    def median(self, server: str, value: Callable[[Sample], float]) -> float:
        return statistics.median(value(sample) for sample in self.samples[server])

    def ratios(self, baseline: str) -> list[float]:
        """The application's throughput as a share of a baseline's, round by round."""
        pairs = zip(self.samples["lms"], self.samples[baseline], strict=True)
        return [ours.per_second / theirs.per_second for ours, theirs in pairs]

    def cpu_ratio(self, baseline: str) -> float | None:
        """The baseline's processor time for a request as a share of ours. It is free of the noise
        of other programs, but leaves out the work of the database.
        """
        ours = [s.cpu for s in self.samples["lms"] if s.cpu]
        theirs = [s.cpu for s in self.samples[baseline] if s.cpu]
        if not ours or not theirs:
            return None
        return statistics.median(theirs) / statistics.median(ours)


def sample(server: Server, load: Load, *, seconds: int, connections: int) -> Sample:
    """One server under load."""
    before = server.cpu_seconds()
    result: Result = load.run(server.port, seconds=seconds, connections=connections)
    after = server.cpu_seconds()
    cpu = None if before is None or after is None else (after - before) / result.requests
    return Sample(result.per_second, result.p50, result.p99, cpu)


def run_rounds(
    servers: Sequence[Server],
    loads: dict[str, Load],
    scenarios: Sequence[Scenario],
    *,
    rounds: int,
    seconds: int,
    connections: int,
    say: Callable[[str], None],
) -> list[Row]:
    """Every scenario on every server in every round; who goes first changes."""
    rows = [Row(scenario) for scenario in scenarios]
    for row in rows:  # warm up: prepare statements, fill caches, remember tokens
        for server in servers:
            loads[row.scenario.name].run_own(server.port, seconds=0.3, connections=connections)
    for number in range(rounds):
        for row in rows:
            first = number % len(servers)
            for server in [*servers[first:], *servers[:first]]:
                taken = sample(
                    server,
                    loads[row.scenario.name],
                    seconds=seconds,
                    connections=connections,
                )
                row.samples.setdefault(server.name, []).append(taken)
        say(f"round {number + 1} of {rounds}")
    return rows
