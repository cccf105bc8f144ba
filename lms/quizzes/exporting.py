"""Questions as a file that an import reads to equal questions.

What is written is read again and compared, so that nothing is lost that a format cannot carry. Ids
of options are not compared, since each import gives its own.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from lms.errors import FieldError, Invalid
from lms.quizzes.formats import gift_writing, moodle_writing
from lms.quizzes.importing import read_items
from lms.quizzes.numbers import read_number, read_percent
from lms.quizzes.picks import worth_of_options
from lms.quizzes.queries import Question
from lms.quizzes.types import TYPES
from lms.quizzes.types.base import Content
from lms.quizzes.types.cloze import GAP

WRITERS = {"gift": gift_writing.write, "moodle_xml": moodle_writing.write}
MEDIA_TYPES = {"gift": "text/plain", "moodle_xml": "application/xml"}
ENDINGS = {"gift": "gift.txt", "moodle_xml": "xml"}


class NotExportable(Invalid):
    """The format cannot carry some of these questions; `errors` names them, and what it lacks."""


def export(format: str, questions: Sequence[Question]) -> str:
    """The file. Raises NotExportable."""
    faults = [
        FieldError(f"/questions/{index}", "not_exportable", f"The format cannot carry its {lost}.")
        for index, question in enumerate(questions)
        if (lost := ", ".join(_lost(format, question)))
    ]
    if faults:
        raise NotExportable(errors=faults)
    return WRITERS[format](questions)


def _lost(format: str, question: Question) -> list[str]:
    """The parts that a question would have lost once it is read again."""
    content = Content(question.text, question.points, question.options, question.answer)
    if TYPES[question.type].missing(content):
        return ["missing parts"]
    before = _essence(_fields(question))
    items = read_items(format, WRITERS[format]([question]))
    if len(items) != 1 or items[0].errors:
        return [f"{question.type} as it is"]
    after = _essence(items[0].question)
    return [name for name, value in before.items() if after.get(name) != value]


_FIELDS = (
    "type", "text", "text_format", "points", "explanation", "explanation_format", "options",
    "answer", "name", "tags", "external_id", "source",
)  # fmt: skip


def _fields(question: Question) -> dict[str, Any]:
    return {name: getattr(question, name) for name in _FIELDS}


def _essence(question: dict[str, Any]) -> dict[str, Any]:
    """What a question means, whatever the ids of its options are."""
    formats = {name: question[f"{name}_format"] for name in ("text", "explanation")}
    type, options, key = question["type"], question["options"], question["answer"]
    text = question["text"]
    found: dict[str, Any] = {"type": type}
    if type == "cloze" and options:
        ids = list(dict.fromkeys(GAP.findall(text)))
        text = GAP.sub(lambda gap: f"[[{ids.index(gap[1])}]]", text)
        gaps = {gap["id"]: gap for gap in options["gaps"]}
        found["gaps"] = [
            (
                gaps[id]["type"],
                Fraction(gaps[id]["points"]),
                _parts(gaps[id]["type"], gaps[id].get("options"), (key or {}).get(id), formats),
            )
            for id in ids
            if id in gaps
        ]
    else:
        found["answers"] = _parts(type, options, key, formats)
    explanation = question["explanation"]
    return {
        **found,
        "text": (text, formats["text"]),
        "points": Fraction(question["points"]),
        "explanation": (explanation, formats["explanation"]) if explanation else None,
        "name": question["name"],
        "tags": list(question["tags"] or []),
        "external id": question["external_id"],
        "category": (question["source"] or {}).get("category"),
    }


def _parts(type: str, options: Any, key: Any, formats: dict[str, str]) -> Any:
    """Options and key in terms of each other."""
    if key is None and type not in ("essay", "description"):
        return None
    match type:
        case "single_choice":
            worths = worth_of_options(options, [key])
            return [(_item(o, formats), worths[o["id"]], o["id"] == key) for o in options]
        case "multiple_choice":
            worths = worth_of_options(options, key, wrong=-1)
            return [(_item(o, formats), worths[o["id"]], o["id"] in key) for o in options]
        case "true_false":
            sides = {side: _said(part, formats) for side, part in (options or {}).items()}
            return key, {side: said for side, said in sides.items() if said}
        case "short_answer":
            accepted = [one if isinstance(one, dict) else {"text": one} for one in key["accepted"]]
            return (
                [
                    (one["text"], read_percent(one.get("percent", "100")), _said(one, formats))
                    for one in accepted
                ],
                key.get("case_sensitive", False),
                key.get("exact", False),
            )
        case "numeric":
            return [
                (
                    read_number(one["value"]),
                    read_number(one.get("tolerance", "0")),
                    read_percent(one["percent"]),
                    _said(one, formats),
                )
                for one in ({**key, "percent": "100"}, *key.get("others", ()))
            ]
        case "matching":
            left, right = (
                {item["id"]: _item(item, formats) for item in options[side]}
                for side in ("left", "right")
            )
            pairs = [(item, right.get(key.get(id))) for id, item in left.items()]
            return pairs, sorted(map(repr, right.values()))
        case "ordering":
            items = {item["id"]: _item(item, formats) for item in options}
            return [items[id] for id in key]
        case _:
            return None


def _item(item: dict[str, Any], formats: dict[str, str]) -> tuple[Any, ...]:
    return item["text"], item.get("text_format", formats["text"]), _said(item, formats)


def _said(item: dict[str, Any], formats: dict[str, str]) -> tuple[str, str] | None:
    if not item.get("explanation"):
        return None
    return item["explanation"], item.get("explanation_format", formats["explanation"])
