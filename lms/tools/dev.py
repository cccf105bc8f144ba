"""`bin/dev`: servers, schema, demo data, API, worker and scheduler, until Ctrl-C."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import psycopg

from lms.processes.ports import port_is_free
from lms.processes.supervisor import Program, Stopped, Supervisor, spawn
from lms.settings import Settings, SettingsError, http_url, load_settings
from lms.tools.embedded.postgres import Postgres
from lms.tools.embedded.processes import EmbeddedError, FolderInUse, lock_file
from lms.tools.embedded.valkey import Valkey

_READY_SECONDS = 60.0
_WAIT_SECONDS = "30"  # for servers that someone else starts

_READY = """
{state}

  Start here      {url}/
  API             {url}/api/v1
  Documentation   {url}/docs
  Mails           {url}/dev/mail
  Data            {data_dir}
{demo}
Ctrl-C stops everything.
"""
_DEMO = """
  Demo logins, all with the password learn-by-doing-7:
                  admin@example.com
                  instructor@example.com
                  student@example.com
                  graduate@example.com
"""


class NotStarted(Exception):
    """A program that had to succeed first did not; it has printed why."""


def main(settings: Settings) -> int:
    """Run everything; 0 after Ctrl-C or SIGTERM."""
    if settings.is_production:
        raise SettingsError("LMS_ENVIRONMENT must not be production for bin/dev.")
    data_dir = settings.data_dir.absolute()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        launcher_lock = lock_file(data_dir / "dev.lock")
    except FolderInUse:
        print(f"bin/dev runs already with LMS_DATA_DIR={data_dir}.", file=sys.stderr)
        return 1
    except OSError as error:
        raise SettingsError(f"LMS_DATA_DIR cannot be used: {error}.") from error
    supervisor = Supervisor(_say)
    services = data_dir / "services.env"
    try:
        Dev(settings, data_dir, supervisor).run()
        supervisor.watch()
    except Stopped:
        _say("Stopping …")
    except NotStarted:
        return 1
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        supervisor.stop()
        services.unlink(missing_ok=True)
        os.close(launcher_lock)
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Dev:
    """One start."""

    def __init__(self, settings: Settings, data_dir: Path, supervisor: Supervisor) -> None:
        self._settings = settings
        self._data_dir = data_dir
        self._supervisor = supervisor
        self._env = {**os.environ, "LMS_DATA_DIR": str(data_dir)}
        self._lock = -1

    def run(self) -> None:
        """Bring everything up, and say so once it is."""
        # Every process that we start inherits the lock: after a kill it is free once all have
        # ended.
        self._lock = lock_file(self._data_dir / "children.lock", wait_seconds=30.0)
        settings = self._settings
        if not port_is_free(settings.host, settings.port):
            raise SettingsError(
                f"LMS_PORT: {settings.host}:{settings.port} is taken or not an address of this "
                "machine; choose another."
            )
        self._start_servers()
        settings = load_settings(self._env)
        self._once("migrate")
        if _is_empty(settings.database_url.value):
            _say("Loading demo data …")
            self._once("seed", "--demo")
        # The scheduler and the worker do not need the API, so they start at the same time.
        for name in ("api", "worker", "scheduler"):
            self._supervisor.run(Program(name, partial(self._spawn, name)))
        ready = self._wait_until_ready(settings)
        print(
            _READY.format(
                state="Ready." if ready else "Started, but not ready.",
                url=settings.base_url,
                data_dir=self._data_dir,
                demo=_DEMO if _has_demo(settings.database_url.value) else "",
            ),
            flush=True,
        )

    def _start_servers(self) -> None:
        """PostgreSQL and Valkey, unless the environment names others."""
        ours: dict[str, str] = {}
        if not _is_set(self._env, "LMS_DATABASE_URL"):
            postgres = Postgres(self._data_dir / "postgres")
            self._supervisor.run(
                Program(
                    "PostgreSQL",
                    postgres.start,
                    postgres.stop_signal,
                    postgres.kill_signal,
                    is_server=True,
                )
            )
            ours["LMS_DATABASE_URL"] = postgres.url
        if not _is_set(self._env, "LMS_REDIS_URL"):
            valkey = Valkey(self._data_dir / "valkey")
            self._supervisor.run(
                Program(
                    "Valkey",
                    valkey.start,
                    valkey.stop_signal,
                    valkey.kill_signal,
                    is_server=True,
                )
            )
            ours["LMS_REDIS_URL"] = valkey.url
        self._env |= ours
        if len(ours) < 2:
            self._once("wait-for-services", "--quiet", "--seconds", _WAIT_SECONDS)
        self._tell_other_commands(ours)

    def _tell_other_commands(self, ours: Mapping[str, str]) -> None:
        """Write the file by which bin/create-admin and the like find our servers."""
        path = self._data_dir / "services.env"
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.writelines(f"{name}={value}\n" for name, value in ours.items())

    def _spawn(self, *command: str) -> subprocess.Popen[bytes]:
        return spawn([sys.executable, "-m", "lms", *command], env=self._env, pass_fds=(self._lock,))

    def _once(self, *command: str) -> None:
        process = self._spawn(*command)
        try:
            if process.wait() != 0:
                raise NotStarted
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()

    def _wait_until_ready(self, settings: Settings) -> bool:
        every = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
        host = every.get(settings.host, settings.host)
        url = f"{http_url(host, settings.port)}/api/v1/ready"
        opener = build_opener(ProxyHandler({}))  # never through the developer's proxy
        give_up_at = time.monotonic() + _READY_SECONDS
        while time.monotonic() < give_up_at:
            with suppress(URLError, OSError), opener.open(url, timeout=2.0) as reply:
                if reply.status == 200:
                    return True
            self._supervisor.wait(0.1)
        _say(f"{url} is not 200 after {_READY_SECONDS:.0f} s; see the messages above.")
        return False


def _is_set(env: Mapping[str, str], name: str) -> bool:
    return bool(env.get(name) or env.get(f"{name}_FILE"))


def _is_empty(url: str) -> bool:
    """Whether nobody has used this database yet: the first run."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        row = connection.execute("select exists (select from users)").fetchone()
    return row is not None and not row[0]


def _has_demo(url: str) -> bool:
    with psycopg.connect(url, connect_timeout=10) as connection:
        row = connection.execute(
            "select exists (select from users where email = 'student@example.com')"
        ).fetchone()
    return row is not None and bool(row[0])
