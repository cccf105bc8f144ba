"""Jobs that parsers do in tests; they are imported there by name."""

import os
import signal
import time
from pathlib import Path
from typing import IO

from lms.errors import NotFound


def add(one: int, other: int) -> int:
    return one + other


def read(file: IO[bytes], more: bytes) -> bytes:
    file.seek(0)
    return file.read() + more


def take_memory(size: int) -> int:
    return len(bytearray(size))


def take_time() -> None:
    while True:
        pass


def wait(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def refuse() -> None:
    raise NotFound("Not that one.")


def fail() -> None:
    raise KeyError("a fault of ours")


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def crash_once(note: Path) -> str:
    """Be killed at the first call, as by a system that ran out of memory."""
    if not note.exists():
        note.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def pid() -> int:
    return os.getpid()


def variables() -> list[str]:
    return list(os.environ)
