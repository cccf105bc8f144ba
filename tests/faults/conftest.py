"""A PostgreSQL of our own, that a test may freeze, stop and fill, and a real API before it."""

import contextlib
import os
import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from lms.processes.supervisor import Process
from lms.settings import Secret, Settings
from lms.tools import migrate
from lms.tools.embedded.postgres import Postgres
from tests.api import Api
from tests.running import Process as Program
from tests.running import free_port, serving_api


class Database:
    """A running PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self._server = Postgres(folder)
        self._process: Process | None = None

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def superuser_url(self) -> str:
        """Of another database on it, as someone who may do anything."""
        return self._server.superuser_url

    def start(self) -> None:
        self._process = self._server.start()

    def crash(self) -> None:
        """As `pg_ctl stop -m immediate` does."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def _signal_all(self, number: signal.Signals) -> None:
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        for pid in (str(self._process.pid), *children.read_text().split()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), number)

    def freeze(self) -> None:
        """Every process of the server stops where it is, as on a disk that hangs."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_all(signal.SIGCONT)

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.thaw()
            self._process.kill()
            self._process.wait()
        self._server.home.close()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = Database(tmp_path_factory.mktemp("database"))
    made.start()
    migrate.migrate(made.url)
    yield made
    made.end()


@dataclass(frozen=True)
class Running:
    api: Api
    process: Program
    settings: Settings
    database: Database


@pytest.fixture(scope="module")
async def running(
    database: Database, base_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Running]:
    """A real API process with an operator's time limits."""
    settings = replace(
        base_settings,
        environment="test",
        database_url=Secret(database.url),
        data_dir=tmp_path_factory.mktemp("api"),
        port=free_port(),
        database_pool_size=5,
        rate_limit_general_per_minute=0,
        rate_limit_auth_per_minute=0,
        login_failures_per_address_per_minute=0,
    )
    async with serving_api(settings) as (api, process):
        yield Running(api, process, settings, database)


@pytest.fixture
def session(database: Database) -> Iterator[psycopg.Connection]:
    """A session of somebody else's."""
    with psycopg.connect(database.url) as connection:
        yield connection
