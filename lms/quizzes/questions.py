"""What a question of each type needs: its options and its key.

`read_parts` refuses what is wrong (422); `missing_parts` lists what is not finished, which a
draft may be and a published quiz may not.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate

from lms.core.http.schemas import BaseSchema, Boolean, Exact, Text, load
from lms.errors import FieldError, invalid
from lms.quizzes.answers import normal_text, read_number

TYPES = (
    "single_choice", "multiple_choice", "true_false", "short_answer", "numeric", "matching",
    "ordering", "essay",
)  # fmt: skip
MOST_OPTIONS = 100


@dataclass(frozen=True, slots=True)
class Parts:
    """A question's options and key, as they are stored."""

    options: Any
    answer: Any


class _Id(Text):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min=1, max=64, trim=False, **kwargs)


def _explanation() -> Text:
    return Text(max=5000, lines=True, allow_none=True)


class _Item(BaseSchema):
    id = _Id(required=True)
    text = Text(min=1, max=5000, lines=True, required=True)
    explanation = _explanation()


class _Option(_Item):
    # Instead of all or nothing, as GIFT and Moodle weigh options.
    percent = Exact(min=-100, max=100, places=5)


class _Sides(BaseSchema):
    left = fields.List(fields.Nested(_Item), required=True)
    right = fields.List(fields.Nested(_Item), required=True)


class _AcceptedText(BaseSchema):
    text = Text(min=1, max=1000, trim=False, required=True)
    percent = Exact(min=0, max=100, places=5, load_default=Decimal(100))
    explanation = _explanation()


class _Accepted(fields.Field[Any]):
    """A text, or `{text, percent}`."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        found: Any = _AcceptedText().load({"text": value} if isinstance(value, str) else value)
        if not normal_text(found["text"], case_sensitive=True):
            raise ValidationError("Must not be empty.")
        plain = isinstance(value, str)
        return found["text"] if plain else {**found, "percent": str(found["percent"])}


class _Number(fields.Field[Any]):
    """A decimal number, kept as text, so that it stays exact."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if read_number(value) is None:
            raise ValidationError("Must be a decimal number, as text.")
        return str(value).strip() if isinstance(value, str) else repr(value)


class _Tolerance(_Number):
    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if (read_number(text) or 0) < 0:
            raise ValidationError("Must not be negative.")
        return text


class _NumericPart(BaseSchema):
    value = _Number(required=True)
    tolerance = _Tolerance(load_default="0")
    percent = Exact(min=0, max=100, places=5, required=True)
    explanation = _explanation()


class _NumericKey(BaseSchema):
    value = _Number(required=True)
    tolerance = _Tolerance(load_default="0")
    explanation = _explanation()
    others = fields.List(fields.Nested(_NumericPart), validate=validate.Length(max=MOST_OPTIONS))


class _ShortKey(BaseSchema):
    accepted = fields.List(
        _Accepted(), required=True, validate=validate.Length(min=1, max=MOST_OPTIONS)
    )
    case_sensitive = Boolean(load_default=False)


def _options(item: type[BaseSchema]) -> Any:
    return fields.List(
        fields.Nested(item), allow_none=True, validate=validate.Length(max=MOST_OPTIONS)
    )


class _None(fields.Field[Any]):
    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        raise ValidationError("This type of question has none.")


class _SingleChoice(BaseSchema):
    options = _options(_Option)
    answer = _Id(allow_none=True)


class _MultipleChoice(BaseSchema):
    options = _options(_Option)
    answer = fields.List(_Id(), allow_none=True, validate=validate.Length(max=MOST_OPTIONS))


class _TrueFalse(BaseSchema):
    options = _None(allow_none=True)
    answer = Boolean(allow_none=True)


class _ShortAnswer(BaseSchema):
    options = _None(allow_none=True)
    answer = fields.Nested(_ShortKey, allow_none=True)


class _Numeric(BaseSchema):
    options = _None(allow_none=True)
    answer = fields.Nested(_NumericKey, allow_none=True)


class _Matching(BaseSchema):
    options = fields.Nested(_Sides, allow_none=True)
    answer = fields.Dict(keys=_Id(), values=_Id(), allow_none=True)


class _Ordering(BaseSchema):
    options = _options(_Item)
    answer = fields.List(_Id(), allow_none=True)


class _Essay(BaseSchema):
    options = _None(allow_none=True)
    answer = _None(allow_none=True)


_SCHEMAS: dict[str, BaseSchema] = {
    "single_choice": _SingleChoice(),
    "multiple_choice": _MultipleChoice(),
    "true_false": _TrueFalse(),
    "short_answer": _ShortAnswer(),
    "numeric": _Numeric(),
    "matching": _Matching(),
    "ordering": _Ordering(),
    "essay": _Essay(),
}


def read_parts(type: str, options: Any, answer: Any) -> Parts:
    """The options and key of a question, checked. Raises Invalid."""
    found = load(_SCHEMAS[type], {"options": options, "answer": answer})
    parts = Parts(_as_stored(found["options"]), _as_stored(found["answer"]))
    check = _CHECKS.get(type)
    if check is not None:
        check(parts)
    return parts


def _as_stored(value: Any) -> Any:
    """Decimals as text, and nothing where nothing was given."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {name: _as_stored(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_as_stored(part) for part in value]
    return value


def _unique(pointer: str, items: Iterable[dict[str, Any]]) -> set[str]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item["id"] in seen:
            raise invalid(f"{pointer}/{index}/id", "repeated", "Each id may be used once.")
        seen.add(item["id"])
    return seen


def _known(pointer: str, named: Any, ids: set[str]) -> None:
    if named not in ids:
        raise invalid(pointer, "unknown_option", "Names no option of this question.")


def _check_single(parts: Parts) -> None:
    ids = _unique("/options", parts.options or ())
    if parts.answer is not None:
        _known("/answer", parts.answer, ids)


def _check_list(parts: Parts) -> None:
    ids = _unique("/options", parts.options or ())
    for index, named in enumerate(parts.answer or ()):
        _known(f"/answer/{index}", named, ids)
    if parts.answer is not None and len(set(parts.answer)) != len(parts.answer):
        raise invalid("/answer", "repeated", "Names an option twice.")


def _check_ordering(parts: Parts) -> None:
    _check_list(parts)
    if parts.answer and len(parts.answer) != len(parts.options):
        raise invalid("/answer", "invalid", "Must name every option once, in order.")


def _check_matching(parts: Parts) -> None:
    sides = parts.options or {"left": [], "right": []}
    for name, side in sides.items():
        if len(side) > MOST_OPTIONS:
            raise invalid(f"/options/{name}", "too_long", f"At most {MOST_OPTIONS}.")
    left = _unique("/options/left", sides["left"])
    right = _unique("/options/right", sides["right"])
    for one, other in (parts.answer or {}).items():
        _known("/answer", one, left)
        _known(f"/answer/{one}", other, right)
    if parts.answer and len(parts.answer) != len(left):
        raise invalid("/answer", "invalid", "Must name a partner for every left id.")


_CHECKS: dict[str, Callable[[Parts], None]] = {
    "single_choice": _check_single,
    "multiple_choice": _check_list,
    "ordering": _check_ordering,
    "matching": _check_matching,
}


def missing_parts(type: str, options: Any, answer: Any) -> list[FieldError]:
    """What a question lacks to be asked and marked; pointers start at the question."""
    missing = []
    if type in ("single_choice", "multiple_choice", "ordering") and len(options or ()) < 2:
        missing.append(FieldError("/options", "required", "Needs at least two options."))
    if type == "matching" and not (options and options["left"] and options["right"]):
        missing.append(FieldError("/options", "required", "Needs both sides."))
    if type != "essay" and (answer is None or answer in ([], {})):
        missing.append(FieldError("/answer", "required", "Needs its key."))
    return missing
