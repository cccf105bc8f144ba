"""Questions as Moodle XML, which `moodle_xml.py` reads."""

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lms.quizzes.formats.worths import gaps_in_order, option_percents, percent_text, text_around
from lms.quizzes.queries import Question

_TYPES = {
    "single_choice": "multichoice", "multiple_choice": "multichoice", "true_false": "truefalse",
    "short_answer": "shortanswer", "numeric": "numerical", "matching": "matching",
    "ordering": "ordering", "essay": "essay", "cloze": "cloze", "description": "description",
}  # fmt: skip
_FORMATS = {"html": "html", "plain": "plain_text", "markdown": "markdown"}
_KINDS = {"short_answer": "SHORTANSWER", "numeric": "NUMERICAL", "single_choice": "MULTICHOICE"}
_IN_GAPS = re.compile(r"([~=#{}\\/\"])")


def write(questions: Iterable[Question]) -> str:
    """A file of Moodle XML."""
    parts, category = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"], None
    for question in questions:
        named = (question.source or {}).get("category")
        if named != category:
            text = f"<category><text>{escape(named or '')}</text></category>"
            parts.append(f'<question type="category">{text}</question>')
            category = named
        parts += _write(question)
    return "\n".join([*parts, "</quiz>", ""])


def _write(question: Question) -> Iterable[str]:
    said = _Said(question)
    yield f'<question type="{_TYPES[question.type]}">'
    yield f"<name><text>{escape(question.name or '')}</text></name>"
    text = _cloze(question, said) if question.type == "cloze" else question.text
    yield _element("questiontext", text, question.text_format)
    if question.explanation:
        yield _element("generalfeedback", question.explanation, question.explanation_format)
    if question.type != "description":
        yield f"<defaultgrade>{question.points.normalize():f}</defaultgrade>"
    if question.external_id:
        yield f"<idnumber>{escape(question.external_id)}</idnumber>"
    yield from _answers(question, said)
    if question.tags:
        tags = (f"<tag><text>{escape(tag)}</text></tag>" for tag in question.tags)
        yield f"<tags>{''.join(tags)}</tags>"
    yield "</question>"


class _Said:
    """The formats of a question, which its parts have unless they say another."""

    def __init__(self, question: Question) -> None:
        self._text, self._explanation = question.text_format, question.explanation_format

    def format(self, item: Any) -> str:
        return str(item.get("text_format", self._text))

    def feedback(self, item: Any) -> str:
        if not item.get("explanation"):
            return ""
        format = item.get("explanation_format", self._explanation)
        return _element("feedback", item["explanation"], format)


def _answers(question: Question, said: _Said) -> Iterable[str]:
    options, key = question.options, question.answer
    match question.type:
        case "single_choice":
            yield "<single>true</single>"
            yield from _choice(options, [key], said, wrong=0)
        case "multiple_choice":
            yield "<single>false</single>"
            yield from _choice(options, key, said, wrong=-1)
        case "true_false":
            for side in ("true", "false"):
                worth = 100 if (side == "true") == key else 0
                yield _answer(worth, side, "plain", said.feedback((options or {}).get(side, {})))
        case "short_answer":
            yield f"<usecase>{int(bool(key.get('case_sensitive')))}</usecase>"
            for one in key["accepted"]:
                item = one if isinstance(one, dict) else {"text": one}
                percent = Fraction(item.get("percent", "100"))
                yield _answer(percent, item["text"], "plain", said.feedback(item))
        case "numeric":
            for item in ({**key, "percent": "100"}, *key.get("others", ())):
                tolerance = f"<tolerance>{escape(item.get('tolerance', '0'))}</tolerance>"
                more = tolerance + said.feedback(item)
                yield _answer(Fraction(item["percent"]), item["value"], "plain", more)
        case "matching":
            yield from _pairs(options, key, said)
        case "ordering":
            items = {item["id"]: item for item in options}
            for place, id in enumerate(key, 1):
                yield _answer(place, items[id]["text"], said.format(items[id]), "")


def _choice(options: Any, right: list[str], said: _Said, *, wrong: int) -> Iterable[str]:
    percents = option_percents(options, right, wrong=wrong)
    for option, percent in zip(options, percents, strict=True):
        yield _answer(percent, option["text"], said.format(option), said.feedback(option))


def _pairs(options: Any, key: dict[str, str], said: _Said) -> Iterable[str]:
    partners = {item["id"]: item for item in options["right"]}
    pairs: list[tuple[str, str, Any]] = [
        (item["text"], said.format(item), partners[key[item["id"]]]) for item in options["left"]
    ]
    pairs += [("", "html", item) for id, item in partners.items() if id not in key.values()]
    for text, format, partner in pairs:
        answer = _element("answer", partner["text"], said.format(partner))
        yield _element("subquestion", text, format, answer)


def _cloze(question: Question, said: _Said) -> str:
    gaps = gaps_in_order(question.text, question.options)
    written = [_gap(gap, question.answer[gap["id"]]) for gap in gaps]
    pairs = zip(text_around(question.text), [*written, ""], strict=True)
    return "".join(piece + gap for piece, gap in pairs)


def _gap(gap: Any, key: Any) -> str:
    kind = _KINDS[gap["type"]]
    if gap["type"] == "single_choice":
        percents = option_percents(gap["options"], [key], wrong=0)
        items = [
            {**option, "percent": percent}
            for option, percent in zip(gap["options"], percents, strict=True)
        ]
    elif gap["type"] == "numeric":
        items = [
            {**item, "text": f"{item['value']}:{item.get('tolerance', '0')}"}
            for item in ({**key, "percent": "100"}, *key.get("others", ()))
        ]
    else:
        kind = "SHORTANSWER_C" if key.get("case_sensitive") else kind
        items = [one if isinstance(one, dict) else {"text": one} for one in key["accepted"]]
    return f"{{{gap['points']}:{kind}:{'~'.join(map(_gap_answer, items))}}}"


def _gap_answer(item: Any) -> str:
    percent = Fraction(item.get("percent", "100"))
    sign = "=" if percent == 100 else f"%{percent_text(percent)}%" if percent else ""
    feedback = f"#{_in_gap(item['explanation'])}" if item.get("explanation") else ""
    return f"{sign}{_in_gap(item['text'])}{feedback}"


def _in_gap(text: str) -> str:
    return _IN_GAPS.sub(r"\\\1", text)


def _answer(percent: Fraction | int, text: str, format: str, more: str) -> str:
    attributes = (
        f'fraction={quoteattr(percent_text(Fraction(percent)))} format="{_FORMATS[format]}"'
    )
    return f"<answer {attributes}><text>{escape(text)}</text>{more}</answer>"


def _element(name: str, text: str, format: str, more: str = "") -> str:
    return f'<{name} format="{_FORMATS[format]}"><text>{escape(text)}</text>{more}</{name}>'
