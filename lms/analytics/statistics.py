"""Figures from counts: percentages, means, streaks. Undefined is None, never 0."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any


def ratio(part: int, whole: int) -> float | None:
    """part / whole to two decimals, computed exactly, halves to even; None if `whole` is 0."""
    if not whole:
        return None
    hundredths, rest = divmod(100 * part, whole)
    if 2 * rest > whole or (2 * rest == whole and hundredths % 2):
        hundredths += 1
    return hundredths / 100


def percent(part: int, whole: int) -> float | None:
    """The share in percent, to two decimals; None if `whole` is 0."""
    return ratio(100 * part, whole)


def completion_rate(counts: Mapping[str, int]) -> float | None:
    """Completed enrolments in percent of all that were not dropped."""
    return percent(counts["completed"], counts["active"] + counts["completed"])


def enrollment_counts(figures: Mapping[str, int]) -> dict[str, int]:
    """Enrolments by status, and all of them."""
    counts = {status: figures.get(status, 0) for status in ("active", "completed", "dropped")}
    return {**counts, "total": sum(counts.values())}


def quiz_results(figures: Mapping[str, int]) -> dict[str, Any]:
    """Closed attempts; mean and pass rate over each student's best at each quiz.

    `best_points` is the sum of the best scores in hundredths of a percent.
    """
    bests = figures.get("bests", 0)
    return {
        "attempts": figures.get("attempts", 0),
        "mean_score_percent": ratio(figures.get("best_points", 0), 100 * bests),
        "pass_rate_percent": percent(figures.get("passes", 0), bests),
    }


def revenue(figures: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    """Gross, refunded and net by currency, in minor units: whole numbers throughout."""
    sums: dict[str, dict[str, int]] = {}
    for name, n in figures:
        kind, _, currency = name.partition(":")
        if kind in ("gross", "refunded"):
            money = sums.setdefault(currency, {"gross": 0, "refunded": 0})
            money[kind] += n
    return [
        {"currency": currency, **money, "net": money["gross"] - money["refunded"]}
        for currency, money in sorted(sums.items())
        if any(money.values())
    ]


def mean_progress(done: Iterable[tuple[int, int, int]], completed: int) -> float | None:
    """The mean of progress_percent, from (lessons of the course, lessons done, enrolments).

    Each active enrolment counts the whole percents that its student sees; a completed one 100.
    """
    total, count = 100 * completed, completed
    for lessons, number, enrollments in done:
        total += enrollments * (100 * number // lessons if lessons else 0)
        count += enrollments
    return ratio(total, count)


def mean(values: Sequence[int]) -> float | None:
    return ratio(sum(values), len(values))


def streaks(days: Sequence[date], today: date) -> dict[str, int]:
    """The run of days that ends today or yesterday, and the longest; `days` ascend."""
    longest = run = 0
    before: date | None = None
    for day in days:
        run = run + 1 if before is not None and day - before == timedelta(days=1) else 1
        longest, before = max(longest, run), day
    is_alive = before is not None and before >= today - timedelta(days=1)
    return {"current_days": run if is_alive else 0, "longest_days": longest}
