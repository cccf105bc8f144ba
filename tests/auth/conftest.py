"""A post office: the worker's mail, delivered when a test wants it."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import asyncpg
import pyotp
import pytest
from aiohttp.test_utils import TestServer

from lms.app import create_app
from lms.core.db.pool import Pool
from lms.core.http.request import POOL
from lms.core.jobs.claims import claim
from lms.core.jobs.tasks import TASKS, WorkerContext
from lms.core.parsers import Parsers
from lms.core.redis_pool import RedisPool
from lms.core.storage import create_storage
from lms.notifications.mailbox import SentMail, read_mails
from lms.notifications.mailer import mail_folder, open_mailer
from lms.processes.loading import load_tasks
from lms.settings import Settings
from tests.api import Api, Response, Server
from tests.openapi_checker import ResponseChecker
from tests.people import PASSWORD, Person
from tests.running import eventually

load_tasks()


class PostOffice:
    """Keeps what was promised to the queue `emails`, as a worker does, and reads the mails."""

    def __init__(self, settings: Settings, db: Pool) -> None:
        self.worker = WorkerContext(
            settings=settings,
            db=db,
            redis=RedisPool(settings),
            mailer=open_mailer(settings),
            storage=create_storage(settings),
            parsers=Parsers(settings),
        )
        self._kinds = {kind: 100 for kind, task in TASKS.items() if task.queue == "emails"}

    async def mails(self) -> list[SentMail]:
        """All mails so far, the newest first, with everything due delivered before."""
        while True:
            jobs = await claim(self.worker.db, "emails", self._kinds, room=100, lease_seconds=60)
            if not jobs:
                break
            for job in jobs:
                await TASKS[job.kind].function(self.worker, job)
                if not job.finished:
                    await job.finish(self.worker.db)
        return read_mails(mail_folder(self.worker.settings), limit=1000)

    async def to(self, address: str) -> list[SentMail]:
        return [mail for mail in await self.mails() if mail.to == address]

    async def subjects(self, address: str) -> list[str]:
        return sorted(mail.subject for mail in await self.to(address))

    async def token(self, address: str, subject: str) -> str:
        """The token in the newest mail to an address whose subject has these words."""
        found = [mail for mail in await self.to(address) if subject in mail.subject]
        assert found, f"no mail to {address} says {subject}"
        match = re.search(r"\?token=([\w-]+)", found[0].text)
        assert match is not None
        assert match[0] in found[0].html
        return match[1]


@pytest.fixture
def post(settings: Settings, db: Pool, tmp_path: Path) -> PostOffice:
    return PostOffice(replace(settings, data_dir=tmp_path / "post"), db)


@pytest.fixture(scope="session")
async def other_server(settings: Settings) -> AsyncIterator[TestServer]:
    """A site that confirms addresses first, behind a proxy, so that tests choose addresses."""
    changed = replace(
        settings, registration_mode="confirm", trusted_proxies=(ip_network("127.0.0.0/8"),)
    )
    server = Server(create_app(changed))
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
async def proxied(other_server: TestServer, db: Pool) -> AsyncIterator[Api]:
    """A client of that site; `headers=from_("198.51.100.7")` says where it stands."""
    async with Api(other_server, ResponseChecker(other_server.app)) as client:
        yield client


@pytest.fixture(scope="session")
async def patient_server(settings: Settings) -> AsyncIterator[TestServer]:
    """A site that lets a crowd wait, so that a busy machine answers nobody with 503."""
    changed = replace(
        settings,
        trusted_proxies=(ip_network("127.0.0.0/8"),),
        database_connect_seconds=60,
        database_statement_seconds=60,
    )
    server = Server(create_app(changed))
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
async def patient(patient_server: TestServer, db: Pool) -> AsyncIterator[Api]:
    """A client of that site, for fifty at once."""
    async with Api(patient_server, ResponseChecker(patient_server.app)) as client:
        yield client


def from_(address: str, browser: str = "Browser/1.0") -> dict[str, str]:
    return {"X-Forwarded-For": address, "User-Agent": browser}


async def register(api: Api, email: str = "sam@example.com", **options: Any) -> Any:
    body = {"email": email, "password": PASSWORD, "full_name": "Sam Student"}
    return (await api.post("/auth/register", body, **options)).data


async def login(
    api: Api, email: str, password: str = PASSWORD, headers: dict[str, str] | None = None
) -> Any:
    return await api.post("/auth/login", {"email": email, "password": password}, headers=headers)


async def until_answered(send: Callable[[], Awaitable[Response]]) -> Response:
    """The reply, of a machine that may be too busy at first: as Retry-After asks, come again."""
    while (reply := await send()).status == 503:
        assert int(reply.headers["Retry-After"]) >= 1
        await asyncio.sleep(0.1)
    return reply


class Phone:
    """An authenticator app, whose clock can be set."""

    def __init__(self, secret: str) -> None:
        self.totp = pyotp.TOTP(secret)

    def code(self, *, steps: int = 0) -> str:
        """The code now, or that of some steps of 30 s away."""
        return self.totp.generate_otp(int(time.time()) // 30 + steps)


async def away_from_the_edge() -> None:
    """A test that is about to use codes has some seconds until the next step begins."""
    left = 30 - time.time() % 30
    if left < 4:
        await asyncio.sleep(left)


async def prove_address(api: Api, person: Person) -> None:
    """As if the person had used the link in a mail."""
    async with api.app[POOL].acquire() as connection:
        await connection.execute(
            "update users set email_verified_at = now() where id = $1", person.id
        )


async def set_up_mfa(api: Api, person: Person) -> str:
    """The secret of a second factor that waits for its first code."""
    await prove_address(api, person)
    body = {"password": PASSWORD}
    reply = await until_answered(lambda: api.post("/auth/mfa/setup", body, as_=person))
    return str(reply.data["secret"])


async def enable_mfa(api: Api, person: Person) -> tuple[Phone, list[str]]:
    """A second factor, enabled with the code of the step before, so that the current is unused."""
    await away_from_the_edge()
    phone = Phone(await set_up_mfa(api, person))
    reply = await api.post("/auth/mfa/enable", {"code": phone.code(steps=-1)}, as_=person)
    return phone, reply.data["recovery_codes"]


async def until_they_wait(settings: Settings, requests: int) -> None:
    """Until so many requests wait for a row that is held."""
    watcher = await asyncpg.connect(settings.database_url.value)

    async def look() -> bool:
        waiting: int = await watcher.fetchval(
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock'"
        )
        return waiting >= requests

    await eventually(look)
    await watcher.close()
