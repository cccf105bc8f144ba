"""Marking, type by type: what an answer is worth, exactly."""

import time
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.attempts.grading import mark, total
from lms.quizzes.numbers import kept_points, read_number, shown_points
from lms.quizzes.texts import matches, normal_text

D = Decimal
ABCD = [{"id": letter, "text": letter} for letter in "abcd"]
SIDES = {"left": [{"id": "l1", "text": "1"}, {"id": "l2", "text": "2"}, {"id": "l3", "text": "3"}],
         "right": [{"id": "r1", "text": "1"}, {"id": "r2", "text": "2"}]}  # fmt: skip
PAIRS = {"l1": "r1", "l2": "r2", "l3": "r2"}
HOSTILE: list[Any] = [
    None, "", " ", [], {}, 0, 1, -1, 2**53 - 1, 1e308, 5e-324, True, False, "\u0000", "x" * 100_000,
    [None], [[]], [{}], [1, "a"], ["a"] * 1000, {"a": None}, {"a": ["b"]}, {"l1": {"r1": 1}},
    {"": ""}, "a", "NaN", "Infinity", "-0", "1e999", "1e9999", "٣", "½", "\ud7ff", "💥", "*", "a*",
    {"value": "1"}, {"accepted": ["x"]},
]  # fmt: skip


def kept(points: str) -> Decimal:
    return kept_points(Fraction(points))


def awarded(type: str, options: Any, key: Any, answer: Any, points: str = "1") -> Decimal | None:
    return mark(type, options, key, answer, D(points)).points


@pytest.mark.parametrize(
    ("key", "answer", "points"),
    [("a", "a", 1), ("a", "b", 0), ("a", "A", 0), ("a", ["a"], 0), ("a", None, 0), (None, "a", 0)],
)
def test_single_choice_gives_the_points_for_the_right_option(
    key: Any, answer: Any, points: int
) -> None:
    assert awarded("single_choice", ABCD, key, answer) == points


def test_single_choice_weights_give_part_of_the_points() -> None:
    options = [
        {**option, "percent": p} for option, p in zip(ABCD, ("100", "50", "-25", "0"), strict=False)
    ]
    got = [awarded("single_choice", options, "a", id, "2") for id in ("a", "b", "c", "d", "x")]
    assert got == [2, 1, 0, 0, 0]


def test_an_option_without_a_weight_is_worth_what_the_key_says() -> None:
    """An author who gives half for a near miss has not taken the rest from the right answer."""
    options = [{**o, "percent": "50"} if o["id"] == "b" else o for o in ABCD]
    got = [awarded("single_choice", options, "a", id, "2") for id in "abcd"]
    assert got == [2, 1, 0, 0]
    for answer, points in ((["a", "c"], 1), (["a"], "0.5"), (["a", "b", "c"], 1), (["b"], "0.5"),
                           (["a", "c", "d"], "0.5")):  # fmt: skip
        assert awarded("multiple_choice", options, ["a", "c"], answer) == D(points)


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        (["a", "b", "c"], "1.0000"),
        (["c", "b", "a"], "1.0000"),
        (["a"], "1/3"),
        (["a", "b"], "2/3"),
        (["a", "b", "d"], "1/3"),
        (["a", "b", "c", "d"], "2/3"),  # ticking everything costs
        (["a", "d"], "0.0000"),
        (["d"], "0.0000"),  # never below nothing
        (["a", "a", "a"], "1/3"),  # nor counted twice
        ("a", "0.0000"),
    ],
)
def test_multiple_choice_gives_right_picks_minus_wrong_ones(answer: Any, points: str) -> None:
    assert awarded("multiple_choice", ABCD, ["a", "b", "c"], answer) == kept(points)


def test_multiple_choice_weights_add_up() -> None:
    weights = ("50", "50", "-100", "-100")
    options = [{**option, "percent": p} for option, p in zip(ABCD, weights, strict=False)]
    for answer, points in ((["a", "b"], 1), (["a"], "0.5"), (["a", "c"], 0), (["a", "b", "c"], 0)):
        assert awarded("multiple_choice", options, ["a", "b"], answer) == D(points)


@pytest.mark.parametrize(
    ("key", "answer", "points"),
    [(True, True, 1), (False, False, 1), (True, False, 0), (False, 0, 0), (True, 1, 0),
     (True, "true", 0)],
)  # fmt: skip
def test_true_false_takes_only_booleans(key: bool, answer: Any, points: int) -> None:
    assert awarded("true_false", None, key, answer) == points


@pytest.mark.parametrize(
    ("accepted", "answer", "right"),
    [
        ("café", "cafe\u0301", True),  # composed or not
        ("café", "CAFÉ", True),
        ("café", "cafe", False),
        ("ﬁn", "fin", True),  # a ligature is its letters
        ("Straße", "STRASSE", True),
        ("ΌΣΟΣ", "όσος", True),  # final sigma
        ("New York", "  new \t york\n", True),
        ("New York", "new\u00a0york", True),  # a no-break space is a space
        ("New York", "newyork", False),
        ("soft", "so\u00adft", True),  # a soft hyphen is seen by nobody
        ("x2", "x²", True),
        ("１２", "12", True),
        ("*york", "New York", True),
        ("new*", "New York", True),
        ("n*w*k", "New York", True),
        ("*", "anything", True),
        ("a*a", "a", False),  # two a's, not one used twice
        (r"5\*5", "5*5", True),
        (r"5\*5", "525", False),
        ("a.c", "abc", False),  # no regular expression
        ("(", "(", True),
        ("paris", "pariss", False),
    ],
)
def test_short_answers_match_an_accepted_text(accepted: str, answer: str, right: bool) -> None:
    key = {"accepted": ["never this", accepted]}
    assert awarded("short_answer", None, key, answer) == int(right)


def test_short_answers_may_be_case_sensitive() -> None:
    key = {"accepted": ["NaCl"], "case_sensitive": True}
    assert awarded("short_answer", None, key, " NaCl ") == 1
    assert awarded("short_answer", None, key, "nacl") == 0


def test_the_best_accepted_text_counts() -> None:
    key = {"accepted": [{"text": "*", "percent": "10"}, {"text": "colour", "percent": "100"},
                        {"text": "color", "percent": "33.33333"}]}  # fmt: skip
    got = [awarded("short_answer", None, key, said, "3") for said in ("Colour", "color", "x")]
    assert got == [3, D("1.0000"), D("0.3000")]


def test_a_pattern_with_many_wildcards_is_matched_quickly() -> None:
    started = time.perf_counter()
    assert not matches("*a" * 400 + "b", "a" * 1000, case_sensitive=False, exact=False)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        ("3.14", 1), ("3,14", 1), (3.14, 1), (" 3.14 ", 1), ("+3.14", 1), ("314e-2", 1),
        ("3.15", 1), ("3.13", 1),  # the edges belong to it
        ("3.1500000000000000001", 0), ("3.1299999999999999999", 0), (3.15, 1), (3.13, 1),
        ("３．１４", 1), ("٣٫١٤", 1), ("3.14 cm", 0), ("3.1.4", 0), ("3,1,4", 0), ("", 0),
        ("-3.14", 0), ("−3.14", 0), ("NaN", 0), ("Infinity", 0), ("1e999999999", 0), (True, 0),
        ([3.14], 0), ("0x3", 0), ("3_14", 0), ("3\u200b.14", 1),
    ],
)  # fmt: skip
def test_numeric_answers_are_right_within_the_tolerance(answer: Any, points: int) -> None:
    key = {"value": "3.14", "tolerance": "0.01"}
    assert awarded("numeric", None, key, answer) == points


def test_numbers_are_exact_where_floats_are_not() -> None:
    key = {"value": "0.3", "tolerance": "0"}
    assert awarded("numeric", None, key, "0.3") == 1
    assert awarded("numeric", None, key, 0.1 + 0.2) == 0
    assert awarded("numeric", None, {"value": "-5", "tolerance": "0"}, "−5") == 1
    assert awarded("numeric", None, {"value": "5"}, 5) == 1


def test_further_numeric_answers_may_give_part_of_the_points() -> None:
    key = {"value": "1822", "tolerance": "0",
           "others": [{"value": "1822", "tolerance": "2", "percent": "50"}]}  # fmt: skip
    assert [awarded("numeric", None, key, n) for n in (1822, 1820, 1819)] == [1, D("0.5"), 0]


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        (PAIRS, "1"),
        ({"l1": "r1"}, "1/3"),
        ({"l1": "r1", "l2": "r1", "l3": "r1"}, "1/3"),
        ({"l1": None}, "0"),
        ({"r1": "l1"}, "0"),
        ([["l1", "r1"]], "0"),
    ],
)
def test_matching_gives_a_part_for_each_pair(answer: Any, points: str) -> None:
    assert awarded("matching", SIDES, PAIRS, answer) == kept(points)


def test_an_unanswered_pair_earns_nothing_if_its_match_was_hidden() -> None:
    assert awarded("matching", SIDES, {"l1": None, "l2": "r2"}, {"l2": "r2"}) == D("0.5")


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        (["a", "b", "c", "d"], "1"),
        (["b", "a", "c", "d"], "0.5"),
        (["d", "c", "b", "a"], "0"),
        (["a"], "0.25"),
        (["a", "a", "a", "a"], "0.25"),
        (["a", "b", "c", "d", "a"], "1"),
        ("abcd", "0"),
    ],
)
def test_ordering_gives_a_part_for_each_place(answer: Any, points: str) -> None:
    assert awarded("ordering", ABCD, list("abcd"), answer) == D(points)


def test_an_essay_waits_for_a_person_unless_it_is_empty() -> None:
    assert awarded("essay", None, None, "My thoughts") is None
    assert awarded("essay", None, None, None) == 0
    assert awarded("essay", None, None, " \n") == 0


KEYS: dict[str, Any] = {
    "single_choice": (ABCD, "a"),
    "multiple_choice": (ABCD, ["a"]),
    "true_false": (None, True),
    "short_answer": (None, {"accepted": ["zzz"]}),
    "numeric": (None, {"value": "7", "tolerance": "0"}),
    "matching": (SIDES, PAIRS),
    "ordering": (ABCD, list("abcd")),
    "essay": (None, None),
}


@pytest.mark.parametrize("type", KEYS)
@pytest.mark.parametrize("answer", HOSTILE, ids=repr)
def test_a_hostile_answer_is_marked_like_any_other(type: str, answer: Any) -> None:
    options, key = KEYS[type]
    points = awarded(type, options, key, answer, "3")
    assert points is None if points is None else 0 <= points <= 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False)
    | st.text() | st.sampled_from(["a", "b", "l1", "r1"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8,
)  # fmt: skip


@given(type=st.sampled_from(list(KEYS)), answer=JSON)
def test_no_answer_breaks_the_marking(type: str, answer: Any) -> None:
    options, key = KEYS[type]
    points = awarded(type, options, key, answer, "2.5")
    assert points is None or 0 <= points <= D("2.5")


@given(text=st.text(max_size=50))
def test_normal_text_is_the_same_when_normalized_again(text: str) -> None:
    for case_sensitive, exact in product((True, False), repeat=2):
        once = normal_text(text, case_sensitive=case_sensitive, exact=exact)
        assert normal_text(once, case_sensitive=case_sensitive, exact=exact) == once


def test_the_rounded_score_decides_whether_an_attempt_passes() -> None:
    result = total([kept("1/3"), kept("1/3"), D(1)], [D(1), D(1), D(1)], D("55.56"))
    assert (shown_points(result.points), result.max_points) == (D("1.6666667"), D(3))
    assert (result.score_percent, result.passed) == (D("55.56"), True)
    assert total([D(2)], [D(3)], D("66.67")).passed  # 66.67 is what everyone sees
    assert not total([D(2)], [D(3)], D("66.68")).passed
    assert total([], [], D(0)).score_percent == 0


def test_rounding_is_half_up_in_decimals_not_in_floats() -> None:
    # 1.00000005 as a float lies below; as a decimal it rounds up.
    key = {"accepted": [{"text": "x", "percent": "50"}]}
    half = awarded("short_answer", None, key, "x", "2.0000001")
    assert (half, shown_points(half)) == (D("1.00000005"), D("1.0000001"))
    assert read_number("0.1") == Fraction(1, 10)
