"""A statement that is true or false. Key and answer are booleans.

Options, if there are any, have what is said about each: `{true: {explanation}, false: {…}}`.
"""

from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from marshmallow import fields

from lms.core.http.schemas import BaseSchema, Boolean
from lms.quizzes.types.base import QuestionType
from lms.quizzes.types.parts import explanation, markup_format


class _Side(BaseSchema):
    explanation = explanation()
    explanation_format = markup_format()


class _Sides(BaseSchema):
    true = fields.Nested(_Side)
    false = fields.Nested(_Side)


class _Parts(BaseSchema):
    options = fields.Nested(_Sides, allow_none=True)
    answer = Boolean(allow_none=True)


class TrueFalse(QuestionType):
    name = "true_false"
    schema = _Parts()

    def freeze_options(self, options: Any, *, shuffled: bool, random: Random) -> Any:
        return options  # nothing to choose from, so nothing to rename

    def show_options(self, options: Any, *, explained: bool) -> Any:
        return options if explained else None

    def correct_options(self, options: Any, corrected: Any) -> Any:
        return corrected

    def answer_fault(self, answer: Any, ids: Any) -> str | None:
        return None if isinstance(answer, bool) else "Must be true or false."

    def share(self, options: Any, key: Any, answer: Any) -> Fraction:
        return Fraction(isinstance(answer, bool) and answer == key)

    def words(self, options: Any, answer: Any) -> list[str]:
        return [str(answer).lower()] if isinstance(answer, bool) else []

    def guess_percent(self, options: Any, key: Any) -> Decimal:
        return Decimal(50)
