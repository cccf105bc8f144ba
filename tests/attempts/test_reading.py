"""Answers that come in: the quick way to read good ones reads as the schema does."""

from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from lms.attempts.schemas import AnswersToSave, GivenAnswer

_ID = "0198c5f2-7b1e-7c3a-9f00-3d2c4b5a6978"
_IDS = st.sampled_from([_ID, _ID.upper(), f"{{{_ID}}}", _ID.replace("-", ""), "", None, 1, [_ID]])
_SEQS = st.sampled_from([0, 1, 2**53 - 1, 2**53, -1, True, 1.0, 1.5, "1", None])
_ANSWERS = st.sampled_from([None, "x", "x" * 100_000, "x" * 100_001, ["a"], {"a": ["b"]}, 1.5])
_GIVEN = st.fixed_dictionaries(
    {"question_id": _IDS, "answer": _ANSWERS, "seq": _SEQS},
    optional={"points": st.just(1)},
) | st.sampled_from([None, [], "x", {}, {"question_id": _ID, "seq": 1}])


def _read(load: Any) -> Any:
    try:
        return load()
    except ValidationError:
        return "refused"


@given(one=_GIVEN)
def test_the_fast_reader_agrees_with_the_schema(one: Any) -> None:
    slowly = _read(lambda: [GivenAnswer().load(one)])
    assert _read(lambda: AnswersToSave().load({"answers": [one]})["answers"]) == slowly


def test_a_fault_is_reported_with_its_pointer() -> None:
    good = {"question_id": _ID, "answer": True, "seq": 1}
    assert AnswersToSave().load({"answers": [good]}) == {
        "answers": [{**good, "question_id": UUID(_ID)}]
    }
    faults = AnswersToSave().validate({"answers": [good, {**good, "seq": -1}]})
    assert list(faults["answers"]) == [1]
    assert AnswersToSave().validate({"answers": []})
    assert AnswersToSave().validate({"answers": [good] * 1001})
