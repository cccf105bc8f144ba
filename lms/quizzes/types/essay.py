"""A text in the student's own words, which a person marks. There is no key."""

from decimal import Decimal
from typing import Any

from lms.core.http.schemas import BaseSchema
from lms.quizzes.types.base import QuestionType
from lms.quizzes.types.parts import Nothing

LONGEST_ESSAY = 100_000


class _Parts(BaseSchema):
    options = Nothing()
    answer = Nothing()


class Essay(QuestionType):
    name = "essay"
    schema = _Parts()
    has_key = False
    is_tallied = False  # people read essays; equal ones are not counted
    is_own_words = True

    def answer_fault(self, answer: Any, ids: Any) -> str | None:
        fits = isinstance(answer, str) and len(answer) <= LONGEST_ESSAY
        return None if fits else f"Must be text of at most {LONGEST_ESSAY} characters."

    def share(self, options: Any, key: Any, answer: Any) -> None:
        return None

    def words(self, options: Any, answer: Any) -> list[str]:
        return []

    def guess_percent(self, options: Any, key: Any) -> Decimal:
        return Decimal(0)
