"""Texts with gaps and texts between questions, as their authors write them."""

from typing import Any

import pytest

from tests.api import Api
from tests.attempts.casts import CLOZE, DESCRIPTION, TRUE_FALSE, make_quiz
from tests.factories import make_open_course
from tests.people import Person

GAPS: list[Any] = CLOZE["options"]["gaps"]  # type: ignore[index, call-overload]
ANIMAL, SOUND, TIMES = GAPS


def _with(**changes: Any) -> dict[str, Any]:
    return {**CLOZE, **changes}


def _gaps(*gaps: Any) -> dict[str, Any]:
    return {"gaps": list(gaps)}


async def test_a_cloze_is_stored_as_it_was_written(api: Api, tara: Person, draft: Any) -> None:
    path = f"/quizzes/{draft['id']}/questions"
    made = (await api.post(path, CLOZE, as_=tara)).data
    assert made["text"] == CLOZE["text"]
    assert made["points"] == 6  # without points it is the sum of its gaps
    assert [(gap["id"], gap["type"]) for gap in made["options"]["gaps"]] == [
        ("animal", "short_answer"), ("sound", "single_choice"), ("times", "numeric"),
    ]  # fmt: skip
    assert made["answer"]["sound"] == "moo"
    again = (await api.post(path, {**CLOZE, "points": 0.5}, as_=tara)).data
    assert again["points"] == 0.5
    assert (await api.post(f"/quizzes/{draft['id']}/publish", as_=tara)).status == 200


@pytest.mark.parametrize(
    ("wrong", "pointers"),
    [
        (_with(text="No gap at all."), ["/text"] * 3),
        (_with(text=CLOZE["text"] + " [[sound]]"), ["/text"]),
        (_with(text=CLOZE["text"] + " [[other]]"), ["/text"]),
        (_with(text=CLOZE["text"] + " [[1]]"), ["/text"]),
        (_with(text=CLOZE["text"] + " and [[ again"), ["/text"]),
        (_with(options=_gaps(ANIMAL, SOUND, {**TIMES, "id": "1st"})), ["/options/gaps/2/id"]),
        (_with(options=_gaps(ANIMAL, SOUND, TIMES, TIMES)), ["/options/gaps/3/id"]),
        (_with(options=_gaps(ANIMAL, SOUND, {**TIMES, "type": "essay"})),
         ["/options/gaps/2/type"]),
        (_with(options=_gaps(ANIMAL, SOUND, {**TIMES, "points": -1})), ["/options/gaps/2/points"]),
        (_with(options=_gaps({**ANIMAL, "options": SOUND["options"]}, SOUND, TIMES)),
         ["/options/gaps/0/options"]),
        (_with(options=_gaps(*({**gap, "points": 0} for gap in GAPS))), ["/options/gaps"]),
        (_with(options=_gaps(*({"id": f"g{n}", "type": "numeric"} for n in range(51)))),
         ["/options/gaps"]),
        (_with(options=_gaps(*({**gap, "points": 1000} for gap in GAPS))), ["/points"]),
        (_with(answer={**CLOZE["answer"], "sound": "bark"}), ["/answer/sound"]),
        (_with(answer={**CLOZE["answer"], "times": "2"}), ["/answer/times/_schema"]),
        (_with(answer={**CLOZE["answer"], "animal": {"accepted": []}}),
         ["/answer/animal/accepted"]),
        (_with(answer={**CLOZE["answer"], "plant": {"accepted": ["oak"]}}), ["/answer/plant"]),
        (_with(answer="cow"), ["/answer"]),
        (_with(options=[{"id": "a", "text": "A"}]), ["/options"]),
    ],
)  # fmt: skip
async def test_a_cloze_that_contradicts_itself_is_refused(
    api: Api, tara: Person, draft: Any, wrong: Any, pointers: list[str]
) -> None:
    reply = await api.post(f"/quizzes/{draft['id']}/questions", wrong, as_=tara)
    assert reply.status == 422
    assert [one.removesuffix("/_schema") for one in reply.pointers] == [
        one.removesuffix("/_schema") for one in pointers
    ]


async def test_an_unfinished_cloze_waits_in_a_draft(api: Api, tara: Person, draft: Any) -> None:
    path = f"/quizzes/{draft['id']}/questions"
    few = {**SOUND, "options": SOUND["options"][:1]}
    unfinished = _with(options=_gaps(ANIMAL, few, TIMES), answer={"sound": "moo"})
    made = await api.post(path, unfinished, as_=tara)
    assert made.status == 201
    refused = await api.post(f"/quizzes/{draft['id']}/publish", as_=tara)
    assert refused.pointers == [
        "/questions/0/answer/animal", "/questions/0/options/gaps/1/options",
        "/questions/0/answer/times",
    ]  # fmt: skip
    bare = {"type": "cloze", "text": "Not yet."}
    assert (await api.post(path, bare, as_=tara)).status == 201


async def test_a_description_is_no_question(api: Api, tara: Person, draft: Any) -> None:
    path = f"/quizzes/{draft['id']}/questions"
    made = (await api.post(path, DESCRIPTION, as_=tara)).data
    assert (made["points"], made["options"], made["answer"]) == (0, None, None)
    quiz = (await api.get(f"/quizzes/{draft['id']}", as_=tara)).data
    assert (quiz["question_count"], quiz["total_points"]) == (0, 0)
    refused = await api.post(f"/quizzes/{draft['id']}/publish", as_=tara)
    assert refused.pointers == ["/questions"]
    listed = await api.get(f"{path}?include_total=true", as_=tara)
    assert (len(listed.data), listed.meta["total"]) == (1, 1)
    for wrong in ({"points": 1}, {"options": []}, {"answer": True}):
        reply = await api.post(path, {**DESCRIPTION, **wrong}, as_=tara)
        assert reply.pointers == [f"/{next(iter(wrong))}"]
    assert (await api.patch(f"/questions/{made['id']}", {"points": 1}, as_=tara)).status == 422


async def test_a_question_may_become_a_description_and_back(
    api: Api, tara: Person, draft: Any
) -> None:
    path = f"/quizzes/{draft['id']}/questions"
    made = (await api.post(path, {**TRUE_FALSE, "points": 3}, as_=tara)).data
    changed = (await api.patch(f"/questions/{made['id']}", {"type": "description"}, as_=tara)).data
    assert (changed["points"], changed["answer"]) == (0, None)
    back = {"type": "true_false", "answer": True}
    changed = (await api.patch(f"/questions/{made['id']}", back, as_=tara)).data
    assert (changed["points"], changed["answer"]) == (1, True)


async def test_a_copy_of_a_course_has_its_gaps_and_descriptions(api: Api, tara: Person) -> None:
    course, _ = await make_open_course(api, tara)
    _, made = await make_quiz(api, tara, course, DESCRIPTION, CLOZE)
    copy = (await api.post(f"/courses/{course['id']}/duplicate", as_=tara)).data["course"]
    (quiz,) = (await api.get(f"/quizzes?course_id={copy['id']}", as_=tara)).data
    copied = (await api.get(f"/quizzes/{quiz['id']}/questions", as_=tara)).data
    for name in ("type", "text", "points", "options", "answer"):
        assert [one[name] for one in copied] == [one[name] for one in made]
    assert not {one["id"] for one in copied} & {one["id"] for one in made}
