"""Marking: a question, its key and an answer become points.

Pure and exact: fractions inside, decimals of four places outside, never a float. Whatever the
answer holds, marking it has a result: what cannot be read earns nothing.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import Any

from lms.quizzes.answers import normal_text, read_number

_FOUR_PLACES = Decimal("0.0001")
_TWO_PLACES = Decimal("0.01")
_NOTHING = Fraction(0)
LONGEST_TEXT = 1000  # of a short answer; nobody means more


@dataclass(frozen=True, slots=True)
class Mark:
    """What the machine says of an answer. `points` None: a person has to say."""

    points: Decimal | None
    responses: list[str]  # in words, for the statistics; empty when unanswered


@dataclass(frozen=True, slots=True)
class Total:
    """An attempt's result: the sum of its points, and what that means."""

    points: Decimal
    max_points: Decimal
    score_percent: Decimal  # two decimals, half up
    passed: bool


def mark(type: str, options: Any, key: Any, answer: Any, points: Decimal) -> Mark:
    """The points that an answer earns, of `points`."""
    answered = not is_blank(answer)
    if type == "essay":
        # Nothing was written, so there is nothing to read; the rest is never the machine's.
        return Mark(None if answered else Decimal(0), [])
    if not answered:
        return Mark(Decimal(0), [])
    share = Fraction(0) if key is None else _SHARES[type](options, key, answer)
    share = min(max(share, Fraction(0)), Fraction(1))
    return Mark(to_decimal(Fraction(points) * share, _FOUR_PLACES), words(type, options, answer))


def total(awarded: Iterable[Decimal], points: Iterable[Decimal], passing_score: Decimal) -> Total:
    """The sum, its percentage, and whether that passes: what is shown is what decides."""
    reached, most = sum(awarded, Decimal(0)), sum(points, Decimal(0))
    percent = Fraction(reached) / Fraction(most) * 100 if most else Fraction(0)
    score = to_decimal(percent, _TWO_PLACES)
    return Total(reached, most, score, score >= passing_score)


def to_decimal(number: Fraction, places: Decimal) -> Decimal:
    """A fraction as a decimal, rounded half up."""
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(number.numerator) / Decimal(number.denominator)
        return exact.quantize(places, ROUND_HALF_UP)


def is_blank(answer: Any) -> bool:
    """Whether an answer says nothing at all."""
    if isinstance(answer, str):
        return not answer.strip()
    return answer is None or answer in ([], {})


def _single_choice(options: Any, key: Any, answer: Any) -> Fraction:
    return _worth(options, [key]).get(answer, Fraction(0)) if isinstance(answer, str) else _NOTHING


def _multiple_choice(options: Any, key: Any, answer: Any) -> Fraction:
    """Right picks minus wrong picks, of all that are right; or the options' own percents."""
    worth = _worth(options, key, wrong=-1)
    return sum((worth.get(one, _NOTHING) for one in _distinct_ids(answer)), _NOTHING)


def _worth(options: Any, key: Any, *, wrong: int = 0) -> dict[str, Fraction]:
    """What picking each option is worth: its own percent where the author gave it one."""
    right = set(key) - {None}
    share = Fraction(1, len(right)) if right else _NOTHING
    return {
        option["id"]: Fraction(Decimal(option["percent"])) / 100
        if "percent" in option
        else share * (1 if option["id"] in right else wrong)
        for option in options or ()
    }


def guess_worth(options: Any, key: Any) -> Fraction:
    """What a guess at a single choice is worth on average."""
    return sum(_worth(options, [key]).values(), _NOTHING) / len(options)


def _true_false(options: Any, key: Any, answer: Any) -> Fraction:
    return Fraction(isinstance(answer, bool) and answer == key)


def _short_answer(options: Any, key: Any, answer: Any) -> Fraction:
    if not isinstance(answer, str) or len(answer) > LONGEST_TEXT:
        return Fraction(0)
    case_sensitive = key.get("case_sensitive", False)
    said = normal_text(answer, case_sensitive=case_sensitive)
    best = Fraction(0)
    for accepted in key["accepted"]:
        text, percent = accepted, "100"
        if isinstance(accepted, dict):
            text, percent = accepted["text"], accepted.get("percent", "100")
        if matches(text, said, case_sensitive):
            best = max(best, Fraction(Decimal(percent)) / 100)
    return best


def matches(pattern: str, said: str, case_sensitive: bool) -> bool:
    """Whether a normalized text fits an accepted one, where `*` is any run and `\\*` a star.

    Greedy from both ends, part by part: linear, so that no pattern can be made to hang it.
    """
    parts = _pattern_parts(pattern, case_sensitive)
    if len(parts) == 1:
        return said == parts[0]
    first, *middle, last = parts
    if len(said) < len(first) + len(last) or not said.startswith(first) or not said.endswith(last):
        return False
    position, end = len(first), len(said) - len(last)
    for part in middle:
        found = said.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True


@lru_cache(maxsize=4096)
def _pattern_parts(pattern: str, case_sensitive: bool) -> tuple[str, ...]:
    """The literal runs between the stars, normalized as the answer is."""
    # Private-use characters stand in, so that normalizing sees the text as a whole.
    marked = re.sub(r"\\\*", "\ue000", pattern).replace("*", "\ue001")
    normal = normal_text(marked, case_sensitive=case_sensitive)
    return tuple(part.replace("\ue000", "*") for part in normal.split("\ue001"))


def _numeric(options: Any, key: Any, answer: Any) -> Fraction:
    number = None if isinstance(answer, bool) else read_number(answer)
    if number is None:
        return Fraction(0)
    best = Fraction(_within(number, key))
    for part in key.get("others", ()):
        if _within(number, part):
            best = max(best, Fraction(Decimal(part["percent"])) / 100)
    return best


def _within(number: Fraction, key: Any) -> bool:
    value, tolerance = read_number(key["value"]), read_number(key.get("tolerance", "0"))
    return value is not None and tolerance is not None and abs(number - value) <= tolerance


def _matching(options: Any, key: Any, answer: Any) -> Fraction:
    """One part for every pair."""
    if not isinstance(answer, dict) or not key:
        return Fraction(0)
    right = sum(other is not None and answer.get(one) == other for one, other in key.items())
    return Fraction(right, len(key))


def _ordering(options: Any, key: Any, answer: Any) -> Fraction:
    """One part for every place that holds what belongs there; naming one twice earns once."""
    if not isinstance(answer, list) or not key:
        return Fraction(0)
    return Fraction(sum(a == b for a, b in zip(answer, key, strict=False)), len(key))


_SHARES: dict[str, Callable[[Any, Any, Any], Fraction]] = {
    "single_choice": _single_choice,
    "multiple_choice": _multiple_choice,
    "true_false": _true_false,
    "short_answer": _short_answer,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
}


def _distinct_ids(answer: Any) -> set[str]:
    return {one for one in answer if isinstance(one, str)} if isinstance(answer, list) else set()


# In words

_LONGEST_RESPONSE = 200


def words(type: str, options: Any, answer: Any) -> list[str]:
    """What was answered, in the author's words where it was a choice."""
    if type in ("single_choice", "multiple_choice"):
        texts = {option["id"]: option["text"] for option in options or ()}
        picked = {answer} if isinstance(answer, str) else _distinct_ids(answer)
        said = [text for id, text in texts.items() if id in picked]
    elif type == "matching" and isinstance(answer, dict):
        left = {item["id"]: item["text"] for item in options["left"]}
        right = {item["id"]: item["text"] for item in options["right"]}
        said = [
            f"{text} → {right[answer[id]]}"
            for id, text in left.items()
            if isinstance(answer.get(id), str) and answer[id] in right
        ]
    elif type == "ordering" and isinstance(answer, list):
        texts = {option["id"]: option["text"] for option in options or ()}
        said = [" → ".join(texts[one] for one in answer if isinstance(one, str) and one in texts)]
    elif type == "true_false":
        said = [str(answer).lower()] if isinstance(answer, bool) else []
    elif type == "short_answer":
        said = [normal_text(answer, case_sensitive=True)] if isinstance(answer, str) else []
    else:
        said = [str(answer).strip()] if type == "numeric" else []
    return [text[:_LONGEST_RESPONSE] for text in said if text]
