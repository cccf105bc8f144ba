"""Statistics as Moodle's quiz report defines them."""

import statistics as python_statistics
from fractions import Fraction
from typing import Any

import pytest

from lms.quizzes.types import TYPES
from tests.api import Api
from tests.attempts.casts import ESSAY, SINGLE, TRUE_FALSE, given, make_taken, option, start
from tests.factories import enroll
from tests.people import Cast, Person


async def _answer(api: Api, student: Person, quiz: Any, *answers: Any) -> Any:
    attempt = await start(api, student, quiz)
    sent = [given(attempt, n, a) for n, a in enumerate(answers) if a is not None]
    reply = await api.post(f"/attempts/{attempt['id']}/submit", {"answers": sent}, as_=student)
    return reply.data


async def _statistics(api: Api, tara: Person, quiz: Any, which: str = "first") -> Any:
    path = f"/quizzes/{quiz['id']}/statistics?attempts={which}"
    return (await api.get(path, as_=tara)).data


async def test_statistics_of_a_worked_example_are_right(
    api: Api, cast: Cast, tara: Person, sam: Person
) -> None:
    course, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE, {**TRUE_FALSE, "text": "Second"})
    students = [sam] + [await cast.person(name) for name in ("Ben", "Cem", "Dee")]
    marks = [(True, True), (True, True), (True, False), (False, None)]
    for student, answers in zip(students, marks, strict=True):
        await enroll(api, student, course)
        await _answer(api, student, quiz, *answers)
    found = await _statistics(api, tara, quiz)
    assert (found["count"], found["mean_percent"], found["median_percent"]) == (4, 62.5, 75)
    assert found["standard_deviation_percent"] == pytest.approx(
        python_statistics.stdev([100, 100, 50, 0]), abs=1e-4
    )
    assert found["cronbach_alpha"] == 0.7273
    first, second = found["questions"]
    assert first["facility_index"] == 75
    assert first["standard_deviation"] == 50
    assert first["discrimination_index"] == 57.735
    assert first["discriminative_efficiency"] == 100
    assert (first["effective_weight"], second["effective_weight"]) == (47.7226, 52.2774)
    assert first["random_guess_score"] == 50
    assert first["responses"] == [
        {"response": "true", "count": 3},
        {"response": "false", "count": 1},
    ]
    assert second["responses"] == [
        {"response": "true", "count": 2},
        {"response": "false", "count": 1},
        {"response": None, "count": 1},
    ]


async def test_the_figures_match_their_definitions(
    api: Api, cast: Cast, tara: Person, sam: Person
) -> None:
    """Against the definitions, computed with exact fractions from the marks themselves."""
    points = [1, 2, 5]
    course, quiz, _ = await make_taken(
        api, tara, sam, *({**ESSAY, "text": f"Essay {n}", "points": n} for n in points)
    )
    marks = [(1, 2, 0), (0, 1, 5), (1, 0, 2), (0, 0, 1), (1, 2, 5), (0, 1, 0)]
    for index, row in enumerate(marks):
        student = await cast.person(f"S{index} Student")
        await enroll(api, student, course)
        attempt = await _answer(api, student, quiz, "a", "b", "c")
        grades = [
            {"question_id": q["id"], "points": p}
            for q, p in zip(attempt["questions"], row, strict=True)
        ]
        await api.post(f"/attempts/{attempt['id']}/grade", {"grades": grades}, as_=tara)
    found = await _statistics(api, tara, quiz)
    totals = [sum(row) for row in marks]
    columns = list(zip(*marks, strict=True))
    roots = [max(0, _covariance(column, totals)) ** 0.5 for column in columns]
    for index, (question, x) in enumerate(zip(found["questions"], columns, strict=True)):
        y = [t - value for t, value in zip(totals, x, strict=True)]
        assert question["facility_index"] == pytest.approx(
            100 * sum(x) / len(x) / points[index], abs=1e-4
        )
        assert question["standard_deviation"] == pytest.approx(
            100 * python_statistics.stdev(x) / points[index], abs=1e-4
        )
        assert question["discrimination_index"] == pytest.approx(
            100 * _covariance(x, y) / (_covariance(x, x) * _covariance(y, y)) ** 0.5, abs=1e-4
        )
        assert question["discriminative_efficiency"] == pytest.approx(
            100 * _covariance(x, y) / _covariance(sorted(x), sorted(y)), abs=1e-4
        )
        weight = 100 * roots[index] / sum(roots) if _covariance(x, totals) >= 0 else None
        assert question["effective_weight"] == pytest.approx(weight, abs=1e-4)
        assert question["responses"] == []  # what people wrote is not counted
    parts = sum(_covariance(x, x) for x in columns)
    alpha = Fraction(3, 2) * (1 - parts / _covariance(totals, totals))
    assert found["cronbach_alpha"] == pytest.approx(float(alpha), abs=1e-4)


def _covariance(x: Any, y: Any) -> Any:
    n = len(x)
    both = sum(a * b for a, b in zip(x, y, strict=True))
    return (both - Fraction(sum(x)) * sum(y) / n) / (n - 1)


async def test_statistics_of_no_attempt_one_attempt_and_equal_scores(
    api: Api, cast: Cast, tara: Person, sam: Person
) -> None:
    course, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE, SINGLE)
    nothing = await _statistics(api, tara, quiz)
    assert (nothing["count"], nothing["mean_percent"], nothing["cronbach_alpha"]) == (0, None, None)
    assert [q["facility_index"] for q in nothing["questions"]] == [None, None]
    undefined = ("discrimination_index", "discriminative_efficiency", "effective_weight")
    for count in (1, 2):
        student = sam if count == 1 else await cast.person("Ben")
        await enroll(api, student, course)
        await _answer(api, student, quiz, True)  # the second is never answered
        found = await _statistics(api, tara, quiz)
        assert (found["count"], found["mean_percent"]) == (count, 50)
        assert found["standard_deviation_percent"] == (None if count == 1 else 0)
        assert found["cronbach_alpha"] is None
        first, second = found["questions"]
        assert (first["facility_index"], second["facility_index"]) == (100, 0)
        assert second["responses"] == [{"response": None, "count": count}]
        for question in found["questions"]:
            assert [question[name] for name in undefined] == [None] * 3
            assert question["standard_deviation"] == (None if count == 1 else 0)


async def test_first_last_best_or_all_attempts_may_be_counted(
    api: Api, cast: Cast, tara: Person, sam: Person, olly: Person
) -> None:
    course, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE, ESSAY)
    for answers in ((False,), (True,), (False,)):
        await _answer(api, sam, quiz, *answers)
    await enroll(api, olly, course)
    await _answer(api, olly, quiz, True, "Words")  # waits for marking: left out
    await start(api, sam, quiz)  # open: left out
    for which, count, mean in (("first", 1, 0), ("last", 1, 0), ("best", 1, 50)):
        found = await _statistics(api, tara, quiz, which)
        assert (found["count"], found["mean_percent"]) == (count, mean)
    every = await _statistics(api, tara, quiz, "all")
    assert (every["count"], every["mean_percent"]) == (3, 16.6667)


async def test_chosen_options_are_counted_by_their_text(
    api: Api, tara: Person, sam: Person
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, SINGLE)
    for text in ("Red", "Pink", "Red"):
        attempt = await start(api, sam, quiz)
        answers = [given(attempt, 0, option(attempt["questions"][0], text))]
        await api.post(f"/attempts/{attempt['id']}/submit", {"answers": answers}, as_=sam)
    (question,) = (await _statistics(api, tara, quiz, "all"))["questions"]
    assert question["responses"] == [
        {"response": "Red", "count": 2},
        {"response": "Pink", "count": 1},
    ]


async def test_only_the_teacher_and_admins_see_statistics(
    api: Api, tara: Person, theo: Person, sam: Person, ada: Person
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam)
    path = f"/quizzes/{quiz['id']}/statistics"
    got = [(await api.get(path, as_=person)).status for person in (None, sam, theo, tara, ada)]
    assert got == [401, 403, 403, 200, 200]


def test_the_guess_value_is_what_random_answers_earn() -> None:
    four = [{"id": str(n), "text": str(n)} for n in range(4)]
    weighed = [{**o, "percent": p} for o, p in zip(four, ("100", "50", "-50", "0"), strict=True)]
    sides = {"left": four, "right": [*four[:2], {"id": "x", "text": "1"}]}
    table = {
        ("single_choice", 25): four,
        ("multiple_choice", None): four,
        ("true_false", 50): None,
        ("short_answer", 0): None,
        ("numeric", 0): None,
        ("ordering", 25): four,
        ("essay", 0): None,
        ("matching", 50): sides,
    }
    for (type, expected), options in table.items():
        assert TYPES[type].guess_percent(options, "1") == expected
    assert TYPES["single_choice"].guess_percent(weighed, "0") == 25
    partly = [four[0], {**four[1], "percent": "50"}, *four[2:]]
    assert TYPES["single_choice"].guess_percent(partly, "0") == 37.5
