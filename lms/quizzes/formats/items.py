"""What a format makes of a file: items, each of them a question or its errors."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from lms.files.enclosed import EnclosedFile


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
    """A question of the file, or its errors. Lines count from 1."""

    line: int
    type: str | None = None
    question: dict[str, Any] = field(default_factory=dict)
    files: list[ShownFile] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, fault: ItemFault) -> "ImportedItem":
        self.errors.append({"line": fault.line, "code": fault.code, "detail": fault.detail})
        return self


class Format(Protocol):
    """A format of files with questions; a module that has these functions is one.

    A format knows which types of questions it can express, and how. Anything in a file that has no
    counterpart here is an error of its item: nothing is dropped silently.
    """

    def read(self, content: str, base_url: str) -> list[ImportedItem]:
        """The items of a file; never raises for a malformed file.

        Files enclosed in it get addresses below `base_url`, and the texts name them by these.
        """


def plain_percent(percent: Decimal) -> str:
    """A percent as text without needless zeros."""
    text = f"{percent:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def weighed_options(
    texts: list[tuple[str, Decimal, str | None]], *, single: bool
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
