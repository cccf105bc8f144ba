"""What a format makes of a file: items, each of them a question or its errors."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from typing import Any, Protocol

from lms.files.enclosed import EnclosedFile
from lms.quizzes.formats.written import Written
from lms.quizzes.options import MOST_OPTIONS

MOST_ITEMS = 10_000  # of one file; ten times what a quiz holds
MOST_PARTS = 2 * MOST_OPTIONS  # answers or pairs of one item: matching has two sides
LONGEST_NAME = 255
_MOST_ERRORS = 20  # of one item: whoever mends these sees the next
_LONGEST_DETAIL = 500
_FIVE_PLACES = Decimal("0.00001")


class ItemFault(Exception):
    """An item, or a line of it, that cannot be imported: why, in a sentence, and where."""

    def __init__(self, line: int, detail: str, code: str = "invalid") -> None:
        self.line, self.detail, self.code = line, detail, code
        super().__init__(detail)


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file that an item shows, and the line where it stands."""

    line: int
    file: EnclosedFile


@dataclass(slots=True)
class ImportedItem:
    """A question of the file, or its errors. Lines count from 1.

    `warnings` tell what the file says and the question does not.
    """

    line: int
    type: str | None = None
    source_type: str | None = None  # what the file calls the type
    name: str | None = None
    question: dict[str, Any] = field(default_factory=dict)
    files: list[ShownFile] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    is_whole_file: bool = False  # a fault of the file, of which nothing can be imported

    def refuse(self, fault: ItemFault) -> "ImportedItem":
        _tell(self.errors, fault.line, fault.code, fault.detail)
        return self

    def warn(self, line: int, code: str, detail: str) -> None:
        if all((one["line"], one["code"]) != (line, code) for one in self.warnings):
            _tell(self.warnings, line, code, detail)

    def call(self, name: str) -> None:
        """Give the question its name."""
        name = " ".join(name.split())
        if len(name) > LONGEST_NAME:
            detail = f"A name has at most {LONGEST_NAME} characters; the rest is left out."
            self.warn(self.line, "text_left_out", detail)
        self.name = name[:LONGEST_NAME].strip() or None


def _tell(told: list[dict[str, Any]], line: int, code: str, detail: str) -> None:
    if len(told) < _MOST_ERRORS:
        told.append({"line": line, "code": code, "detail": detail[:_LONGEST_DETAIL]})


def take_items(items: Iterable[ImportedItem]) -> list[ImportedItem]:
    """The items of a file as a format reads them; one that refuses the file if they are too many.

    The rest of such a file is not read.
    """
    taken = list(islice(items, MOST_ITEMS + 1))
    if len(taken) <= MOST_ITEMS:
        return taken
    detail = f"A file holds at most {MOST_ITEMS} questions; import it in parts."
    return [refused(ItemFault(1, detail, "too_expensive"))]


def refused(fault: ItemFault) -> ImportedItem:
    """What stands for a whole file that cannot be read."""
    return ImportedItem(fault.line, is_whole_file=True).refuse(fault)


def check_parts_count(count: int, line: int) -> None:
    """Raise ItemFault for an item with more answers than any type of question takes."""
    if count > MOST_PARTS:
        raise ItemFault(line, f"An item has at most {MOST_PARTS} answers.", "too_long")


class Format(Protocol):
    """A format of files with questions; a module that has these functions is one.

    Files come from anyone: time and memory are linear in the file, whatever is in it, and numbers,
    items, parts of items and depth are bounded before anything is made of them.

    A format knows which types of questions it can express, and how. What an item says and a
    question cannot is a warning of the item, or its error: nothing is dropped silently.
    """

    def read(self, content: str, base_url: str) -> list[ImportedItem]:
        """The items of a file; never raises for a malformed file.

        Files enclosed in it get addresses below `base_url`, and the texts name them by these.
        """


def plain_percent(percent: Decimal) -> str:
    """A percent as text, of at most five decimals and without needless zeros."""
    text = f"{percent.quantize(_FIVE_PLACES, ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".")


def weighed_options(
    texts: list[tuple[Written, Decimal, Written | None]], *, single: bool
) -> tuple[list[dict[str, Any]], Any]:
    """Options and key from texts with percents (100, or a share, is right) and explanations.

    Where the percents differ from those that the type gives by itself, options keep their own.
    """
    options: list[dict[str, Any]] = []
    for index, (text, _, explanation) in enumerate(texts, 1):
        option = {"id": str(index), "text": text}
        options.append({**option, "explanation": explanation} if explanation else option)
    percents = [percent for _, percent, _ in texts]
    right = [option["id"] for option, p in zip(options, percents, strict=True) if p > 0]
    if single:
        best = max(percents, default=Decimal(0))
        plain = all(percent in (0, 100) for percent in percents) and len(right) == 1
        key: Any = options[percents.index(best)]["id"] if right else None
    else:
        share = Decimal(100) / len(right) if right else Decimal(0)
        # A share like 33.33333 means a third, which a decimal cannot express.
        plain = all(
            abs(percent - share) < Decimal("0.001") if percent > 0
            else abs(percent + share) < Decimal("0.001")
            for percent in percents
        )  # fmt: skip
        key = right
    if not plain:
        for option, percent in zip(options, percents, strict=True):
            option["percent"] = plain_percent(percent)
    return options, key
