"""Questions as GIFT, which `gift.py` reads."""

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from lms.quizzes.formats.worths import gaps_in_order, option_percents, percent_text, text_around
from lms.quizzes.queries import Question

_SPECIAL = re.compile(r"([\\~=#{}:])")
_IN_NOTES = re.compile(r"([\\\]])")
_KINDS = {"short_answer": "SA", "numeric": "NM", "single_choice": "MC"}


def write(questions: Iterable[Question]) -> str:
    """A GIFT file; a type that GIFT does not have is left to be found missing."""
    blocks, category = [], None
    for question in questions:
        named = (question.source or {}).get("category")
        if named != category:
            blocks.append(f"$CATEGORY: {named or ''}\n")
            category = named
        blocks.append(_write(question) + "\n")
    return "\n".join(blocks)


def _write(question: Question) -> str:
    id = f"[id:{_IN_NOTES.sub(_escaped, question.external_id)}]" if question.external_id else ""
    tags = [f"[tag:{_IN_NOTES.sub(_escaped, tag)}]" for tag in question.tags]
    notes = f"// {' '.join([id, *tags]).strip()}\n" if id or tags else ""
    name = f"::{_escape(question.name)}::" if question.name else ""
    general = ""
    if question.explanation:
        general = f"####{_text(question.explanation, question.explanation_format)}"
    head = f"{notes}{name}[{question.text_format}]"
    if question.type == "cloze":
        return head + _cloze(question, general)
    answers = "" if question.type == "description" else f" {{{_answers(question)}{general}}}"
    return f"{head}{_escape(question.text)}{answers}"


def _answers(question: Question) -> str:
    options, key, said = question.options, question.answer, _Said(question)
    match question.type:
        case "true_false":
            return _true_false(key, options or {}, said)
        case "single_choice":
            return _choice(options, [key], said, right=key)
        case "multiple_choice":
            return _choice(options, key, said)
        case "short_answer":
            return " ".join(f"={one}" for one in _accepted(key, said))
        case "numeric":
            return "#" + " ".join(f"={one}" for one in _numbers(key, said))
        case "matching":
            return _pairs(options, key, said)
        case _:
            return ""


class _Said:
    """The formats of a question, which its parts have unless they say another."""

    def __init__(self, question: Question) -> None:
        self._text, self._explanation = question.text_format, question.explanation_format

    def text(self, item: Any) -> str:
        return _text(item["text"], item.get("text_format", self._text))

    def feedback(self, item: Any) -> str:
        if not item.get("explanation"):
            return ""
        format = item.get("explanation_format", self._explanation)
        return f"#{_text(item['explanation'], format)}"


def _choice(options: Any, right_ids: list[str], said: _Said, *, right: str | None = None) -> str:
    parts = []
    percents = option_percents(options, right_ids, wrong=0 if right is not None else -1)
    for option, percent in zip(options, percents, strict=True):
        sign = "=" if option["id"] == right else "~"
        given = "" if percent == (100 if sign == "=" else 0) else f"%{percent_text(percent)}%"
        parts.append(f"{sign}{given}{said.text(option)}{said.feedback(option)}")
    return " ".join(parts)


def _true_false(key: bool, options: Any, said: _Said) -> str:
    word, sides = ("TRUE", ("false", "true")) if key else ("FALSE", ("true", "false"))
    wrong, right = (said.feedback(options.get(side, {})) for side in sides)
    return f"{word}{wrong or '#'}{right}" if right else f"{word}{wrong}"


def _accepted(key: Any, said: _Said) -> list[str]:
    found = []
    for one in key["accepted"]:
        item = one if isinstance(one, dict) else {"text": one, "percent": "100"}
        percent = Fraction(item.get("percent", "100"))
        given = "" if percent == 100 else f"%{percent_text(percent)}%"
        found.append(f"{given}{_text(item['text'], 'plain')}{said.feedback(item)}")
    return found


def _numbers(key: Any, said: _Said) -> list[str]:
    found = []
    for item in ({**key, "percent": "100"}, *key.get("others", ())):
        percent = Fraction(item["percent"])
        given = "" if percent == 100 else f"%{percent_text(percent)}%"
        number = f"{item['value']}:{item.get('tolerance', '0')}"
        found.append(f"{given}{number}{said.feedback(item)}")
    return found


def _pairs(options: Any, key: dict[str, str], said: _Said) -> str:
    partners = {item["id"]: item for item in options["right"]}
    lines = [
        f"={said.text(item)} -> {_escape(partners[key[item['id']]]['text'])}"
        for item in options["left"]
    ]
    alone = [item for id, item in partners.items() if id not in key.values()]
    return " ".join([*lines, *(f"= -> {_escape(item['text'])}" for item in alone)])


def _cloze(question: Question, general: str) -> str:
    said = _Said(question)
    gaps = gaps_in_order(question.text, question.options)
    pieces = [_escape(piece) for piece in text_around(question.text)]
    braces = [_gap(gap, question.answer[gap["id"]], said) for gap in gaps]
    braces[-1] = f"{braces[-1][:-1]}{general}}}"
    return "".join([a + b for a, b in zip(pieces, [*braces, ""], strict=True)])


def _gap(gap: Any, key: Any, said: _Said) -> str:
    kind = _KINDS[gap["type"]]
    if gap["type"] == "single_choice":
        inside = _choice(gap["options"], [key], said, right=key)
    elif gap["type"] == "numeric":
        inside = "~".join(f"={one}" for one in _numbers(key, said))
    else:
        kind = "SAC" if key.get("case_sensitive") else kind
        inside = "~".join(f"={one}" for one in _accepted(key, said))
    return f"{{{gap['points']}:{kind}:{inside}}}"


def _text(text: str, format: str) -> str:
    return f"[{format}]{_escape(text)}"


def _escape(text: str) -> str:
    return _SPECIAL.sub(_escaped, text).replace("\n", "\\n")


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[1]}"
