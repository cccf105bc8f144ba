"""GIFT, Moodle's plain text format (docs.moodle.org/en/GIFT_format).

All its types: multiple choice with one or several right answers, true or false, short answer,
matching, missing word, numerical, essay; and gaps: several braces in one item, each a short answer,
a number or a choice, or Moodle's `{1:MULTICHOICE:…}`. An item without braces is a description.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.quizzes.formats.gaps import (
    Answer,
    Gap,
    accepted,
    choice,
    cloze_parts,
    cloze_text,
    number,
    read_gap,
)
from lms.quizzes.formats.items import ImportedItem, ItemFault, check_parts_count, take_items
from lms.quizzes.formats.written import Written, guessed, spelled
from lms.quizzes.types.cloze import MOST_GAPS

# Escaped characters are replaced by these while we look for unescaped ones.
_ESCAPED = "~=#{}:\\"
_ASIDE = {char: chr(0xE010 + index) for index, char in enumerate(_ESCAPED)}
_NEWLINE = "\ue01f"
_BACK = str.maketrans({aside: char for char, aside in _ASIDE.items()} | {_NEWLINE: "\n"})
_ESCAPE = re.compile(r"\\([~=#{}:\\n])")
_PERCENT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,10})?)%")
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_KIND = re.compile(r"\s*(\d{0,4}(?:\.\d{1,7})?)\s*:\s*([A-Za-z_]{1,40})\s*:")
_ID = re.compile(r"\[id:((?:[^\\\]]|\\.){1,400})\]")
_TAG = re.compile(r"\[tag:((?:[^\\\]]|\\.){1,400})\]")
_CATEGORY = "$CATEGORY:"
_TRUE, _FALSE = ("t", "true"), ("f", "false")


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of one item, without comments."""

    text: str
    lines: list[int]  # their numbers in the file
    starts: list[int]  # where each begins in the text
    notes: str  # its comments
    category: str | None

    def line_at(self, offset: int) -> int:
        return self.lines[bisect_right(self.starts, offset) - 1]


@dataclass(frozen=True, slots=True)
class _Hole:
    """What stands between braces, and where."""

    begin: int  # of the content, behind the brace
    end: int
    inside: str


def read(content: str, base_url: str) -> list[ImportedItem]:
    """The items of a GIFT file."""
    return take_items(_read_block(block) for block in _blocks(content))


def _blocks(content: str) -> Iterator[_Block]:
    category = None
    texts: list[str] = []
    numbers: list[int] = []
    starts: list[int] = []
    notes: list[str] = []
    length = 0
    for line_number, line in enumerate([*content.split("\n"), ""], 1):
        stripped = line.strip()
        if stripped.startswith("//"):
            notes.append(stripped)
        elif not texts and stripped.startswith(_CATEGORY):
            category = stripped.removeprefix(_CATEGORY).strip() or None
        elif stripped:
            texts.append(_ESCAPE.sub(_set_aside, line))
            numbers.append(line_number)
            starts.append(length)
            length += len(texts[-1]) + 1
        else:
            if texts:
                yield _Block("\n".join(texts), numbers, starts, "\n".join(notes), category)
            texts, numbers, starts, notes, length = [], [], [], [], 0


def _set_aside(match: re.Match[str]) -> str:
    return _NEWLINE if match[1] == "n" else _ASIDE[match[1]]


def _plain(text: str) -> str:
    return text.translate(_BACK).strip()


def _read_block(block: _Block) -> ImportedItem:
    item = ImportedItem(block.lines[0])
    try:
        item.question = _read_question(item, block)
        item.type = item.question["type"]
    except ItemFault as fault:
        item.refuse(fault)
    return item


def _read_question(item: ImportedItem, block: _Block) -> dict[str, Any]:
    text = block.text
    title = re.match(r"\s*::(.*?)::", text, re.DOTALL)
    begin = title.end() if title else 0
    if title:
        item.call(_plain(title[1]))
    mark = _FORMAT.match(text, begin)
    begin = mark.end() if mark else begin
    format = mark[1] if mark and mark[1] != "moodle" else None
    holes = _holes(block, begin)
    question = {**_about(item, block), "name": item.name}
    if not holes:
        stem = _write(_plain(text[begin:]), format) or Written(item.name or "", "plain")
        return spelled({**question, "type": "description", "text": stem})
    inside, marks, general = holes[-1].inside.partition("####")
    holes[-1] = _Hole(holes[-1].begin, holes[-1].begin + len(inside), inside)
    explanation = _read_text(general, format) if marks else None
    if len(holes) > 1 or _KIND.match(holes[0].inside):
        return spelled({**question, **_cloze(item, block, begin, holes, format),
                        "explanation": explanation})  # fmt: skip
    hole = holes[0]
    stem = _stem(text[begin : hole.begin - 1], text[text.index("}", hole.end) + 1 :], format)
    stem = stem or Written(item.name or "", "plain")
    type, parts = _read_answers(item, block, hole, format)
    return spelled({**question, "type": type, "text": stem, **parts, "explanation": explanation})


def _about(item: ImportedItem, block: _Block) -> dict[str, Any]:
    """What comments and the category tell of a question."""
    found: dict[str, Any] = {"tags": [_unescape(tag) for tag in _TAG.findall(block.notes)]}
    if id := _ID.search(block.notes):
        found["external_id"] = _unescape(id[1])
    if block.category:
        found["source"] = {"category": block.category}
    return found


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _holes(block: _Block, begin: int) -> list[_Hole]:
    """The braces of an item. Raises ItemFault unless each is closed before the next opens."""
    holes: list[_Hole] = []
    opened: int | None = None
    for match in re.finditer("[{}]", block.text[begin:]):
        at = begin + match.start()
        if match[0] == "{":
            if opened is not None:
                detail = "A { stands inside of braces; one that is text is written \\{."
                raise ItemFault(block.line_at(at), detail)
            opened = at
        elif opened is None:
            detail = "This } closes nothing; one that is text is written \\}."
            raise ItemFault(block.line_at(at), detail)
        else:
            holes.append(_Hole(opened + 1, at, block.text[opened + 1 : at]))
            opened = None
        if len(holes) > MOST_GAPS:
            raise ItemFault(block.line_at(at), f"A text has at most {MOST_GAPS} gaps.", "too_long")
    if opened is not None:
        raise ItemFault(block.line_at(opened), "This { is never closed by }.")
    return holes


def _write(text: str, format: str | None) -> Written:
    """A text in the format of its item; without one, in the format that it looks like."""
    return Written(text, format) if format else guessed(text)


def _read_text(text: str, format: str | None) -> Written:
    """A text that may name its own format."""
    mark = _FORMAT.match(text)
    if mark:
        format = None if mark[1] == "moodle" else mark[1]
    return _write(_plain(text[mark.end() :] if mark else text), format)


def _stem(before: str, after: str, format: str | None) -> Written:
    """The text around one pair of braces, whose place is marked if there is text behind."""
    stem, tail = _plain(before), _plain(after)
    return _write(f"{stem} _____ {tail}" if tail else stem, format)


def _read_answers(
    item: ImportedItem, block: _Block, hole: _Hole, format: str | None
) -> tuple[str, dict[str, Any]]:
    inside, bare = hole.inside, hole.inside.strip()
    if not bare:
        return "essay", {}
    if bare.startswith("#"):
        start = inside.index("#") + 1
        answers = list(_answers(block, inside[start:], hole.begin + start, format))
        return "numeric", {"answer": number(item, block.line_at(hole.begin), answers)}
    if truth := _true_false(inside, format):
        return "true_false", truth
    answers = list(_answers(block, inside, hole.begin, format))
    if "~" in inside:
        single = "=" in inside
        options, key = choice(item, answers, single=single)
        parts = {"options": options, "answer": key}
        return "single_choice" if single else "multiple_choice", parts
    if all(answer.sign == "=" and "->" in answer.text.text for answer in answers):
        return "matching", _matching(item, answers)
    return "short_answer", {"answer": _short_answer(item, answers)}


def _answers(block: _Block, inside: str, offset: int, format: str | None) -> Iterator[Answer]:
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
        said = _read_text(feedback, format) if feedback.strip() else None
        yield Answer(sign, percent, _read_text(text, format), said, line)


def _short_answer(item: ImportedItem, answers: list[Answer]) -> dict[str, Any]:
    if len(answers) > 1 and not answers[0].sign:
        detail = "No sign stands before this answer; it is taken as right."
        item.warn(answers[0].line, "first_option_unmarked", detail)
    return {"accepted": [accepted(answer) for answer in answers]}


def _matching(item: ImportedItem, answers: list[Answer]) -> dict[str, Any]:
    left: list[dict[str, Any]] = []
    right: dict[Written, str] = {}
    key = {}
    for answer in answers:
        if answer.percent != 100:
            raise ItemFault(answer.line, "A pair has no weight of its own here.", "unsupported")
        if answer.feedback:
            detail = "What is said to a pair is left out."
            item.warn(answer.line, "feedback_left_out", detail)
        one, _, other = answer.text.text.partition("->")
        partner = Written(other.strip(), answer.text.format)
        partner_id = right.setdefault(partner, f"r{len(right) + 1}")
        if one.strip():  # an empty left side makes the right one a distractor
            text = Written(one.strip(), answer.text.format)
            left.append({"id": f"l{len(left) + 1}", "text": text})
            key[left[-1]["id"]] = partner_id
    sides = {"left": left, "right": [{"id": id, "text": text} for text, id in right.items()]}
    return {"options": sides, "answer": key}


def _true_false(inside: str, format: str | None) -> dict[str, Any] | None:
    """`{TRUE#to those who are wrong#to those who are right}`; None if it is no such item."""
    word, *said = inside.split("#")
    word = _plain(word).lower()
    if word not in _TRUE + _FALSE or len(said) > 2:
        return None
    sides = ("false", "true") if word in _TRUE else ("true", "false")  # wrong, right
    remarks = [_read_text(text, format) for text in said]
    options = {
        side: {"explanation": remark}
        for side, remark in zip(sides, remarks, strict=False)
        if remark
    }
    return {"answer": word in _TRUE, "options": options or None}


def _cloze(
    item: ImportedItem, block: _Block, begin: int, holes: list[_Hole], format: str | None
) -> dict[str, Any]:
    gaps, pieces, at = [], [], begin
    for hole in holes:
        pieces.append(block.text[at : hole.begin - 1].translate(_BACK))
        at = block.text.index("}", hole.end) + 1
        gaps.append(_gap(item, block, hole, format))
    pieces.append(block.text[at:].translate(_BACK))
    stem = _write(cloze_text(pieces).strip(), format)
    return {"type": "cloze", "text": stem, **cloze_parts(gaps)}


def _gap(item: ImportedItem, block: _Block, hole: _Hole, format: str | None) -> Gap:
    line = block.line_at(hole.begin)
    if kind := _KIND.match(hole.inside):
        rest, offset = hole.inside[kind.end() :], hole.begin + kind.end()
        answers = list(_answers(block, rest, offset, format))
        return read_gap(item, line, kind[1], kind[2].upper(), answers)
    type, parts = _read_answers(item, block, hole, format)
    if type not in ("short_answer", "numeric", "single_choice"):
        detail = "A gap is a short answer, a number, or a choice with one right answer."
        raise ItemFault(line, detail, "unsupported")
    return Gap(type, "1", parts.get("options"), parts["answer"])
