"""What the log's line of each request costs: two applications, one of which writes them."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from lms.tools.bench.load import Load
from lms.tools.bench.measure import Sample, sample
from lms.tools.bench.report import spread, table
from lms.tools.bench.scenarios import Scenario
from lms.tools.bench.site import Site


@dataclass(frozen=True, slots=True)
class LogCost:
    """Samples of one scenario, round by round."""

    title: str
    silent: list[Sample]
    logging: list[Sample]

    def json(self) -> dict[str, object]:
        return asdict(self)

    def line(self) -> list[str]:
        pairs = list(zip(self.logging, self.silent, strict=True))
        by_cpu = [ours.cpu / theirs.cpu for ours, theirs in pairs if ours.cpu and theirs.cpu]
        rates = [ours.per_second / theirs.per_second for ours, theirs in pairs]
        cpu = statistics.median(one.cpu or 0.0 for one in self.silent)
        return [self.title, spread(by_cpu), spread(rates), f"{1e6 * cpu:.0f}"]


def measure_logs(
    site: Site,
    loads: dict[str, Load],
    scenarios: Sequence[Scenario],
    *,
    rounds: int,
    seconds: int,
    connections: int,
    say: Callable[[str], None],
) -> list[LogCost]:
    """Both in turn in every round; who goes first changes."""
    servers = {"silent": site.start_api(LMS_LOG_LEVEL="warning"), "logging": site.start_api()}
    samples: dict[tuple[str, str], list[Sample]] = {}
    for scenario in scenarios:
        for server in servers.values():
            loads[scenario.name].run_own(server.port, seconds=1, connections=connections)
    for number in range(rounds):
        for scenario in scenarios:
            order = ["silent", "logging"] if number % 2 else ["logging", "silent"]
            for name in order:
                taken = sample(
                    servers[name], loads[scenario.name], seconds=seconds, connections=connections
                )
                samples.setdefault((scenario.name, name), []).append(taken)
        say(f"round {number + 1} of {rounds}")
    return [
        LogCost(s.title, samples[s.name, "silent"], samples[s.name, "logging"]) for s in scenarios
    ]


def text_of(costs: Sequence[LogCost]) -> str:
    header = ["scenario", "CPU with lines / without", "req/s with / without", "CPU µs without"]
    return table(header, [cost.line() for cost in costs])
