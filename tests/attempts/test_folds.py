"""Short answers forgive what a keyboard changes, unless the key says `exact`."""

from decimal import Decimal
from typing import Any

import pytest

from lms.attempts.grading import mark
from tests.api import Api
from tests.attempts.casts import SHORT, given, make_taken, start
from tests.people import Person

FORGIVEN = [
    *(("don't", f"don{sign}t") for sign in "’‘‛ʼ′´`"),
    ("rock’n’roll", "rock'n'roll"),
    *(('6" nails', f"6{sign} nails") for sign in "“”„‟«»″"),
    ("«oui»", '"oui"'),
    *(("e-mail", f"e{sign}mail") for sign in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"),
    ("−5 °C", "-5 °C"),
    ("İstanbul", "istanbul"),
    ("istanbul", "İSTANBUL"),
    ("ISPARTA", "ısparta"),
    ("كِتَابٌ", "كتاب"),
    ("كتاب", "كِتَاب"),
    ("שָׁלוֹם", "שלום"),
    ("it’s *", "it's so"),
]
TOLD_APART = [
    ("café", "cafe"),
    ("أب", "اب"),  # hamza belongs to its letter
    ("e-mail", "email"),
    ("dont", "don't"),
    ("َ", "ِ"),  # a vowel sign that is asked for
    ("*َ", "anything"),
]
RIGHT_EXACTLY = [
    ("don't", "don't"), ("New York", "new\u00a0york"), ("x2", "x²"), ("Straße", "STRASSE"),
]  # fmt: skip


def _is_right(accepted: str, said: str, **rules: bool) -> bool:
    key: Any = {"accepted": [accepted], **rules}
    return mark("short_answer", None, key, said, Decimal(1)).points == 1


@pytest.mark.parametrize(("accepted", "said"), FORGIVEN)
def test_what_a_keyboard_changes_is_right(accepted: str, said: str) -> None:
    assert _is_right(accepted, said)
    assert not _is_right(accepted, said, exact=True)


@pytest.mark.parametrize(("accepted", "said"), TOLD_APART)
def test_what_a_person_chose_is_told_apart(accepted: str, said: str) -> None:
    assert not _is_right(accepted, said)


@pytest.mark.parametrize(("accepted", "said"), RIGHT_EXACTLY)
def test_an_exact_key_still_forgives_spaces_and_forms(accepted: str, said: str) -> None:
    assert _is_right(accepted, said, exact=True)


def test_the_dot_of_an_i_counts_when_case_does() -> None:
    assert not _is_right("Istanbul", "İstanbul", case_sensitive=True)
    assert _is_right("don’t", "don't", case_sensitive=True)


async def test_the_statistics_count_what_was_typed(api: Api, tara: Person, sam: Person) -> None:
    question = {**SHORT, "answer": {"accepted": ["don't"], "exact": False}}
    exact = {**SHORT, "answer": {"accepted": ["don't"], "exact": True}}
    _, quiz, _ = await make_taken(api, tara, sam, question, exact)
    attempt = await start(api, sam, quiz)
    said = [given(attempt, n, "Don’t") for n in range(2)]
    closed = await api.post(f"/attempts/{attempt['id']}/submit", {"answers": said}, as_=sam)
    assert [one["points_awarded"] for one in closed.data["questions"]] == [1, 0]
    path = f"/quizzes/{quiz['id']}/statistics"
    found = (await api.get(path, as_=tara)).data["questions"]
    assert [one["responses"] for one in found] == [[{"response": "Don’t", "count": 1}]] * 2
