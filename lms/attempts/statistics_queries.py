"""Sums over a quiz's attempts, from which its statistics are made; computed in PostgreSQL.

`which` attempts of each student count: first, last, best or all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from lms.core.db.query import Db, Query


@dataclass(frozen=True, slots=True)
class QuizFigures:
    """How the attempts went, in percent."""

    count: int
    mean: Decimal | None
    median: Decimal | None
    standard_deviation: Decimal | None


@dataclass(frozen=True, slots=True)
class QuestionSums:
    """The sums over attempts from which a question's figures are computed."""

    question_id: UUID
    version: int  # the latest of those that were asked
    type: str
    options: Any
    key: Any
    count: int
    weight: Decimal
    sum_x: Decimal
    sum_xx: Decimal
    sum_y: Decimal
    sum_yy: Decimal
    sum_xy: Decimal
    sum_t: Decimal
    sum_tt: Decimal
    sum_xt: Decimal
    closest_xy: Decimal

    def covariance(self, products: Decimal, one: Decimal, other: Decimal) -> Decimal | None:
        """C of a sample from its sums; None for fewer than two."""
        if self.count < 2:
            return None
        return (products - one * other / self.count) / (self.count - 1)


@dataclass(frozen=True, slots=True)
class ResponseCount:
    """How often something was answered; `response` is null for no answer."""

    question_id: UUID
    gap: str | None  # of a question with gaps, by the author's id
    response: str | None
    count: int


_get_quiz_figures = Query("attempts/get_quiz_figures", QuizFigures)
_list_question_figures = Query("attempts/list_question_figures", QuestionSums)
_list_responses = Query("attempts/list_responses", ResponseCount)


async def get_quiz_figures(db: Db, quiz_id: UUID, which: str) -> QuizFigures:
    return await _get_quiz_figures.one(db, quiz_id=quiz_id, which=which)


async def list_question_figures(
    db: Db, quiz_id: UUID, which: str, *, except_types: Sequence[str]
) -> list[QuestionSums]:
    """In the order of the quiz; deleted questions come last."""
    return await _list_question_figures.all(
        db, quiz_id=quiz_id, which=which, except_types=except_types
    )


async def list_responses(
    db: Db, quiz_id: UUID, which: str, *, except_types: Sequence[str]
) -> list[ResponseCount]:
    """The most frequent answer to each question first."""
    return await _list_responses.all(db, quiz_id=quiz_id, which=which, except_types=except_types)
