"""What writers of formats ask of questions."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.quizzes.formats.items import plain_percent
from lms.quizzes.numbers import to_decimal
from lms.quizzes.picks import worth_of_options
from lms.quizzes.types.cloze import GAP

_FIVE_PLACES = Decimal("0.00001")


def option_percents(options: Any, right: Sequence[str | None], *, wrong: int) -> list[Fraction]:
    """What each option is worth, in percent."""
    worths = worth_of_options(options, list(right), wrong=wrong)
    return [100 * worths[option["id"]] for option in options]


def percent_text(percent: Fraction) -> str:
    """A percent of five decimals, as other programs write thirds."""
    return plain_percent(to_decimal(percent, _FIVE_PLACES))


def gaps_in_order(text: str, options: Any) -> list[dict[str, Any]]:
    """The gaps of a cloze, as they stand in its text."""
    gaps = {gap["id"]: gap for gap in options["gaps"]}
    return [gaps[id] for id in GAP.findall(text)]


def text_around(text: str) -> list[str]:
    """The pieces of a cloze's text before, between and behind its gaps, as they are read."""
    pieces, at = [], 0
    for match in GAP.finditer(text):
        pieces.append(text[at : match.start()])
        at = match.end()
    return [piece.replace(r"\[[", "[[") for piece in [*pieces, text[at:]]]
