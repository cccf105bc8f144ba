"""A question's identity and its versions, and the formats of its texts."""

from typing import Any

import pytest

from tests.api import Api
from tests.attempts.casts import (
    CLOZE,
    MATCHING,
    SHORT,
    SINGLE,
    TRUE_FALSE,
    given,
    make_quiz,
    make_taken,
    start,
)
from tests.factories import make_open_course
from tests.people import Person


async def test_a_version_grows_with_what_is_asked(api: Api, tara: Person, draft: Any) -> None:
    path = f"/quizzes/{draft['id']}/questions"
    made = (await api.post(path, SINGLE, as_=tara)).data
    other = (await api.post(path, TRUE_FALSE, as_=tara)).data
    assert made["version"] == 1
    question = f"/questions/{made['id']}"
    options = [{**SINGLE["options"][0], "explanation": "Yes."}, SINGLE["options"][1]]  # type: ignore[index]
    for n, changes in enumerate(
        ({"text": "Which one?"}, {"text_format": "plain"}, {"options": options},
         {"answer": "pink"}, {"explanation": "So."}, {"explanation_format": "html"}), 2,
    ):  # fmt: skip
        changed = (await api.patch(question, changes, as_=tara)).data
        assert (changed["version"], changed["id"]) == (n, made["id"]), changes
    same: tuple[Any, ...] = (
        {"text": "Which one?"}, {"points": 5}, {"name": "Colours"}, {"tags": ["a"]},
        {"external_id": "x-1"},
    )  # fmt: skip
    for changes in same:
        assert (await api.patch(question, changes, as_=tara)).data["version"] == 7, changes
    order = {"question_ids": [other["id"], made["id"]]}
    moved = (await api.patch(f"{path}/reorder", order, as_=tara)).data
    assert [one["version"] for one in moved] == [1, 7]


async def test_attempts_and_statistics_carry_the_version(
    api: Api, tara: Person, sam: Person
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE, {**TRUE_FALSE, "text": "New."})
    first, _ = (await api.get(f"/quizzes/{quiz['id']}/questions", as_=tara)).data
    await api.patch(f"/questions/{first['id']}", {"text": "Another."}, as_=tara)
    attempt = await start(api, sam, quiz)
    await api.patch(f"/questions/{first['id']}", {"text": "A third."}, as_=tara)
    answers = [given(attempt, 0, True)]
    closed = await api.post(f"/attempts/{attempt['id']}/submit", {"answers": answers}, as_=sam)
    assert [one["version"] for one in closed.data["questions"]] == [2, 1]
    found = (await api.get(f"/quizzes/{quiz['id']}/statistics", as_=tara)).data["questions"]
    assert [one["version"] for one in found] == [2, 1]


async def test_a_question_has_a_name_tags_and_another_systems_id(
    api: Api, tara: Person, draft: Any
) -> None:
    path = f"/quizzes/{draft['id']}/questions"
    plain = (await api.post(path, TRUE_FALSE, as_=tara)).data
    assert [plain[name] for name in ("name", "tags", "external_id", "source")] == [
        None, [], None, None,
    ]  # fmt: skip
    named = {**TRUE_FALSE, "name": "Salt", "tags": ["sea", "taste", "sea"], "external_id": "Q 7"}
    made = (await api.post(path, named, as_=tara)).data
    assert (made["name"], made["tags"]) == ("Salt", ["sea", "taste"])
    assert made["external_id"] == "Q 7"
    cleared = {"name": None, "tags": [], "external_id": None}
    changed = (await api.patch(f"/questions/{made['id']}", cleared, as_=tara)).data
    assert (changed["name"], changed["tags"], changed["external_id"]) == (None, [], None)
    for wrong in ({"name": "x" * 256}, {"tags": "sea"}, {"tags": [""]}, {"source": {}}):
        reply = await api.post(path, {**TRUE_FALSE, **wrong}, as_=tara)
        assert reply.status == 422, wrong


async def test_a_copy_keeps_names_and_formats_but_no_other_systems_id(
    api: Api, tara: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    named = {**TRUE_FALSE, "name": "Salt", "tags": ["sea"], "external_id": "Q7",
             "text_format": "plain"}  # fmt: skip
    await make_quiz(api, tara, course, named)
    copy = (await api.post(f"/courses/{course['id']}/duplicate", as_=tara)).data["course"]
    (quiz,) = (await api.get(f"/quizzes?course_id={copy['id']}", as_=tara)).data
    (copied,) = (await api.get(f"/quizzes/{quiz['id']}/questions", as_=tara)).data
    assert (copied["name"], copied["tags"], copied["external_id"]) == ("Salt", ["sea"], None)
    assert (copied["text_format"], copied["version"]) == ("plain", 1)


HOSTILE = '<p onclick="x()">Salt</p><script>steal()</script><img src="javascript:x()">'
CLEAN = "<p>Salt</p><img>"


async def test_html_is_stored_without_what_a_browser_would_run(
    api: Api, tara: Person, draft: Any
) -> None:
    path = f"/quizzes/{draft['id']}/questions"
    html = {"text": HOSTILE, "text_format": "html"}
    said = {"explanation": HOSTILE, "explanation_format": "html"}
    single = {
        **SINGLE, **html, **said,
        "options": [{"id": "red", "text": HOSTILE, "explanation": HOSTILE},
                    {"id": "pink", "text": HOSTILE, "text_format": "plain"}],
    }  # fmt: skip
    made = (await api.post(path, single, as_=tara)).data
    assert (made["text"], made["explanation"]) == (CLEAN, CLEAN)
    red, pink = made["options"]
    assert (red["text"], red["explanation"], pink["text"]) == (CLEAN, CLEAN, HOSTILE)
    short = {**SHORT, "answer": {"accepted": [{"text": HOSTILE, "percent": 50, **said}]}}
    (accepted,) = (await api.post(path, short, as_=tara)).data["answer"]["accepted"]
    assert (accepted["text"], accepted["explanation"]) == (HOSTILE, CLEAN)
    animal, sound, times = CLOZE["options"]["gaps"]  # type: ignore[index, call-overload]
    options = [{**sound["options"][0], **html}, sound["options"][1]]
    cloze = {**CLOZE, "options": {"gaps": [animal, {**sound, "options": options}, times]}}
    made = (await api.post(path, cloze, as_=tara)).data
    assert made["options"]["gaps"][1]["options"][0]["text"] == CLEAN
    assert (await api.post(path, {**TRUE_FALSE, **html, "text": "<script>1</script>"}, as_=tara)
            ).pointers == ["/text"]  # fmt: skip


@pytest.mark.parametrize("text_format", ["markdown", "plain"])
async def test_other_text_is_stored_as_written(
    api: Api, tara: Person, draft: Any, text_format: str
) -> None:
    path = f"/quizzes/{draft['id']}/questions"
    text = "What is 2*3*4 in __init__ <b>& why</b>?"
    made = await api.post(path, {**TRUE_FALSE, "text": text, "text_format": text_format}, as_=tara)
    assert (made.data["text"], made.data["text_format"]) == (text, text_format)
    refused = await api.post(path, {**TRUE_FALSE, "text_format": "rtf"}, as_=tara)
    assert refused.pointers == ["/text_format"]


async def test_ids_that_are_words_of_ours_stay(api: Api, tara: Person, draft: Any) -> None:
    """A key maps ids to ids, and an id may be called like a field."""
    item = {"id": "explanation", "text": "A"}
    right = {"id": "a<b", "text": "B"}
    pairs = {**MATCHING, "explanation_format": "html",
             "options": {"left": [item], "right": [right, {"id": "c", "text": "C"}]},
             "answer": {"explanation": "a<b"}}  # fmt: skip
    made = (await api.post(f"/quizzes/{draft['id']}/questions", pairs, as_=tara)).data
    assert made["answer"] == {"explanation": "a<b"}


async def test_true_and_false_are_explained_apart(api: Api, tara: Person, sam: Person) -> None:
    options = {"true": {"explanation": "Well done!"},
               "false": {"explanation": "<b>Wrong</b>", "explanation_format": "html"}}  # fmt: skip
    _, quiz, _ = await make_taken(api, tara, sam, {**TRUE_FALSE, "options": options})
    attempt = await start(api, sam, quiz)
    assert attempt["questions"][0]["options"] is None
    answers = [given(attempt, 0, False)]
    path = f"/attempts/{attempt['id']}"
    assert (await api.patch(f"{path}/answers", {"answers": answers}, as_=sam)).status == 200
    closed = (await api.post(f"{path}/submit", as_=sam)).data
    assert closed["questions"][0]["options"] == options
    await api.patch(f"/questions/{attempt['questions'][0]['id']}",
                    {"options": {"true": {"explanation": "Yes."}}}, as_=tara)  # fmt: skip
    await api.post(f"/quizzes/{quiz['id']}/regrade", {"dry_run": False}, as_=tara)
    shown = (await api.get(path, as_=sam)).data["questions"][0]
    assert shown["options"] == {"true": {"explanation": "Yes."}}
