"""Private parts of prometheus_client."""

import logging
import os
from collections.abc import Sequence
from mmap import mmap
from pathlib import Path

from prometheus_client import Histogram, values
from prometheus_client.mmap_dict import _INITIAL_MMAP_SIZE, MmapedDict

log = logging.getLogger(__name__)


def add_observations(histogram: Histogram, buckets: Sequence[float], total: float) -> None:
    """Add several observations at once: how many fell into each bucket, and their sum.

    Uses `Histogram._buckets` and `Histogram._sum`. The public `observe` takes one at a time and
    costs 3 µs, which would be paid for each request.
    """
    histogram._sum.inc(total)
    for bucket, seen in zip(histogram._buckets, buckets, strict=True):
        if seen:
            bucket.inc(seen)


class ReservedDict(MmapedDict):
    """A process's counters in a file that owns all its blocks before they are mapped.

    prometheus_client maps a file with holes. On a full disk the first write into a hole is a
    SIGBUS, which ends the process. Without room for the blocks, a process counts on in memory of
    its own, and `/metrics` shows what it had counted before.

    Uses `_init_value`, `_capacity`, `_used`, `_f`, `_fname`, `_m` and `_INITIAL_MMAP_SIZE`.
    """

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        if not read_mode:
            try:
                _reserve(filename, _INITIAL_MMAP_SIZE)
            except OSError as error:
                _say(error)
                descriptor = os.memfd_create("lms-metrics")
                filename = f"/proc/self/fd/{descriptor}"  # opened anew, and so not closed below
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]

    def _init_value(self, key: str) -> None:
        if self._used + len(key.encode()) + _AROUND_A_KEY > self._capacity:
            try:
                _reserve(self._fname, 2 * self._capacity)
            except OSError as error:
                _say(error)
                self._go_on_in_memory()
        super()._init_value(key)  # type: ignore[no-untyped-call]

    def _go_on_in_memory(self) -> None:
        file = os.fdopen(os.memfd_create("lms-metrics"), "r+b")
        file.write(self._m[:])
        file.flush()
        self._m.close()
        self._f.close()
        self._f, self._fname = file, f"/proc/self/fd/{file.fileno()}"
        self._m = mmap(file.fileno(), self._capacity)


_AROUND_A_KEY = 4 + 8 + 16  # its length, its padding at most, and two doubles


def reserve_metrics_files() -> None:
    """From now on counters lie in a `ReservedDict`. Call it before the first metric is made.

    Replaces `prometheus_client.values.MmapedDict`.
    """
    values.MmapedDict = ReservedDict  # type: ignore[attr-defined]


def _reserve(filename: str, size: int) -> None:
    """Give a file this size, and every block of it. Raises OSError where there is no room."""
    path = Path(filename)
    with path.open("ab") as file:
        missing = size - file.tell()
        if missing > 0:
            try:
                file.write(bytes(missing))
                file.flush()
            except OSError:
                if missing == size:
                    path.unlink()  # a reader of all files could not read an empty one
                else:
                    os.truncate(path, size - missing)
                raise


def _say(error: OSError) -> None:
    log.error("metrics have no room on their disk: counted in memory", extra={"error": str(error)})
