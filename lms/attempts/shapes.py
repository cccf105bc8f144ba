"""Whether an answer has the shape that its question takes.

A wrong shape is a fault of the client's program. Refused at once (422), it can be mended before a
student loses work. A wrong answer is no fault: it is saved and marked.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from lms.attempts.queries import Shape
from lms.errors import FieldError, Invalid
from lms.quizzes.types import TYPES


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
            fault = TYPES[shape.type or ""].answer_fault(given["answer"], shape.ids)
            if fault is not None:
                faults.append(FieldError(f"/answers/{index}/answer", "invalid_answer", fault))
    if faults:
        raise Invalid(errors=faults)
