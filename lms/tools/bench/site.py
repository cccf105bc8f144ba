"""The servers that are measured, each a process: the application and the two baselines."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import ProxyHandler, Request, build_opener

import orjson
import psycopg
from psycopg import sql

from lms.processes.supervisor import Process, spawn
from lms.tools.bench.data import PASSWORD, Data
from lms.tools.bench.load import LoadError
from lms.tools.embedded.processes import free_port

_START_SECONDS = 60.0
# Limits count every request, and refuse none.
_UNLIMITED = "1000000000"


@contextmanager
def own_database(url: str, suffix: str = "data") -> Iterator[str]:
    """A database of our own on the server that the URL names, dropped at the end."""
    name = f"lms_bench_{os.getpid()}_{suffix}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier(name))
            )


def rest(url: str) -> None:
    """Make the database and the system finish the work that earlier writes left."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze")
    os.sync()


@dataclass(frozen=True, slots=True)
class Server:
    """A server process and its children."""

    name: str
    process: Process
    port: int

    def cpu_seconds(self) -> float | None:
        """Processor time of all its threads and children; None if the system does not say."""
        try:
            return sum(_cpu_seconds(pid) for pid in self.pids())
        except OSError:
            return None

    def pids(self) -> list[int]:
        """The process and its children."""
        pid = self.process.pid
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:
            return [pid]
        return [pid, *map(int, children)]

    def memory_bytes(self) -> int:
        """Resident memory of the largest of its processes."""
        return max(_resident(pid) for pid in self.pids())

    def stop(self) -> None:
        with suppress(ProcessLookupError):
            self.process.terminate()
        self.process.wait()


def _cpu_seconds(pid: int) -> float:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


class Site:
    """Starts and asks servers on the measured database."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.environ = {
            **environ,
            "LMS_ENVIRONMENT": "staging",
            "LMS_PUBLIC_URL": "http://bench.example",  # so that tokens are valid on every port
            "LMS_DATA_DIR": str(folder / "data"),
            "LMS_SHUTDOWN_GRACE_SECONDS": "0",
            "LMS_ACCESS_TOKEN_SECONDS": "86400",
            "LMS_RATE_LIMIT_GENERAL_PER_MINUTE": _UNLIMITED,
            "LMS_RATE_LIMIT_AUTH_PER_MINUTE": _UNLIMITED,
            "LMS_RATE_LIMIT_UPLOADS_PER_HOUR": _UNLIMITED,
        }
        self._servers: list[Server] = []

    def start_api(self, processes: int = 1, **settings: str) -> Server:
        """The real application, ready."""
        port = free_port()
        environ = {**settings, "LMS_PORT": str(port), "LMS_WEB_CONCURRENCY": str(processes)}
        return self._start("lms", [sys.executable, "-m", "lms", "api"], port, "/ready", environ)

    def start_baseline(self, kind: str, data: Path) -> Server:
        """`bare` or `usual`; ready once it answers anything."""
        port = free_port()
        argv = [sys.executable, "-m", "lms.tools.bench.baselines", kind, str(port), str(data)]
        return self._start(kind, argv, port, "/nothing", {})

    def _start(
        self, name: str, argv: list[str], port: int, path: str, environ: Mapping[str, str]
    ) -> Server:
        log = self.folder / f"{name}-{port}.log"
        with log.open("wb") as output:
            process = spawn(argv, env={**self.environ, **environ}, output=output)
        server = Server(name, process, port)
        self._servers.append(server)
        give_up_at = time.monotonic() + _START_SECONDS
        while process.poll() is None and time.monotonic() < give_up_at:
            try:
                status, _ = ask(server, "GET", path)
            except (URLError, OSError):
                status = 0
            if status in (200, 404):
                return server
            time.sleep(0.02)
        raise LoadError(f"{name} did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")

    def sign_in(self, api: Server, data: Data) -> Data:
        """The data with a token for each student, from signing in as clients do."""
        tokens = []
        for student in data.students:
            status, reply = ask(
                api, "POST", "/auth/login", {"email": student.email, "password": PASSWORD}
            )
            if status != 200:
                raise LoadError(f"Signing in was answered with {status}: {reply!r}")
            tokens.append(orjson.loads(reply)["data"]["tokens"]["access_token"])
        return data.signed_in(tokens)

    def stop(self, *servers: Server) -> None:
        """Some of the servers, or all."""
        for server in servers or list(self._servers):
            server.stop()
            self._servers.remove(server)


def ask(server: Server, method: str, path: str, body: object = None) -> tuple[int, bytes]:
    """Status and body of one request under /api/v1."""
    request = Request(
        f"http://127.0.0.1:{server.port}/api/v1{path}",
        method=method,
        data=None if body is None else orjson.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=10.0) as reply:
            return reply.status, reply.read()
    except HTTPError as error:
        return error.code, error.read()
