"""Questions written to a file are equal when they are read again."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.exporting import NotExportable, export
from lms.quizzes.importing import read_items
from lms.quizzes.queries import QUESTION_DEFAULTS, Question
from lms.quizzes.questions import check_question
from lms.quizzes.types import TYPES
from tests.api import Api
from tests.attempts.casts import CLOZE, DESCRIPTION, EIGHT, ORDERING, SINGLE, TRUE_FALSE, make_quiz
from tests.factories import make_open_course
from tests.people import Person

ALL = (*EIGHT, CLOZE, DESCRIPTION)


def _question(**fields: Any) -> Question:
    checked = check_question({**QUESTION_DEFAULTS, "points": None, **fields})
    beside: Any = dict.fromkeys(("id", "quiz_id", "created_at", "updated_at"))
    return Question(**{**beside, "version": 1, "position": 1, **checked})


@pytest.mark.parametrize("format", ["gift", "moodle_xml"])
@pytest.mark.parametrize("question", ALL, ids=lambda one: one["type"])
def test_each_type_is_written_as_it_is_read(format: str, question: dict[str, Any]) -> None:
    if (format, question["type"]) == ("gift", "ordering"):
        return
    named = _question(
        **question, name="Name: {1}", tags=["a]b", "c"], external_id="Q [7]",
        explanation=None if question is DESCRIPTION else "*So* it is.",
        source={"category": "top/sea"},
    )  # fmt: skip
    (item,) = read_items(format, export(format, [named]))
    assert (item.errors, item.warnings) == ([], [])
    found = item.question
    assert (found["text"].count("[["), found["type"]) == (named.text.count("[["), named.type)
    for name in ("name", "tags", "external_id", "source", "points", "explanation", "text_format"):
        assert found[name] == getattr(named, name), name


TEXTS = st.text(
    st.sampled_from("ab ~=#{}:\\%*[]<>&\n/|-\"'1é𝛑"), min_size=1, max_size=20
).map(str.strip).filter(bool)  # fmt: skip
FORMATS = st.sampled_from(["plain", "markdown", "html"])
PERCENTS = st.sampled_from(["100", "50", "33.33333", "-25", "0", "14.28571"])


@given(
    text=TEXTS, text_format=FORMATS, explanation=st.none() | TEXTS, explanation_format=FORMATS,
    options=st.lists(
        st.fixed_dictionaries(
            {"text": TEXTS}, optional={"percent": PERCENTS, "explanation": TEXTS}
        ),
        min_size=2, max_size=5,
    ),
    many=st.booleans(), points=st.decimals(0, 1000, places=7),
)  # fmt: skip
def test_a_round_trip_is_equal_or_refused(
    text: str, text_format: str, explanation: str | None, explanation_format: str,
    options: list[Any], many: bool, points: Decimal,
) -> None:  # fmt: skip
    """What is written is the same when it is written again after it was read."""
    listed = [{"id": f"o{n}", **option} for n, option in enumerate(options)]
    try:
        question = _question(
            type="multiple_choice" if many else "single_choice", text=text, points=points,
            text_format=text_format, explanation=explanation,
            explanation_format=explanation_format, options=listed,
            answer=["o0"] if many else "o0",
        )  # fmt: skip
    except Exception:
        return  # of some HTML nothing is left
    for format in ("gift", "moodle_xml"):
        asked = replace(question, points=Decimal(1)) if format == "gift" else question
        try:
            written = export(format, [asked])
        except NotExportable:
            continue
        (item,) = read_items(format, written)
        again = replace(asked, **{n: v for n, v in item.question.items() if hasattr(asked, n)})
        assert export(format, [again]) == export(format, [again])
        assert (again.text, again.text_format) == (asked.text, asked.text_format)
        assert [one["text"] for one in again.options] == [one["text"] for one in asked.options]
        assert again.points == asked.points


def test_what_a_format_cannot_carry_is_told_for_each_question() -> None:
    questions = [
        _question(**SINGLE), _question(**ORDERING), _question(**{**SINGLE, "points": 2}),
        _question(type="short_answer", text="?", answer={"accepted": ["x"], "exact": True}),
    ]  # fmt: skip
    with pytest.raises(NotExportable) as refused:
        export("gift", questions)
    assert [fault.pointer for fault in refused.value.errors] == [
        "/questions/1", "/questions/2", "/questions/3",
    ]  # fmt: skip
    assert refused.value.errors[1].detail == "The format cannot carry its points."


async def test_a_quiz_is_exported_and_imported_again(
    api: Api, tara: Person, sam: Person, draft: Any
) -> None:
    course, _ = await make_open_course(api, tara)
    quiz, made = await make_quiz(api, tara, course, *ALL, publish=False)
    path = f"/quizzes/{quiz['id']}/export?format=moodle_xml"
    reply = await api.get(path, as_=tara)
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "application/xml; charset=utf-8"
    body = {"format": "moodle_xml", "content": reply.body.decode()}
    told = (await api.post(f"/quizzes/{draft['id']}/questions/import", body, as_=tara)).data
    assert (told["stored"], told["skipped"]) == (len(ALL), 0)
    again = (await api.get(f"/quizzes/{draft['id']}/questions", as_=tara)).data
    for name in ("type", "points", "text_format", "explanation"):
        assert [one[name] for one in again] == [one[name] for one in made], name
    gift = await api.get(f"/quizzes/{quiz['id']}/export?format=gift", as_=tara)
    assert (gift.status, gift.code) == (422, "not_exportable")
    assert gift.pointers == [f"/questions/{n}" for n, one in enumerate(ALL) if one is ORDERING]
    assert (await api.get(path, as_=sam)).status == 403
    await api.post(f"/quizzes/{draft['id']}/questions", TRUE_FALSE, as_=tara)
    again_xml = await api.get(f"/quizzes/{draft['id']}/export?format=moodle_xml", as_=tara)
    assert reply.body.decode().count("<question ") + 1 == again_xml.body.decode().count(
        "<question "
    )


@pytest.mark.parametrize("type", sorted({*TYPES} - {"essay", "description"}))
async def test_an_unfinished_question_is_told_and_not_exported(
    api: Api, tara: Person, draft: Any, type: str
) -> None:
    path = f"/quizzes/{draft['id']}"
    made = await api.post(f"{path}/questions", {"type": type, "text": "?"}, as_=tara)
    assert made.status == 201
    for format in ("gift", "moodle_xml"):
        reply = await api.get(f"{path}/export?format={format}", as_=tara)
        assert (reply.status, reply.code) == (422, "not_exportable")
        assert reply.pointers == ["/questions/0"]
