"""Texts with gaps, and texts between questions, from the start of an attempt to its statistics."""

import io
import json
import re
import zipfile
from random import Random
from typing import Any

import pytest

from lms.attempts.freezing import freeze
from lms.core.db.pool import Pool
from lms.quizzes.types import TYPES
from tests.api import Api
from tests.attempts.casts import (
    CLOZE,
    DESCRIPTION,
    ESSAY,
    TRUE_FALSE,
    fill,
    gap_ids,
    given,
    make_taken,
    start,
)
from tests.factories import enroll
from tests.people import PASSWORD, Cast, Person


def _option(question: Any, text: str) -> str:
    options = question["options"]["gaps"][1]["options"]
    return str(next(one["id"] for one in options if one["text"] == text))


async def _answer(api: Api, student: Person, quiz: Any, animal: Any, sound: str, times: Any) -> Any:
    attempt = await start(api, student, quiz)
    question = attempt["questions"][0]
    answer = fill(question, animal, sound and _option(question, sound), times)
    path = f"/attempts/{attempt['id']}/submit"
    sent = {"answers": [given(attempt, 0, answer)]}
    return (await api.post(path, sent, as_=student)).data


async def test_an_attempt_renames_gaps_and_options_everywhere(
    api: Api, tara: Person, sam: Person
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, CLOZE, shuffle_options=True)
    shown = await start(api, sam, quiz)
    question = shown["questions"][0]
    ids = gap_ids(question)
    assert re.findall(r"(?<!\\)\[\[(.*?)\]\]", question["text"]) == ids
    assert r"\[[really]]" in question["text"]
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,31}", id) for id in ids)
    assert [gap["type"] for gap in question["options"]["gaps"]] == [
        "short_answer", "single_choice", "numeric",
    ]  # fmt: skip
    told = json.dumps(shown)
    for secret in ("animal", "sound", "times", "moo", "purr", "cow", "bull", "tolerance", "source"):
        assert f'"{secret}"' not in told
        assert f"[[{secret}]]" not in told


async def test_gaps_earn_their_part_of_the_questions_points(
    api: Api, tara: Person, sam: Person
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, {**CLOZE, "points": 1})
    closed = await _answer(api, sam, quiz, "Bull", "Moo", None)
    (question,) = closed["questions"]
    animal, sound, times = gap_ids(question)
    assert question["gaps"] == {
        animal: {"points_awarded": 0.0833333, "correct": False},
        sound: {"points_awarded": 0.3333333, "correct": True},
        times: {"points_awarded": 0, "correct": False},
    }
    assert question["points_awarded"] == 0.4166667  # 1/12 + 1/3, rounded once
    assert (question["correct"], closed["score_percent"]) == (False, 41.67)
    assert question["answer"] == {
        animal: {"accepted": ["cow", {"text": "bull", "percent": "50"}], "case_sensitive": False},
        sound: _option(question, "Moo"),
        times: {"value": "2", "tolerance": "0.5"},
    }
    right = await _answer(api, sam, quiz, "COW", "Moo", "2,4")
    assert (right["score_percent"], right["questions"][0]["correct"]) == (100, True)


async def test_an_answer_replaces_the_whole_and_may_leave_gaps_out(
    api: Api, tara: Person, sam: Person
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, CLOZE, DESCRIPTION)
    attempt = await start(api, sam, quiz)
    question = attempt["questions"][0]
    path = f"/attempts/{attempt['id']}/answers"
    for seq, answer in enumerate(({**fill(question, "cow")}, fill(question, None, None, 2), {}), 1):
        reply = await api.patch(path, {"answers": [given(attempt, 0, answer, seq)]}, as_=sam)
        assert reply.data["answers"][0]["answer"] == answer
    animal, sound, times = gap_ids(question)
    wrong: tuple[Any, ...] = (
        "cow", ["cow"], {"animal": "cow"}, {animal: 1}, {sound: "moo"}, {times: [2]},
        {animal: {"accepted": ["cow"]}},
    )  # fmt: skip
    for answer in wrong:
        reply = await api.patch(path, {"answers": [given(attempt, 0, answer, 9)]}, as_=sam)
        assert reply.pointers == ["/answers/0/answer"], answer
    described = {"answers": [given(attempt, 1, "Read.", 9)]}
    assert (await api.patch(path, described, as_=sam)).pointers == ["/answers/0/answer"]


async def test_a_description_is_shown_and_never_marked(api: Api, tara: Person, sam: Person) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, DESCRIPTION, TRUE_FALSE, ESSAY)
    assert quiz["question_count"] == 2
    attempt = await start(api, sam, quiz)
    assert [one["type"] for one in attempt["questions"]] == ["description", "true_false", "essay"]
    answers = [given(attempt, 1, True), given(attempt, 2, "Words")]
    path = f"/attempts/{attempt['id']}"
    waits = (await api.post(f"{path}/submit", {"answers": answers}, as_=sam)).data
    assert (waits["status"], waits["max_points"]) == ("needs_marking", 2)
    queue = f"/quizzes/{quiz['id']}/attempts?status=needs_marking"
    assert [one["id"] for one in (await api.get(queue, as_=tara)).data] == [attempt["id"]]
    grades = [{"question_id": one["id"], "points": 0} for one in attempt["questions"]]
    refused = await api.post(f"{path}/grade", {"grades": grades[:1]}, as_=tara)
    assert refused.pointers == ["/grades/0/question_id"]
    marked = (await api.post(f"{path}/grade", {"grades": grades[2:]}, as_=tara)).data
    described = marked["questions"][0]
    assert (described["points"], described["points_awarded"], described["correct"]) == (
        0, None, None,
    )  # fmt: skip
    assert marked["score_percent"] == 50
    found = (await api.get(f"/quizzes/{quiz['id']}/statistics", as_=tara)).data["questions"]
    assert [one["question_id"] for one in found] == [one["id"] for one in marked["questions"][1:]]


class _Asked:
    def __init__(self, n: int, type: str) -> None:
        self.id, self.type, self.text, self.options, self.answer = n, type, "", None, None
        self.version, self.points, self.explanation, self.updated_at = 1, 1, None, None
        self.text_format = self.explanation_format = "markdown"


@pytest.mark.parametrize("described", [(), (0,), (2,), (0, 3, 4), (5,)])
def test_shuffling_keeps_blocks_in_their_order(described: tuple[int, ...]) -> None:
    """Six rows, of which some are descriptions; each begins a block."""
    rows: Any = [_Asked(n, "description" if n in described else "essay") for n in range(6)]
    starts = sorted({0, *described})
    blocks = [range(a, b) for a, b in zip(starts, [*starts[1:], 6], strict=True)]
    seen = set()
    for seed in range(60):
        frozen: Any = freeze(
            rows, shuffle_questions=True, shuffle_options=False, random=Random(seed)
        )
        order = [one.question_id for one in frozen]
        seen.add(tuple(order))
        for block in blocks:
            inside = order[block.start : block.stop]
            assert sorted(inside) == list(block)
            if not TYPES[rows[block.start].type].is_asked:
                assert inside[0] == block.start
    assert len(seen) > 1


async def test_the_statistics_count_what_was_said_in_each_gap(
    api: Api, cast: Cast, tara: Person, sam: Person
) -> None:
    course, quiz, _ = await make_taken(api, tara, sam, CLOZE)
    for animal, sound, times in (("cow", "Moo", 2), ("cow", "Purr", None), ("", "Moo", 3)):
        student = await cast.person("A Student")
        await enroll(api, student, course)
        await _answer(api, student, quiz, animal, sound, times)
    (found,) = (await api.get(f"/quizzes/{quiz['id']}/statistics", as_=tara)).data["questions"]
    assert found["responses"] == [
        {"gap": "animal", "response": "cow", "count": 2},
        {"gap": "animal", "response": None, "count": 1},
        {"gap": "sound", "response": "Moo", "count": 2},
        {"gap": "sound", "response": "Purr", "count": 1},
        {"gap": "times", "response": "2", "count": 1},
        {"gap": "times", "response": "3", "count": 1},
        {"gap": "times", "response": None, "count": 1},
    ]
    assert found["facility_index"] == pytest.approx(100 * (6 + 1 + 2) / 18, abs=1e-4)
    assert found["random_guess_score"] == pytest.approx(100 / 6, abs=1e-4)


async def test_regrading_marks_gaps_by_the_key_of_now(api: Api, tara: Person, sam: Person) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, CLOZE)
    closed = await _answer(api, sam, quiz, "ox", "Purr", 2)
    assert closed["score_percent"] == 50
    (question,) = (await api.get(f"/quizzes/{quiz['id']}/questions", as_=tara)).data
    animal, _, times = question["options"]["gaps"]
    text = {
        "id": "sound",
        "type": "short_answer",
    }  # it was a choice, so the old answer cannot meet it
    changes = {
        "options": {"gaps": [{**animal, "points": 5}, text, times]},
        "answer": {
            **question["answer"], "animal": {"accepted": ["ox"]}, "sound": {"accepted": ["moo"]},
        },
    }  # fmt: skip
    assert (await api.patch(f"/questions/{question['id']}", changes, as_=tara)).status == 200
    path = f"/quizzes/{quiz['id']}/regrade"
    for dry_run in (True, False):
        (change,) = (await api.post(path, {"dry_run": dry_run}, as_=tara)).data["attempts"]
        assert (change["score_before"], change["score_after"]) == (50, 100)
    shown = (await api.get(f"/attempts/{closed['id']}", as_=sam)).data["questions"][0]
    marks = [shown["gaps"][id] for id in gap_ids(shown)]
    assert [one["correct"] for one in marks] == [True, False, True]
    assert [one["points_awarded"] for one in marks] == [3.75, 0, 2.25]
    assert (await api.post(path, {"dry_run": False}, as_=tara)).data == {"attempts": []}


async def test_gaps_take_part_in_export_and_erasure(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    sides = {"true": {"explanation": "Well done."}}
    _, quiz, _ = await make_taken(
        api, tara, sam, CLOZE, {**TRUE_FALSE, "options": sides}, show_results="never"
    )
    attempt = await start(api, sam, quiz)
    question = attempt["questions"][0]
    answer = fill(question, "cow", _option(question, "Purr"), 2)
    sent = [given(attempt, 0, answer), given(attempt, 1, False)]
    await api.post(f"/attempts/{attempt['id']}/submit", {"answers": sent}, as_=sam)
    archive = zipfile.ZipFile(io.BytesIO((await api.get("/users/me/export", as_=sam)).body))
    rows = json.loads(archive.read("attempt_answers.json"))
    assert [one["answer"] for one in rows] == [answer, False]
    gaps = rows[0]["options"]
    assert [one["id"] for one in gaps] == gap_ids(question)
    assert [one["text"] for one in gaps[1]["options"]] == ["Moo", "Purr"]
    told = json.dumps(rows)
    assert not any(f'"{one}"' in told for one in ("bull", "tolerance", "source", "explanation"))
    erased = await api.request("DELETE", "/users/me", json={"password": PASSWORD}, as_=sam)
    assert erased.status == 204
    (kept,) = [
        one["responses"]
        for one in (await api.get(f"/quizzes/{quiz['id']}/statistics", as_=tara)).data["questions"]
        if "gap" in one["responses"][0]
    ]
    assert kept[0] == {"gap": "animal", "response": "cow", "count": 1}
