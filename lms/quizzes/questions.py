"""Whether a question obeys the rules of its type; each type's own rules are in `types/`.

`check_question` refuses wrong questions (422). `missing_parts` lists what is not finished: a draft
may have such parts, a published quiz may not.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lms.core.http.schemas import load
from lms.errors import FieldError, Invalid, gathering
from lms.quizzes.types import TYPES
from lms.quizzes.types.base import Content

_PARTS = ("options", "answer")


def check_question(new: Mapping[str, Any]) -> dict[str, Any]:
    """The same question, with its options and key as they are stored. Raises Invalid."""
    type = TYPES[new["type"]]
    found = load(type.schema, {"options": new["options"], "answer": new["answer"]})
    parts = {name: _as_stored(found[name]) for name in _PARTS}
    checked = {**new, **parts}
    faults = type.faults(content_of(checked))
    if faults:
        raise Invalid(errors=faults)
    return checked


def check_parts(given: Mapping[str, Any]) -> list[FieldError]:
    """What is wrong with the options and the key of a question whose other fields may be, too."""
    if "type" not in given or not any(given.get(name) is not None for name in _PARTS):
        return []
    faults: list[FieldError] = []
    with gathering(faults):
        parts = {name: given.get(name) for name in _PARTS}
        check_question({"text": "", "points": Decimal(1), **given, **parts})
    return faults


def missing_parts(type: str, content: Content) -> list[FieldError]:
    """What a question still needs before it can be asked and marked; pointers start at the
    question.
    """
    return TYPES[type].missing(content)


def content_of(question: Mapping[str, Any]) -> Content:
    """The part of a question's fields that its author wrote."""
    return Content(
        text=question["text"],
        points=question["points"],
        options=question["options"],
        answer=question["answer"],
    )


def _as_stored(value: Any) -> Any:
    """Decimals as text, without the fields that were not given."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {name: _as_stored(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_as_stored(part) for part in value]
    return value
