"""Whether an answer has the shape that its question takes.

A wrong shape is a fault of the client's program: told at once (422), it can be mended before
a student's work is lost in it. A wrong answer is not: it is saved and marked.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from lms.attempts.grading import LONGEST_TEXT
from lms.attempts.queries import Shape
from lms.errors import FieldError, Invalid

LONGEST_ESSAY = 100_000


def check_answers(answers: Sequence[dict[str, Any]], shapes: Sequence[Shape]) -> None:
    """Raise Invalid, pointing at each answer that does not fit its question."""
    known: dict[UUID, Shape] = {s.question_id: s for s in shapes if s.question_id is not None}
    faults = []
    for index, given in enumerate(answers):
        shape = known.get(given["question_id"])
        if shape is None:
            pointer, detail = f"/answers/{index}/question_id", "This attempt does not ask it."
            faults.append(FieldError(pointer, "not_found", detail))
        elif given["answer"] is not None:
            fault = _SHAPES[shape.type or ""](given["answer"], shape.ids)
            if fault is not None:
                faults.append(FieldError(f"/answers/{index}/answer", "invalid_answer", fault))
    if faults:
        raise Invalid(errors=faults)


def _one_id(answer: Any, ids: Any) -> str | None:
    return None if isinstance(answer, str) and answer in ids else "Must be an option's id."


def _some_ids(answer: Any, ids: Any) -> str | None:
    fits = isinstance(answer, list) and all(isinstance(one, str) and one in ids for one in answer)
    return (
        None if fits and len(set(answer)) == len(answer) else "Must list options' ids, each once."
    )


def _pairs(answer: Any, ids: Any) -> str | None:
    left, right = ids
    fits = isinstance(answer, dict) and all(
        one in left and isinstance(other, str) and other in right for one, other in answer.items()
    )
    return None if fits else "Must map ids of the left to ids of the right."


def _truth(answer: Any, ids: Any) -> str | None:
    return None if isinstance(answer, bool) else "Must be true or false."


def _text(longest: int) -> Callable[[Any, Any], str | None]:
    def check(answer: Any, ids: Any) -> str | None:
        fits = isinstance(answer, str) and len(answer) <= longest
        return None if fits else f"Must be text of at most {longest} characters."

    return check


def _number(answer: Any, ids: Any) -> str | None:
    # Any text: what is half typed is saved too.
    if isinstance(answer, str):
        return None if len(answer) <= LONGEST_TEXT else "Too long for a number."
    fits = isinstance(answer, int | float) and not isinstance(answer, bool)
    return None if fits else "Must be a number, or text that holds one."


_SHAPES: dict[str, Callable[[Any, Any], str | None]] = {
    "single_choice": _one_id,
    "multiple_choice": _some_ids,
    "true_false": _truth,
    "short_answer": _text(LONGEST_TEXT),
    "numeric": _number,
    "matching": _pairs,
    "ordering": _some_ids,
    "essay": _text(LONGEST_ESSAY),
}
