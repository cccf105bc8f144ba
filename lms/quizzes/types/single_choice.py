"""One option of several. The key is the right one's id; an option may carry its own percent."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.core.http.schemas import BaseSchema
from lms.errors import FieldError
from lms.quizzes.numbers import to_decimal
from lms.quizzes.options import ids_by_source, ids_of, unknown
from lms.quizzes.picks import NOTHING, picked_texts, worth_of_options
from lms.quizzes.types.base import Content, QuestionType
from lms.quizzes.types.parts import ItemId, Option, list_of, missing_options

_EXACTLY = Decimal("1e-12")


class _Parts(BaseSchema):
    options = list_of(Option)
    answer = ItemId(allow_none=True)


class SingleChoice(QuestionType):
    name = "single_choice"
    schema = _Parts()

    def faults(self, content: Content) -> list[FieldError]:
        ids, faults = ids_of("/options", content.options or ())
        if content.answer is not None:
            faults += unknown("/answer", content.answer, ids)
        return faults

    def missing(self, content: Content) -> list[FieldError]:
        return [*missing_options(content), *super().missing(content)]

    def freeze_key(self, options: Any, answer: Any) -> Any:
        return ids_by_source(options).get(answer)

    def answer_fault(self, answer: Any, ids: Any) -> str | None:
        return None if isinstance(answer, str) and answer in ids else "Must be an option's id."

    def share(self, options: Any, key: Any, answer: Any) -> Fraction:
        if not isinstance(answer, str):
            return NOTHING
        return worth_of_options(options, [key]).get(answer, NOTHING)

    def words(self, options: Any, answer: Any) -> list[str]:
        return picked_texts(options, answer)

    def guess_percent(self, options: Any, key: Any) -> Decimal:
        mean = sum(worth_of_options(options, [key]).values(), NOTHING) / len(options)
        return to_decimal(mean * 100, _EXACTLY)
