"""Lines in the log for what took PostgreSQL long, with the request or job that waited for it."""

import time

from lms.core.log import LOG, get_logger

log = get_logger(__name__)


def note_if_slow(what: str, started: float) -> None:
    """Log what has been waited for since `started`, a time of `time.perf_counter`, if it was slow.

    `what` is a query's name, `commit`, or `connection` for the wait for a free one. Arguments are
    not logged: they may be secret.
    """
    seconds = time.perf_counter() - started
    if seconds > LOG.slow_statement_seconds:
        log.warning("slow statement", statement=what, duration_ms=round(seconds * 1000, 2))
