"""How texts and numbers of answers are read: by authors' keys and by marking alike."""

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from typing import Any

LONGEST_NUMBER = 60
# Arabic's decimal sign and the signs that keyboards and word processors put for a minus.
_SIGNS = str.maketrans({"٫": ".", ",": ".", "−": "-", "–": "-", "﹣": "-"})
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?")
# Seen by nobody, so nobody can be asked to type them: soft hyphens, joiners, marks of direction.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


def normal_text(text: str, *, case_sensitive: bool) -> str:
    """NFKC, trimmed, inner spaces collapsed; case folded unless case matters."""
    normal = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    if not case_sensitive:
        # Folding may leave NFKC ("ΐ"), so it is normalized again (Unicode 3.13, D146).
        normal = unicodedata.normalize("NFKC", normal.casefold())
    return " ".join(normal.split())


def read_number(value: Any) -> Fraction | None:
    """A JSON number or a text with decimal point or comma, exactly; None for anything else.

    Digits of any script count; separators of thousands do not, since 1,234 is a decimal in
    half of the world. Exponents have at most three digits: 1e999999999 is no answer.
    """
    if type(value) is int:
        return Fraction(value) if abs(value) < 10**LONGEST_NUMBER else None
    if type(value) is float:
        value = repr(value)
    if not isinstance(value, str) or len(value) > 4 * LONGEST_NUMBER:
        return None
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", value)).translate(_SIGNS).strip()
    if len(text) > LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    return Fraction(Decimal(text))
