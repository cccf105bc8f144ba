"""A number that the student types.

The key is `{value, tolerance}`; a number exactly at the tolerance is right. The key may have
`others`, each giving a part of the points. Numbers are kept as text, so that they stay exact.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from marshmallow import ValidationError, fields, validate

from lms.core.http.schemas import BaseSchema, Items
from lms.quizzes.numbers import LONGEST_NUMBER, read_number, read_percent
from lms.quizzes.options import MOST_OPTIONS
from lms.quizzes.texts import LONGEST_TEXT
from lms.quizzes.types.base import QuestionType
from lms.quizzes.types.parts import Nothing, explanation, markup_format, percent


class _Number(fields.String):
    """A decimal number, kept as text, so that it stays exact."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"maxLength": 4 * LONGEST_NUMBER}, **kwargs)

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> str:
        if read_number(value) is None:
            raise ValidationError("Must be a decimal number, as text.")
        return str(value).strip() if isinstance(value, str) else repr(value)


class _Tolerance(_Number):
    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if (read_number(text) or 0) < 0:
            raise ValidationError("Must not be negative.")
        return text


class _Other(BaseSchema):
    value = _Number(required=True)
    tolerance = _Tolerance(load_default="0")
    percent = percent(required=True)
    explanation = explanation()
    explanation_format = markup_format()


class NumericKey(BaseSchema):
    value = _Number(required=True)
    tolerance = _Tolerance(load_default="0")
    explanation = explanation()
    explanation_format = markup_format()
    others = Items(fields.Nested(_Other), validate=validate.Length(max=MOST_OPTIONS))


class _Parts(BaseSchema):
    options = Nothing()
    answer = fields.Nested(NumericKey, allow_none=True)


class Numeric(QuestionType):
    name = "numeric"
    schema = _Parts()

    def answer_fault(self, answer: Any, ids: Any) -> str | None:
        # Any text is taken: a half-typed number is saved too.
        if isinstance(answer, str):
            return None if len(answer) <= LONGEST_TEXT else "Too long for a number."
        fits = isinstance(answer, int | float) and not isinstance(answer, bool)
        return None if fits else "Must be a number, or text that holds one."

    def share(self, options: Any, key: Any, answer: Any) -> Fraction:
        """The share of the best of the key's numbers that the answer is close enough to."""
        number = None if isinstance(answer, bool) else read_number(answer)
        if number is None:
            return Fraction(0)
        best = Fraction(_is_within(number, key))
        for part in key.get("others", ()):
            if _is_within(number, part):
                best = max(best, read_percent(part["percent"]))
        return best

    def words(self, options: Any, answer: Any) -> list[str]:
        return [str(answer).strip()]

    def guess_percent(self, options: Any, key: Any) -> Decimal:
        return Decimal(0)


def _is_within(number: Fraction, key: Any) -> bool:
    value, tolerance = read_number(key["value"]), read_number(key.get("tolerance", "0"))
    return value is not None and tolerance is not None and abs(number - value) <= tolerance
