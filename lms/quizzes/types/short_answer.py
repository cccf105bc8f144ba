"""A word or two that the student types.

The key is `{accepted, case_sensitive, exact}`. Each accepted answer is a text, or `{text, percent}`
if it gives a part of the points. In the text `*` stands for any characters, and `\\*` for a star.
Unless `exact`, what a keyboard changes counts as the same (lms/quizzes/texts.py).
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from marshmallow import ValidationError, fields, validate

from lms.core.http.schemas import BaseSchema, Boolean, Either, Items, Text
from lms.quizzes.numbers import read_percent
from lms.quizzes.options import MOST_OPTIONS
from lms.quizzes.texts import LONGEST_TEXT, matches, normal_text
from lms.quizzes.types.base import QuestionType
from lms.quizzes.types.parts import WHOLE, Nothing, explanation, markup_format, percent


class _WeighedText(BaseSchema):
    text = Text(min=1, max=1000, trim=False, required=True)
    percent = percent(load_default=WHOLE)
    explanation = explanation()
    explanation_format = markup_format()


class _Accepted(Either):
    """A text, or `{text, percent}`."""

    def __init__(self) -> None:
        kinds = {
            "AcceptedText": Text(min=1, max=1000, trim=False),
            "WeighedText": fields.Nested(_WeighedText),
        }
        super().__init__("AcceptedAnswer", kinds)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        found: Any = _WeighedText().load({"text": value} if isinstance(value, str) else value)
        if not normal_text(found["text"], case_sensitive=True, exact=True):
            raise ValidationError("Must not be empty.")
        plain = isinstance(value, str)
        return found["text"] if plain else {**found, "percent": str(found["percent"])}


class ShortAnswerKey(BaseSchema):
    accepted = Items(_Accepted(), required=True, validate=validate.Length(min=1, max=MOST_OPTIONS))
    case_sensitive = Boolean(load_default=False)
    exact = Boolean()


class _Parts(BaseSchema):
    options = Nothing()
    answer = fields.Nested(ShortAnswerKey, allow_none=True)


class ShortAnswer(QuestionType):
    name = "short_answer"
    schema = _Parts()

    def answer_fault(self, answer: Any, ids: Any) -> str | None:
        fits = isinstance(answer, str) and len(answer) <= LONGEST_TEXT
        return None if fits else f"Must be text of at most {LONGEST_TEXT} characters."

    def share(self, options: Any, key: Any, answer: Any) -> Fraction:
        """The share that the best of the accepted texts that fit the answer gives."""
        if not isinstance(answer, str) or len(answer) > LONGEST_TEXT:
            return Fraction(0)
        rules = {name: key.get(name, False) for name in ("case_sensitive", "exact")}
        said = normal_text(answer, **rules)
        best = Fraction(0)
        for accepted in key["accepted"]:
            text, percent = accepted, "100"
            if isinstance(accepted, dict):
                text, percent = accepted["text"], accepted.get("percent", "100")
            if matches(text, said, **rules):
                best = max(best, read_percent(percent))
        return best

    def words(self, options: Any, answer: Any) -> list[str]:
        """What was typed, without the folds."""
        if not isinstance(answer, str):
            return []
        return [normal_text(answer, case_sensitive=True, exact=True)]

    def guess_percent(self, options: Any, key: Any) -> Decimal:
        return Decimal(0)
