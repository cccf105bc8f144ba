"""How a quiz and its questions work, with the definitions of Moodle's quiz statistics report
(docs.moodle.org/dev/Quiz_statistics_calculations).

For a question p, x is what an attempt got for it, t what it got for the whole quiz, and
y = t - x the rest of the quiz; V and C are variance and covariance of a sample (n - 1).

- facility index: 100 · mean(x) / points. How easy it is.
- standard deviation: 100 · √V(x) / points.
- discrimination index: 100 · C(x, y) / √(V(x) · V(y)). Whether those who are good at the rest
  are good at this one; below 0 something is wrong with it.
- discriminative efficiency: 100 · C(x, y) / Cmax(x, y), where Cmax pairs the smallest x with
  the smallest y and so on: the discrimination as a share of the greatest that these marks allow.
- effective weight: 100 · √C(x, t) / Σ √C(x, t) over all questions; undefined (null) for one
  whose covariance is negative, and for all when nothing varies.
- random guess score: the mean score of random answers: for single choice the mean of its options,
for true or false 50, for matching 100 divided by the number of partners, for ordering 100 divided
by the number of positions, for written answers 0, for a cloze the mean of its gaps by their
weights; undefined for multiple choice.
- Cronbach's alpha: P / (P - 1) · (1 - Σ V(x) / V(t)), for P questions. As a share, not percent.

A worked example, two questions of one point each, four attempts:

    attempt   x1   x2   t    question 1: mean 3/4, V(x) = 1/4, y = x2, V(y) = 1/3
    Ann       1    1    2      C(x1, x2) = (1·1 + 1·1 + 1·0 + 0·0 - 3·2/4) / 3 = 1/6
    Ben       1    1    2      facility 75, standard deviation 100·√(1/4) = 50
    Cem       1    0    1      discrimination 100·(1/6) / √(1/4 · 1/3) = 57.735
    Dee       0    0    0      sorted, x = 0 1 1 1 and y = 0 0 1 1: Cmax = (2 - 3·2/4)/3 = 1/6,
                               so the efficiency is 100
    V(t) = (4+4+1+0 - 25/4) / 3 = 11/12, alpha = 2/1 · (1 - (1/4 + 1/3) / (11/12)) = 8/11 = 0.7273
    C(x1, t) = (2+2+1+0 - 3·5/4) / 3 = 5/12, C(x2, t) = (2+2 - 2·5/4) / 3 = 1/2: the effective
    weights are 100·√(5/12) / (√(5/12) + √(1/2)) = 47.723 and 52.277
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import Any
from uuid import UUID

from lms.attempts import statistics_queries as queries
from lms.attempts.statistics_queries import QuestionSums
from lms.core.db.query import Db
from lms.quizzes.queries import list_questions
from lms.quizzes.types import TYPES, UNASKED_TYPES, UNTALLIED_TYPES

_PLACES = 4  # decimals of the figures in the reply


async def quiz_statistics(db: Db, quiz_id: UUID, which: str) -> dict[str, Any]:
    """The statistics of a quiz; `which` attempts: first, last, best or all. Four queries."""
    quiz = await queries.get_quiz_figures(db, quiz_id, which)
    sums = await queries.list_question_figures(db, quiz_id, which, except_types=UNASKED_TYPES)
    responses = defaultdict(list)
    for one in await queries.list_responses(db, quiz_id, which, except_types=UNTALLIED_TYPES):
        gap = {} if one.gap is None else {"gap": one.gap}
        said = {**gap, "response": one.response, "count": one.count}
        responses[one.question_id].append(said)
    asked = {one.question_id for one in sums}
    figures = question_figures(sums)
    figures += [
        {"question_id": one.id, "version": one.version, **dict.fromkeys(_FIGURES)}
        for one in await list_questions(db, quiz_id)
        if one.id not in asked and TYPES[one.type].is_asked
    ]
    return {
        "count": quiz.count,
        "mean_percent": _round(quiz.mean),
        "median_percent": _round(quiz.median),
        "standard_deviation_percent": _round(quiz.standard_deviation),
        "cronbach_alpha": _round(cronbach_alpha(sums)),
        "questions": [
            {**figure, "responses": responses[figure["question_id"]]} for figure in figures
        ],
    }


_FIGURES = (
    "facility_index", "standard_deviation", "discrimination_index", "discriminative_efficiency",
    "effective_weight", "random_guess_score",
)  # fmt: skip


def question_figures(sums: Sequence[QuestionSums]) -> list[dict[str, Any]]:
    """Each question's figures in percent, None where undefined."""
    with localcontext() as context:
        context.prec = 50
        roots = [_root(one.covariance(one.sum_xt, one.sum_x, one.sum_t)) for one in sums]
        whole = sum((root for root in roots if root is not None), Decimal(0))
        return [_figures(one, root, whole) for one, root in zip(sums, roots, strict=True)]


def _figures(one: QuestionSums, root: Decimal | None, whole: Decimal) -> dict[str, Any]:
    deviation = _root(one.covariance(one.sum_xx, one.sum_x, one.sum_x))
    rest_deviation = _root(one.covariance(one.sum_yy, one.sum_y, one.sum_y))
    together = one.covariance(one.sum_xy, one.sum_x, one.sum_y)
    closest = one.covariance(one.closest_xy, one.sum_x, one.sum_y)
    both = None if deviation is None or rest_deviation is None else deviation * rest_deviation
    return {
        "question_id": one.question_id,
        "version": one.version,
        "facility_index": _percent(one.sum_x / one.count, one.weight),
        "standard_deviation": _percent(deviation, one.weight),
        "discrimination_index": _percent(together, both),
        "discriminative_efficiency": _percent(together, closest),
        "effective_weight": _percent(root, whole),
        "random_guess_score": _round(TYPES[one.type].guess_percent(one.options, one.key)),
    }


def cronbach_alpha(sums: Sequence[QuestionSums]) -> Decimal | None:
    """How far the questions measure the same thing; None if nothing varies."""
    if len(sums) < 2:
        return None
    with localcontext() as context:
        context.prec = 50
        # The sums of the question that was asked most often, so of all attempts unless questions
        # changed.
        widest = max(sums, key=lambda one: one.count)
        whole = widest.covariance(widest.sum_tt, widest.sum_t, widest.sum_t)
        if not whole:
            return None
        parts = [one.covariance(one.sum_xx, one.sum_x, one.sum_x) or Decimal(0) for one in sums]
        return Decimal(len(sums)) / (len(sums) - 1) * (1 - sum(parts) / whole)


def _root(number: Decimal | None) -> Decimal | None:
    return None if number is None or number < 0 else number.sqrt()


def _percent(part: Decimal | None, whole: Decimal | None) -> float | None:
    return None if part is None or not whole else _round(100 * part / whole)


def _round(number: Decimal | None) -> float | None:
    return None if number is None else float(round(number, _PLACES))
