"""Fields that the schemas of several types of questions share."""

from decimal import Decimal
from typing import Any, NoReturn

from marshmallow import ValidationError, fields, validate

from lms.core.http.schemas import BaseSchema, Choice, Exact, Items, Text
from lms.core.markup import TEXT_FORMATS
from lms.errors import FieldError
from lms.quizzes.options import MOST_OPTIONS
from lms.quizzes.types.base import Content


class ItemId(Text):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min=1, max=64, trim=False, **kwargs)


def explanation() -> Text:
    return Text(max=5000, lines=True, allow_none=True)


def percent(**kwargs: Any) -> Exact:
    """The percent of the points, for an answer that gives a part of them."""
    return Exact(min=0, max=100, places=5, **kwargs)


WHOLE = Decimal(100)


def markup_format() -> Choice:
    """The format of a text or an explanation; without one it is the question's."""
    return Choice(*TEXT_FORMATS, name="TextFormat")


class Item(BaseSchema):
    id = ItemId(required=True)
    text = Text(min=1, max=5000, lines=True, required=True)
    text_format = markup_format()
    explanation = explanation()
    explanation_format = markup_format()


class Option(Item):
    component = "ChoiceOption"

    # The option's own percent, as in GIFT and Moodle, in place of all or nothing.
    percent = Exact(min=-100, max=100, places=5)


def list_of(item: type[BaseSchema]) -> Items:
    return Items(fields.Nested(item), allow_none=True, validate=validate.Length(max=MOST_OPTIONS))


class Nothing(fields.Field[Any]):
    """The field of a type that has no options, or no key."""

    def __init__(self) -> None:
        super().__init__(allow_none=True)

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> NoReturn:
        raise ValidationError("This type of question has none.")


def missing_options(content: Content) -> list[FieldError]:
    """The error for a list of options that leaves nothing to choose from."""
    if len(content.options or ()) < 2:
        return [FieldError("/options", "required", "Needs at least two options.")]
    return []
