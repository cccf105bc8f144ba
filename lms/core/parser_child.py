"""What a child process of `parsers.py` runs: one job after the other, within its limits.

Only the standard library and our errors are imported here; each job imports what it needs.
"""

import ctypes
import os
import pickle
import resource
import signal
import socket
import struct
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from lms.errors import LMSError

HEAD = struct.Struct("!Q")  # the length of the message that follows
READY = b"R"
DONE, REFUSED, FAILED, NO_MEMORY = range(4)  # how a job ended

_PR_SET_PDEATHSIG = 1
_NICENESS = 10  # whoever waits for a page should not wait for a picture
_MOST_JOBS = 500  # then a new process: libraries leak
_MOST_LEFT = 128 << 20  # resident bytes left over from a job, which count against the next one


def main(descriptor: int, parent: int, memory_bytes: int, cpu_seconds: int) -> None:
    """Do jobs until the parent closes its end of the socket."""
    _die_with(parent)
    # A service manager tells all processes to stop; the parent finishes its requests with us.
    for stop in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    os.nice(_NICENESS)
    _limit(resource.RLIMIT_CORE, 0)
    # Not the address space, in which fonts and libraries count too; where neither is known, as on
    # macOS, the limits of time are what is left.
    _limit(resource.RLIMIT_DATA, memory_bytes)
    channel = socket.socket(fileno=descriptor)
    channel.sendall(READY)
    for number in range(1, _MOST_JOBS + 1):
        job = _next_job(channel)
        if job is None:
            return
        _allow_seconds(cpu_seconds)
        how, answer = _do(*job)
        is_last = number == _MOST_JOBS or how == NO_MEMORY or _resident() > _MOST_LEFT
        head = HEAD.pack(len(answer))
        channel.sendall(head + bytes((how, is_last)) + answer)
        if is_last:
            return


def _die_with(parent: int) -> None:
    """Have the kernel kill us when the parent dies, however it does."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != parent:  # it died before the call above
            os._exit(1)


def _limit(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    with suppress(ValueError, OSError):  # a system without this limit
        resource.setrlimit(what, (most, hard))


def _allow_seconds(seconds: int) -> None:
    """Have the kernel kill us (SIGXCPU) after this much more processor time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + seconds)


def _next_job(channel: socket.socket) -> tuple[bytes, int | None] | None:
    """A message, and the descriptor of the file that came with it; None at the end."""
    head, descriptors, _, _ = socket.recv_fds(channel, HEAD.size, 1)
    if not head:
        return None
    head += _receive(channel, HEAD.size - len(head))
    message = _receive(channel, HEAD.unpack(head)[0])
    return message, descriptors[0] if descriptors else None


def _receive(channel: socket.socket, size: int) -> bytes:
    received = bytearray(size)
    left = memoryview(received)
    while left:
        count = channel.recv_into(left)
        if count == 0:
            raise EOFError
        left = left[count:]
    return bytes(received)


def _do(message: bytes, descriptor: int | None) -> tuple[int, bytes]:
    """How the job ended, and what it returned or raised, pickled."""
    how: int
    answer: Any
    try:
        work, args = pickle.loads(message)  # noqa: S301 (our own parent wrote it)
        if descriptor is None:
            answer = work(*args)
        else:
            with os.fdopen(descriptor, "rb") as file:
                answer = work(file, *args)
        return DONE, pickle.dumps(answer)
    except MemoryError:
        how, answer = NO_MEMORY, None
    except LMSError as error:
        how, answer = REFUSED, error.with_traceback(None)
    except Exception:
        how, answer = FAILED, traceback.format_exc()[-8000:]
    return how, pickle.dumps(answer)


def _resident() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * resource.getpagesize()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
