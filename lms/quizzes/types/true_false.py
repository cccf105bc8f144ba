"""A statement that is true or false. Key and answer are booleans."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.core.http.schemas import BaseSchema, Boolean
from lms.quizzes.types.base import QuestionType
from lms.quizzes.types.parts import Nothing


class _Parts(BaseSchema):
    options = Nothing()
    answer = Boolean(allow_none=True)


class TrueFalse(QuestionType):
    name = "true_false"
    schema = _Parts()

    def answer_fault(self, answer: Any, ids: Any) -> str | None:
        return None if isinstance(answer, bool) else "Must be true or false."

    def share(self, options: Any, key: Any, answer: Any) -> Fraction:
        return Fraction(isinstance(answer, bool) and answer == key)

    def words(self, options: Any, answer: Any) -> list[str]:
        return [str(answer).lower()] if isinstance(answer, bool) else []

    def guess_percent(self, options: Any, key: Any) -> Decimal:
        return Decimal(50)
