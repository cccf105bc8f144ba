"""Days, weeks and months as a zone counts them, over every kind of change of its clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lms.analytics.periods import MAX_PERIODS, make_periods
from lms.errors import Invalid

_NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def _starts(zone: str, first: str, last: str, interval: str = "day") -> list[str]:
    made = make_periods(
        date.fromisoformat(first),
        date.fromisoformat(last),
        interval,  # type: ignore[arg-type]
        ZoneInfo(zone),
        now=_NOW,
    )
    return [f"{start:%Y-%m-%dT%H:%M}" for start in (*made.starts, made.bounds[-1])]


@pytest.mark.parametrize(
    ("zone", "first", "last", "starts"),
    [
        # A day of 23 hours, and one of 25.
        ("Europe/Berlin", "2026-03-28", "2026-03-30",
         ["2026-03-27T23:00", "2026-03-28T23:00", "2026-03-29T22:00", "2026-03-30T22:00"]),
        ("Europe/Berlin", "2026-10-24", "2026-10-26",
         ["2026-10-23T22:00", "2026-10-24T22:00", "2026-10-25T23:00", "2026-10-26T23:00"]),
        ("America/New_York", "2026-03-08", "2026-03-09",
         ["2026-03-08T05:00", "2026-03-09T04:00", "2026-03-10T04:00"]),
        # The other half of the earth: summer ends in April.
        ("Australia/Lord_Howe", "2026-04-04", "2026-04-06",
         ["2026-04-03T13:00", "2026-04-04T13:00", "2026-04-05T13:30", "2026-04-06T13:30"]),
        # Quarters of an hour.
        ("Asia/Kathmandu", "2026-01-01", "2026-01-01", ["2025-12-31T18:15", "2026-01-01T18:15"]),
        # A midnight that does not exist: the day begins at one.
        ("America/Sao_Paulo", "2018-11-03", "2018-11-04",
         ["2018-11-03T03:00", "2018-11-04T03:00", "2018-11-05T02:00"]),
        # A midnight that is there twice: the day begins with the first.
        ("America/Havana", "2025-11-01", "2025-11-02",
         ["2025-11-01T04:00", "2025-11-02T04:00", "2025-11-03T05:00"]),
        # A day that the zone skipped altogether.
        ("Pacific/Apia", "2011-12-29", "2011-12-31",
         ["2011-12-29T10:00", "2011-12-30T10:00", "2011-12-31T10:00"]),
    ],
)  # fmt: skip
def test_days_begin_when_the_zone_says(zone: str, first: str, last: str, starts: list[str]) -> None:
    assert _starts(zone, first, last) == starts


def test_weeks_begin_on_monday_and_count_only_the_days_asked_for() -> None:
    made = make_periods(
        date(2026, 3, 25), date(2026, 4, 1), "week", ZoneInfo("Europe/Berlin"), now=_NOW
    )
    # Monday the 23rd, though counting begins on Wednesday; Monday the 30th, in summer time.
    assert [f"{start:%d %H}" for start in made.starts] == ["22 23", "29 22"]
    assert [f"{bound:%d %H}" for bound in made.bounds] == ["24 23", "29 22", "01 22"]


def test_months_have_their_own_lengths() -> None:
    starts = _starts("Europe/Berlin", "2024-02-10", "2024-04-30", "month")
    assert starts[:3] == ["2024-01-31T23:00", "2024-02-29T23:00", "2024-03-31T22:00"]
    assert starts[3] == "2024-04-30T22:00"


@pytest.mark.parametrize(("interval", "count"), [("day", 30), ("week", 12), ("month", 12)])
def test_the_default_range_is_the_latest_periods(interval: str, count: int) -> None:
    zone = ZoneInfo("Asia/Tokyo")
    made = make_periods(None, None, interval, zone, now=_NOW)  # type: ignore[arg-type]
    assert len(made.starts) == count
    assert made.bounds[-1] == datetime(2026, 3, 31, 15, tzinfo=UTC)  # the end of today in Tokyo


def test_a_range_may_not_be_reversed_or_endless() -> None:
    zone = ZoneInfo("UTC")
    with pytest.raises(Invalid):
        make_periods(date(2026, 1, 2), date(2026, 1, 1), "day", zone, now=_NOW)
    first = date(2020, 1, 1)
    last = first + timedelta(days=MAX_PERIODS)
    with pytest.raises(Invalid):
        make_periods(first, last, "day", zone, now=_NOW)
    assert make_periods(first, last - timedelta(days=1), "day", zone, now=_NOW)


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"])
def test_every_boundary_is_a_quarter_of_an_hour(zone: str) -> None:
    made = make_periods(date(2025, 1, 1), date(2026, 12, 31), "day", ZoneInfo(zone), now=_NOW)
    assert [quarter * 900 for quarter in made.quarters] == [b.timestamp() for b in made.bounds]
