"""Moodle XML (docs.moodle.org/en/Moodle_XML_format).

Multiple choice, true or false, short answer, numerical, matching, ordering, essay, gaps (cloze) and
description. Texts keep their formats. Settings of how to ask belong to the quiz here; what a
teacher set beside, such as hints, penalties or feedback that is not Moodle's own, is a warning of
the item.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.handler import ContentHandler

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from lms.quizzes.formats.gaps import (
    Answer,
    Gap,
    accepted,
    choice,
    cloze_parts,
    cloze_text,
    number,
    read_gap,
    read_points,
)
from lms.quizzes.formats.items import (
    ImportedItem,
    ItemFault,
    check_parts_count,
    refused,
    take_items,
)
from lms.quizzes.formats.moodle_files import LINE, Album, line_of, take_files
from lms.quizzes.formats.written import Written, guessed, spelled
from lms.quizzes.numbers import read_decimal
from lms.quizzes.types.cloze import MOST_GAPS

_MOST_DEPTH = 50
_MOST_ELEMENTS = 500_000  # fifty for each item; each takes some 500 bytes here

_FORMATS = {"html": "html", "plain_text": "plain", "markdown": "markdown"}
# What Moodle writes by itself, so that nobody said it.
_OWN_WORDS = {
    "", "Your answer is correct.", "Your answer is partially correct.", "Your answer is incorrect.",
}  # fmt: skip
_OWN_PENALTIES = {Decimal(0), Decimal("0.1"), Decimal("0.3333333"), Decimal(1)}
_TAGS = re.compile(r"<[^<>]*>")
_DECLARATION = re.compile(r"\s*<\?xml[^<>]*\?>")
# `{1:SHORTANSWER:=Berlin}`, in which these characters may be escaped.
_GAP = re.compile(r"\{(\d{0,4}(?:\.\d{1,7})?):([A-Z_]{1,40}):([^{}]*)\}")
_ESCAPED = '~=#{}\\/"'
_ASIDE = {char: chr(0xE010 + index) for index, char in enumerate(_ESCAPED)}
_BACK = str.maketrans({aside: char for char, aside in _ASIDE.items()})
_ESCAPE = re.compile(r"\\([~=#{}\\/\"])")
_ANSWERS = re.compile(r"~?(=?)([^~]*)")
_PERCENT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,10})?)%")


def read(content: str, base_url: str) -> list[ImportedItem]:
    """The items of a Moodle XML file; texts name enclosed files by addresses below `base_url`."""
    try:
        root = _parse(content)
    except ItemFault as fault:
        return [refused(fault)]
    if root.tag != "quiz":
        wrong = ItemFault(line_of(root), "Moodle XML is one <quiz> element.", "invalid_xml")
        return [refused(wrong)]
    return take_items(_items(root, Album(base_url)))


def _items(root: Element, album: Album) -> Iterator[ImportedItem]:
    category = ""
    for element in root.iter("question"):
        if element.get("type") == "category":
            named = element.find("category")
            category = _child_text(named, "text") if named is not None else ""
        else:
            yield _read_question(element, album, category)


class _Builder(ContentHandler):
    """Elements that know their line."""

    def __init__(self) -> None:
        super().__init__()
        self.root: Element | None = None
        self._open: list[tuple[Element, list[str]]] = []  # with the pieces of their texts
        self._count = 0
        self._locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:
        self._locator = locator

    @property
    def line(self) -> int:
        return int(self._locator.getLineNumber() or 1) if self._locator else 1

    def startElement(self, name: str, attrs: Any) -> None:
        if len(self._open) > _MOST_DEPTH:
            raise ItemFault(self.line, "Nested too deep.", "invalid_xml")
        self._count += 1
        if self._count > _MOST_ELEMENTS:
            detail = f"A file has at most {_MOST_ELEMENTS} elements; import it in parts."
            raise ItemFault(1, detail, "too_expensive")
        element = Element(name, {**dict(attrs.items()), LINE: str(self.line)})
        if self._open:
            self._open[-1][0].append(element)
        else:
            self.root = element
        self._open.append((element, []))

    def endElement(self, name: str) -> None:
        element, pieces = self._open.pop()
        # Between children there are only line breaks; text stands in leaves.
        element.text = "".join(pieces)

    def characters(self, content: str) -> None:
        # Some parsers bring a text line by line: adding each to the others would copy all of them.
        if self._open:
            self._open[-1][1].append(content)


def _as_utf8(content: str) -> bytes:
    """The bytes of a text that was decoded already, whatever encoding it declares."""
    declared = _DECLARATION.match(content)
    rest = content[declared.end() :] if declared else content
    before = "\n" * content.count("\n", 0, declared.end()) if declared else ""
    return (before + rest).encode()


def _parse(content: str) -> Element:
    builder = _Builder()
    try:
        # No DTD: no entities that grow, none that read files or the network.
        defusedxml.sax.parseString(_as_utf8(content), builder, forbid_dtd=True)
    except DefusedXmlException:
        raise ItemFault(
            builder.line, "The file declares a DTD or entities.", "invalid_xml"
        ) from None
    except ItemFault:
        raise
    except (ValueError, SyntaxError, LookupError) as error:
        raise ItemFault(builder.line, f"This is not XML: {error}."[:300], "invalid_xml") from None
    except Exception as error:
        if type(error).__module__.startswith("xml."):
            line = int(getattr(error, "getLineNumber", lambda: builder.line)() or builder.line)
            reason = str(getattr(error, "getMessage", lambda: "broken")())
            raise ItemFault(line, f"This is not XML: {reason}."[:300], "invalid_xml") from None
        raise
    if builder.root is None:
        raise ItemFault(1, "There is no element in this file.", "invalid_xml")
    return builder.root


def _read_question(element: Element, album: Album, category: str) -> ImportedItem:
    kind = element.get("type", "")
    item = ImportedItem(line_of(element), source_type=kind or None)
    read = _READERS.get(kind)
    try:
        if read is None:
            raise ItemFault(item.line, f"“{kind[:50]}” has no counterpart here.", "unsupported")
        for name in ("answer", "subquestion"):
            check_parts_count(len(element.findall(name)), item.line)
        item.files = take_files(element, album)
        item.question = spelled(_question(item, element, category, read))
        item.type = item.question["type"]
        _warn_of_settings(item, element)
    except ItemFault as fault:
        item.refuse(fault)
    return item


def _question(
    item: ImportedItem, element: Element, category: str, read: "_Reader"
) -> dict[str, Any]:
    if (name := element.find("name")) is not None:
        item.call(_child_text(name, "text"))
    stem = _text(element.find("questiontext"), "html")
    found: dict[str, Any] = {
        "text": stem or Written(item.name or "", "plain"),
        "name": item.name,
        "external_id": _child_text(element, "idnumber")[:255] or None,
        "tags": [_child_text(tag, "text") for tag in element.findall("tags/tag")],
        "source": {"category": category} if category else None,
    }
    if points := _child_text(element, "defaultgrade"):
        found["points"] = read_points(points, item.line)
    if explanation := _text(element.find("generalfeedback"), stem.format):
        found["explanation"] = explanation
    return {**found, **read(item, element, stem)}


def _text(element: Element | None, inherited: str) -> Written:
    """The text of a <text> child, in its format or the one that it inherits."""
    if element is None:
        return Written("", inherited)
    text, format = _child_text(element, "text"), element.get("format", "")
    if format == "moodle_auto_format":
        return guessed(text)
    return Written(text, _FORMATS.get(format, inherited))


def _child_text(element: Element, name: str) -> str:
    child = element.find(name)
    return (child.text or "").strip() if child is not None else ""


def _percent(answer: Element) -> Decimal:
    text = answer.get("fraction", "0")
    percent = read_decimal(text)
    if percent is None:
        detail = f"The fraction “{text[:50]}” is not a number that can be kept."
        raise ItemFault(line_of(answer), detail)
    if abs(percent) > 100:
        raise ItemFault(line_of(answer), "A fraction lies between -100 and 100.")
    return percent


def _answers(element: Element, inherited: str) -> list[Answer]:
    return [
        Answer(
            "=", _percent(one), _text(one, inherited),
            _text(one.find("feedback"), "html") or None, line_of(one),
        )
        for one in element.findall("answer")
    ]  # fmt: skip


def _multichoice(item: ImportedItem, element: Element, stem: Written) -> dict[str, Any]:
    single = _child_text(element, "single") not in ("false", "0")
    options, key = choice(item, _answers(element, stem.format), single=single)
    if _child_text(element, "shuffleanswers") in ("false", "0"):
        detail = "Whether options are shuffled is a setting of the quiz here."
        item.warn(item.line, "layout_left_out", detail)
    type = "single_choice" if single else "multiple_choice"
    return {"type": type, "options": options, "answer": key}


def _truefalse(item: ImportedItem, element: Element, stem: Written) -> dict[str, Any]:
    right = None
    sides: dict[str, Any] = {}
    for answer in _answers(element, "plain"):
        word = answer.text.text.lower()
        if word not in ("true", "false"):
            continue
        if answer.percent > 0:
            right = right or word
        if answer.feedback:
            sides[word] = {"explanation": answer.feedback}
    if right is None:
        raise ItemFault(item.line, "Neither true nor false is right.")
    return {"type": "true_false", "answer": right == "true", "options": sides or None}


def _shortanswer(item: ImportedItem, element: Element, stem: Written) -> dict[str, Any]:
    key = {
        "accepted": [accepted(one) for one in _answers(element, "plain")],
        "case_sensitive": _child_text(element, "usecase") in ("1", "true"),
    }
    return {"type": "short_answer", "answer": key}


def _numerical(item: ImportedItem, element: Element, stem: Written) -> dict[str, Any]:
    units = element.find("units")
    if units is not None and len(units):
        raise ItemFault(line_of(units), "Units have no counterpart here.", "unsupported")
    answers = []
    for one, answer in zip(element.findall("answer"), _answers(element, "plain"), strict=True):
        tolerance = _child_text(one, "tolerance") or "0"
        value = answer.text.text
        text = value if value in ("", "*") else f"{value}:{tolerance}"
        answers.append(Answer("=", answer.percent, Written(text, "plain"), answer.feedback,
                              answer.line))  # fmt: skip
    return {"type": "numeric", "answer": number(item, item.line, answers)}


def _matching(item: ImportedItem, element: Element, stem: Written) -> dict[str, Any]:
    left: list[dict[str, Any]] = []
    right: dict[Written, str] = {}
    key = {}
    for pair in element.findall("subquestion"):
        partner = _text(pair.find("answer"), "")
        if not partner.format:
            partner = guessed(partner.text)  # Moodle names no format of a partner
        right_id = right.setdefault(partner, f"r{len(right) + 1}")
        if text := _text(pair, stem.format):
            left.append({"id": f"l{len(left) + 1}", "text": text})
            key[left[-1]["id"]] = right_id
    sides = {"left": left, "right": [{"id": id, "text": text} for text, id in right.items()]}
    return {"type": "matching", "options": sides, "answer": key}


def _ordering(item: ImportedItem, element: Element, stem: Written) -> dict[str, Any]:
    """The options in order: by their fractions, 1 and up; without these, as in the file."""
    if _child_text(element, "gradingtype").upper() not in ("", "0", "ABSOLUTE_POSITION"):
        detail = "Here each place with the right item counts the same."
        item.warn(item.line, "grading_changed", detail)
    if _child_text(element, "layouttype").upper() not in ("", "0", "VERTICAL"):
        item.warn(item.line, "layout_left_out", "Items stand below each other here.")
    if _child_text(element, "selecttype").upper() not in ("", "0", "ALL"):
        item.warn(item.line, "grading_changed", "All the items are asked here.")
    answers = sorted(element.findall("answer"), key=_percent)
    items = [{"id": str(n), "text": _text(a, stem.format)} for n, a in enumerate(answers, 1)]
    return {"type": "ordering", "options": items, "answer": [one["id"] for one in items]}


def _essay(item: ImportedItem, element: Element, stem: Written) -> dict[str, Any]:
    if _child_text(element, "attachments") not in ("", "0"):
        detail = "No file can be attached to an essay here."
        item.warn(item.line, "layout_left_out", detail)
    for name in ("graderinfo", "responsetemplate"):
        if (said := element.find(name)) is not None and _text(said, "html"):
            item.warn(line_of(said), "text_left_out", f"The {name} is left out.")
    return {"type": "essay"}


def _description(item: ImportedItem, element: Element, stem: Written) -> dict[str, Any]:
    return {"type": "description", "points": None}


def _cloze(item: ImportedItem, element: Element, stem: Written) -> dict[str, Any]:
    text = _ESCAPE.sub(lambda match: _ASIDE[match[1]], stem.text)
    gaps: list[Gap] = []
    pieces, at = [], 0
    for match in _GAP.finditer(text):
        if len(gaps) == MOST_GAPS:
            raise ItemFault(item.line, f"A text has at most {MOST_GAPS} gaps.", "too_long")
        answers = _gap_answers(match[3], item.line, stem.format)
        gaps.append(read_gap(item, item.line, match[1], match[2], answers))
        pieces.append(text[at : match.start()].translate(_BACK))
        at = match.end()
    if not gaps:
        raise ItemFault(item.line, "This text has no gap.")
    pieces.append(text[at:].translate(_BACK))
    written = Written(cloze_text(pieces).strip(), stem.format)
    return {"type": "cloze", "text": written, **cloze_parts(gaps)}


def _gap_answers(inside: str, line: int, format: str) -> list[Answer]:
    answers: list[Answer] = []
    for match in _ANSWERS.finditer(inside):
        equals, body = match.groups()
        if not (equals or body.strip()):
            continue
        check_parts_count(len(answers) + 1, line)
        weight = _PERCENT.match(body)
        percent = Decimal(weight[1]) if weight else Decimal(100 if equals else 0)
        text, _, feedback = body[weight.end() if weight else 0 :].partition("#")
        said = Written(feedback.translate(_BACK).strip(), format)
        answer = Written(text.translate(_BACK).strip(), format)
        answers.append(Answer("=" if equals else "~", percent, answer, said or None, line))
    return answers


def _warn_of_settings(item: ImportedItem, element: Element) -> None:
    """Warnings for what a teacher set, and a question has no place for."""
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        said = element.find(name)
        if said is not None and _TAGS.sub("", _child_text(said, "text")).strip() not in _OWN_WORDS:
            detail = "What is said to the question as a whole, by its result, is left out."
            item.warn(line_of(said), "feedback_left_out", detail)
    for pair in element.findall("subquestion"):
        if _text(pair.find("feedback"), "html"):
            item.warn(line_of(pair), "feedback_left_out", "What is said to a pair is left out.")
    for hint in element.findall("hint"):
        if _child_text(hint, "text"):
            item.warn(line_of(hint), "hint_left_out", "Hints between tries are left out.")
    penalty = element.find("penalty")
    text = _child_text(element, "penalty")
    if penalty is not None and text and read_decimal(text) not in _OWN_PENALTIES:
        detail = "The penalty for another try is left out: an attempt has one try here."
        item.warn(line_of(penalty), "penalty_left_out", detail)


_Reader = Callable[[ImportedItem, Element, Written], dict[str, Any]]
_READERS: dict[str, _Reader] = {
    "multichoice": _multichoice,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "matching": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "cloze": _cloze,
    "multianswer": _cloze,
    "description": _description,
}
