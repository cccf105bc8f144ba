"""Receivers of every kind, and a worker that delivers to them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from typing import Any
from uuid import UUID

import orjson
import pytest
from aiohttp import web

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs.claims import claim
from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext
from lms.core.parsers import Parsers
from lms.core.redis_pool import RedisPool
from lms.core.storage import create_storage
from lms.notifications.mailer import open_mailer
from lms.settings import Secret, Settings
from lms.webhooks.tasks import deliver_to_webhook
from tests.api import Api
from tests.exchange import changed_settings
from tests.factories import make_course
from tests.people import Person


@dataclass
class Received:
    at: float
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass
class Sink:
    """A receiver: what it got, and what it answers."""

    url: str
    received: list[Received] = field(default_factory=list)
    answer: Callable[[int], int] = lambda count: 200
    location: str | None = None

    @property
    def ids(self) -> list[str]:
        return [one.headers["webhook-id"] for one in self.received]

    async def wait_for(self, count: int, seconds: float = 20) -> None:
        async with asyncio.timeout(seconds):
            while len(self.received) < count:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def open_sink() -> AsyncIterator[Sink]:
    sink = Sink("")

    async def receive(request: web.Request) -> web.Response:
        loop = asyncio.get_running_loop()
        headers = {name.lower(): value for name, value in request.headers.items()}
        sink.received.append(Received(loop.time(), request.path, headers, await request.read()))
        extra = {"Location": sink.location} if sink.location else {}
        return web.Response(status=sink.answer(len(sink.received)), headers=extra)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    sink.url = f"http://127.0.0.1:{port}/hook"
    try:
        yield sink
    finally:
        await runner.cleanup()


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    async with open_sink() as one:
        yield one


@asynccontextmanager
async def raw_receiver(
    handle: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any],
) -> AsyncIterator[str]:
    """A receiver that speaks bytes: hanging, endless, broken."""
    tasks = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await handle(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()
        for task in tasks:
            task.cancel()


LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture
def open_nets(app: web.Application) -> Any:
    """The application accepts webhooks to loopback, as an operator may allow."""
    with changed_settings(app, webhook_allowed_nets=LOOPBACK):
        yield


def context(settings: Settings, db: Pool, **changes: Any) -> WorkerContext:
    changes = {"webhook_allowed_nets": LOOPBACK, **changes}
    mine = replace(settings, redis_url=Secret("redis://127.0.0.1:1/0"), **changes)
    return WorkerContext(
        settings=mine,
        db=db,
        redis=RedisPool(mine),
        mailer=open_mailer(mine),
        storage=create_storage(mine),
        parsers=Parsers(mine),
    )


async def claim_deliveries(db: Pool) -> list[Job]:
    kinds = {"deliver_to_webhook": 99}
    return await claim(db, "webhooks", kinds, room=99, lease_seconds=60)


async def deliver(worker: WorkerContext) -> int:
    """Do what a worker would do now; how many jobs there were."""
    jobs = await claim_deliveries(worker.db)
    for job in jobs:
        await deliver_to_webhook(worker, job)
    return len(jobs)


async def make_all_due(db: Pool) -> None:
    async with begin(db) as connection:
        await connection.execute(
            "update webhook_deliveries set next_attempt_at = now() where status = 'pending'"
        )
        await connection.execute("update jobs set run_at = now() where queue = 'webhooks'")


async def make_webhook(api: Api, owner: Person, url: str, *types: str) -> Any:
    body = {"url": url, "types": list(types) or ["lesson.completed"]}
    return (await api.post("/webhooks", body, as_=owner)).data


def a_lesson(course_id: str | UUID) -> dict[str, Any]:
    some = UUID(int=7)
    return {
        "enrollment_id": some,
        "course_id": course_id,
        "student_id": some,
        "lesson_id": some,
        "completed_at": "2026-01-01T00:00:00Z",
    }


@pytest.fixture
async def course(api: Api, tara: Person) -> Any:
    return await make_course(api, tara)
