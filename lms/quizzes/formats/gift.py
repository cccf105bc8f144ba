"""GIFT, Moodle's plain text format (docs.moodle.org/en/GIFT_format).

All its types: multiple choice with one or several right answers, true or false, short answer,
matching, missing word, numerical, essay. A description asks nothing, so it is an error here.
Categories and titles are not parts of a question and are skipped. The feedback of a true/false
question becomes its explanation.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.quizzes.formats.items import (
    ImportedItem,
    ItemFault,
    check_parts_count,
    plain_percent,
    take_items,
    weighed_options,
)
from lms.quizzes.numbers import read_decimal

# Escaped characters are replaced by these while we look for unescaped ones.
_ESCAPED = "~=#{}:\\"
_ASIDE = {char: chr(0xE010 + index) for index, char in enumerate(_ESCAPED)}
_NEWLINE = "\ue01f"
_BACK = str.maketrans({aside: char for char, aside in _ASIDE.items()} | {_NEWLINE: "\n"})
_ESCAPE = re.compile(r"\\([~=#{}:\\n])")
_PERCENT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,10})?)%")
_TRUE, _FALSE = ("t", "true"), ("f", "false")


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of one item, without comments."""

    text: str
    lines: list[int]  # their numbers in the file
    starts: list[int]  # where each begins in the text

    def line_at(self, offset: int) -> int:
        return self.lines[bisect_right(self.starts, offset) - 1]


@dataclass(frozen=True, slots=True)
class _Answer:
    sign: str  # = right, ~ wrong, "" if the file says neither
    percent: Decimal
    text: str
    feedback: str | None
    line: int


def read(content: str, base_url: str) -> list[ImportedItem]:
    """The items of a GIFT file."""
    return take_items(_read_block(block) for block in _blocks(content))


def _blocks(content: str) -> Iterator[_Block]:
    texts: list[str] = []
    numbers: list[int] = []
    starts: list[int] = []
    length = 0
    for number, line in enumerate([*content.split("\n"), ""], 1):
        stripped = line.strip()
        if stripped.startswith("//") or (not texts and stripped.startswith("$CATEGORY:")):
            continue
        if stripped:
            texts.append(_ESCAPE.sub(_set_aside, line))
            numbers.append(number)
            starts.append(length)
            length += len(texts[-1]) + 1
        elif texts:
            yield _Block("\n".join(texts), numbers, starts)
            texts, numbers, starts, length = [], [], [], 0


def _set_aside(match: re.Match[str]) -> str:
    return _NEWLINE if match[1] == "n" else _ASIDE[match[1]]


def _plain(text: str) -> str:
    return text.translate(_BACK).strip()


def _read_block(block: _Block) -> ImportedItem:
    item = ImportedItem(block.lines[0])
    try:
        item.type, item.question = _read_question(block)
    except ItemFault as fault:
        item.refuse(fault)
    return item


def _read_question(block: _Block) -> tuple[str, dict[str, Any]]:
    text = block.text
    title = re.match(r"\s*::(.*?)::", text, re.DOTALL)
    begin = title.end() if title else 0
    mark = re.match(r"\s*\[(html|moodle|plain|markdown)\]", text[begin:])
    begin += mark.end() if mark else 0
    opened, closed = text.find("{", begin), text.find("}", begin)
    if opened < 0:
        detail = "This item asks nothing: a description has no counterpart here."
        raise ItemFault(block.lines[0], detail, "unsupported")
    if closed < opened:
        raise ItemFault(block.line_at(opened), "This { is never closed by }.")
    if "{" in text[opened + 1 :]:
        again = text.index("{", opened + 1)
        raise ItemFault(block.line_at(again), "An item has one pair of braces.", "unsupported")
    stem, tail = _plain(text[begin:opened]), _plain(text[closed + 1 :])
    if tail:
        stem = f"{stem} _____ {tail}"
    elif not stem and title:
        stem = _plain(title[1])
    inside, _, general = text[opened + 1 : closed].partition("####")
    type, parts = _read_answers(block, inside, opened + 1)
    explanations = [part for part in (parts.pop("explanation", None), _plain(general)) if part]
    question = {"type": type, "text": stem, **parts}
    if explanations:
        question["explanation"] = "\n\n".join(explanations)
    return type, question


def _read_answers(block: _Block, inside: str, offset: int) -> tuple[str, dict[str, Any]]:
    bare = inside.strip()
    if not bare:
        return "essay", {}
    if bare.startswith("#"):
        start = inside.index("#") + 1
        return "numeric", _numeric(list(_answers(block, inside[start:], offset + start)))
    answers = list(_answers(block, inside, offset))
    if "~" in inside:
        return _choice(answers, single="=" in inside)
    if all(answer.sign == "=" and "->" in answer.text for answer in answers):
        return "matching", _matching(answers)
    if not answers[0].sign:
        return "true_false", _true_false(answers[0])
    return "short_answer", {"answer": {"accepted": [_accepted(answer) for answer in answers]}}


def _answers(block: _Block, inside: str, offset: int) -> Iterator[_Answer]:
    """The answers between braces: each with its sign, percent, text and feedback."""
    count = 0
    for match in re.finditer(r"([~=]*)([^~=]*)", inside):
        signs, body = match[1], match[2]
        if not signs and not body.strip():
            continue
        count += 1
        check_parts_count(count, block.lines[0])
        sign = "=" if "=" in signs else signs[:1]
        line = block.line_at(offset + match.start(2) + len(body) - len(body.lstrip()))
        weight = _PERCENT.match(body)
        percent = Decimal(weight[1]) if weight else Decimal(0 if sign == "~" else 100)
        text, _, feedback = body[weight.end() if weight else 0 :].partition("#")
        yield _Answer(sign, percent, text, _plain(feedback) or None, line)


def _choice(answers: list[_Answer], *, single: bool) -> tuple[str, dict[str, Any]]:
    texts = [
        (_plain(answer.text), answer.percent, answer.feedback)
        for answer in answers
        if answer.text.strip() or answer.feedback
    ]
    options, key = weighed_options(texts, single=single)
    return "single_choice" if single else "multiple_choice", {"options": options, "answer": key}


def _matching(answers: list[_Answer]) -> dict[str, Any]:
    left: list[dict[str, str]] = []
    right: dict[str, str] = {}
    key = {}
    for answer in answers:
        if answer.feedback or answer.percent != 100:
            raise ItemFault(answer.line, "A pair has neither feedback nor a weight.", "unsupported")
        one, _, other = answer.text.partition("->")
        partner = right.setdefault(_plain(other), f"r{len(right) + 1}")
        if one.strip():  # an empty left side makes the right one a distractor
            left.append({"id": f"l{len(left) + 1}", "text": _plain(one)})
            key[left[-1]["id"]] = partner
    sides = {"left": left, "right": [{"id": id, "text": text} for text, id in right.items()]}
    return {"options": sides, "answer": key}


def _true_false(answer: _Answer) -> dict[str, Any]:
    word = _plain(answer.text).lower()
    if word not in _TRUE + _FALSE:
        raise ItemFault(answer.line, "An answer begins with =, ~ or #, or is T or F.")
    feedback = [_plain(part) for part in (answer.feedback or "").split("#")]
    explanation = "\n\n".join(part for part in feedback if part)
    parts: dict[str, Any] = {"answer": word in _TRUE}
    return {**parts, "explanation": explanation} if explanation else parts


def _accepted(answer: _Answer) -> Any:
    if answer.sign != "=":
        raise ItemFault(answer.line, "An accepted answer begins with =.")
    if answer.percent == 100 and not answer.feedback:
        return _plain(answer.text)
    found = {"text": _plain(answer.text), "percent": plain_percent(answer.percent)}
    return {**found, "explanation": answer.feedback} if answer.feedback else found


def _numeric(answers: list[_Answer]) -> dict[str, Any]:
    """The first answer that gives all points is the key; the others give a part."""
    keys = []
    for answer in answers:
        if answer.sign == "~" or answer.text.strip() == "*":
            raise ItemFault(answer.line, "A wrong number cannot be listed.", "unsupported")
        found = _interval(_plain(answer.text), answer.line)
        if answer.feedback:
            found["explanation"] = answer.feedback
        keys.append((answer.percent, found))
    whole = [found for percent, found in keys if percent == 100]
    if not whole:
        raise ItemFault(answers[0].line if answers else 1, "One number has to give 100 %.")
    others = [
        {**found, "percent": plain_percent(percent)}
        for percent, found in keys
        if found is not whole[0]
    ]
    return {"answer": {**whole[0], "others": others} if others else whole[0]}


def _interval(text: str, line: int) -> dict[str, str]:
    """`value`, `value:tolerance` or `from..to`."""
    first, dots, second = text.partition("..")
    if not dots:
        first, _, second = text.partition(":")
    one, other = read_decimal(first), read_decimal(second if second.strip() or dots else "0")
    if one is None or other is None:
        detail = f"“{text[:50]}” is not a number, interval or value:tolerance that can be kept."
        raise ItemFault(line, detail)
    value, tolerance = ((one + other) / 2, (other - one) / 2) if dots else (one, other)
    return {"value": f"{value:f}", "tolerance": f"{tolerance:f}"}
