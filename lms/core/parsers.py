"""Child processes that look into what strangers send, within limits of memory and time.

    image = await parsers.run(reencode, "avatar", most_pixels, file=file)

A picture of 200 kB can unpack to gigabytes, and a library that decodes one can hang or crash. So
this happens in a few processes beside ours, which are killed beyond their limits, and of which
other requests feel nothing. Why this is ours and not a library's:
docs/decisions/0014-parser-processes.md.
"""

import asyncio
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import IO, Any, TypeVar

from aiohttp import web

from lms.core.log import get_logger
from lms.core.metrics import PARSER_JOBS
from lms.core.parser_child import DONE, FAILED, HEAD, NO_MEMORY, READY
from lms.errors import FieldError, Invalid, LMSError
from lms.settings import Settings

log = get_logger(__name__)

T = TypeVar("T")

PATIENCE_SECONDS = 5.0  # for a free process; a client that waits longer asks again
_MOST_WAITING = 100  # each may hold the body of its request
_START_SECONDS = 10.0
_WALL_SECONDS = 20.0  # a job that is still at it got too little of the processor
_IDLE_SECONDS = 300.0  # then the memory is worth more than the 0.3 s of the next start
_MOST_REPLY_BYTES = 64 << 20
_TRIES = 2  # the system may have killed the process for what others did
_NOT_FOR_PARSERS = ("LMS_", "PROMETHEUS_")  # variables: secrets, and where metrics are written


class ParsersBusy(LMSError):
    """Too much is being looked into at this moment; send this again shortly."""

    status = 429

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "5"})


class TooExpensive(Invalid):
    """This takes more work than one request may cost; send less, or something simpler."""

    def __init__(self, detail: str | None = None, *, pointer: str = "") -> None:
        super().__init__(detail)
        self.errors = (FieldError(pointer, self.code, self.detail),)


# What a route can end with besides, if its handler asks a parser, and the seconds that such a route
# needs: those of waiting, those of working, and some for the database.
PARSER_FAULTS = (ParsersBusy, TooExpensive)
PARSING_DEADLINE = PATIENCE_SECONDS + _WALL_SECONDS + 5.0


class ParserFailed(RuntimeError):
    """A job raised what is no error of ours; the text is its traceback."""


class Parsers:
    """A few child processes, started when they are needed, each doing one job at a time.

    Jobs are functions of modules, with arguments and results that can be pickled. They may raise
    LMSErrors, and what else they raise is ParserFailed here.
    """

    def __init__(self, settings: Settings, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._settings = settings
        self._patience_seconds = patience_seconds
        self._turns = asyncio.Semaphore(settings.parser_processes)
        self._waiting = 0
        self._free: list[_Child] = []  # the one that worked last at the end
        self._timers: dict[_Child, asyncio.TimerHandle] = {}
        self._children: set[_Child] = set()
        self._is_closed = False

    async def run(self, work: Callable[..., T], *args: object, file: IO[bytes] | None = None) -> T:
        """What `work(*args)` returns, or `work(file, *args)`. Raises ParsersBusy, TooExpensive."""
        async with self.turn() as turn:
            return await turn.run(work, *args, file=file)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator["Turn"]:
        """Wait for a free process, and keep it for a block. Raises ParsersBusy."""
        await self._wait()
        try:
            yield Turn(self)
        finally:
            self._turns.release()

    async def close(self) -> None:
        """End the processes, and start no more."""
        self._is_closed = True
        for timer in self._timers.values():
            timer.cancel()
        children = list(self._children)
        for child in children:
            child.kill()
        await asyncio.gather(*(child.ended() for child in children))

    async def _wait(self) -> None:
        if self._waiting >= _MOST_WAITING:
            raise self._busy("full")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience_seconds):
                await self._turns.acquire()
        except TimeoutError:
            raise self._busy("waited") from None
        finally:
            self._waiting -= 1

    async def ask(self, work: Callable[..., T], args: tuple[object, ...], file: int | None) -> T:
        """For `Turn.run`."""
        message = pickle.dumps((work, args))
        name = getattr(work, "__name__", type(work).__name__)
        for _ in range(_TRIES):
            child = await self._take()
            try:
                async with asyncio.timeout(_WALL_SECONDS):
                    how, is_last, answer = await child.ask(message, file)
            except TimeoutError:
                self._drop(child)
                raise self._busy("slow", work=name) from None
            except _Died:
                number = -await child.ended()
                self._drop(child)
                if number == signal.SIGXCPU:
                    raise self._too_expensive("time", work=name) from None
                log.warning("a parser died", work=name, by_signal=number)
                continue
            except BaseException:  # the client has left
                self._drop(child)
                raise
            if is_last:
                self._drop(child)
            else:
                self._give_back(child)
            if how == NO_MEMORY:
                raise self._too_expensive("memory", work=name)
            found: T = self._read(how, answer)
            return found
        # Twice in a row it was the file.
        raise self._too_expensive("crash", work=name)

    def _read(self, how: int, answer: bytes) -> Any:
        found = pickle.loads(answer)  # noqa: S301 (our own child wrote it)
        if how == DONE:
            PARSER_JOBS.labels("done").inc()
            return found
        if how == FAILED:
            PARSER_JOBS.labels("failed").inc()
            raise ParserFailed(found)
        PARSER_JOBS.labels("refused").inc()
        raise found

    async def _take(self) -> "_Child":
        if self._free:
            child = self._free.pop()
            self._timers.pop(child).cancel()
            return child
        if self._is_closed:
            raise self._busy("closed")
        try:
            child = await _Child.start(
                self._settings.parser_memory_bytes, self._settings.parser_cpu_seconds
            )
        except (OSError, TimeoutError) as error:
            log.error("a parser does not start", error=f"{type(error).__name__}: {error}")
            raise self._busy("no start") from None
        self._children.add(child)
        return child

    def _give_back(self, child: "_Child") -> None:
        self._free.append(child)
        loop = asyncio.get_running_loop()
        self._timers[child] = loop.call_later(_IDLE_SECONDS, self._retire, child)

    def _retire(self, child: "_Child") -> None:
        self._timers.pop(child).cancel()
        self._free.remove(child)
        self._drop(child)

    def _drop(self, child: "_Child") -> None:
        child.kill()
        self._children.discard(child)

    def _busy(self, why: str, **more: object) -> ParsersBusy:
        PARSER_JOBS.labels("busy").inc()
        log.info("parsers are busy", why=why, **more)
        return ParsersBusy()

    def _too_expensive(self, why: str, **more: object) -> TooExpensive:
        PARSER_JOBS.labels("too_expensive").inc()
        log.info("a file was too expensive", why=why, **more)
        return TooExpensive()


class Turn:
    """A place among the parsers."""

    def __init__(self, parsers: Parsers) -> None:
        self._parsers = parsers

    async def run(self, work: Callable[..., T], *args: object, file: IO[bytes] | None = None) -> T:
        """As `Parsers.run`, without waiting again."""
        if file is None:
            return await self._parsers.ask(work, args, None)
        file.flush()
        return await self._parsers.ask(work, args, file.fileno())


PARSERS: web.AppKey[Parsers] = web.AppKey("parsers", Parsers)


class _Died(Exception):
    """A child ended in the middle of a job."""


class _Child:
    """A process that does jobs, and our end of the socket to it."""

    def __init__(self, process: asyncio.subprocess.Process, channel: socket.socket) -> None:
        self._process, self._channel = process, channel

    @classmethod
    async def start(cls, memory_bytes: int, cpu_seconds: int) -> "_Child":
        """Raises OSError or TimeoutError.

        Call it in the thread that lives as long as we do: the kernel ends the child with the thread
        that started it.
        """
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        numbers = (theirs.fileno(), os.getpid(), memory_bytes, cpu_seconds)
        argv = ["-W", "ignore", "-m", "lms.core.parser_child", *map(str, numbers)]
        try:
            with theirs:
                process = await asyncio.create_subprocess_exec(
                    sys.executable, *argv,
                    env={k: v for k, v in os.environ.items() if not k.startswith(_NOT_FOR_PARSERS)},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,  # Ctrl-C is for us alone
                )  # fmt: skip
        except BaseException:
            ours.close()
            raise
        child = cls(process, ours)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await child._receive(len(READY))
        except _Died:
            child.kill()
            raise OSError(f"it ended with {await child.ended()}") from None
        except BaseException:
            child.kill()
            raise
        return child

    async def ask(self, message: bytes, file: int | None) -> tuple[int, bool, bytes]:
        """How the job ended, whether it was the child's last, and its result. Raises _Died."""
        head = HEAD.pack(len(message))
        try:
            # At once, since the socket is empty; a descriptor goes with the head.
            if file is None:
                self._channel.send(head)
            else:
                socket.send_fds(self._channel, [head], [file])
            await asyncio.get_running_loop().sock_sendall(self._channel, message)
        except OSError:
            raise _Died from None
        start = await self._receive(HEAD.size + 2)
        (length,) = HEAD.unpack(start[: HEAD.size])
        if length > _MOST_REPLY_BYTES:
            return NO_MEMORY, True, b""
        return start[-2], bool(start[-1]), await self._receive(length)

    async def _receive(self, size: int) -> bytes:
        loop = asyncio.get_running_loop()
        received = bytearray(size)
        left = memoryview(received)
        while left:
            try:
                count = await loop.sock_recv_into(self._channel, left)
            except OSError:
                raise _Died from None
            if count == 0:
                raise _Died
            left = left[count:]
        return bytes(received)

    def kill(self) -> None:
        self._channel.close()
        with suppress(ProcessLookupError):
            self._process.kill()

    async def ended(self) -> int:
        """The exit code, once it has ended."""
        return await self._process.wait()
