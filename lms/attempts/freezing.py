"""The questions of an attempt: as they were at its start, with option ids of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random, SystemRandom
from typing import Any
from uuid import UUID

from lms.quizzes.queries import Question
from lms.quizzes.types import TYPES


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


def _freeze(question: Question, shuffled: bool, random: Random) -> FrozenQuestion:
    type = TYPES[question.type]
    options = type.freeze_options(question.options, shuffled=shuffled, random=random)
    return FrozenQuestion(
        question_id=question.id,
        type=question.type,
        text=question.text,
        points=question.points,
        explanation=question.explanation,
        options=options,
        key=freeze_key(question.type, options, question.answer),
        asked_at=question.updated_at,
    )


def freeze_key(type: str, options: Any, answer: Any) -> Any:
    """An author's key with the ids of an attempt's options."""
    return None if answer is None else TYPES[type].freeze_key(options, answer)
