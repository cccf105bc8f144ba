"""Gaps within a text, as Moodle writes them: `He {1:MULTICHOICE:~was~=is} here.`

The weight, the kind, and answers as in GIFT. Escaped characters are set aside by the caller, who
also says how a text becomes one of ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.quizzes.formats.items import ImportedItem, ItemFault, plain_percent, weighed_options
from lms.quizzes.formats.written import Written, typed
from lms.quizzes.numbers import LONGEST_NUMBER, MOST_PLACES, read_decimal

_SHORT = ("SHORTANSWER", "SA", "MW")
_SHORT_CASE = ("SHORTANSWER_C", "SAC", "MWC")
_NUMBER = ("NUMERICAL", "NM")
_CHOICE = (
    "MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH", "MULTICHOICE_S", "MCS",
    "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer between braces."""

    sign: str  # = right, ~ wrong, "" if the file says neither
    percent: Decimal
    text: Written
    feedback: Written | None
    line: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap: its type, weight, options and key."""

    type: str
    points: str
    options: list[dict[str, Any]] | None
    key: Any


def read_gap(
    item: ImportedItem, line: int, weight: str, kind: str, answers: Sequence[Answer]
) -> Gap:
    """The gap of a kind. Raises ItemFault for kinds that have no counterpart."""
    points = read_points(weight or "1", line)
    if kind in _SHORT or kind in _SHORT_CASE:
        key = {
            "accepted": [accepted(one) for one in answers],
            "case_sensitive": kind in _SHORT_CASE,
        }
        return Gap("short_answer", points, None, key)
    if kind in _NUMBER:
        return Gap("numeric", points, None, number(item, line, answers))
    if kind in _CHOICE:
        options, right = choice(item, answers, single=True)
        return Gap("single_choice", points, options, right)
    raise ItemFault(
        line, f"A gap of the kind “{kind[:40]}” has no counterpart here.", "unsupported"
    )


def cloze_parts(gaps: Sequence[Gap]) -> dict[str, Any]:
    """Options and key of a cloze whose gaps are called g1, g2 and so on."""
    options = []
    for n, gap in enumerate(gaps, 1):
        one: dict[str, Any] = {"id": f"g{n}", "type": gap.type, "points": gap.points}
        options.append(one if gap.options is None else {**one, "options": gap.options})
    key = {f"g{n}": gap.key for n, gap in enumerate(gaps, 1) if gap.key is not None}
    return {"options": {"gaps": options}, "answer": key}


def cloze_text(pieces: Sequence[str]) -> str:
    """The text around gaps; a `[[` of its own is none of them."""
    texts = [piece.replace("[[", r"\[[") for piece in pieces]
    marked = [f"{text}[[g{n}]]" for n, text in enumerate(texts[:-1], 1)]
    return "".join([*marked, texts[-1]])


def read_points(text: str, line: int) -> str:
    """Points of at most seven decimals, as text. Other programs write a few more."""
    number = read_decimal(text)
    if number is None:
        raise ItemFault(line, f"“{text[:LONGEST_NUMBER]}” is not a number of points.")
    if not 0 <= number <= 1000:
        raise ItemFault(line, "Points lie between 0 and 1000.", "out_of_range")
    rounded = f"{number.quantize(Decimal(1).scaleb(-MOST_PLACES)):f}"
    return rounded.rstrip("0").rstrip(".")


def accepted(answer: Answer) -> Any:
    """An accepted text, with its percent where that is not all."""
    text = typed(answer.text)
    if answer.percent == 100 and not answer.feedback:
        return text
    found: dict[str, Any] = {"text": text, "percent": plain_percent(answer.percent)}
    return {**found, "explanation": answer.feedback} if answer.feedback else found


def choice(
    item: ImportedItem, answers: Sequence[Answer], *, single: bool
) -> tuple[list[dict[str, Any]], Any]:
    """Options and key; a text that no sign marks is a wrong option."""
    texts = []
    for answer in answers:
        if not answer.text and not answer.feedback:
            continue
        percent = answer.percent
        if not answer.sign:
            detail = "No sign stands before this answer, so it is a wrong one."
            item.warn(answer.line, "first_option_unmarked", detail)
            percent = Decimal(0)
        texts.append((answer.text, percent, answer.feedback))
    return weighed_options(texts, single=single)


def number(item: ImportedItem, line: int, answers: Sequence[Answer]) -> dict[str, Any]:
    """The first number that gives all points is the key; the others give a part, or nothing."""
    whole: dict[str, Any] | None = None
    others = []
    for answer in answers:
        text, percent = typed(answer.text).strip(), answer.percent
        if text in ("", "*"):
            if percent > 0:
                detail = "“Any number” cannot be right here."
                raise ItemFault(answer.line, detail, "unsupported")
            if answer.feedback:
                detail = "What is said to any other number is left out."
                item.warn(answer.line, "feedback_left_out", detail)
            continue
        found: dict[str, Any] = interval(text, answer.line)
        if answer.feedback:
            found["explanation"] = answer.feedback
        if percent == 100 and whole is None:
            whole = found
        else:
            others.append({**found, "percent": plain_percent(max(percent, Decimal(0)))})
    if whole is None:
        raise ItemFault(line, "One number has to give 100 %.")
    return {**whole, "others": others} if others else whole


def interval(text: str, line: int) -> dict[str, str]:
    """`value`, `value:tolerance` or `from..to`."""
    first, dots, second = text.partition("..")
    if not dots:
        first, _, second = text.partition(":")
    one, other = read_decimal(first), read_decimal(second if second.strip() or dots else "0")
    if one is None or other is None:
        detail = f"“{text[:50]}” is not a number, interval or value:tolerance that can be kept."
        raise ItemFault(line, detail)
    value, tolerance = ((one + other) / 2, (other - one) / 2) if dots else (one, other)
    return {"value": f"{value:f}", "tolerance": f"{tolerance:f}"}
