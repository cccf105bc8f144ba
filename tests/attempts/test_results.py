"""What must not be seen before its time: canaries in every field, looked for in every reply."""

import io
import zipfile
from typing import Any

import pytest

from lms.core.db.pool import Pool
from tests.api import Api
from tests.attempts.casts import make_quiz, make_taken, option, start
from tests.attempts.clock import turn_back
from tests.factories import enroll, make_lesson
from tests.people import Cast, Person

# Nothing of these is what a student may read before the answers are shown.
SECRETS = [
    "canary-id-right", "canary-id-wrong", "canary-option-explanation", "canary-accepted",
    "canary-accepted-explanation", "271828.1828", "canary-left", "canary-right", "canary-first",
    "canary-explanation", "canary-feedback", "12.34567",
]  # fmt: skip
QUESTIONS: list[dict[str, Any]] = [
    {
        "type": "single_choice",
        "text": "One",
        "options": [
            {"id": "canary-id-right", "text": "A", "explanation": "canary-option-explanation"},
            {"id": "canary-id-wrong", "text": "B", "percent": "12.34567"},
        ],
        "answer": "canary-id-right",
    },
    {
        "type": "multiple_choice",
        "text": "Two",
        "options": [
            {"id": "canary-id-right", "text": "A", "explanation": "canary-option-explanation"},
            {"id": "canary-id-wrong", "text": "B"},
        ],
        "answer": ["canary-id-right"],
    },
    {
        "type": "short_answer",
        "text": "Three",
        "answer": {
            "accepted": [
                "canary-accepted",
                {"text": "x", "percent": 50, "explanation": "canary-accepted-explanation"},
            ]
        },
    },
    {"type": "numeric", "text": "Four", "answer": {"value": "271828.1828", "tolerance": "0"}},
    {
        "type": "matching",
        "text": "Five",
        "options": {
            "left": [{"id": "canary-left", "text": "A"}],
            "right": [{"id": "canary-right", "text": "B"}, {"id": "canary-right2", "text": "C"}],
        },
        "answer": {"canary-left": "canary-right"},
    },
    {
        "type": "ordering",
        "text": "Six",
        "options": [{"id": "canary-first", "text": "A"}, {"id": "canary-second", "text": "B"}],
        "answer": ["canary-first", "canary-second"],
    },
    {"type": "true_false", "text": "Seven", "answer": True},
    {"type": "essay", "text": "Eight"},
]
for _question in QUESTIONS:
    _question["explanation"] = "canary-explanation"


def seen(*bodies: bytes) -> set[str]:
    return {secret for secret in SECRETS for body in bodies if secret.encode() in body}


async def everything(api: Api, person: Person | None, facts: dict[str, Any]) -> list[bytes]:
    """Every reply about the quiz that this person can get from a reading route."""
    quiz, course, lesson = facts["quiz"], facts["course"], facts["lesson"]
    paths = [
        f"/quizzes/{quiz['id']}", f"/quizzes?course_id={course['id']}", "/quizzes",
        f"/quizzes/{quiz['id']}/questions", f"/quizzes/{quiz['id']}/statistics",
        f"/quizzes/{quiz['id']}/attempts", f"/quizzes/{quiz['id']}/attempts?status=graded",
        f"/courses/{course['id']}", f"/courses/{course['id']}/lessons", f"/lessons/{lesson['id']}",
        *(f"/questions/{question['id']}" for question in facts["questions"]),
        *(f"/attempts/{attempt['id']}" for attempt in facts["attempts"]),
    ]  # fmt: skip
    if person is not None:
        paths += [
            "/enrollments/my-courses", "/users/me", "/analytics/student",
            f"/courses/{course['id']}/learn", "/events", "/webhooks",
        ]  # fmt: skip
    bodies = [(await api.get(path, as_=person)).body for path in paths]
    if person is not None:
        export = await api.get("/users/me/export", as_=person)
        with zipfile.ZipFile(io.BytesIO(export.body)) as archive:
            bodies += [archive.read(name) for name in archive.namelist()]
    return bodies


@pytest.mark.parametrize("show", ["never", "score", "answers", "answers_after_pass"])
async def test_nobody_reads_an_answer_key_too_early(
    api: Api,
    tara: Person,
    theo: Person,
    sam: Person,
    olly: Person,
    ada: Person,
    db: Pool,
    show: str,
) -> None:
    course, _, _ = await make_taken(api, tara, sam)
    quiz, questions = await make_quiz(
        api, tara, course, *QUESTIONS, show_results=show, max_attempts=2, time_limit_minutes=9
    )
    lesson = await make_lesson(
        api, tara, course, content_type="quiz", content=None, quiz_id=quiz["id"]
    )
    first = await api.post(f"/quizzes/{quiz['id']}/attempts", as_=sam)
    facts = {
        "quiz": quiz, "course": course, "lesson": lesson, "questions": questions,
        "attempts": [first.data],
    }  # fmt: skip
    mia = await _another_student(api, course, theo, olly)
    bodies = [first.body]
    asked = first.data["questions"]
    saved = [
        {"question_id": asked[n]["id"], "answer": answer, "seq": 1}
        for n, answer in (
            (0, option(asked[0], "B")),  # 12.34567 %
            (4, {option(asked[4], "A", "left"): option(asked[4], "C", "right")}),
            (7, "My essay"),
        )
    ]
    path = f"/attempts/{first.data['id']}/answers"
    bodies.append((await api.patch(path, {"answers": saved}, as_=sam)).body)
    bodies += await everything(api, sam, facts)
    assert seen(*bodies) == set()  # while it is open
    for other in (None, theo, mia):
        assert seen(*await everything(api, other, facts)) == set()

    closed = await api.post(f"/attempts/{first.data['id']}/submit", as_=sam)
    marks = {
        "grades": [{"question_id": asked[7]["id"], "points": "0.25", "feedback": "canary-feedback"}]
    }
    waiting = [closed.body, *await everything(api, sam, facts)]
    await api.post(f"/attempts/{first.data['id']}/grade", marks, as_=tara)
    after = await everything(api, sam, facts)
    if show == "answers":
        assert seen(*after) == set(SECRETS) - _authors_own()
    else:
        assert seen(*waiting, *after) == set()
    shown = (await api.get(f"/attempts/{first.data['id']}", as_=sam)).data
    mean = (await api.get("/analytics/student", as_=sam)).data["quizzes"]["mean_score_percent"]
    assert mean == (None if show == "never" else 4.67)
    if show == "never":
        assert (shown["points"], shown["score_percent"], shown["passed"]) == (None, None, None)
        (listed,) = (await api.get(f"/quizzes/{quiz['id']}/attempts", as_=sam)).data
        assert (listed["points"], listed["score_percent"], listed["passed"]) == (None, None, None)
    else:
        assert (shown["points"], shown["score_percent"], shown["passed"]) == (
            0.3734567,
            4.67,
            False,
        )
    for other in (None, theo, mia):
        assert seen(*await everything(api, other, facts)) == set()
    for teacher in (tara, ada):
        assert seen(*await everything(api, teacher, facts)) == set(SECRETS)

    # The last attempt: the first one's answers would help while it is open.
    second = (await api.post(f"/quizzes/{quiz['id']}/attempts", as_=sam)).data
    facts["attempts"].append(second)
    during = seen(*await everything(api, sam, facts))
    assert during == (set(SECRETS) - _authors_own() if show == "answers" else set())
    await turn_back(db, second, 60)
    over = seen(*await everything(api, sam, facts), *await everything(api, sam, facts))
    expected = show in ("answers", "answers_after_pass")
    assert over == (set(SECRETS) - _authors_own() if expected else set())


def _authors_own() -> set[str]:
    """Ids and weights that belong to the author alone, whatever is shown."""
    ids = {"canary-id-right", "canary-id-wrong", "canary-left", "canary-right", "canary-first"}
    return ids | {"12.34567"}


async def _another_student(api: Api, course: Any, theo: Person, olly: Person) -> Person:
    await enroll(api, olly, course)
    return olly


async def test_students_who_passed_see_the_answers_of_every_attempt(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    _, quiz, _ = await make_taken(
        api, tara, sam, QUESTIONS[6], show_results="answers_after_pass", max_attempts=5
    )
    attempts = []
    for answer in (False, True):
        attempt = await start(api, sam, quiz)
        answers = [{"question_id": attempt["questions"][0]["id"], "answer": answer, "seq": 1}]
        await api.post(f"/attempts/{attempt['id']}/submit", {"answers": answers}, as_=sam)
        attempts.append(attempt["id"])
        read = (await api.get(f"/attempts/{attempts[0]}", as_=sam)).data
        assert bool(read["questions"]) is answer
        assert bool(read["answers"]) is answer


def test_every_canary_is_planted() -> None:
    planted = repr(QUESTIONS)
    assert [s for s in SECRETS if s not in planted] == ["canary-feedback"]


@pytest.mark.parametrize("points", [1, 0])
async def test_correct_is_true_only_for_full_points(
    api: Api, tara: Person, sam: Person, points: int
) -> None:
    worthless = {**QUESTIONS[6], "points": points}
    _, quiz, _ = await make_taken(api, tara, sam, QUESTIONS[3], worthless)
    attempt = await start(api, sam, quiz)
    answers = [{"question_id": attempt["questions"][1]["id"], "answer": True, "seq": 1}]
    closed = (
        await api.post(f"/attempts/{attempt['id']}/submit", {"answers": answers}, as_=sam)
    ).data
    assert [q["correct"] for q in closed["questions"]] == [False, True if points else None]


async def test_former_teachers_see_no_answer_keys(
    api: Api, cast: Cast, tara: Person, sam: Person, db: Pool
) -> None:
    """A former instructor who learns in their old course is a student like any other."""
    course, quiz, _ = await make_taken(api, tara, sam, *QUESTIONS, show_results="never")
    former = await cast.person("Former Teacher")
    async with db.acquire() as connection:
        await connection.execute("update courses set instructor_id = $1", former.id)
    await enroll(api, former, course)
    first = await api.post(f"/quizzes/{quiz['id']}/attempts", as_=former)
    closed = await api.post(f"/attempts/{first.data['id']}/submit", as_=former)
    again = await api.get(f"/attempts/{first.data['id']}", as_=former)
    listed = await api.get(f"/quizzes/{quiz['id']}/questions", as_=former)
    assert listed.status == 403
    assert seen(first.body, closed.body, again.body, listed.body) == set()
