"""Pictures that stand in a text as `data:` URLs: they become files, and the text names those."""

import base64
import binascii
import re
from typing import Any

from lms.quizzes.formats.items import ImportedItem, ItemFault, ShownFile
from lms.quizzes.formats.moodle_files import Album

# In an attribute of HTML, or as a picture of Markdown.
_URL = re.compile(
    r"""(\b(?:src|href|poster)\s*=\s*["']?|\]\()\s*data:([^,"'()<>\s]{0,200}),([^"'()<>]*)""",
    re.IGNORECASE,
)
_ENDINGS = {
    "image/png": "png", "image/jpeg": "jpg", "image/jpg": "jpg", "image/gif": "gif",
    "image/webp": "webp",
}  # fmt: skip


def take_pictures(item: ImportedItem, album: Album) -> None:
    """Take the pictures out of an item's texts; one that is none we allow is its error."""
    try:
        item.question = _taken(item.question, item, album)
    except ItemFault as fault:
        item.refuse(fault)


def _taken(value: Any, item: ImportedItem, album: Album) -> Any:
    if isinstance(value, list):
        return [_taken(one, item, album) for one in value]
    if isinstance(value, dict):
        return {name: _taken(one, item, album) for name, one in value.items()}
    if not isinstance(value, str) or "data:" not in value.lower():
        return value

    def replace(match: re.Match[str]) -> str:
        kind, _, encoding = match[2].lower().rpartition(";")
        ending = _ENDINGS.get(kind.partition(";")[0])
        if ending is None or encoding != "base64":
            detail = "A data: URL here is a PNG, JPEG, GIF or WebP picture in base64."
            raise ItemFault(item.line, detail, "embedded_file")
        try:
            content = base64.b64decode("".join(match[3].split()), validate=True)
        except (binascii.Error, ValueError):
            detail = "The base64 of a data: URL is damaged."
            raise ItemFault(item.line, detail, "embedded_file") from None
        file = album.add(f"picture-{len(item.files) + 1}.{ending}", content)
        item.files.append(ShownFile(item.line, file))
        return match[1] + album.address(file)

    return _URL.sub(replace, value)
