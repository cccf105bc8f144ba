"""Which queues were promised work by what runs now, so that their workers are woken afterwards.

A promise is a row; whoever writes one notes its queue here, and whoever opened the block wakes the
workers once the transaction is over. Some promises are written by triggers: an SQL file whose
statement can set off one says so in a line of its own, `-- wakes: webhooks`, and `Query` notes that
queue. tests/core/jobs/test_wakeups.py finds the files that need the line.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# The earliest moment at which each queue has work, in seconds from now.
Wakeups = dict[str, float]

_wakeups: ContextVar[Wakeups | None] = ContextVar("wakeups", default=None)


@contextmanager
def collect_wakeups() -> Iterator[Wakeups]:
    """What is promised inside the block."""
    wakeups: Wakeups = {}
    token = _wakeups.set(wakeups)
    try:
        yield wakeups
    finally:
        _wakeups.reset(token)


def note_queue(queue: str, *, seconds: float = 0.0) -> None:
    """Have the workers of a queue woken after the commit, or when its work is due."""
    wakeups = _wakeups.get()
    if wakeups is not None:
        wakeups[queue] = min(wakeups.get(queue, seconds), seconds)


def due_now(wakeups: Wakeups) -> list[str]:
    """The queues whose workers have something to do at once."""
    return [queue for queue, seconds in wakeups.items() if seconds <= 0]
