"""Two servers, one of which streams from the other."""

import contextlib
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from lms.processes.supervisor import Process
from lms.tools import migrate
from lms.tools.embedded.postgres import Postgres


@dataclass
class Pair:
    """A primary, and a standby that streams from it."""

    primary: Postgres
    standby: Postgres
    standby_process: Process
    primary_process: Process

    def ask_standby(self, statement: str) -> Any:
        with psycopg.connect(self.standby.superuser_url, autocommit=True) as connection:
            row = connection.execute(statement.encode()).fetchone()
        return row[0] if row else None

    @property
    def both(self) -> str:
        """The URL of whichever takes writes; the standby is named first."""
        hosts = f"127.0.0.1:{self.standby.port},127.0.0.1:{self.primary.port}"
        url = self.primary.url.replace(f"127.0.0.1:{self.primary.port}", hosts)
        return f"{url}?target_session_attrs=read-write"

    def freeze_primary(self) -> None:
        """It answers nothing and refuses nothing, as a machine that is switched off."""
        listed = Path(f"/proc/{self.primary_process.pid}/task/{self.primary_process.pid}/children")
        for pid in (self.primary_process.pid, *map(int, listed.read_text().split())):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def kill_standby(self) -> None:
        self.standby_process.send_signal(signal.SIGQUIT)
        self.standby_process.wait()

    def start_standby(self) -> None:
        self.standby_process = self.standby.start()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("streaming")
    primary, standby = Postgres(folder / "primary"), Postgres(folder / "standby")
    process = primary.start()
    migrate.migrate(primary.url)
    # A copy of a server that was stopped well is a standby's base as good as pg_basebackup's.
    process.send_signal(primary.stop_signal)
    process.wait()
    shutil.copytree(folder / "primary" / "data", folder / "standby" / "data")
    process = primary.start()
    conninfo = make_conninfo(primary.superuser_url.removesuffix("/postgres"))
    (folder / "standby" / "data" / "standby.signal").touch()
    with (folder / "standby" / "data" / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"primary_conninfo = '{conninfo}'\n")
    standby.home.write("password", primary.home.password)
    account = standby.home.account
    if account is not None:
        for path in [folder / "standby" / "data", *(folder / "standby" / "data").rglob("*")]:
            os.chown(path, account.uid, account.gid)
    made = Pair(primary, standby, standby.start(), process)
    yield made
    for one in (made.standby_process, process):
        one.kill()
        one.wait()
    primary.home.close()
    standby.home.close()
