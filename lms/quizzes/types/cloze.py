"""A text with gaps, `The [[animal]] says [[sound]].`, each a small question of its own type.

Options are `{gaps: [{id, type, options?, points}]}`; key and answer map the ids of gaps to keys and
answers of their types. A gap's points are its weight among the gaps; the question's own points say
what the whole is worth. An attempt renames the gaps, in its text too.
"""

import re
import secrets
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from lms.core.http.schemas import BaseSchema, Choice, Either, Exact, Items
from lms.errors import FieldError
from lms.quizzes.numbers import MOST_PLACES, to_decimal
from lms.quizzes.options import ids_of, unknown
from lms.quizzes.types.base import Content, GapMark, QuestionType
from lms.quizzes.types.numeric import Numeric, NumericKey
from lms.quizzes.types.parts import ItemId, Option, list_of
from lms.quizzes.types.short_answer import ShortAnswer, ShortAnswerKey
from lms.quizzes.types.single_choice import SingleChoice

MOST_GAPS = 50
MOST_POINTS = 1000

_TYPES: dict[str, QuestionType] = {
    type.name: type for type in (ShortAnswer(), Numeric(), SingleChoice())
}
_ID = r"[A-Za-z][A-Za-z0-9_-]{0,31}"
_OPENED = re.compile(r"(\\)?\[\[")  # `\\[[` is a literal `[[`
GAP = re.compile(rf"(?<!\\)\[\[({_ID})\]\]")
_TWELVE_PLACES = Decimal("1e-12")
_NOTHING = Fraction(0)


class _GapId(fields.String):
    def __init__(self, **kwargs: Any) -> None:
        rule = "Must begin with a letter and have at most 32 letters, digits, _ and -."
        super().__init__(validate=validate.Regexp(rf"{_ID}\Z", error=rule), **kwargs)


class _Gap(BaseSchema):
    id = _GapId(required=True)
    type = Choice(*_TYPES, name="GapType", required=True)
    options = list_of(Option)
    points = Exact(min=0, max=MOST_POINTS, places=MOST_PLACES, load_default=Decimal(1))


class _GapKey(Either):
    """The key of a gap, which its type reads."""

    def __init__(self) -> None:
        kinds = {
            "ShortAnswerKey": fields.Nested(ShortAnswerKey),
            "NumericKey": fields.Nested(NumericKey),
            "ChoiceKey": ItemId(),
        }
        super().__init__("GapKey", kinds, allow_none=True)


class _Gaps(BaseSchema):
    gaps = Items(fields.Nested(_Gap), required=True, validate=validate.Length(min=1, max=MOST_GAPS))


class _Parts(BaseSchema):
    options = fields.Nested(_Gaps, allow_none=True)
    answer = fields.Dict(keys=_GapId(), values=_GapKey(), allow_none=True)

    @post_load
    def _read_keys(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Read each gap's options and key as its type does."""
        wrong_options: dict[int, Any] = {}
        wrong_keys: dict[str, Any] = {}
        key = dict(data.get("answer") or {})
        for index, gap in enumerate((data.get("options") or {"gaps": ()})["gaps"]):
            given = {"options": gap.get("options"), "answer": key.get(gap["id"])}
            try:
                found = _TYPES[gap["type"]].schema.load(given)
            except ValidationError as error:
                messages = error.messages_dict
                if "options" in messages:
                    wrong_options[index] = {"options": messages["options"]}
                if "answer" in messages:
                    wrong_keys[gap["id"]] = messages["answer"]
            else:
                if gap["id"] in key:
                    key[gap["id"]] = found["answer"]
        wrong: dict[str, Any] = {"options": {"gaps": wrong_options}} if wrong_options else {}
        if wrong_keys:
            wrong["answer"] = wrong_keys
        if wrong:
            raise ValidationError(wrong)
        return {**data, "answer": key if data.get("answer") is not None else None}


class Cloze(QuestionType):
    name = "cloze"
    schema = _Parts()

    def default_points(self, options: Any) -> Decimal:
        """The sum of the gaps' points."""
        return sum((Decimal(gap["points"]) for gap in _gaps(options)), Decimal(0))

    def faults(self, content: Content) -> list[FieldError]:
        gaps = _gaps(content.options)
        ids, faults = ids_of("/options/gaps", gaps)
        for id in content.answer or {}:
            faults += unknown(f"/answer/{id}", id, ids)
        for index, gap in enumerate(gaps):
            faults += _of_gap(index, gap, _TYPES[gap["type"]].faults(_content(gap, content.answer)))
        if gaps:
            faults += _text_faults(content.text, ids)
            if not self.default_points(content.options):
                faults.append(FieldError("/options/gaps", "invalid", "Some gap must have points."))
        if content.points > MOST_POINTS:
            faults.append(FieldError("/points", "out_of_range", f"At most {MOST_POINTS}."))
        return faults

    def missing(self, content: Content) -> list[FieldError]:
        gaps = _gaps(content.options)
        if not gaps:
            needs = FieldError("/options", "required", "Needs its gaps.")
            return [needs, *super().missing(content)]
        return [
            fault
            for index, gap in enumerate(gaps)
            for fault in _of_gap(
                index, gap, _TYPES[gap["type"]].missing(_content(gap, content.answer))
            )
        ]

    def freeze_options(self, options: Any, *, shuffled: bool, random: Random) -> Any:
        return {"gaps": [_freeze(gap, shuffled, random) for gap in _gaps(options)]}

    def freeze_text(self, text: str, options: Any) -> str:
        names = {gap["source"]: gap["id"] for gap in _gaps(options)}
        return GAP.sub(lambda found: f"[[{names.get(found[1], found[1])}]]", text)

    def freeze_key(self, options: Any, answer: Any) -> Any:
        return {
            gap["id"]: _TYPES[gap["type"]].freeze_key(gap.get("options"), answer[gap["source"]])
            for gap in _gaps(options)
            if _is_key_of(gap["type"], answer.get(gap["source"]))
        }

    def show_options(self, options: Any, *, explained: bool) -> Any:
        """Gaps with their ids, types and options."""
        return {"gaps": [_show(gap, explained) for gap in _gaps(options)]}

    def correct_options(self, options: Any, corrected: Any) -> Any:
        now = {(gap["id"], gap["type"]): gap for gap in _gaps(corrected)}
        return {"gaps": [_correct(gap, now) for gap in _gaps(options)]}

    def answer_fault(self, answer: Any, ids: Any) -> str | None:
        gaps = {gap["id"]: gap for gap in _gaps(ids)}
        if not isinstance(answer, dict) or not set(answer) <= set(gaps):
            return "Must map ids of gaps to answers."
        for id, given in answer.items():
            gap = gaps[id]
            shown = [option["id"] for option in gap.get("options") or ()]
            if given is not None and (fault := _TYPES[gap["type"]].answer_fault(given, shown)):
                return f"[[{id}]]: {fault}"
        return None

    def share(self, options: Any, key: Any, answer: Any) -> Fraction:
        """The shares of the gaps, by their weights."""
        return sum((gap.worth * gap.share for gap in self.gaps(options, key, answer)), _NOTHING)

    def gaps(self, options: Any, key: Any, answer: Any) -> list[GapMark]:
        key, said = key or {}, answer if isinstance(answer, dict) else {}
        worths = _worths(options, key)
        return [
            GapMark(
                gap["id"], gap["source"], worths[gap["id"]], *_mark(gap, key, said.get(gap["id"]))
            )
            for gap in _gaps(options)
        ]

    def words(self, options: Any, answer: Any) -> list[str]:
        """All that was said, for those who do not ask by gap."""
        return [text for gap in self.gaps(options, None, answer) for text in gap.words]

    def guess_percent(self, options: Any, key: Any) -> Decimal:
        """The gaps' own scores of random answers, by their weights."""
        key = key or {}
        worths = _worths(options, key)
        whole = _NOTHING
        for gap in _gaps(options):
            if gap["id"] in key:
                guess = _TYPES[gap["type"]].guess_percent(gap.get("options"), key[gap["id"]])
                whole += worths[gap["id"]] * Fraction(guess or 0)
        return to_decimal(whole, _TWELVE_PLACES)


def _gaps(options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (options or {}).get("gaps", [])
    return found


def _content(gap: dict[str, Any], key: Any) -> Content:
    """A gap, as its type sees a question."""
    return Content("", Decimal(gap["points"]), gap.get("options"), (key or {}).get(gap["id"]))


def _of_gap(index: int, gap: dict[str, Any], faults: list[FieldError]) -> Iterator[FieldError]:
    """Faults of a gap, pointing into the question."""
    for fault in faults:
        part, _, rest = fault.pointer.strip("/").partition("/")
        where = f"/answer/{gap['id']}" if part == "answer" else f"/options/gaps/{index}/options"
        yield FieldError(f"{where}/{rest}".rstrip("/"), fault.code, fault.detail)


def _text_faults(text: str, ids: set[str]) -> Iterator[FieldError]:
    """What is wrong unless the text has each gap once and no other."""
    named = GAP.findall(text)
    for id in sorted(ids - set(named)):
        yield FieldError("/text", "gap_missing", f"Has no [[{id}]].")
    for id in sorted(set(named) - ids):
        yield FieldError("/text", "unknown_gap", f"[[{id}]] is no gap of this question.")
    for id in sorted({id for id in named if named.count(id) > 1} & ids):
        yield FieldError("/text", "repeated", f"Has [[{id}]] more than once.")
    if sum(not opened[1] for opened in _OPENED.finditer(text)) > len(named):
        detail = r"Has a [[ that begins no gap; a literal one is written \[[."
        yield FieldError("/text", "invalid", detail)


def _freeze(gap: dict[str, Any], shuffled: bool, random: Random) -> dict[str, Any]:
    frozen = {**gap, "id": f"g{secrets.token_hex(8)}", "source": gap["id"]}
    if "options" in gap:
        type = _TYPES[gap["type"]]
        frozen["options"] = type.freeze_options(gap["options"], shuffled=shuffled, random=random)
    return frozen


def _show(gap: dict[str, Any], explained: bool) -> dict[str, Any]:
    shown = {"id": gap["id"], "type": gap["type"], "points": Decimal(gap["points"])}
    if "options" in gap:
        type = _TYPES[gap["type"]]
        shown["options"] = type.show_options(gap["options"], explained=explained)
    return shown


def _is_key_of(type: str, key: Any) -> bool:
    """Whether a key has the form of this type: a gap may have got another type since."""
    if type == "single_choice":
        return isinstance(key, str)
    return isinstance(key, dict) and ("accepted" if type == "short_answer" else "value") in key


def _correct(gap: dict[str, Any], now: dict[tuple[str, str], dict[str, Any]]) -> dict[str, Any]:
    new = now.get((gap["source"], gap["type"]))
    if new is None:
        return gap
    corrected = {**gap, "points": new["points"]}
    if "options" in gap and "options" in new:
        type = _TYPES[gap["type"]]
        corrected["options"] = type.correct_options(gap["options"], new["options"])
    return corrected


def _worths(options: Any, key: dict[str, Any]) -> dict[str, Fraction]:
    """The share of each gap in the whole; a gap that has no key any more counts nothing."""
    weights = {
        gap["id"]: Fraction(gap["points"]) if gap["id"] in key else _NOTHING
        for gap in _gaps(options)
    }
    whole = sum(weights.values(), _NOTHING)
    return {id: weight / whole if whole else _NOTHING for id, weight in weights.items()}


def _mark(gap: dict[str, Any], key: dict[str, Any], answer: Any) -> tuple[Fraction, list[str]]:
    """The share that an answer to a gap earns, and what it says."""
    type, options = _TYPES[gap["type"]], gap.get("options")
    if answer is None or (isinstance(answer, str) and not answer.strip()):
        return _NOTHING, []
    words = [text for text in type.words(options, answer) if text]
    if key.get(gap["id"]) is None:
        return _NOTHING, words
    share = type.share(options, key[gap["id"]], answer) or _NOTHING
    return min(max(share, _NOTHING), Fraction(1)), words
