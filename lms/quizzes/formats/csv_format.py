"""Questions as CSV, as spreadsheets write it; the columns are `COLUMNS`, in any order.

Cells that hold several things separate them by `|`; a literal `|` is written `\\|`. Choices are
named by their number, letter or text: options `red|green|blue`, answer `1` or `a|c` or `red`.
Accepted short answers: `colour|color|%50%hue`. A number: `3.14` or `3.14:0.01`. Pairs: options
`cat=>purrs|dog=>barks`, with no answer; places: options in the right order, with no answer.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from lms.core.csv_table import CsvFault, TableRow, read_table
from lms.core.markup import TEXT_FORMATS
from lms.quizzes.formats.gaps import read_points
from lms.quizzes.formats.items import (
    ImportedItem,
    ItemFault,
    check_parts_count,
    refused,
    take_items,
)
from lms.quizzes.formats.written import Written, spelled

COLUMNS = (
    "type", "text", "points", "options", "answer", "explanation", "name", "text_format", "tags",
)  # fmt: skip
_SEPARATOR = re.compile(r"(?<!\\)\|")
_WORDS = re.compile(r"[\s_-]+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# As people write them, and as spreadsheets of other languages do.
_TRUE = {"true", "t", "yes", "y", "1", "wahr", "vrai", "verdadero", "vero", "waar", "verdadeiro"}
_FALSE = {"false", "f", "no", "n", "0", "falsch", "faux", "falso", "onwaar"}
_OTHER_NAMES = {
    "multichoice": "multiple_choice", "multipleanswer": "multiple_choice", "mcq": "single_choice",
    "truefalse": "true_false", "shortanswer": "short_answer", "numerical": "numeric",
    "number": "numeric", "match": "matching", "order": "ordering", "text": "description",
}  # fmt: skip


def read(content: str, base_url: str) -> list[ImportedItem]:
    """The items of a CSV file, one a row; the header names the columns in any order."""
    return take_items(_items(content))


def _items(content: str) -> Iterator[ImportedItem]:
    try:
        for row in read_table(content, COLUMNS, required=("type", "text")):
            yield _read_row(row)
    except CsvFault as fault:
        code = "invalid_header" if fault.in_header else "invalid"
        yield refused(ItemFault(fault.line, fault.detail, code))


def _read_row(row: TableRow) -> ImportedItem:
    item = ImportedItem(row.line, source_type=row.cells.get("type") or None)
    try:
        item.question = spelled(_question(item, row))
        item.type = item.question["type"]
    except ItemFault as fault:
        item.refuse(fault)
    return item


def _question(item: ImportedItem, row: TableRow) -> dict[str, Any]:
    cells, line = row.cells, row.line
    type, format = _type_of(item, line), (cells.get("text_format") or "plain").lower()
    if format not in TEXT_FORMATS:
        raise ItemFault(line, f"text_format is one of {', '.join(TEXT_FORMATS)}.")
    item.call(cells.get("name", ""))
    options, answers = _split(cells.get("options", "")), _split(cells.get("answer", ""))
    check_parts_count(max(len(options), len(answers)), line)
    found: dict[str, Any] = {
        "type": type,
        "text": Written(cells.get("text", ""), format),
        "name": item.name,
        "tags": _split(cells.get("tags", "")),
        **_READERS[type](line, options, answers, format),
    }
    if cells.get("explanation"):
        found["explanation"] = Written(cells["explanation"], format)
    if cells.get("points"):
        found["points"] = read_points(cells["points"].replace(",", "."), line)
    return found


def _type_of(item: ImportedItem, line: int) -> str:
    """The type that a cell means. Raises ItemFault."""
    name = _WORDS.sub("", (item.source_type or "").lower())
    known = {_WORDS.sub("", type): type for type in _READERS} | _OTHER_NAMES
    if name not in known:
        detail = f"“{(item.source_type or '')[:40]}” is no type; types are {', '.join(_READERS)}."
        raise ItemFault(line, detail, "unsupported")
    return known[name]


def _single_choice(line: int, texts: list[str], answers: list[str], format: str) -> dict[str, Any]:
    options, right = _choice(line, texts, answers, format)
    if len(right) > 1:
        raise ItemFault(line, "single_choice has one right option.")
    return {"options": options, "answer": right[0] if right else None}


def _multiple_choice(
    line: int, texts: list[str], answers: list[str], format: str
) -> dict[str, Any]:
    options, right = _choice(line, texts, answers, format)
    return {"options": options, "answer": right}


def _choice(
    line: int, texts: list[str], answers: list[str], format: str
) -> tuple[list[dict[str, Any]], list[str]]:
    options = _numbered(texts, format)
    by_text: dict[str, list[int]] = {}
    for number, text in enumerate(texts, 1):
        by_text.setdefault(text.casefold(), []).append(number)
    right = [str(_named(line, answer, len(texts), by_text)) for answer in answers]
    return options, list(dict.fromkeys(right))


def _named(line: int, answer: str, count: int, by_text: dict[str, list[int]]) -> int:
    """The number of the option that an answer names: by its number, letter or text."""
    meant = set(by_text.get(answer.casefold(), ()))
    if answer.isascii() and answer.isdigit() and len(answer) < 4 and 1 <= int(answer) <= count:
        meant.add(int(answer))
    letter = _LETTERS.find(answer.lower()) + 1 if len(answer) == 1 else 0
    if 1 <= letter <= count:
        meant.add(letter)
    if not meant:
        detail = f"answer names options by number (1 to {count}), letter or text."
        raise ItemFault(line, f"“{answer[:40]}” is no option: {detail}")
    if len(meant) > 1:
        detail = f"“{answer[:40]}” may mean option {' or '.join(map(str, sorted(meant)))}."
        raise ItemFault(line, detail, "ambiguous")
    return meant.pop()


def _true_false(line: int, options: list[str], answers: list[str], format: str) -> dict[str, Any]:
    _check_no_options(line, "true_false", options)
    word = answers[0].lower() if len(answers) == 1 else ""
    if word not in _TRUE | _FALSE:
        raise ItemFault(line, "answer is true or false (or yes, no, 1, 0).")
    return {"answer": word in _TRUE}


def _short_answer(line: int, options: list[str], answers: list[str], format: str) -> dict[str, Any]:
    _check_no_options(line, "short_answer", options)
    return {"answer": {"accepted": [_accepted(text) for text in answers]}}


def _numeric(line: int, options: list[str], answers: list[str], format: str) -> dict[str, Any]:
    _check_no_options(line, "numeric", options)
    value, _, tolerance = "|".join(answers).partition(":")
    return {"answer": {"value": value.strip(), "tolerance": tolerance.strip() or "0"}}


def _matching(line: int, options: list[str], answers: list[str], format: str) -> dict[str, Any]:
    _check_no_answer(line, "matching", answers)
    left: list[dict[str, Any]] = []
    right: dict[str, str] = {}
    key = {}
    for number, pair in enumerate(options, 1):
        one, arrow, other = (part.strip() for part in pair.partition("=>"))
        if not arrow or not other:
            raise ItemFault(line, "A pair is written left=>right.")
        partner = right.setdefault(other, f"r{len(right) + 1}")
        if one:
            left.append({"id": f"l{number}", "text": Written(one, format)})
            key[f"l{number}"] = partner
    partners = [{"id": id, "text": Written(text, format)} for text, id in right.items()]
    return {"options": {"left": left, "right": partners}, "answer": key}


def _ordering(line: int, options: list[str], answers: list[str], format: str) -> dict[str, Any]:
    _check_no_answer(line, "ordering", answers)
    items = _numbered(options, format)
    return {"options": items, "answer": [item["id"] for item in items]}


def _without_key(type: str) -> Callable[[int, list[str], list[str], str], dict[str, Any]]:
    def read_nothing(
        line: int, options: list[str], answers: list[str], format: str
    ) -> dict[str, Any]:
        _check_no_answer(line, type, answers)
        _check_no_options(line, type, options)
        return {}

    return read_nothing


_READERS: dict[str, Callable[[int, list[str], list[str], str], dict[str, Any]]] = {
    "single_choice": _single_choice,
    "multiple_choice": _multiple_choice,
    "true_false": _true_false,
    "short_answer": _short_answer,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "essay": _without_key("essay"),
    "description": _without_key("description"),
}


def _check_no_answer(line: int, type: str, answers: list[str]) -> None:
    if answers:
        raise ItemFault(line, f"answer stays empty for {type}.")


def _check_no_options(line: int, type: str, options: list[str]) -> None:
    if options:
        raise ItemFault(line, f"options stays empty for {type}.")


def _numbered(texts: list[str], format: str) -> list[dict[str, Any]]:
    return [{"id": str(n), "text": Written(text, format)} for n, text in enumerate(texts, 1)]


def _accepted(text: str) -> Any:
    weight = re.match(r"%(\d{1,3}(?:\.\d{1,5})?)%", text)
    return {"text": text[weight.end() :], "percent": weight[1]} if weight else text


def _split(cell: str) -> list[str]:
    parts = (part.replace("\\|", "|").strip() for part in _SEPARATOR.split(cell))
    return [part for part in parts if part]
