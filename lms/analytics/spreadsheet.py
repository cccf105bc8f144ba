"""A view as CSV (RFC 4180): one row a figure, in columns that are the same for every view."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

HEADER = ("section", "item", "title", "figure", "value")

# What names an entry of a list, rather than being one of its figures.
_NAMES = ("period", "lesson_id", "course_id", "currency")


def to_csv(view: Mapping[str, Any], titles: Mapping[str, str]) -> bytes:
    """The CSV in UTF-8. `titles`: of the lessons and courses that the view names by id."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(HEADER)
    for row in _rows(view, titles):
        writer.writerow([safe_cell(cell) for cell in row])
    return output.getvalue().encode()


def safe_cell(value: Any) -> str:
    """A cell that no spreadsheet will run as a formula (OWASP, CSV injection)."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    text = str(value)
    # Full-width signs too: some spreadsheets fold them into the plain ones.
    if isinstance(value, str) and text.lstrip()[:1] in tuple("=+-@|%＝＋－＠"):
        return "'" + text
    return "'" + text if text[:1] in ("\t", "\r", "\n") else text


def _rows(view: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    for section, part in view.items():
        if isinstance(part, list):
            for entry in part:
                name = next(name for name in _NAMES if name in entry)
                title = titles.get(str(entry[name]))
                for figure, value in entry.items():
                    if figure != name:
                        yield section, entry[name], title, figure, value
        elif isinstance(part, dict):
            for figure, value in part.items():
                if isinstance(value, dict):
                    for inner, number in value.items():
                        yield section, figure, None, inner, number
                else:
                    yield section, None, None, figure, value
        else:
            yield section, None, None, section, part
