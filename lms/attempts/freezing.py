"""What an attempt asks: the questions as they were at its start, under ids of its own.

The ids of options are random for each attempt: an author's own ids ("correct"), UUIDs in the
order of creation or positions would all tell something of the key.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random, SystemRandom
from typing import Any
from uuid import UUID

from lms.quizzes.queries import Question


@dataclass(frozen=True, slots=True)
class FrozenQuestion:
    """A question of one attempt. Options carry the author's id as `source`."""

    question_id: UUID
    type: str
    text: str
    points: Decimal
    explanation: str | None
    options: Any
    key: Any
    asked_at: datetime


def freeze(
    questions: Sequence[Question],
    *,
    shuffle_questions: bool,
    shuffle_options: bool,
    random: Random | None = None,
) -> list[FrozenQuestion]:
    """The questions of a new attempt, in its order."""
    random = random or SystemRandom()
    order = list(questions)
    if shuffle_questions:
        random.shuffle(order)
    return [_freeze(question, shuffle_options, random) for question in order]


def _freeze(question: Question, shuffle_options: bool, random: Random) -> FrozenQuestion:
    options = question.options
    # Their order is the answer, so the author's is never shown.
    shuffled = shuffle_options or question.type in ("matching", "ordering")
    if question.type == "matching":
        options = {name: _rename(options[name], shuffled, random) for name in ("left", "right")}
    elif options is not None:
        options = _rename(options, shuffled, random)
    return FrozenQuestion(
        question_id=question.id,
        type=question.type,
        text=question.text,
        points=question.points,
        explanation=question.explanation,
        options=options,
        key=to_frozen_key(question.type, options, question.answer),
        asked_at=question.updated_at,
    )


def _rename(items: Sequence[dict[str, Any]], shuffled: bool, random: Random) -> list[Any]:
    renamed = [{**item, "id": secrets.token_hex(8), "source": item["id"]} for item in items]
    if shuffled:
        random.shuffle(renamed)
    return renamed


def to_frozen_key(type: str, options: Any, answer: Any) -> Any:
    """An author's key under the attempt's ids; options that it does not show are left out."""
    if answer is None:
        return None
    convert = _KEYS.get(type)
    return answer if convert is None else convert(options, answer)


def _one(options: Any, answer: Any) -> Any:
    return _by_source(options).get(answer)


def _several(options: Any, answer: Any) -> Any:
    names = _by_source(options)
    return [names[one] for one in answer if one in names]


def _pairs(options: Any, answer: Any) -> Any:
    left, right = _by_source(options["left"]), _by_source(options["right"])
    # A partner that is not shown cannot be chosen: nothing is right there, but it counts.
    return {left[one]: right.get(other) for one, other in answer.items() if one in left}


_KEYS: dict[str, Callable[[Any, Any], Any]] = {
    "single_choice": _one,
    "multiple_choice": _several,
    "ordering": _several,
    "matching": _pairs,
}


def _by_source(options: Any) -> dict[str, str]:
    return {option["source"]: option["id"] for option in options or ()}


def shown_options(type: str, options: Any, *, explained: bool) -> Any:
    """Options as a student sees them: no author's ids, no weights; explanations when allowed."""
    if type == "matching":
        return {name: _shown(side, explained) for name, side in options.items()}
    return None if options is None else _shown(options, explained)


def _shown(items: Any, explained: bool) -> list[dict[str, Any]]:
    names = ("id", "text", "explanation") if explained else ("id", "text")
    return [{name: item[name] for name in names if name in item} for item in items]


def corrected_options(type: str, options: Any, corrected: Any) -> Any:
    """The options that were shown, with the weights and explanations of the corrected ones."""
    if options is None or corrected is None:
        return options
    if type == "matching":
        return {name: _corrected(options[name], corrected[name]) for name in options}
    return _corrected(options, corrected)


def _corrected(items: Any, corrected: Any) -> list[dict[str, Any]]:
    now = {item["id"]: item for item in corrected}
    kept = []
    for item in items:
        shown = {name: item[name] for name in ("id", "text", "source")}
        new = now.get(item["source"], {})
        kept.append({**shown, **{n: new[n] for n in ("explanation", "percent") if n in new}})
    return kept
