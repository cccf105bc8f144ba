"""Child processes that live as long as they should: restarted, stopped, never left behind.

Only the standard library is imported here: a supervising process should stay small.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import IO, NoReturn

EXIT_SETTINGS = 2  # a wrong setting: starting again would not help

_BACKOFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_STEADY_SECONDS = 60.0  # a child that ran this long starts again with the shortest wait
_PR_SET_PDEATHSIG = 1

Process = subprocess.Popen[bytes]


class Stopped(BaseException):
    """Someone asked us to stop (SIGTERM, Ctrl-C, or the terminal was closed)."""


@dataclass(frozen=True, slots=True)
class Account:
    """The user that a server runs as when we are root."""

    uid: int
    gid: int


def spawn(
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    account: Account | None = None,
    pass_fds: Sequence[int] = (),
    stdin: int = subprocess.DEVNULL,
    output: IO[bytes] | int | None = None,
    cwd: str | None = None,
    dies_with_us_by: signal.Signals = signal.SIGTERM,
    own_session: bool = True,
) -> Process:
    """Start a child that gets a signal when we die, even by SIGKILL.

    Call it from the main thread: the kernel watches the thread that forked. The child has its
    own session, so that Ctrl-C reaches us alone and we choose the order of stopping.
    """
    return subprocess.Popen(
        argv,
        env=env,
        cwd=cwd,
        stdin=stdin,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        pass_fds=pass_fds,
        start_new_session=own_session,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        # After the change of user, which would clear it.
        preexec_fn=_dying_with_parent(dies_with_us_by),
    )


def _dying_with_parent(how: signal.Signals) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None  # not Linux: children outlive a supervisor that is killed
    prctl = ctypes.CDLL(None).prctl  # looked up before the fork: the child should do little
    parent = os.getpid()

    def before_exec() -> None:
        prctl(_PR_SET_PDEATHSIG, int(how), 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the call above
            os._exit(1)

    return before_exec


@dataclass(slots=True)
class Program:
    """One thing to keep running: how to start it, how to end it."""

    name: str
    start: Callable[[], Process]
    stop_signal: signal.Signals = signal.SIGTERM
    kill_signal: signal.Signals = signal.SIGKILL
    stop_seconds: float = 10.0
    is_server: bool = False  # others need it, so it is stopped after them
    process: Process | None = None
    started_at: float = 0.0
    crashes: int = 0
    due_at: float = field(default=0.0)  # when to start it (again)


class Supervisor:
    """Keeps programs running until it is asked to stop; ends servers last."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._programs: list[Program] = []
        self._stopping = False
        self._hurry = False
        # A signal, a child's end included, wakes the select() in `wait`.
        self._read_end, write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        os.set_blocking(write_end, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        if self._stopping:
            self._hurry = True
            return
        self._stopping = True
        raise Stopped

    def run(self, program: Program) -> None:
        """Start a program and keep it running; raises whatever its start raises."""
        program.process = program.start()
        program.started_at = time.monotonic()
        self._programs.append(program)

    def watch(self) -> NoReturn:
        """Restart what ends, until `Stopped` is raised or a child refuses its settings."""
        while True:
            self.wait(60.0)

    def wait(self, seconds: float) -> None:
        """Look after the children for this long, or until the next signal."""
        now = time.monotonic()
        for program in self._programs:
            self._look_after(program, now)
        waiting = [p.due_at - now for p in self._programs if p.process is None]
        select.select([self._read_end], [], [], max(0.0, min([seconds, *waiting])))
        with suppress(BlockingIOError):
            os.read(self._read_end, 4096)

    def _look_after(self, program: Program, now: float) -> None:
        if program.process is not None:
            status = program.process.poll()
            if status is None:
                return
            if status == EXIT_SETTINGS:
                raise SystemExit(EXIT_SETTINGS)  # the child has printed why
            if now - program.started_at > _STEADY_SECONDS:
                program.crashes = 0
            pause = _BACKOFF_SECONDS[min(program.crashes, len(_BACKOFF_SECONDS) - 1)]
            how = f"by signal {-status}" if status < 0 else f"with code {status}"
            self._say(f"{program.name} ended {how}; starting it again in {pause:g} s")
            program.process, program.due_at = None, now + pause
            program.crashes += 1
        elif now >= program.due_at:
            try:
                program.process = program.start()
            except (OSError, RuntimeError) as error:
                pause = _BACKOFF_SECONDS[min(program.crashes, len(_BACKOFF_SECONDS) - 1)]
                self._say(f"{program.name} does not start: {error}; next try in {pause:g} s")
                program.due_at = time.monotonic() + pause
                program.crashes += 1
            program.started_at = time.monotonic()

    def stop(self, programs: Sequence[Program] | None = None) -> bool:
        """End programs (all, unless some are named); a second signal kills them at once.

        True if all of them ended by themselves, with exit code 0.
        """
        self._stopping = True
        chosen = [p for p in self._programs if programs is None or p in programs]
        clean = self._end([p for p in chosen if not p.is_server])
        clean = self._end([p for p in chosen if p.is_server]) and clean
        self._programs = [p for p in self._programs if p not in chosen]
        return clean

    def _end(self, programs: Sequence[Program]) -> bool:
        running = [(p, p.process) for p in programs if p.process is not None]
        started = time.monotonic()
        clean = True
        for program, process in running:
            if process.poll() is None:
                process.send_signal(program.stop_signal)
        for program, process in running:
            while process.poll() is None and not self._hurry:
                left = started + program.stop_seconds - time.monotonic()
                if left <= 0:
                    break
                select.select([self._read_end], [], [], left)
                with suppress(BlockingIOError):
                    os.read(self._read_end, 4096)
            if process.poll() is None:
                clean = False
                process.send_signal(program.kill_signal)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(5.0)
                if process.poll() is None:
                    process.kill()
                    process.wait()
            clean = clean and process.returncode == 0
            program.process = None
        return clean
