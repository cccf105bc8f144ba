"""Pairs: every item on the left has its partner on the right; several may share a partner.

Options are `{left, right}`; key and answer map ids of the left to ids of the right.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from marshmallow import fields

from lms.core.http.schemas import BaseSchema
from lms.errors import FieldError
from lms.quizzes.options import (
    MOST_OPTIONS,
    ids_by_source,
    ids_of,
    texts_by_id,
    unknown,
)
from lms.quizzes.types.base import Content, QuestionType
from lms.quizzes.types.parts import Item, ItemId

_COUNT = {"maxItems": MOST_OPTIONS}  # which `faults` tells with the type's other rules


class _Sides(BaseSchema):
    left = fields.List(fields.Nested(Item), required=True, metadata=_COUNT)
    right = fields.List(fields.Nested(Item), required=True, metadata=_COUNT)


class _Parts(BaseSchema):
    options = fields.Nested(_Sides, allow_none=True)
    answer = fields.Dict(keys=ItemId(), values=ItemId(), allow_none=True)


class Matching(QuestionType):
    name = "matching"
    schema = _Parts()
    is_always_shuffled = True  # the author's order may put partners side by side

    def faults(self, content: Content) -> list[FieldError]:
        sides = content.options or {"left": [], "right": []}
        faults = [
            FieldError(f"/options/{name}", "too_long", f"At most {MOST_OPTIONS}.")
            for name, side in sides.items()
            if len(side) > MOST_OPTIONS
        ]
        if faults:
            return faults
        left, twice_left = ids_of("/options/left", sides["left"])
        right, twice_right = ids_of("/options/right", sides["right"])
        faults += [*twice_left, *twice_right]
        for one, other in (content.answer or {}).items():
            faults += unknown("/answer", one, left)
            faults += unknown(f"/answer/{one}", other, right)
        if content.answer and len(content.answer) != len(left):
            detail = "Must name a partner for every left id."
            faults.append(FieldError("/answer", "invalid", detail))
        return faults

    def missing(self, content: Content) -> list[FieldError]:
        sides = content.options
        missing = super().missing(content)
        if not (sides and sides["left"] and sides["right"]):
            missing.insert(0, FieldError("/options", "required", "Needs both sides."))
        return missing

    def freeze_key(self, options: Any, answer: Any) -> Any:
        left, right = ids_by_source(options["left"]), ids_by_source(options["right"])
        # A partner that is not shown cannot be chosen: that pair counts, and no answer is right.
        return {left[one]: right.get(other) for one, other in answer.items() if one in left}

    def answer_fault(self, answer: Any, ids: Any) -> str | None:
        left, right = ids["left"], ids["right"]
        fits = isinstance(answer, dict) and all(
            one in left and isinstance(other, str) and other in right
            for one, other in answer.items()
        )
        return None if fits else "Must map ids of the left to ids of the right."

    def share(self, options: Any, key: Any, answer: Any) -> Fraction:
        """One part for every pair."""
        if not isinstance(answer, dict) or not key:
            return Fraction(0)
        right = sum(other is not None and answer.get(one) == other for one, other in key.items())
        return Fraction(right, len(key))

    def words(self, options: Any, answer: Any) -> list[str]:
        if not isinstance(answer, dict):
            return []
        left, right = texts_by_id(options["left"]), texts_by_id(options["right"])
        return [
            f"{text} → {right[answer[id]]}"
            for id, text in left.items()
            if isinstance(answer.get(id), str) and answer[id] in right
        ]

    def guess_percent(self, options: Any, key: Any) -> Decimal:
        """One divided by the number of partners that look different."""
        return Decimal(100) / len({option["text"] for option in options["right"]})
