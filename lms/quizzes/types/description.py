"""Text between questions, which asks nothing: it begins a block of questions up to the next one."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.core.http.schemas import BaseSchema
from lms.errors import FieldError
from lms.quizzes.types.base import Content, QuestionType
from lms.quizzes.types.parts import Nothing


class _Parts(BaseSchema):
    options = Nothing()
    answer = Nothing()


class Description(QuestionType):
    name = "description"
    schema = _Parts()
    has_key = False
    is_asked = False
    is_tallied = False

    def default_points(self, options: Any) -> Decimal:
        return Decimal(0)

    def faults(self, content: Content) -> list[FieldError]:
        if content.points:
            return [FieldError("/points", "invalid", "A description gives no points.")]
        return []

    def answer_fault(self, answer: Any, ids: Any) -> str | None:
        return "A description takes no answer."

    def share(self, options: Any, key: Any, answer: Any) -> Fraction:
        return Fraction(0)

    def words(self, options: Any, answer: Any) -> list[str]:
        return []

    def guess_percent(self, options: Any, key: Any) -> None:
        return None
