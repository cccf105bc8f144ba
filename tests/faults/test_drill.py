"""The drill: every write that was acknowledged is there after all faults that we know of.

Traffic goes on while each process is killed, PostgreSQL is frozen and killed, Redis is frozen,
killed, flushed and full, the object store is frozen, the mail server refuses, and the disk is full.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from email import message_from_bytes
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiosmtpd.controller import Controller
from redis.asyncio import Redis

from lms.settings import Secret, Settings
from lms.tools import migrate
from tests.api import Api
from tests.core.storage.sites import Service, s3_service
from tests.faults.conftest import Database
from tests.faults.disks import Disk, small_disk
from tests.faults.ledger import Ledger, under_traffic
from tests.faults.promised import TYPES
from tests.people import PASSWORD
from tests.redis_server import RedisServer
from tests.running import Process, SiteAddress, eventually, free_port, wait_until_ready
from tests.webhooks.conftest import LOOPBACK, Sink, open_sink

pytestmark = pytest.mark.slow

_CLIENTS = 3
_CALM_SECONDS = 1.0  # between two faults
_FAULT_SECONDS = 4.0
_STORE_SECONDS = 8.0  # past the 5 s after which an upload is refused
# A frozen PostgreSQL costs 5 s, and so does a frozen object store; a page may ask both.
_SLOWEST_SECONDS = 15.0


class Mailbox:
    """An SMTP server that may refuse everybody."""

    def __init__(self) -> None:
        self.refuses = False
        self.ids: list[str] = []
        self.to: Counter[str] = Counter()

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.refuses:
            return "451 4.3.0 Not now"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.ids.append(str(message_from_bytes(envelope.content)["Message-ID"]))
        self.to.update(envelope.rcpt_tos)
        return "250 OK"


@dataclass
class Drill:
    """The site, and all that it stands on."""

    settings: Settings
    api: Api
    processes: dict[str, Process]
    database: Database
    redis: RedisServer
    storage: Service
    mailbox: Mailbox
    sink: Sink
    disk: Disk

    async def kill(self, name: str) -> None:
        process = self.processes[name]
        await process.kill_all()
        await process.start()

    async def freeze(self, what: Any, seconds: float = _FAULT_SECONDS) -> None:
        what.freeze()
        await asyncio.sleep(seconds)
        what.thaw()

    async def crash_database(self) -> None:
        await asyncio.to_thread(self.database.crash)
        await asyncio.sleep(1)
        await asyncio.to_thread(self.database.start)

    async def crash_redis(self) -> None:
        await self.redis.stop()
        await asyncio.sleep(_FAULT_SECONDS)
        await self.redis.start()

    async def fill_redis(self) -> None:
        async with Redis.from_url(self.redis.url) as client:
            await client.flushall()
            await client.config_set("maxmemory", "1")
            await asyncio.sleep(_FAULT_SECONDS)
            await client.config_set("maxmemory", "0")

    async def refuse_mail(self) -> None:
        self.mailbox.refuses = True
        await asyncio.sleep(_FAULT_SECONDS)
        self.mailbox.refuses = False

    async def fill_disk(self) -> None:
        self.disk.fill()
        await asyncio.sleep(_FAULT_SECONDS)
        self.disk.make_room()

    @property
    def faults(self) -> dict[str, Callable[[], Awaitable[None]]]:
        return {
            "the API is killed": lambda: self.kill("api"),
            "the worker is killed": lambda: self.kill("worker"),
            "the scheduler is killed": lambda: self.kill("scheduler"),
            "PostgreSQL is frozen": lambda: self.freeze(self.database),
            "PostgreSQL is killed": self.crash_database,
            "Redis is frozen": lambda: self.freeze(self.redis),
            "Redis is killed": self.crash_redis,
            "Redis is flushed and full": self.fill_redis,
            "the object store is frozen": lambda: self.freeze(self.storage, _STORE_SECONDS),
            "the mail server refuses": self.refuse_mail,
            "the disk is full": self.fill_disk,
        }

    async def ask(self, question: str, *args: object) -> Any:
        connection = await asyncpg.connect(self.settings.database_url.value)
        try:
            return await connection.fetch(question, *args)
        finally:
            await connection.close()

    async def settle(self) -> None:
        """Until all that was promised is kept, which includes what waits to be tried again."""
        open_jobs = (
            "select kind, status, last_error from jobs"
            " where status <> 'done' and run_at < 'infinity' and not (args ? 'due_at')"
        )

        async def is_settled() -> bool:
            # What waits for its next try need not wait here for minutes.
            await self.ask(
                "update jobs set run_at = now()"
                " where status = 'pending' and attempts > 0 and run_at > now()"
            )
            return not await self.ask(open_jobs)

        try:
            await eventually(is_settled, seconds=120)
        except TimeoutError:
            raise AssertionError(await self.ask(open_jobs)) from None


@pytest.fixture
async def drill(base_settings: Settings, tmp_path: Path) -> AsyncIterator[Drill]:
    async with contextlib.AsyncExitStack() as stack:
        disk = stack.enter_context(small_disk(tmp_path / "data", 64 * 2**20))
        database = Database(tmp_path / "database")
        stack.callback(database.end)
        await asyncio.to_thread(database.start)
        await asyncio.to_thread(migrate.migrate, database.url)
        storage = await stack.enter_async_context(s3_service(base_settings, tmp_path))
        redis = RedisServer(tmp_path / "redis", free_port())
        await redis.start()
        stack.push_async_callback(redis.stop)
        mailbox = Mailbox()
        smtp = Controller(mailbox, hostname="127.0.0.1", port=free_port())
        smtp.start()
        stack.callback(smtp.stop)
        sink = await stack.enter_async_context(open_sink())
        mine = replace(
            storage.settings,
            environment="test",
            database_url=Secret(database.url),
            redis_url=Secret(redis.url),
            smtp_url=Secret(f"smtp://127.0.0.1:{smtp.port}"),
            webhook_allowed_nets=LOOPBACK,
            data_dir=disk.folder,
            port=free_port(),
            public_url=None,
            job_lease_seconds=3,
            sweep_seconds=1.0,
            shutdown_grace_seconds=0.0,
            rate_limit_general_per_minute=0,
            rate_limit_auth_per_minute=0,
            rate_limit_uploads_per_hour=0,
            login_failures_per_address_per_minute=0,
        )
        processes = {}
        for name in ("api", "worker", "scheduler"):
            process = processes[name] = Process(name, settings=mine, log=tmp_path / f"{name}.log")
            stack.push_async_callback(process.end)
            await process.start()
        api = await stack.enter_async_context(Api(SiteAddress(mine)))
        await wait_until_ready(api, processes["api"])
        yield Drill(mine, api, processes, database, redis, storage, mailbox, sink, disk)


async def _open_course(drill: Drill) -> tuple[Any, Any]:
    body = {"email": "tara@example.com", "password": PASSWORD, "full_name": "Tara Teacher"}
    await drill.api.post("/auth/register", body)
    await drill.ask("update users set role = 'instructor'")
    login = {"email": body["email"], "password": PASSWORD}
    token = (await drill.api.post("/auth/login", login)).data["tokens"]["access_token"]
    new = {"title": "Steam engines", "description": "How they work."}
    course = (await drill.api.post("/courses", new, token=token)).data
    fields = {"title": "Watt", "content_type": "text", "content": "Condensers."}
    lesson = (await drill.api.post(f"/courses/{course['id']}/lessons", fields, token=token)).data
    assert (await drill.api.post(f"/courses/{course['id']}/publish", token=token)).status == 200
    hook = {"url": drill.sink.url, "types": TYPES}
    assert (await drill.api.post("/webhooks", hook, token=token)).status == 201
    return course, lesson


async def test_every_acknowledged_write_is_there_after_every_fault(drill: Drill) -> None:
    ledger = Ledger(drill.api, *await _open_course(drill))
    acknowledged: dict[str, int] = {}
    async with under_traffic(ledger, _CLIENTS):
        for name, fault in drill.faults.items():
            before = sum(bool(one.token) for one in ledger.journeys)
            await fault()
            await asyncio.sleep(_CALM_SECONDS)
            await wait_until_ready(drill.api, drill.processes["api"])
            acknowledged[name] = sum(bool(one.token) for one in ledger.journeys) - before
        await asyncio.sleep(_FAULT_SECONDS)  # the last of them end their journeys
    await drill.settle()

    found = await ledger.account()
    assert found["completions"] > 20, (found, acknowledged)
    assert min(found.values()) > 20, found
    codes = {answer.partition(" ")[2] for answer in ledger.answers if answer[0].isdigit()}
    assert codes <= {"", "unavailable", "storage_unavailable", "idempotency_in_progress",
                     "upload_in_progress", "email_taken"}, ledger.answers  # fmt: skip
    assert ledger.answers["503 storage_unavailable"] > 0, ledger.answers
    assert ledger.slowest < _SLOWEST_SECONDS, ledger.answers

    # What follows from the writes has happened too: mails, and events at the receiver.
    mails = await drill.ask("select id::text, status from jobs where kind = 'send_email'")
    assert {row["status"] for row in mails} == {"done"}
    sent = Counter(drill.mailbox.ids)
    assert set(sent) == {f"<{row['id']}@example.com>" for row in mails}
    assert sum(sent.values()) - len(sent) <= len(drill.faults)
    told = [one for one in ledger.journeys if one.is_completed]
    assert all(drill.mailbox.to[one.email] >= 3 for one in told)  # welcome, enrolled, completed
    events = await drill.ask("select id::text from events where type = any($1)", TYPES)
    assert {row["id"] for row in events} == set(drill.sink.ids)
    assert len(events) >= 2 * len(told)
