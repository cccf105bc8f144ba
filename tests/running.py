"""The real thing: API, worker and scheduler as processes of their own."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from lms.settings import Secret, Settings, variable
from tests.api import Api, Response
from tests.people import PASSWORD

_START_SECONDS = 30  # two cores, three processes, and other tests beside them


class Process:
    """`python -m lms <command>` with given settings; its log goes to a file."""

    def __init__(self, command: str, *args: str, settings: Settings, log: Path) -> None:
        self._argv = [sys.executable, "-m", "lms", command, *args]
        self._environ = environment_of(settings)
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._argv, env=self._environ, stdout=log, stderr=log
            )

    async def kill(self) -> None:
        """As `kill -9` does."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()
        self._process = None

    async def kill_all(self) -> None:
        """As `kill -9` does to the process and to those that it supervises, at once."""
        assert self._process is not None
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        children = (await asyncio.to_thread(listed.read_text)).split()
        self._process.kill()
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        await self._process.wait()
        self._process = None

    async def stop(self, seconds: float = 15) -> int:
        """SIGTERM, and the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(seconds):
            code = await self._process.wait()
        self._process = None
        return code

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    async def end(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def wait_for_log(self, words: str) -> None:
        """Until the process has logged these words."""

        async def look() -> bool:
            return words in self.log

        await eventually(look)

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8", "replace") if self._log.exists() else ""


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment in which a process reads these settings."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("LMS_")}
    for field in fields(Settings):
        value = getattr(settings, field.name)
        text = _written(value)
        if value != field.default and text is not None:
            environ[variable(field.name)] = text
    return environ


def _written(value: Any) -> str | None:
    if isinstance(value, tuple):
        return ",".join(str(_written(part)) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Secret):
        return value.value
    return None if value is None else str(value)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass(frozen=True)
class Site:
    """A running installation."""

    settings: Settings
    api_process: Process
    worker: Process
    scheduler: Process
    api: Api

    async def register(self, name: str) -> Any:
        """Somebody new, as the reply to their registration says."""
        email = f"{name.split()[0].lower()}@example.com"
        body = {"email": email, "password": PASSWORD, "full_name": name}
        return (await self.api.post("/auth/register", body)).data

    async def make_instructor(self, user_id: str) -> None:
        connection = await asyncpg.connect(self.settings.database_url.value)
        await connection.execute("update users set role = 'instructor' where id = $1", user_id)
        await connection.close()

    async def mails(self) -> list[Any]:
        reply = await self.api.get("/dev/mail.json", root=True, check=False)
        return list(reply.data)

    async def wait_for_mail(self, to: str, subject: str) -> Any:
        """The mail to someone whose subject has these words."""

        async def look() -> Any:
            for mail in await self.mails():
                if to in str(mail["to"]) and subject in mail["subject"]:
                    return mail
            return None

        return await eventually(look)


async def eventually(look: Any, seconds: float = 30) -> Any:
    """What `look` returns once that is something; asks again until then."""
    async with asyncio.timeout(seconds):
        while not (found := await look()):
            await asyncio.sleep(0.1)
    return found


class Address:
    """Where something listens on this machine, as `Api` wants to know it."""

    def __init__(self, port: int) -> None:
        self._url = aiohttp.client.URL(f"http://127.0.0.1:{port}/")

    def make_url(self, path: str) -> aiohttp.client.URL:
        return self._url.join(aiohttp.client.URL(path))


class SiteAddress(Address):
    """Where a process with these settings listens."""

    def __init__(self, settings: Settings) -> None:
        self._url = aiohttp.client.URL(settings.base_url)


async def wait_until_ready(api: Api, process: Process) -> None:
    async def look() -> Response | None:
        try:
            reply = await api.get("/ready", check=False)
        except aiohttp.ClientError:
            return None
        return reply if reply.status == 200 else None

    try:
        await eventually(look, _START_SECONDS)
    except TimeoutError:
        raise AssertionError(f"the API did not start:\n{process.log}") from None


@contextlib.asynccontextmanager
async def running_site(settings: Settings) -> AsyncIterator[Site]:
    """API, worker and scheduler, ended afterwards whatever happened."""
    folder = settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    processes = {
        name: Process(name, settings=settings, log=folder / f"{name}.log")
        for name in ("api", "worker", "scheduler")
    }
    server = SiteAddress(settings)
    try:
        async with Api(server) as api:
            for process in processes.values():
                await process.start()
            await wait_until_ready(api, processes["api"])
            yield Site(settings, processes["api"], processes["worker"], processes["scheduler"], api)
    finally:
        for process in processes.values():
            await process.end()


@contextlib.asynccontextmanager
async def serving_api(settings: Settings) -> AsyncIterator[tuple[Api, Process]]:
    """An API process alone; asked at its port, also if it has a public address."""
    process = Process("api", settings=settings, log=settings.data_dir / "api.log")
    server = Address(settings.port)
    try:
        async with Api(server) as api:
            await process.start()
            await wait_until_ready(api, process)
            yield api, process
    finally:
        await process.end()
