"""Whether a question obeys the rules of its type; each type's own rules are in `types/`.

`check_question` refuses wrong questions (422). `missing_parts` lists what is not finished: a draft
may have such parts, a published quiz may not.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lms.core.http.schemas import load
from lms.core.markup import clean_html
from lms.errors import FieldError, Invalid, gathering
from lms.quizzes.types import TYPES
from lms.quizzes.types.base import Content

_PARTS = ("options", "answer")


def check_question(new: Mapping[str, Any]) -> dict[str, Any]:
    """The same question, with its options and key as they are stored. Raises Invalid.

    HTML is cleaned. Without points it gets those that its type gives.
    """
    type = TYPES[new["type"]]
    found = load(type.schema, {"options": new["options"], "answer": new["answer"]})
    faults: list[FieldError] = []
    checked = _cleaned({**new, **{name: _as_stored(found[name]) for name in _PARTS}}, faults)
    if checked.get("points") is None:
        checked["points"] = type.default_points(checked["options"])
    faults += type.faults(content_of(checked))
    if faults:
        raise Invalid(errors=faults)
    return checked


def check_parts(given: Mapping[str, Any]) -> list[FieldError]:
    """What is wrong with the options and the key of a question whose other fields may be, too."""
    if "type" not in given:
        return []
    faults: list[FieldError] = []
    with gathering(faults):
        parts = {name: given.get(name) for name in _PARTS}
        check_question({"text": "", **given, **parts})
    if "text" in given:
        return faults
    return [fault for fault in faults if fault.pointer != "/text"]  # which is told to be wrong


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


def _cleaned(question: dict[str, Any], faults: list[FieldError]) -> dict[str, Any]:
    """The question with all its HTML cleaned; a fault for each text of which nothing is left."""
    formats = {
        "text": question.get("text_format", "markdown"),
        "explanation": question.get("explanation_format", "markdown"),
    }
    options = _clean(question["options"], formats, "/options", faults)
    answer = _clean_key(question["type"], question["answer"], formats, faults)
    top = {name: question[name] for name in ("text", "explanation") if name in question}
    return {**question, **_clean(top, formats, "", faults), "options": options, "answer": answer}


def _clean_key(type: str, answer: Any, formats: Mapping[str, str], faults: list[FieldError]) -> Any:
    """A key with its explanations cleaned; what it accepts is typed, and so plain."""
    if type == "matching":
        return answer  # ids alone, which may be words of ours
    plain = {**formats, "text": "plain"}
    if type != "cloze" or answer is None:
        return _clean(answer, plain, "/answer", faults)
    return {id: _clean(key, plain, f"/answer/{id}", faults) for id, key in answer.items()}


def _clean(value: Any, formats: Mapping[str, str], pointer: str, faults: list[FieldError]) -> Any:
    """A JSON value in which the fields `text` and `explanation` have a format, at any depth."""
    if isinstance(value, list):
        return [_clean(one, formats, f"{pointer}/{n}", faults) for n, one in enumerate(value)]
    if not isinstance(value, dict):
        return value
    cleaned = {}
    for name, part in value.items():
        where = f"{pointer}/{name}"
        if name not in formats or not isinstance(part, str):
            cleaned[name] = _clean(part, formats, where, faults)
            continue
        is_html = value.get(f"{name}_format", formats[name]) == "html"
        cleaned[name] = clean_html(part).strip() if is_html else part
        if part and not cleaned[name]:
            detail = "Nothing is left of this HTML without what browsers would run."
            faults.append(FieldError(where, "invalid", detail))
    return cleaned


def _as_stored(value: Any) -> Any:
    """Decimals as text, without the fields that were not given."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return {name: _as_stored(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_as_stored(part) for part in value]
    return value
