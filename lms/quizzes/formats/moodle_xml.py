"""Moodle XML (docs.moodle.org/en/Moodle_XML_format).

Multiple choice, true or false, short answer, numerical, matching, ordering and essay. Texts are
kept as they are: HTML is good Markdown, and shown through a sanitizer. Categories and names are not
parts of a question and are skipped. So are settings of how to ask (penalties, shuffling, numbering,
hints between guesses, "Your answer is correct"): here they belong to the quiz. The feedback of a
true/false question becomes its explanation. Anything else without a counterpart is an error.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.handler import ContentHandler

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from lms.quizzes.formats.items import (
    ImportedItem,
    ItemFault,
    check_parts_count,
    plain_percent,
    refused,
    take_items,
    weighed_options,
)
from lms.quizzes.formats.moodle_files import LINE, Album, line_of, take_files
from lms.quizzes.numbers import read_decimal

_MOST_DEPTH = 50
_MOST_ELEMENTS = 500_000  # fifty for each item; each takes some 500 bytes here


def read(content: str, base_url: str) -> list[ImportedItem]:
    """The items of a Moodle XML file; texts name enclosed files by addresses below `base_url`."""
    try:
        root = _parse(content)
    except ItemFault as fault:
        return [refused(fault)]
    if root.tag != "quiz":
        wrong = ItemFault(line_of(root), "Moodle XML is one <quiz> element.", "invalid_xml")
        return [refused(wrong)]
    asked = (one for one in root.iter("question") if one.get("type") != "category")
    album = Album(base_url)
    return take_items(_read_question(one, album) for one in asked)


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


def _parse(content: str) -> Element:
    builder = _Builder()
    try:
        # No DTD: no entities that grow, none that read files or the network.
        defusedxml.sax.parseString(content.encode(), builder, forbid_dtd=True)
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


def _read_question(element: Element, album: Album) -> ImportedItem:
    kind = element.get("type", "")
    item = ImportedItem(line_of(element), type=kind or None)
    read = _READERS.get(kind)
    try:
        if read is None:
            raise ItemFault(item.line, f"“{kind[:50]}” has no counterpart here.", "unsupported")
        for name in ("answer", "subquestion"):
            check_parts_count(len(element.findall(name)), item.line)
        item.files = take_files(element, album)
        type, parts = read(element)
        item.type = type
        item.question = {"type": type, "text": _text(element.find("questiontext")), **parts}
        points = _child_text(element, "defaultgrade")
        if points:
            item.question["points"] = points
        explanations = (parts.get("explanation"), _text(element.find("generalfeedback")))
        if explanation := "\n\n".join(one for one in explanations if one):
            item.question["explanation"] = explanation
    except ItemFault as fault:
        item.refuse(fault)
    return item


def _text(element: Element | None) -> str:
    """The text of a <text> child."""
    return "" if element is None else _child_text(element, "text")


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


def _feedback(answer: Element) -> str | None:
    return _text(answer.find("feedback")) or None


def _multichoice(element: Element) -> tuple[str, dict[str, Any]]:
    single = _child_text(element, "single") not in ("false", "0")
    texts = [(_text(a), _percent(a), _feedback(a)) for a in element.findall("answer")]
    options, key = weighed_options(texts, single=single)
    return "single_choice" if single else "multiple_choice", {"options": options, "answer": key}


def _truefalse(element: Element) -> tuple[str, dict[str, Any]]:
    right = None
    remarks = []
    for answer in element.findall("answer"):
        word = _text(answer).lower()
        if _percent(answer) > 0 and word in ("true", "false"):
            right = right or word
        remarks.append(_feedback(answer) or "")
    if right is None:
        raise ItemFault(line_of(element), "Neither true nor false is right.")
    # True and false are not options with explanations, so their feedback goes to the question's.
    parts: dict[str, Any] = {"answer": right == "true"}
    explanation = "\n\n".join(remark for remark in remarks if remark)
    return "true_false", {**parts, "explanation": explanation} if explanation else parts


def _shortanswer(element: Element) -> tuple[str, dict[str, Any]]:
    accepted: list[Any] = []
    for answer in element.findall("answer"):
        text, percent, feedback = _text(answer), _percent(answer), _feedback(answer)
        if percent == 100 and not feedback:
            accepted.append(text)
        else:
            part: dict[str, Any] = {"text": text, "percent": plain_percent(percent)}
            accepted.append({**part, "explanation": feedback} if feedback else part)
    case_sensitive = _child_text(element, "usecase") in ("1", "true")
    return "short_answer", {"answer": {"accepted": accepted, "case_sensitive": case_sensitive}}


def _numerical(element: Element) -> tuple[str, dict[str, Any]]:
    units = element.find("units")
    if units is not None and len(units):
        raise ItemFault(line_of(units), "Units have no counterpart here.", "unsupported")
    whole: dict[str, Any] | None = None
    others: list[dict[str, Any]] = []
    for answer in element.findall("answer"):
        value, percent, feedback = _text(answer), _percent(answer), _feedback(answer)
        if value == "*":
            raise ItemFault(line_of(answer), "“Any number” has no counterpart here.", "unsupported")
        part: dict[str, Any] = {
            "value": value,
            "tolerance": _child_text(answer, "tolerance") or "0",
        }
        if feedback:
            part["explanation"] = feedback
        if percent == 100 and whole is None:
            whole = part
        else:
            others.append({**part, "percent": plain_percent(percent)})
    if whole is None:
        raise ItemFault(line_of(element), "One number has to give 100 %.")
    return "numeric", {"answer": {**whole, "others": others} if others else whole}


def _matching(element: Element) -> tuple[str, dict[str, Any]]:
    left: list[dict[str, str]] = []
    right: dict[str, str] = {}
    key = {}
    for pair in element.findall("subquestion"):
        answer = pair.find("answer")
        partner = _text(answer) if answer is not None else ""
        right_id = right.setdefault(partner, f"r{len(right) + 1}")
        if text := _child_text(pair, "text"):
            left.append({"id": f"l{len(left) + 1}", "text": text})
            key[left[-1]["id"]] = right_id
    sides = {"left": left, "right": [{"id": id, "text": text} for text, id in right.items()]}
    return "matching", {"options": sides, "answer": key}


def _ordering(element: Element) -> tuple[str, dict[str, Any]]:
    """The options in order: by their fractions, 1 and up; without these, by their order in the
    file.
    """
    answers = sorted(element.findall("answer"), key=_percent)
    items = [{"id": str(n), "text": _text(a)} for n, a in enumerate(answers, 1)]
    return "ordering", {"options": items, "answer": [item["id"] for item in items]}


def _essay(element: Element) -> tuple[str, dict[str, Any]]:
    if _child_text(element, "attachments") not in ("", "0"):
        raise ItemFault(line_of(element), "Attached files have no counterpart here.", "unsupported")
    for name in ("graderinfo", "responsetemplate"):
        if (said := element.find(name)) is not None and _text(said):
            raise ItemFault(line_of(said), f"A {name} has no counterpart here.", "unsupported")
    return "essay", {}


_READERS: dict[str, Callable[[Element], tuple[str, dict[str, Any]]]] = {
    "multichoice": _multichoice,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "matching": _matching,
    "ordering": _ordering,
    "essay": _essay,
}
