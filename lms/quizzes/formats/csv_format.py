"""Questions as CSV, for spreadsheets: `type,text,points,options,answer,explanation`.

Cells that hold several things separate them by `|`; a literal `|` is written `\\|`. Choices are
named by their number: options `red|green|blue`, answer `1` or `1|3`. Accepted short answers:
`colour|color|%50%hue`. A number: `3.14` or `3.14:0.01`. Pairs: options `cat=>purrs|dog=>barks`,
with no answer; places: options in the right order, with no answer.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

from lms.quizzes.formats.items import (
    ImportedItem,
    ItemFault,
    check_parts_count,
    refused,
    take_items,
)

COLUMNS = ("type", "text", "points", "options", "answer", "explanation")
_SEPARATOR = re.compile(r"(?<!\\)\|")


def read(content: str, base_url: str) -> list[ImportedItem]:
    """The items of a CSV file, one a row; the header names the columns in any order."""
    return take_items(_items(content))


def _items(content: str) -> Iterator[ImportedItem]:
    try:
        yield from _read_rows(_rows(content))
    except ItemFault as fault:
        yield refused(fault)


def _read_rows(rows: Iterator[tuple[int, list[str]]]) -> Iterator[ImportedItem]:
    header_line, header = next(rows, (0, None))
    if header is None:
        return
    names = [name.strip().lower() for name in header]
    wrong = [name for name in names if name not in COLUMNS]
    if wrong or "type" not in names or "text" not in names or len(set(names)) != len(names):
        detail = f"The first line names the columns: {', '.join(COLUMNS)}."
        raise ItemFault(header_line, detail, "invalid_header")
    for line, cells in rows:
        yield _read_row(line, names, cells)


def _rows(content: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, with the line on which each begins."""
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    begin = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begin, cells
            begin = reader.line_num + 1
    except csv.Error as error:
        raise ItemFault(begin, f"This is not CSV: {error}.") from None


def _read_row(line: int, names: list[str], cells: list[str]) -> ImportedItem:
    item = ImportedItem(line)
    if len(cells) > len(names):
        return item.refuse(ItemFault(line, f"This row has {len(cells)} cells, not {len(names)}."))
    row = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
    item.type = row["type"].lower()
    question: dict[str, Any] = {"type": item.type, "text": row.get("text", "")}
    for name in ("points", "explanation"):
        if row.get(name):
            question[name] = row[name]
    try:
        item.question = question | _parts(line, item.type, row)
    except ItemFault as fault:
        item.refuse(fault)
    return item


def _parts(line: int, type: str, row: dict[str, str]) -> dict[str, Any]:
    read = _READERS.get(type)
    if read is None:
        return {}  # an unknown type is refused by name when the question is checked
    options, answers = _split(row.get("options", "")), _split(row.get("answer", ""))
    check_parts_count(max(len(options), len(answers)), line)
    return read(line, options, answers)


def _single_choice(line: int, texts: list[str], answers: list[str]) -> dict[str, Any]:
    options = _numbered_options(line, texts, answers)
    if len(answers) > 1:
        raise ItemFault(line, "single_choice has one right option.")
    return {"options": options, "answer": answers[0] if answers else None}


def _multiple_choice(line: int, texts: list[str], answers: list[str]) -> dict[str, Any]:
    return {"options": _numbered_options(line, texts, answers), "answer": answers}


def _numbered_options(line: int, texts: list[str], answers: list[str]) -> list[dict[str, str]]:
    options = _numbered(texts)
    ids = {option["id"] for option in options}
    for number in answers:
        if number not in ids:
            raise ItemFault(line, f"answer names options by number, 1 to {len(options)}.")
    return options


def _true_false(line: int, options: list[str], answers: list[str]) -> dict[str, Any]:
    _check_no_options(line, "true_false", options)
    words = {"true": True, "false": False, "t": True, "f": False}
    if len(answers) != 1 or answers[0].lower() not in words:
        raise ItemFault(line, "answer must be true or false.")
    return {"answer": words[answers[0].lower()]}


def _short_answer(line: int, options: list[str], answers: list[str]) -> dict[str, Any]:
    _check_no_options(line, "short_answer", options)
    return {"answer": {"accepted": [_accepted(text) for text in answers]}}


def _numeric(line: int, options: list[str], answers: list[str]) -> dict[str, Any]:
    _check_no_options(line, "numeric", options)
    value, _, tolerance = "|".join(answers).partition(":")
    return {"answer": {"value": value.strip(), "tolerance": tolerance.strip() or "0"}}


def _matching(line: int, options: list[str], answers: list[str]) -> dict[str, Any]:
    _check_no_answer(line, "matching", answers)
    left: list[dict[str, str]] = []
    right: dict[str, str] = {}
    key = {}
    for number, pair in enumerate(options, 1):
        one, arrow, other = (part.strip() for part in pair.partition("=>"))
        if not arrow or not other:
            raise ItemFault(line, "A pair is written left=>right.")
        partner = right.setdefault(other, f"r{len(right) + 1}")
        if one:
            left.append({"id": f"l{number}", "text": one})
            key[f"l{number}"] = partner
    sides = {"left": left, "right": [{"id": id, "text": text} for text, id in right.items()]}
    return {"options": sides, "answer": key}


def _ordering(line: int, options: list[str], answers: list[str]) -> dict[str, Any]:
    _check_no_answer(line, "ordering", answers)
    items = _numbered(options)
    return {"options": items, "answer": [item["id"] for item in items]}


def _essay(line: int, options: list[str], answers: list[str]) -> dict[str, Any]:
    _check_no_answer(line, "essay", answers)
    _check_no_options(line, "essay", options)
    return {}


_READERS: dict[str, Callable[[int, list[str], list[str]], dict[str, Any]]] = {
    "single_choice": _single_choice,
    "multiple_choice": _multiple_choice,
    "true_false": _true_false,
    "short_answer": _short_answer,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "essay": _essay,
}


def _check_no_answer(line: int, type: str, answers: list[str]) -> None:
    if answers:
        raise ItemFault(line, f"answer stays empty for {type}: its options say what is right.")


def _check_no_options(line: int, type: str, options: list[str]) -> None:
    if options:
        raise ItemFault(line, f"options stays empty for {type}.")


def _numbered(texts: list[str]) -> list[dict[str, str]]:
    return [{"id": str(number), "text": text} for number, text in enumerate(texts, 1)]


def _accepted(text: str) -> Any:
    weight = re.match(r"%(\d{1,3}(?:\.\d{1,5})?)%", text)
    return {"text": text[weight.end() :], "percent": weight[1]} if weight else text


def _split(cell: str) -> list[str]:
    parts = (part.replace("\\|", "|").strip() for part in _SEPARATOR.split(cell))
    return [part for part in parts if part]
