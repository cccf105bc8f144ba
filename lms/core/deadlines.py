"""Time limits for many requests at once, with hardly any timers.

`asyncio.timeout` sets and cancels a timer for each request. Here all limits of the same length
stand in one queue. They expire in the order in which they were set, so only the first needs a
timer.
"""

import asyncio
from collections import deque
from types import TracebackType


class DeadlinePassed(TimeoutError):
    """A request took longer than it may, whatever it was that it waited for."""


def within(seconds: float) -> "_Limit":
    """`with within(4.5): await …`: DeadlinePassed when it takes longer, a TimeoutError as that of
    `asyncio.timeout`.
    """
    loop = asyncio.get_running_loop()
    line = _lines.get(seconds)
    if line is None or line.loop is not loop:
        line = _lines[seconds] = _Line(loop, seconds)
    return _Limit(line)


class _Limit:
    __slots__ = ("at", "line", "passed", "requests_before", "task")

    def __init__(self, line: "_Line") -> None:
        self.line = line
        self.task: asyncio.Task[object] | None = None
        self.passed = False

    def __enter__(self) -> None:
        loop = self.line.loop
        self.task = asyncio.current_task(loop)
        assert self.task is not None, "only a task can be stopped"
        self.requests_before = self.task.cancelling()
        self.at = loop.time() + self.line.seconds
        self.line.add(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        task, self.task = self.task, None  # it leaves the queue when it gets to the front
        assert task is not None
        # If someone else has cancelled the task too, we must not hide that.
        if (
            self.passed
            and task.uncancel() <= self.requests_before
            and kind is not None
            and issubclass(kind, asyncio.CancelledError)
        ):
            raise DeadlinePassed from error


class _Line:
    """Limits of the same length, the oldest first."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self.loop = loop
        self.seconds = seconds
        self._limits: deque[_Limit] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, limit: _Limit) -> None:
        limits = self._limits
        while limits and limits[0].task is None:
            limits.popleft()
        limits.append(limit)
        if self._timer is None:
            self._timer = self.loop.call_at(limit.at, self._look)

    def _look(self) -> None:
        """Stop the tasks whose time is over, and set the timer for the next."""
        self._timer = None
        now = self.loop.time()
        while self._limits:
            first = self._limits[0]
            if first.task is not None and first.at > now:
                self._timer = self.loop.call_at(first.at, self._look)
                return
            self._limits.popleft()
            if first.task is not None:
                first.passed = True
                first.task.cancel()


_lines: dict[float, _Line] = {}
