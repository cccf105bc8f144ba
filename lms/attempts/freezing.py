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
    version: int
    text: str
    text_format: str
    points: Decimal
    explanation: str | None
    explanation_format: str
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
    order = _shuffled(questions, random) if shuffle_questions else questions
    return [_freeze(question, shuffle_options, random) for question in order]


def _shuffled(questions: Sequence[Question], random: Random) -> list[Question]:
    """The questions of each block in any order; a description begins a block, and blocks stay."""
    blocks: list[list[Question]] = [[]]
    order: list[Question] = []
    for question in questions:
        if not TYPES[question.type].is_asked:
            blocks.append([])
        blocks[-1].append(question)
    for block in blocks:
        head = 1 if block and not TYPES[block[0].type].is_asked else 0
        rest = block[head:]
        random.shuffle(rest)
        order += [*block[:head], *rest]
    return order


def _freeze(question: Question, shuffled: bool, random: Random) -> FrozenQuestion:
    type = TYPES[question.type]
    options = type.freeze_options(question.options, shuffled=shuffled, random=random)
    return FrozenQuestion(
        question_id=question.id,
        type=question.type,
        version=question.version,
        text=type.freeze_text(question.text, options),
        text_format=question.text_format,
        points=question.points,
        explanation=question.explanation,
        explanation_format=question.explanation_format,
        options=options,
        key=freeze_key(question.type, options, question.answer),
        asked_at=question.updated_at,
    )


def freeze_key(type: str, options: Any, answer: Any) -> Any:
    """An author's key with the ids of an attempt's options."""
    return None if answer is None else TYPES[type].freeze_key(options, answer)
