"""Counts of worker processes, stored where any API process can read them.

Workers may run on other machines than the API, so their counters cannot be files in a folder:
each process adds up in memory and, now and then, adds its sums to rows in PostgreSQL, from
which `/metrics` reads. A killed process loses the counts of its last seconds. Numbers of promised
jobs do not depend on this: they are counted from the rows of `jobs`.
"""

from collections import Counter

from lms.core.db.query import Db
from lms.core.jobs.queries import add_tallies

_counts: Counter[tuple[str, str, str]] = Counter()


def tally(name: str, result: str, *, subject: str = "") -> None:
    """Count one; costs nothing."""
    _counts[name, subject, result] += 1


async def flush_tallies(db: Db) -> None:
    """Add the new counts to the rows; if that fails, they are kept for the next time."""
    global _counts
    counted, _counts = _counts, Counter()
    if not counted:
        return
    ordered = sorted(counted.items())  # one order, so that two writers cannot deadlock
    try:
        await add_tallies(
            db,
            [name for (name, _, _), _ in ordered],
            [subject for (_, subject, _), _ in ordered],
            [result for (_, _, result), _ in ordered],
            [count for _, count in ordered],
        )
    except BaseException:
        _counts.update(counted)
        raise
