"""Signing in: bounded by argon2 alone, and no burden on anybody else."""

import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from argon2 import PasswordHasher

from lms.bench.load import Load, read_result
from lms.bench.site import Server
from lms.settings import Settings

_OTHERS_PER_SECOND = 200  # steady, so that a p99 is of waiting and not of our own crowd
_CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Logins:
    """What signing in reaches and what it does to others; latencies in seconds."""

    per_second: float
    argon2_per_second: float  # as many threads, nothing but hashing
    idle_p99: float  # of GET /users/me while nobody signs in
    busy_p99: float

    def json(self) -> dict[str, Any]:
        return asdict(self)

    def text(self) -> str:
        return (
            f"POST /auth/login: {self.per_second:.1f} a second, "
            f"{self.per_second / self.argon2_per_second:.2f} of what argon2 alone does in as many "
            f"threads ({self.argon2_per_second:.1f}). Meanwhile GET /users/me, at "
            f"{_OTHERS_PER_SECOND} a second, has a p99 of {1000 * self.busy_p99:.1f} ms; "
            f"without logins {1000 * self.idle_p99:.1f} ms "
            f"(ratio {self.busy_p99 / self.idle_p99:.2f}, goal below 2)."
        )


def measure_logins(api: Server, logins: Load, others: Load, *, rounds: int, seconds: int) -> Logins:
    """Idle, then under logins, in turn: a p99 of some seconds is a handful of requests, so that
    only the median of several says something.
    """
    idle, busy, rates = [], [], []
    for _ in range(rounds):
        idle.append(_others(api, others, seconds).p99)
        crowd = logins.start_own(api.port, seconds=seconds, connections=_CONNECTIONS)
        busy.append(_others(api, others, seconds).p99)
        output, _ = crowd.communicate()
        rates.append(read_result(output.decode()).per_second)
    return Logins(
        statistics.median(rates),
        _argon2_alone(Settings().argon2_parallel, seconds),
        statistics.median(idle),
        statistics.median(busy),
    )


def _others(api: Server, load: Load, seconds: float) -> Any:
    return load.run_own(
        api.port, seconds=seconds, connections=_CONNECTIONS, per_second=_OTHERS_PER_SECOND
    )


def _argon2_alone(threads: int, seconds: float) -> float:
    """Verifications a second in so many threads of this process."""
    hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
    hashed = hasher.hash("x")
    ends_at = time.monotonic() + seconds

    def work() -> int:
        done = 0
        while time.monotonic() < ends_at:
            hasher.verify(hashed, "x")
            done += 1
        return done

    with ThreadPoolExecutor(min(threads, os.cpu_count() or 1)) as pool:
        return sum(pool.map(lambda _: work(), range(threads))) / seconds
