"""Any number of options. The key lists the right ones; an option may carry its own percent."""

from fractions import Fraction
from typing import Any

from marshmallow import validate

from lms.core.http.schemas import BaseSchema, Items
from lms.errors import FieldError
from lms.quizzes.options import MOST_OPTIONS, distinct_ids
from lms.quizzes.picks import NOTHING, picked_texts, worth_of_options
from lms.quizzes.types.base import Content, QuestionType
from lms.quizzes.types.id_lists import freeze_list, list_fault, list_faults
from lms.quizzes.types.parts import ItemId, Option, list_of, missing_options


class _Parts(BaseSchema):
    options = list_of(Option)
    answer = Items(ItemId(), allow_none=True, validate=validate.Length(max=MOST_OPTIONS))


class MultipleChoice(QuestionType):
    name = "multiple_choice"
    schema = _Parts()

    def faults(self, content: Content) -> list[FieldError]:
        return list_faults(content)

    def missing(self, content: Content) -> list[FieldError]:
        return [*missing_options(content), *super().missing(content)]

    def freeze_key(self, options: Any, answer: Any) -> Any:
        return freeze_list(options, answer)

    def answer_fault(self, answer: Any, ids: Any) -> str | None:
        return list_fault(answer, ids)

    def share(self, options: Any, key: Any, answer: Any) -> Fraction:
        """Right picks minus wrong picks, over all right options; or the options' own percents."""
        worth = worth_of_options(options, key, wrong=-1)
        return sum((worth.get(one, NOTHING) for one in distinct_ids(answer)), NOTHING)

    def words(self, options: Any, answer: Any) -> list[str]:
        return picked_texts(options, answer)

    def guess_percent(self, options: Any, key: Any) -> None:
        return None
