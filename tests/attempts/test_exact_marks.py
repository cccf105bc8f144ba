"""Marks are kept and summed exactly; an attempt's score alone is rounded, once."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from lms.attempts.grading import mark, total
from lms.core.db.pool import Pool
from lms.quizzes.numbers import read_percent
from tests.api import Api
from tests.attempts.casts import (
    ESSAY,
    MATCHING,
    SINGLE,
    TRUE_FALSE,
    given,
    make_taken,
    option,
    start,
)
from tests.factories import enroll
from tests.people import Cast, Person

D = Decimal
THIRDS = {
    **MATCHING,
    "points": 0.05,
    "options": {
        "left": [{"id": str(n), "text": f"Left {n}"} for n in range(3)],
        "right": [{"id": str(n), "text": f"Right {n}"} for n in range(3)],
    },
    "answer": {str(n): str(n) for n in range(3)},
}


def _two_of_three(question: Any) -> dict[str, str]:
    return {
        option(question, f"Left {n}", "left"): option(question, f"Right {n}", "right")
        for n in range(2)
    }


async def _answer_thirds(api: Api, student: Person, quiz: Any) -> Any:
    attempt = await start(api, student, quiz)
    answers = [given(attempt, n, _two_of_three(q)) for n, q in enumerate(attempt["questions"])]
    reply = await api.post(f"/attempts/{attempt['id']}/submit", {"answers": answers}, as_=student)
    return reply.data


async def test_twenty_times_two_thirds_are_two_thirds(api: Api, tara: Person, sam: Person) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, *[THIRDS] * 20, passing_score=66.67)
    closed = await _answer_thirds(api, sam, quiz)
    assert (closed["score_percent"], closed["passed"]) == (66.67, True)
    assert (closed["points"], closed["max_points"]) == (0.6666667, 1)
    first = closed["questions"][0]
    assert (first["points"], first["points_awarded"], first["correct"]) == (0.05, 0.0333333, False)


async def test_scores_of_the_release_before_stay_until_they_are_regraded(
    api: Api, tara: Person, sam: Person, olly: Person, db: Pool
) -> None:
    course, quiz, _ = await make_taken(api, tara, sam, *[THIRDS] * 20, passing_score=66.67)
    await enroll(api, olly, course)
    old = await _answer_thirds(api, sam, quiz)
    bystander = await _answer_thirds(api, olly, quiz)
    async with db.acquire() as connection:  # as the release before rounded them
        await connection.execute(
            "update attempt_questions set points_awarded = 0.0333 where attempt_id = $1",
            UUID(old["id"]),
        )
        await connection.execute(
            "update attempts set points = 0.6660, score_percent = 66.60, passed = false"
            " where id = $1",
            UUID(old["id"]),
        )
    shown = (await api.get(f"/attempts/{old['id']}", as_=sam)).data
    assert (shown["score_percent"], shown["passed"], shown["points"]) == (66.6, False, 0.666)
    path = f"/quizzes/{quiz['id']}/regrade"
    change = {"attempt_id": old["id"], "score_before": 66.6, "score_after": 66.67,
              "passed_before": False, "passed_after": True}  # fmt: skip
    for dry_run in (True, False):
        reply = await api.post(path, {"dry_run": dry_run}, as_=tara)
        assert reply.data["attempts"] == [change]
    shown = (await api.get(f"/attempts/{old['id']}", as_=sam)).data
    assert (shown["score_percent"], shown["passed"], shown["points"]) == (66.67, True, 0.6666667)
    same = (await api.get(f"/attempts/{bystander['id']}", as_=olly)).data
    assert same["updated_at"] == bystander["updated_at"]
    assert (await api.post(path, {"dry_run": False}, as_=tara)).data == {"attempts": []}


async def test_points_and_grades_have_up_to_seven_decimals(
    api: Api, tara: Person, sam: Person
) -> None:
    essay = {**ESSAY, "points": 0.3333333}
    _, quiz, _ = await make_taken(api, tara, sam, essay, {**TRUE_FALSE, "points": 0.6666667})
    assert (await api.get(f"/quizzes/{quiz['id']}", as_=tara)).data["total_points"] == 1
    attempt = await start(api, sam, quiz)
    answers = [given(attempt, 0, "Words"), given(attempt, 1, True)]
    await api.post(f"/attempts/{attempt['id']}/submit", {"answers": answers}, as_=sam)
    grade = {"question_id": attempt["questions"][0]["id"], "points": 0.1111111}
    path = f"/attempts/{attempt['id']}/grade"
    shown = (await api.post(path, {"grades": [grade]}, as_=tara)).data
    assert [q["points_awarded"] for q in shown["questions"]] == [0.1111111, 0.6666667]
    assert (shown["points"], shown["score_percent"]) == (0.7777778, 77.78)
    for points in ("0.11111111", 0.3333334):
        assert (
            await api.post(path, {"grades": [{**grade, "points": points}]}, as_=tara)
        ).status == 422
    refused = {**TRUE_FALSE, "points": 0.00000001}
    reply = await api.post(f"/quizzes/{quiz['id']}/questions", refused, as_=tara)
    assert reply.pointers == ["/points"]


@pytest.mark.parametrize(
    ("percent", "share"),
    [
        ("33.33333", "1/3"), ("-33.33333", "-1/3"), ("33.33", "1/3"), ("66.667", "2/3"),
        ("14.28571", "1/7"), ("5.26316", "1/19"), ("16.667", "1/6"), ("83.33333", "5/6"),
        ("99.996", "1"), ("100", "1"), ("0", "0"), ("50", "1/2"), ("12.5", "1/8"),
        ("33.3", "333/1000"), ("4.7619", "47619/1000000"), ("50.006", "50006/100000"),
    ],
)  # fmt: skip
def test_a_weight_near_a_simple_fraction_is_that_fraction(percent: str, share: str) -> None:
    assert read_percent(percent) == Fraction(share)


def test_three_thirds_of_a_choice_are_the_whole() -> None:
    options = [{"id": id, "text": id, "percent": "33.33333"} for id in "abc"]
    marked = mark("multiple_choice", options, ["a", "b", "c"], ["a", "b", "c"], D("0.7"))
    assert marked.points == D("0.7")


async def test_means_are_of_exact_scores(api: Api, cast: Cast, tara: Person, sam: Person) -> None:
    course, quiz, _ = await make_taken(api, tara, sam, *[SINGLE] * 3)
    for rights in ((True, False, False), (True, False, False), (True, True, False)):
        student = await cast.person("One Student")
        await enroll(api, student, course)
        attempt = await start(api, student, quiz)
        answers = [
            given(attempt, n, option(q, "Red" if right else "Pink"))
            for n, (q, right) in enumerate(zip(attempt["questions"], rights, strict=True))
        ]
        await api.post(f"/attempts/{attempt['id']}/submit", {"answers": answers}, as_=student)
    found = (await api.get(f"/quizzes/{quiz['id']}/statistics", as_=tara)).data
    assert (found["mean_percent"], found["median_percent"]) == (44.4444, 33.3333)


POINTS = st.decimals(0, 1000, places=7)
SHARES = st.fractions(0, 1, max_denominator=20)


def _mark(points: Decimal, share: Fraction) -> Decimal:
    """The mark of an ordering whose places are right in this share."""
    key = [str(n) for n in range(share.denominator)]
    answer = [id if n < share.numerator else "x" for n, id in enumerate(key)]
    awarded = mark("ordering", [], key, answer, points).points
    assert awarded is not None
    return awarded


@each(questions=st.lists(st.tuples(POINTS, SHARES), min_size=1, max_size=30), seed=st.integers())
def test_a_score_is_the_exact_sum_in_any_order(
    questions: list[tuple[Decimal, Fraction]], seed: int
) -> None:
    points = [one for one, _ in questions]
    awarded = [_mark(*one) for one in questions]
    result = total(awarded, points, D("50"))
    assert all(0 <= one <= most for one, most in zip(awarded, points, strict=True))
    assert 0 <= result.score_percent <= 100
    assert result.passed == (result.score_percent >= 50)
    exact = sum((Fraction(one) * share for one, share in questions), Fraction(0))
    most = sum((Fraction(one) for one in points), Fraction(0))
    assert result.score_percent == _half_up(100 * exact / most if most else Fraction(0))
    order = list(range(len(questions)))
    Random(seed).shuffle(order)
    assert total([awarded[n] for n in order], [points[n] for n in order], D("50")) == result


def _half_up(number: Fraction) -> Decimal:
    """Whole hundredths, by integers alone."""
    with localcontext(rounding=ROUND_HALF_UP):
        return D(int((number * 100 + Fraction(1, 2)) // 1)) / 100


def test_a_score_at_a_half_is_rounded_up_however_its_thirds_are_kept() -> None:
    """Of 400 points, a half and six times a third: 2.5, which is 0.625 percent."""
    awarded = [D("0.5"), *[_mark(D(1), Fraction(1, 3))] * 6]
    assert total(awarded, [D(394), *[D(1)] * 6], D(0)).score_percent == D("0.63")
