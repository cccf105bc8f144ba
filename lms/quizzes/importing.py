"""Questions from a file: each format is read into items, each item is checked as any question."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from marshmallow import fields

from lms.core.http.schemas import load
from lms.core.markup import left_out_tags
from lms.core.parsers import Parsers, TooExpensive
from lms.errors import Invalid, LMSError
from lms.files.enclosed import Examiner
from lms.files.errors import ImageTooLarge
from lms.files.limits import Limits
from lms.quizzes.formats import FORMATS
from lms.quizzes.formats.items import ImportedItem, ItemFault, refused
from lms.quizzes.formats.moodle_files import Album
from lms.quizzes.formats.pictures import take_pictures
from lms.quizzes.questions import check_question, content_of, missing_parts
from lms.quizzes.schemas import ImportSchema, NewQuestion
from lms.settings import Settings

_MOST_ERRORS = 1000  # told of one file; beyond it, the first of each item
MOST_FILES = 500  # of one import: each is an object to be stored


class ImportRefused(Invalid):
    """Nothing was stored: `results` tells what is wrong with the file, or with its items."""

    more_schema = ImportSchema

    def __init__(self, shown: Mapping[str, Any]) -> None:
        super().__init__()
        self.more = shown


def taken(
    items: Sequence[ImportedItem], *, skips: bool, dry_run: bool
) -> tuple[list[ImportedItem], dict[str, Any]]:
    """The items that are stored, or would be, and the reply before they are. Raises ImportRefused.

    A dry run is refused only for a file of which nothing can be read.
    """
    good = [item for item in items if not item.errors]
    skipped = len(items) - len(good)
    if skipped and not skips:
        good = []
    results = [_show(item) for item in items]
    reply = {"stored": len(good), "skipped": skipped, "results": results}
    if any(item.is_whole_file for item in items) or (skipped and not skips and not dry_run):
        raise ImportRefused(reply)
    return good, reply


def _show(item: ImportedItem) -> dict[str, Any]:
    return {
        "line": item.line,
        "type": item.type,
        "source_type": item.source_type,
        "name": item.name,
        "question_id": None,
        "errors": item.errors,
        "warnings": item.warnings,
    }


class _ImportedQuestion(NewQuestion):
    source = fields.Dict(load_default=None)


_IMPORTED = _ImportedQuestion()


def check_item(item: ImportedItem) -> ImportedItem:
    """Check an item as any question; its errors point at the item's line."""
    if item.errors:
        return item
    given = {name: part for name, part in item.question.items() if part is not None}
    _warn_of_markup(item)
    try:
        new: dict[str, Any] = load(_IMPORTED, given)
        found = check_question(new)
    except Invalid as error:
        for fault in error.errors:
            detail = f"{fault.pointer.strip('/')}: {fault.detail}"
            item.refuse(ItemFault(item.line, detail, fault.code))
        return item
    for missing in missing_parts(found["type"], content_of(found)):
        item.refuse(ItemFault(item.line, missing.detail, missing.code))
    item.question = found
    return item


def _warn_of_markup(item: ImportedItem) -> None:
    """Warn of elements of HTML that are taken out of texts."""
    left_out = _left_out(item.question, item.question.get("text_format", "markdown"))
    if left_out:
        detail = f"Elements that browsers would run are left out: {', '.join(sorted(left_out))}."
        item.warn(item.line, "text_left_out", detail)


def _left_out(value: Any, format: str) -> set[str]:
    if isinstance(value, list):
        return set().union(*(_left_out(one, format) for one in value))
    if not isinstance(value, dict):
        return set()
    found: set[str] = set()
    for name, part in value.items():
        if isinstance(part, str):
            if value.get(f"{name}_format", format) == "html" and name in ("text", "explanation"):
                found.update(left_out_tags(part))
        else:
            found |= _left_out(part, format)
    return found


def read_items(format: str, content: str, *, base_url: str = "") -> list[ImportedItem]:
    """The items of a file, each with its question or its errors. Never raises for a bad file.

    Files enclosed in it get addresses below `base_url`, and the texts name them by these.
    """
    items, album = FORMATS[format].read(content, base_url), Album(base_url)
    if not items:
        return [refused(ItemFault(1, "There is no question in this file.", "empty"))]
    told = 0
    for item in items:
        take_pictures(item, album)
        check_item(item)
        if told > _MOST_ERRORS:
            del item.errors[1:]
        told += len(item.errors)
    return items


def read_and_examine(
    format: str,
    content: str,
    *,
    base_url: str,
    limits: Limits,
    types: Collection[str],
    most_bytes: int,
) -> list[ImportedItem]:
    """As `read_items`, and check the files that items show as any upload; for parsers."""
    items = read_items(format, content, base_url=base_url)
    examiner, count = Examiner(limits, types, most_bytes), 0
    for item in items:
        for enclosed in item.files:
            count += 1
            try:
                if count > MOST_FILES:
                    detail = f"One import takes at most {MOST_FILES} files."
                    raise ItemFault(enclosed.line, detail, "too_many_files")
                examiner.examine(enclosed.file)
            except ItemFault as fault:
                item.refuse(fault)
            except ImageTooLarge as error:
                detail = "This picture has too many pixels, alone or with those before it."
                item.refuse(ItemFault(enclosed.line, detail, error.code))
            except LMSError as error:
                item.refuse(ItemFault(enclosed.line, error.detail, error.code))
    return items


async def import_items(
    format: str, content: str, settings: Settings, parsers: Parsers
) -> list[ImportedItem]:
    """The items of a file, as `read_and_examine` finds them in a parser. Raises ParsersBusy."""
    work = partial(
        read_and_examine,
        base_url=settings.base_url,
        limits=Limits(settings.image_max_pixels, settings.archive_max_bytes),
        types=settings.file_types,
        most_bytes=settings.file_max_bytes,
    )
    try:
        return await parsers.run(work, format, content)
    except TooExpensive as error:
        return [refused(ItemFault(1, error.detail, error.code))]
