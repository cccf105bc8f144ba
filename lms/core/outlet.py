"""Where a process's log lines leave it: without waiting for whoever reads them.

Lines are gathered for a moment and written by the event loop, to a descriptor that refuses instead
of blocking. While the reader is slow, lines wait in memory, up to a limit; beyond it they are lost,
and the log says how many as soon as it takes lines again.
"""

import fcntl
import os
import select
import socket
import stat
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the supervisor logs, and stays small
    import asyncio

_PAUSE_SECONDS = 0.02  # lines of this time are written together; kill -9 loses no more than these
_FILE_BYTES = 65_536
_ATOMIC_BYTES = select.PIPE_BUF  # processes that share a pipe do not cut each other's lines
_WAITING_BYTES = 8_388_608  # 8 MiB
_ORDINARY_BYTES = _WAITING_BYTES // 2  # some 12,000 requests; warnings still find room beyond
_LIMITS = {"debug": _ORDINARY_BYTES, "info": _ORDINARY_BYTES}
_CLOSE_SECONDS = 1.0  # at the end of a process, for a reader that is slow


class Outlet:
    """A queue of lines before a descriptor.

    `report(lost)` makes the line that tells of losses, from their number by level.
    """

    def __init__(self, descriptor: int, report: Callable[[dict[str, int]], bytes]) -> None:
        self._descriptor = descriptor
        self._write, self._piece_bytes = _writer(descriptor)
        self._report = report
        self._pieces: deque[bytes] = deque()  # whole lines that are written together
        self._open: list[bytes] = []  # lines of the piece that is not full yet
        self._open_size = 0
        self._size = 0  # of all that waits
        self._lost: Counter[str] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._is_armed = False
        self.lost = 0  # lines, since the process began

    def attach(self, loop: "asyncio.AbstractEventLoop") -> None:
        """From now on this thread's loop writes; before this, and after `close`, `put` does."""
        self._loop = loop
        self._thread = threading.get_ident()

    def put_from_anywhere(self, line: bytes, level: str) -> None:
        """As `put`, for threads too."""
        loop = self._loop
        if loop is None or threading.get_ident() == self._thread:
            self.put(line, level)
        else:
            with suppress(RuntimeError):  # the loop has just ended, and so has this thread's work
                loop.call_soon_threadsafe(self.put, line, level)

    def put(self, line: bytes, level: str) -> None:
        """Take a line, with its line end; called in the loop's thread."""
        size = len(line)
        if self._size > _LIMITS.get(level, _WAITING_BYTES):
            self._lost[level] += 1
            self.lost += 1
            return
        self._size += size
        self._open_size += size
        if self._open_size > self._piece_bytes:
            self._seal()
            self._open_size = size
        self._open.append(line)
        if not self._is_armed:
            self._arm()

    def _seal(self) -> None:
        if self._open:
            self._pieces.append(b"".join(self._open))
            self._open.clear()
        self._open_size = 0

    def _arm(self) -> None:
        if self._loop is None:
            self.close()
        else:
            self._is_armed = True
            self._loop.call_later(_PAUSE_SECONDS, self._flush)

    def _flush(self) -> None:
        self._is_armed = False
        if self._loop is not None and not self._write_waiting():
            self._arm()

    def _write_waiting(self) -> bool:
        """Write what the descriptor takes; whether that was all."""
        self._seal()
        while self._pieces or self._lost:
            if not self._pieces:
                lost, self._lost = self._lost, Counter()
                line = self._report(dict(lost))
                self._pieces.append(line)
                self._size += len(line)
            piece = self._pieces[0]
            try:
                written = self._write(piece)
            except OSError:  # full, or nobody reads it, or its disk is full: it may pass
                return False
            self._size -= written
            if written < len(piece):
                self._pieces[0] = piece[written:]
                return False
            self._pieces.popleft()
        return True

    def close(self) -> None:
        """Write what waits, for a second at most, and no longer by the loop."""
        self._loop, self._is_armed = None, False
        give_up_at = time.monotonic() + _CLOSE_SECONDS
        while not self._write_waiting():
            left = give_up_at - time.monotonic()
            if left <= 0:
                return
            # A full disk is always ready to be written to, and refuses: hence the pause.
            time.sleep(0.01)
            select.select([], [self._descriptor], [], left)


def _writer(descriptor: int) -> tuple[Callable[[bytes], int], int]:
    """A way to write that raises BlockingIOError instead of waiting, and how much at once."""
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):  # a file has no reader who could be slow
        return partial(os.write, descriptor), _FILE_BYTES
    if stat.S_ISSOCK(mode):  # journald's
        connection = socket.socket(fileno=os.dup(descriptor))
        return lambda data: connection.send(data, socket.MSG_DONTWAIT), _ATOMIC_BYTES
    try:
        # A description of our own: the flag of the one that we inherited is also that of the
        # shell, or whoever else has it.
        own = os.open(f"/proc/self/fd/{descriptor}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:  # no Linux, or a pipe that another user made
        own = os.dup(descriptor)
        fcntl.fcntl(own, fcntl.F_SETFL, fcntl.fcntl(own, fcntl.F_GETFL) | os.O_NONBLOCK)
    return partial(os.write, own), _ATOMIC_BYTES
