"""Signing in: whether argon2 alone limits it, and whether it slows down other requests."""

import statistics
import sys
from dataclasses import asdict, dataclass

import orjson

from lms.tools.bench.load import Load, LoadError, read_result, start
from lms.tools.bench.report import spread
from lms.tools.bench.site import Server

_OTHERS_PER_SECOND = 200  # a steady rate, so that requests do not queue behind each other
_CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Round:
    """Logins and hashes a second, and p99s of GET /users/me in seconds."""

    logins: float
    hashes: float  # by a process that does nothing else, in as many threads
    idle_p99: float
    beside_hashes_p99: float  # while the machine is as busy, without sign-ins
    beside_logins_p99: float


@dataclass(frozen=True, slots=True)
class Logins:
    """How fast signing in is, and how it slows down other requests."""

    rounds: list[Round]

    def json(self) -> dict[str, object]:
        return asdict(self)

    def text(self) -> str:
        idle = statistics.median(r.idle_p99 for r in self.rounds)
        return (
            f"POST /auth/login: {statistics.median(r.logins for r in self.rounds):.1f} a second, "
            f"{spread([r.logins / r.hashes for r in self.rounds])} of what argon2 alone does in "
            f"as many threads. Meanwhile GET /users/me, at {_OTHERS_PER_SECOND} a second, has "
            f"{spread([r.beside_logins_p99 / r.idle_p99 for r in self.rounds])} times the p99 "
            f"that it has while nobody signs in ({1000 * idle:.1f} ms; goal below 2). Beside "
            "another process that does nothing but hash, with nobody signing in, it has "
            f"{spread([r.beside_hashes_p99 / r.idle_p99 for r in self.rounds])} times that p99."
        )


def measure_logins(api: Server, logins: Load, others: Load, *, rounds: int, seconds: int) -> Logins:
    """Measure idle, beside hashing and beside logins, in turn. The p99 of a few seconds comes from
    a handful of requests, so only the median of several is meaningful.
    """
    # Warm up: prepare statements on every connection.
    logins.run_own(api.port, seconds=1, connections=_CONNECTIONS)
    return Logins([_round(api, logins, others, seconds) for _ in range(rounds)])


def _round(api: Server, logins: Load, others: Load, seconds: int) -> Round:
    idle = _others_p99(api, others, seconds)
    # Longer than the other clients take, since they have to start first.
    longer = seconds + 1
    with start([sys.executable, "-m", "lms.tools.bench.hashing", str(longer)]) as hashing:
        beside_hashes = _others_p99(api, others, seconds)
        output, _ = hashing.communicate()
    if hashing.returncode:
        raise LoadError("Hashing alone did not run; see above.")
    hashes = orjson.loads(output)["per_second"]
    with logins.start_own(api.port, seconds=longer, connections=_CONNECTIONS) as crowd:
        beside_logins = _others_p99(api, others, seconds)
        output, _ = crowd.communicate()
    per_second = read_result(output.decode()).per_second
    return Round(per_second, hashes, idle, beside_hashes, beside_logins)


def _others_p99(api: Server, load: Load, seconds: float) -> float:
    return load.run_own(
        api.port, seconds=seconds, connections=_CONNECTIONS, per_second=_OTHERS_PER_SECOND
    ).p99
