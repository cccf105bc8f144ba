"""Numbers, as authors and students write them: read exactly, and rounded once."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

from lms.quizzes.texts import INVISIBLE

LONGEST_NUMBER = 60
MOST_PLACES = 7  # decimals of points that people give, and of those that they are shown
# As marks are kept: a third of a point has no last decimal, and a thousand of them have to add up.
_KEPT = Decimal("1e-30")
_SHOWN = Decimal(f"1e-{MOST_PLACES}")
_NEAR = Fraction(5, 100_000)  # 0.005 percent points
# Arabic's decimal separator, and the characters that word processors write for a minus.
_SIGNS = str.maketrans({"٫": ".", ",": ".", "−": "-", "–": "-", "﹣": "-"})
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?")


def read_number(value: object) -> Fraction | None:
    """A JSON number or a text with decimal point or comma, exactly; None for anything else.

    Takes digits of any script, but no separators of thousands, since 1,234 is a decimal in half of
    the world. Exponents have at most three digits, so that 1e999999999 cannot exhaust us.
    """
    if type(value) is int:
        return Fraction(value) if abs(value) < 10**LONGEST_NUMBER else None
    if type(value) is float:
        value = repr(value)
    if not isinstance(value, str) or len(value) > 4 * LONGEST_NUMBER:
        return None
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", value)).translate(_SIGNS).strip()
    if len(text) > LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    return Fraction(Decimal(text))


def read_decimal(text: str) -> Decimal | None:
    """A decimal with a point, as other programs write it; None for anything else.

    Numbers that are too long to be kept are none: 1E300000000 takes 300 MB to write out.
    """
    text = text.strip()
    return Decimal(text) if len(text) <= LONGEST_NUMBER and _NUMBER.fullmatch(text) else None


def to_decimal(number: Fraction, places: Decimal) -> Decimal:
    """A fraction as a decimal, rounded half up."""
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(number.numerator) / Decimal(number.denominator)
        return exact.quantize(places, ROUND_HALF_UP)


def kept_points(points: Fraction) -> Decimal:
    """Points as they are kept: of 30 decimals."""
    return to_decimal(points, _KEPT)


def shown_points(points: Decimal | None) -> Decimal | None:
    """Points as people see them: of seven decimals, half up."""
    return None if points is None else to_decimal(Fraction(points), _SHOWN)


def read_percent(percent: Any) -> Fraction:
    """A stored percent as a fraction of 1.

    One near a fraction whose denominator is 20 at most is that fraction: files write 33.33333 for
    a third, and three of them are the whole.
    """
    exact = Fraction(Decimal(percent)) / 100
    simple = exact.limit_denominator(20)
    return simple if abs(simple - exact) <= _NEAR else exact
