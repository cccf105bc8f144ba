"""Tasks: the functions that keep promises, and how often the periodic ones are promised."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from lms.core.db.pool import Pool
from lms.core.jobs.broker import QUEUES
from lms.core.jobs.job import Job
from lms.core.parsers import Parsers
from lms.core.redis_pool import RedisPool
from lms.core.storage import Storage
from lms.settings import Settings


class Mailer(Protocol):
    """Sends one message to one address, or raises; GiveUp when trying again is no use."""

    async def send(self, message: bytes, *, to: str, message_id: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerContext:
    """What a task works with."""

    settings: Settings
    db: Pool
    redis: RedisPool
    mailer: Mailer
    storage: Storage
    parsers: Parsers


TaskFunction = Callable[[WorkerContext, Job], Awaitable[None]]


def backoff(try_number: int) -> float:
    """Seconds before the next try: 2, 4, 8 … up to 10 minutes, each less up to half of it.

    The jitter keeps jobs that failed together from failing together again.
    """
    share = random.uniform(0.5, 1.0)  # noqa: S311 (no secret)
    return float(min(2.0 ** min(try_number, 20), 600.0) * share)


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of job and the function that keeps it."""

    queue: str
    kind: str
    function: TaskFunction
    max_tries: int
    timeout_seconds: float
    backoff: Callable[[int], float]


@dataclass(frozen=True, slots=True)
class PeriodicTask:
    """A task that is promised again whenever its time has come."""

    name: str
    every: timedelta
    task: Task


TASKS: dict[str, Task] = {}
PERIODIC_TASKS: dict[str, PeriodicTask] = {}


def task(
    *,
    queue: str,
    kind: str,
    max_tries: int = 20,  # with backoff(), two hours of trying
    timeout_seconds: float = 120.0,  # a task that hangs must not take up room for ever
    backoff: Callable[[int], float] = backoff,
) -> Callable[[TaskFunction], TaskFunction]:
    """Declare the function that keeps jobs of this kind, in a domain's `tasks.py`."""
    if queue not in QUEUES:
        raise ValueError(f"{queue} is not a queue; there are {', '.join(QUEUES)}")

    def declare(function: TaskFunction) -> TaskFunction:
        known = TASKS.get(kind)
        if known is not None and known.function is not function:
            raise ValueError(f"two tasks keep jobs of kind {kind}")
        TASKS[kind] = Task(queue, kind, function, max_tries, timeout_seconds, backoff)
        return function

    return declare


def periodic(*, every: timedelta, name: str) -> Callable[[TaskFunction], TaskFunction]:
    """Promise a task again at each multiple of `every` since 1970. Stands above `@task`."""

    def declare(function: TaskFunction) -> TaskFunction:
        below = next((known for known in TASKS.values() if known.function is function), None)
        if below is None:
            raise TypeError("@periodic stands above @task")
        PERIODIC_TASKS[name] = PeriodicTask(name, every, below)
        return function

    return declare
