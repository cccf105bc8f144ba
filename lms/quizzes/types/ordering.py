"""Options to be put into their right order. Key and answer list their ids in order."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from marshmallow import fields

from lms.core.http.schemas import BaseSchema
from lms.errors import FieldError
from lms.quizzes.options import MOST_OPTIONS, texts_by_id
from lms.quizzes.types.base import Content, QuestionType
from lms.quizzes.types.id_lists import freeze_list, list_fault, list_faults
from lms.quizzes.types.parts import Item, ItemId, list_of, missing_options


class _Parts(BaseSchema):
    options = list_of(Item)
    answer = fields.List(ItemId(), allow_none=True, metadata={"maxItems": MOST_OPTIONS})


class Ordering(QuestionType):
    name = "ordering"
    schema = _Parts()
    is_always_shuffled = True  # the author's order may be the right one

    def faults(self, content: Content) -> list[FieldError]:
        faults = list_faults(content)
        if content.answer and len(content.answer) != len(content.options or ()):
            detail = "Must name every option once, in order."
            faults.append(FieldError("/answer", "invalid", detail))
        return faults

    def missing(self, content: Content) -> list[FieldError]:
        return [*missing_options(content), *super().missing(content)]

    def freeze_key(self, options: Any, answer: Any) -> Any:
        return freeze_list(options, answer)

    def answer_fault(self, answer: Any, ids: Any) -> str | None:
        return list_fault(answer, ids)

    def share(self, options: Any, key: Any, answer: Any) -> Fraction:
        """One part for every position with the right option; one named twice earns once."""
        if not isinstance(answer, list) or not key:
            return Fraction(0)
        return Fraction(sum(a == b for a, b in zip(answer, key, strict=False)), len(key))

    def words(self, options: Any, answer: Any) -> list[str]:
        if not isinstance(answer, list):
            return []
        texts = texts_by_id(options)
        return [" → ".join(texts[one] for one in answer if isinstance(one, str) and one in texts)]

    def guess_percent(self, options: Any, key: Any) -> Decimal:
        """One divided by the number of positions."""
        return Decimal(100) / len(options)
