"""Days, weeks and months as people in a time zone count them.

Boundaries are instants, made from local midnights: a day may have 23 or 25 hours, and midnight may
be missing, or happen twice. Since 1972 every zone's offset has been a multiple of a quarter of an
hour, so a period is a whole number of quarters, and counts by quarters suffice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from lms.errors import invalid

Interval = Literal["day", "week", "month"]

FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(2199, 12, 31)
MAX_PERIODS = 1000  # days for nearly three years; a longer reply helps nobody
_DEFAULT_PERIODS = {"day": 30, "week": 12, "month": 12}


@dataclass(frozen=True, slots=True)
class Periods:
    """Periods that follow one another.

    `starts` are their first instants; the first may lie before `bounds[0]`, where counting
    begins. `bounds` has one more entry than `starts`: period i counts from bounds[i] up to, and
    without, bounds[i + 1].
    """

    starts: tuple[datetime, ...]
    bounds: tuple[datetime, ...]

    @property
    def quarters(self) -> list[int]:
        """The bounds in quarters of an hour since 1970."""
        return [int(bound.timestamp()) // 900 for bound in self.bounds]

    @property
    def started(self) -> tuple[str, list[int]]:
        """Which counts of enrolments to sum, by day or by hour, and the bounds in that unit.

        Days if the bounds are whole days, since that takes fewer rows; hours otherwise.
        """
        quarters = self.quarters
        for unit in (96, 4):
            if not any(quarter % unit for quarter in quarters):
                return f"started/{unit}", [quarter // unit for quarter in quarters]
        return "started", quarters


def make_periods(
    first: date | None, last: date | None, interval: Interval, zone: ZoneInfo, *, now: datetime
) -> Periods:
    """The periods that touch the days from `first` to `last`, both inclusive.

    The last day is today if none is given; the first is 30 days, 12 weeks or 12 months back. Raises
    Invalid if the range ends before it begins, or is too long.
    """
    return _between(first, last or now.astimezone(zone).date(), interval, zone)


@lru_cache(maxsize=1000)  # most requests are for the same days, and calendars are slow
def _between(first: date | None, last: date, interval: Interval, zone: ZoneInfo) -> Periods:
    if first is None:
        first = _start_of(last, interval)
        for _ in range(_DEFAULT_PERIODS[interval] - 1):
            first = _start_of(first - timedelta(days=1), interval)
    if first > last:
        raise invalid("?from", "range_reversed", "Must not be after `to`.")
    begins = [_start_of(first, interval)]
    while (following := _next(begins[-1], interval)) <= last:
        begins.append(following)
        if len(begins) > MAX_PERIODS:
            raise invalid("?from", "range_too_long", f"At most {MAX_PERIODS} periods at once.")
    start, end = first_instant(first, zone), first_instant(last + timedelta(days=1), zone)
    instants = [first_instant(day, zone) for day in (*begins, following)]
    # A day that a zone skipped altogether has no instant of its own.
    starts = [at for at, after in pairwise(instants) if at < after]
    return Periods(tuple(starts), (*(max(at, start) for at in starts), end))


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins, in UTC.

    If midnight happens twice, this is the first (PEP 495, fold=0); if it is skipped, this is the
    instant of the skip.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return midnight.astimezone(UTC)


def days_of(quarters: Iterable[int], zone: ZoneInfo) -> list[date]:
    """The days, in a zone, on which these quarters of an hour since 1970 begin; ascending."""
    return sorted({datetime.fromtimestamp(quarter * 900, zone).date() for quarter in quarters})


def _start_of(day: date, interval: Interval) -> date:
    if interval == "week":  # ISO 8601: weeks begin on Monday
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if interval == "month" else day


def _next(start: date, interval: Interval) -> date:
    if interval == "month":
        return (start + timedelta(days=31)).replace(day=1)
    return start + timedelta(days=7 if interval == "week" else 1)
