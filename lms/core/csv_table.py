"""Tables as spreadsheets write them: CSV (RFC 4180) with all that people's programs make of it.

Cells are parted by commas, semicolons or tabs, the first line may say by which (`sep=;`), and the
header names the columns in any order and spelling: `Full Name` is `full_name`. Empty rows, and
empty columns without a name, are passed over. Time and memory are linear in the text.
"""

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

_SEPARATORS = ",;\t"
_SEP_LINE = re.compile(r'\s*"?sep=(.)"?[ \t]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[\s_-]+")
_SHOWN = 40  # characters of a name that we do not know

# As browsers read these names (https://encoding.spec.whatwg.org/#names-and-labels).
_ENCODINGS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8",
    "utf-16": "utf-16", "utf-16le": "utf-16", "utf-16be": "utf-16",
    "windows-1252": "cp1252", "cp1252": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252",
}  # fmt: skip


class CsvFault(ValueError):
    """What makes a table unreadable, with the line it is on."""

    def __init__(self, line: int, detail: str, *, in_header: bool = False) -> None:
        super().__init__(detail)
        self.line, self.detail, self.in_header = line, detail, in_header


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: the line on which it begins, and its cells by the names of their columns."""

    line: int
    cells: dict[str, str]


def encoding_of(charset: str | None) -> str | None:
    """Python's name of a charset that we read; UTF-8 if none is given, None if we do not."""
    return _ENCODINGS.get((charset or "utf-8").strip().lower())


def decode_table(raw: bytes, encoding: str) -> str:
    """The text of a file; a byte order mark knows better than `encoding`. Raises CsvFault."""
    if raw.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    elif raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif encoding == "utf-16":
        raise CsvFault(1, "Text in UTF-16 begins with a byte order mark.")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        named = {"cp1252": "windows-1252", "utf-16": "UTF-16"}.get(encoding, "UTF-8")
        raise CsvFault(1, f"This is not text in {named}.") from None


def read_table(
    text: str, columns: Sequence[str], *, required: Collection[str] = ()
) -> Iterator[TableRow]:
    """The rows below the header, one after the other.

    `columns` are the names that we know, such as `full_name`. Raises CsvFault, also between rows.
    """
    begins = _SEP_LINE.match(text)
    if begins is not None:
        separator = begins[1]
        if separator not in _SEPARATORS:
            raise CsvFault(1, "Cells are parted by commas, semicolons or tabs.", in_header=True)
        lines = _lines(text[begins.end() :], separator, before=1)
    else:
        lines = _lines(text, _guess_separator(text, columns))
    header_line, header = next(lines, (1, []))
    names = _names(header_line, header, columns, required)
    for line, cells in lines:
        row = {}
        for index, cell in enumerate(cells):
            name = names[index] if index < len(names) else None
            if name is not None:
                row[name] = cell
            elif cell:
                raise CsvFault(line, f"Line {line} has a cell in a column without a name.")
        yield TableRow(line, row)


def _lines(text: str, separator: str, *, before: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, trimmed, with the line on which each begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begin = before + 1
    try:
        for cells in reader:
            trimmed = [cell.strip() for cell in cells]
            if any(trimmed):
                yield begin, trimmed
            begin = before + reader.line_num + 1
    except csv.Error as error:
        raise CsvFault(begin, f"Line {begin} is not CSV: {error}.") from None


def _guess_separator(text: str, columns: Sequence[str]) -> str:
    known = {_plain(name) for name in columns}

    def fits(separator: str) -> int:
        try:
            _, header = next(_lines(text, separator), (1, []))
        except CsvFault:
            return 0
        return sum(_plain(name) in known for name in header)

    return max(_SEPARATORS, key=fits)  # the first of those that fit alike


def _names(
    line: int, header: Sequence[str], columns: Sequence[str], required: Collection[str]
) -> list[str | None]:
    known = {_plain(name): name for name in columns}
    names: list[str | None] = []
    for cell in header:
        name = known.get(_plain(cell))
        if name is None and cell:
            raise _header_fault(line, f"“{cell[:_SHOWN]}” is not among them", columns)
        if name is not None and name in names:
            raise _header_fault(line, f"{name} is there twice", columns)
        names.append(name)
    for name in required:
        if name not in names:
            raise _header_fault(line, f"{name} is missing", columns)
    return names


def _header_fault(line: int, what: str, columns: Sequence[str]) -> CsvFault:
    return CsvFault(line, f"The columns are {', '.join(columns)}; {what}.", in_header=True)


def _plain(name: str) -> str:
    return _BETWEEN_WORDS.sub("", name).casefold()
