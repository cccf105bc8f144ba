"""A site whose workers were off: what waits for them, and how fast it goes out under traffic."""

import asyncio
import contextlib
import os
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import asyncpg
import orjson

from lms.settings import Secret, Settings
from tests.api import Api
from tests.conftest import run_sql, with_database
from tests.people import PASSWORD
from tests.redis_server import RedisServer
from tests.running import Process, SiteAddress, free_port, wait_until_ready
from tests.webhooks.conftest import LOOPBACK

_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@dataclass
class FastSink:
    """A receiver that answers at once; what it got, and how long that was on its way."""

    url: str = ""
    ids: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)  # seconds since the event was recorded

    def note(self, head: bytes, body: bytes) -> None:
        self.times.append(time.monotonic())
        [line] = [line for line in head.split(b"\r\n") if line.lower().startswith(b"webhook-id:")]
        self.ids.append(line.partition(b":")[2].strip().decode())
        told = orjson.loads(body)["timestamp"]
        self.delays.append(time.time() - _seconds(told))


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@asynccontextmanager
async def fast_sink() -> AsyncIterator[FastSink]:
    sink = FastSink()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lines = head.lower().split(b"\r\n")
                [length] = [line for line in lines if line.startswith(b"content-length:")]
                sink.note(head, await reader.readexactly(int(length.partition(b":")[2])))
                writer.write(_OK)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    sink.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    try:
        yield sink
    finally:
        server.close()


@dataclass
class Outage:
    """A site with a healthy receiver (`told` of lessons), one beside it (`beside`, of courses), and
    one that is away and is told of lessons too.
    """

    settings: Settings
    api: Api
    database: asyncpg.Connection
    told: FastSink
    beside: FastSink
    course: Any
    token: str
    folder: Path
    workers: list[Process] = field(default_factory=list)
    api_seconds: list[float] = field(default_factory=list)

    async def start_workers(self, count: int) -> None:
        for _ in range(count):
            log = self.folder / f"worker-{uuid4()}.log"
            worker = Process("worker", "webhooks", settings=self.settings, log=log)
            self.workers.append(worker)
            await worker.start()
            await worker.wait_for_log("worker started")

    async def kill_worker(self) -> None:
        """As `kill -9` does, and another one in its place."""
        await self.workers.pop().kill()
        await self.start_workers(1)

    async def stop_workers(self) -> None:
        for worker in self.workers:
            await worker.stop()
        self.workers.clear()

    async def processor_seconds(self) -> tuple[float, float]:
        """Of the workers, and of the database for them, so far."""
        rows = await self.database.fetch(
            "select pid from pg_stat_activity where application_name = 'lms-worker'"
            " and datname = current_database()"
        )
        return (
            sum(_processor_seconds(worker.pid) for worker in self.workers),
            sum(_processor_seconds(pid) for (pid,) in rows),
        )

    async def add_dead_receiver(self) -> None:
        hook = {"url": f"http://127.0.0.1:{free_port()}/", "types": ["lesson.completed"]}
        assert (await self.api.post("/webhooks", hook, token=self.token)).status == 201

    async def record_lessons(self, count: int) -> None:
        """So many events at once, as they pile up while no worker runs."""
        step = 1000
        for first in range(0, count, step):
            await self.database.execute(
                "insert into events (type, course_id, data) "
                "select 'lesson.completed', $1, jsonb_build_object('course_id', $1::uuid, 'n', n) "
                "from generate_series(1, $2) as n",
                self.course["id"],
                min(step, count - first),
            )

    async def change_course(self) -> None:
        """An event for the receiver beside."""
        path = f"/courses/{self.course['id']}"
        started = time.monotonic()
        body = {"description": f"Number {uuid4()}"}
        reply = await self.api.patch(path, body, token=self.token)
        self.api_seconds.append(time.monotonic() - started)
        assert reply.status == 200

    async def traffic(self, stop: asyncio.Event) -> list[float]:
        """Readers and new events until told to stop; the delays of the receiver beside."""
        first = len(self.beside.delays)

        async def read() -> None:
            while not stop.is_set():
                started = time.monotonic()
                assert (await self.api.get("/courses?limit=5")).status == 200
                self.api_seconds.append(time.monotonic() - started)
                await asyncio.sleep(0.05)

        async def change() -> None:
            while not stop.is_set():
                await self.change_course()
                await asyncio.sleep(random.uniform(0.15, 0.25))

        await asyncio.gather(read(), change())
        return self.beside.delays[first:]

    async def running_jobs(self) -> int:
        """The most jobs of one receiver that are in hand at this moment."""
        return int(
            await self.database.fetchval(
                "select coalesce(max(n), 0) from (select count(*) as n from jobs"
                " where status = 'running' and kind = 'deliver_to_webhook' group by args) as each"
            )
        )

    async def until_told(self, count: int, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while len(set(self.told.ids)) < count and time.monotonic() < until:
            await asyncio.sleep(0.1)
        return len(set(self.told.ids)) >= count


@asynccontextmanager
async def outage(settings: Settings, template: str, folder: Path) -> AsyncIterator[Outage]:
    name = f"lms_site_{uuid4().hex[:12]}"
    url = settings.database_url
    await run_sql(url, f'create database "{name}" template "{template}"')
    redis = RedisServer(folder / "redis", free_port())
    mine = replace(
        settings,
        database_url=with_database(url, name),
        redis_url=Secret(redis.url),
        webhook_allowed_nets=LOOPBACK,
        data_dir=folder / "data",
        job_lease_seconds=3,
        sweep_seconds=1.0,
        port=free_port(),
        shutdown_grace_seconds=0.0,
        rate_limit_general_per_minute=0,
        rate_limit_auth_per_minute=0,
    )
    mine.data_dir.mkdir(parents=True)
    server = Process("api", settings=mine, log=folder / "api.log")
    site: Outage | None = None
    try:
        await redis.start()
        async with fast_sink() as told, fast_sink() as beside, Api(SiteAddress(mine)) as api:
            await server.start()
            await wait_until_ready(api, server)
            database = await asyncpg.connect(mine.database_url.value)
            body = {"email": "tara@example.com", "password": PASSWORD, "full_name": "Tara Teacher"}
            user = (await api.post("/auth/register", body)).data["user"]
            await database.execute("update users set role = 'instructor' where id = $1", user["id"])
            login = {"email": body["email"], "password": PASSWORD}
            token = (await api.post("/auth/login", login)).data["tokens"]["access_token"]
            new = {"title": "Steam engines", "description": "How they work."}
            course = (await api.post("/courses", new, token=token)).data
            for sink, kind in ((told, "lesson.completed"), (beside, "course.updated")):
                hook = {"url": sink.url, "types": [kind]}
                assert (await api.post("/webhooks", hook, token=token)).status == 201
            site = Outage(mine, api, database, told, beside, course, token, folder)
            yield site
            await database.close()
    finally:
        for worker in site.workers if site is not None else ():
            await worker.end()
        await server.end()
        await redis.stop()
        await run_sql(url, f'drop database if exists "{name}" with (force)')


def _processor_seconds(pid: int) -> float:
    with contextlib.suppress(FileNotFoundError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def figures(values: list[float]) -> str:
    """Median and p95 in milliseconds, and how many there were."""
    if not values:
        return "none"
    return (
        f"p50 {median(values) * 1000:.0f} ms, p95 {percentile(values, 0.95) * 1000:.0f} ms"
        f" of {len(values)}"
    )
