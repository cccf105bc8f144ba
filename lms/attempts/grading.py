"""Marking: a question, its key and an answer become points.

Pure and exact: fractions inside, decimals of 30 places outside, never a float. Nothing is rounded
for people to see but an attempt's score, once. Every answer can be marked, whatever it holds: one
that cannot be read earns nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.quizzes.numbers import kept_points, to_decimal
from lms.quizzes.types import TYPES
from lms.quizzes.types.base import GapMark

_TWO_PLACES = Decimal("0.01")
# Finer than the sum of a thousand kept marks is exact, and far coarser than their error.
_TWENTY_PLACES = Decimal("1e-20")
_LONGEST_RESPONSE = 200


@dataclass(frozen=True, slots=True)
class Mark:
    """The machine's marking of an answer. `points` is None if a person has to mark it."""

    points: Decimal | None
    responses: list[str | None]  # in words, for the statistics; empty when unanswered
    # Of a question with gaps: whose words each response is, by the author's ids; null for no words.
    response_gaps: list[str] | None = None
    # By the attempt's ids: `{points_awarded, correct}`, the points as text and exact.
    gap_marks: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """An attempt's result: the sum of its points, and what that means."""

    points: Decimal
    max_points: Decimal
    score_percent: Decimal  # two decimals, half up
    passed: bool


def mark(type: str, options: Any, key: Any, answer: Any, points: Decimal) -> Mark:
    """The points that an answer earns, of `points`."""
    kind = TYPES[type]
    if gaps := kind.gaps(options, key, answer):
        return _mark_gaps(gaps, points)
    if is_blank(answer):
        return Mark(Decimal(0), [])
    lacks_key = key is None and kind.has_key
    share = Fraction(0) if lacks_key else kind.share(options, key, answer)
    said: list[str | None] = [
        text[:_LONGEST_RESPONSE] for text in kind.words(options, answer) if text
    ]
    if share is None:
        return Mark(None, said)
    share = min(max(share, Fraction(0)), Fraction(1))
    return Mark(kept_points(Fraction(points) * share), said)


def _mark_gaps(gaps: Sequence[GapMark], points: Decimal) -> Mark:
    """The marks of gaps, and their sum."""
    said = [
        (gap.source, text[:_LONGEST_RESPONSE] if text else None)
        for gap in gaps
        for text in gap.words or (None,)
    ]
    share = sum((gap.worth * gap.share for gap in gaps), Fraction(0))
    return Mark(
        kept_points(Fraction(points) * share),
        [text for _, text in said],
        [source for source, _ in said],
        {
            gap.id: {
                "points_awarded": f"{kept_points(Fraction(points) * gap.worth * gap.share):f}",
                "correct": gap.share == 1,
            }
            for gap in gaps
        },
    )


def total(awarded: Iterable[Decimal], points: Iterable[Decimal], passing_score: Decimal) -> Total:
    """The sum, its percentage, and whether that passes; the percentage as shown decides."""
    reached, most = _sum(awarded), _sum(points)
    percent = reached / most * 100 if most else Fraction(0)
    # Kept marks of thirds add up to a hair below a half, which then counts as the half that it is.
    score = to_decimal(Fraction(to_decimal(percent, _TWENTY_PLACES)), _TWO_PLACES)
    return Total(kept_points(reached), kept_points(most), score, score >= passing_score)


def _sum(numbers: Iterable[Decimal]) -> Fraction:
    """The exact sum; decimals would round it to 28 digits."""
    return sum((Fraction(number) for number in numbers), Fraction(0))


def is_blank(answer: Any) -> bool:
    """Whether an answer is empty, so that it counts as not given."""
    if isinstance(answer, str):
        return not answer.strip()
    return answer is None or answer in ([], {})
