"""Questions from a file: each format is read into items, each item is checked as any question."""

import asyncio
from typing import Any

from marshmallow import ValidationError

from lms.errors import Invalid
from lms.quizzes import csv_format, gift, moodle_xml
from lms.quizzes.items import Item, ItemFault
from lms.quizzes.questions import missing_parts, read_parts
from lms.quizzes.schemas import NewQuestion

_READERS = {"gift": gift.read, "moodle_xml": moodle_xml.read, "csv": csv_format.read}


def check_item(item: Item) -> Item:
    """Hold an item against what any question needs, errors pointing at its line."""
    if item.errors:
        return item
    try:
        found: dict[str, Any] = NewQuestion().load(item.question)
        parts = read_parts(found["type"], found["options"], found["answer"])
    except ValidationError as error:
        return item.refuse(ItemFault(item.line, f"{error.messages}"[:500]))
    except Invalid as error:
        for fault in error.errors:
            detail = f"{fault.pointer.strip('/')}: {fault.detail}"
            item.refuse(ItemFault(item.line, detail, fault.code))
        return item
    for missing in missing_parts(found["type"], parts.options, parts.answer):
        item.refuse(ItemFault(item.line, missing.detail, missing.code))
    item.question = {**found, "options": parts.options, "answer": parts.answer}
    return item


def read_items(format: str, content: str) -> list[Item]:
    """The items of a file, each with its question or its errors. Never raises for a bad file."""
    items = [check_item(item) for item in _READERS[format](content)]
    if not items:
        return [Item(1).refuse(ItemFault(1, "There is no question in this file.", "empty"))]
    return items


async def import_items(format: str, content: str) -> list[Item]:
    """The same, beside the event loop: a megabyte takes a while."""
    return await asyncio.to_thread(read_items, format, content)
