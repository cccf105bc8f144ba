"""Files that Moodle XML embeds (docs.moodle.org/en/Moodle_XML_format, "Image example").

A text names a file of its own as `@@PLUGINFILE@@/name`, and beside it stands
`<file name="name" path="/" encoding="base64">…</file>`. Here the text gets the address that the
file has once it is stored.
"""

import base64
import binascii
import html
import re
from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from lms.files.enclosed import EnclosedFile, FileIds
from lms.files.errors import InvalidFilename
from lms.files.names import check_filename
from lms.quizzes.formats.items import ItemFault, ShownFile

LINE = "\0line"  # an attribute that no file can have

# Longer than any file's name with every character escaped; and Python reads no entity of a number
# of 4,300 digits.
_LONGEST_NAME = 4000

# The parts that students see; other elements with a text are skipped, and so are their files.
_SHOWN = ("questiontext", "generalfeedback", "answer", "subquestion")
_TYPED = ("shortanswer", "numerical", "truefalse")  # their answers cannot show pictures
# In a quoted attribute a name may have spaces; in Markdown and bare text it may not.
_MENTION = re.compile(
    r"""(?<=")@@PLUGINFILE@@/([^"<>]*) | (?<=')@@PLUGINFILE@@/([^'<>]*)
        | @@PLUGINFILE@@/([^\s"'<>()]*)""",
    re.VERBOSE,
)


def line_of(element: Element) -> int:
    return int(element.get(LINE, "1"))


class Album:
    """The names of the files of one import: their ids, and addresses below `base_url`."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._ids = FileIds()

    def add(self, name: str, content: bytes) -> EnclosedFile:
        return EnclosedFile(self._ids.next(), name, content)

    def address(self, file: EnclosedFile) -> str:
        return f"{self._base_url}/api/v1/files/{file.id}/download"


def take_files(question: Element, album: Album) -> list[ShownFile]:
    """The files that a question shows; its texts are changed to name their new addresses.

    Every enclosed file must be sound. A file that no text shows is not imported: Moodle often
    exports such files. Raises ItemFault.
    """
    found: list[ShownFile] = []
    for holder in _holders(question):
        files = {
            key: one for file in holder.findall("file") for key, one in [_read_file(file, album)]
        }
        if files and holder.tag == "answer" and question.get("type") in _TYPED:
            detail = "A file in an answer that is typed has no counterpart here."
            raise ItemFault(line_of(holder), detail, "unsupported")
        text = holder.find("text")
        if text is None or not text.text:
            continue
        shown: dict[str, ShownFile] = {}
        text.text = _address(text, files, shown, album)
        found += shown.values()
    return found


def _holders(question: Element) -> Iterator[Element]:
    for child in question:
        if child.tag in _SHOWN:
            yield child
            yield from child.findall("feedback")
            yield from child.findall("answer")  # of a pair


def _read_file(file: Element, album: Album) -> tuple[str, ShownFile]:
    """A file by the name under which texts mention it."""
    line, name, path = line_of(file), file.get("name", ""), file.get("path", "/")
    try:
        name = check_filename(name)
    except InvalidFilename as error:
        raise ItemFault(line, error.detail, error.code) from None
    if ".." in path.split("/") or "\\" in path:
        raise ItemFault(line, "A file's path names folders below the text's own.")
    if file.get("encoding") != "base64":
        raise ItemFault(line, f"The file “{name[:100]}” is not in base64.", "embedded_file")
    try:
        content = base64.b64decode("".join((file.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        detail = f"The base64 of the file “{name[:100]}” is damaged."
        raise ItemFault(line, detail, "embedded_file") from None
    return f"{path.strip('/')}/{name}".lstrip("/"), ShownFile(line, album.add(name, content))


def _address(
    text: Element, files: dict[str, ShownFile], shown: dict[str, ShownFile], album: Album
) -> str:
    def replace(match: re.Match[str]) -> str:
        written = (match[1] or match[2] or match[3] or "").partition("?")[0][:_LONGEST_NAME]
        # A URL in HTML: the text and the file may write the name in different ways.
        names = [unquote(written), unquote(html.unescape(written))]
        name = next((one for one in names if one in files), None)
        if name is None:
            detail = f"The text shows the file “{names[-1][:100]}”, which does not come with it."
            raise ItemFault(line_of(text), detail, "embedded_file")
        shown[name] = files[name]
        return album.address(files[name].file)

    return _MENTION.sub(replace, text.text or "")
