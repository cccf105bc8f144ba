"""Quizzes for tests, made through the API as a teacher would."""

from typing import Any

from tests.api import Api
from tests.factories import make_open_course
from tests.people import Person

SINGLE = {
    "type": "single_choice",
    "text": "Which is a primary colour?",
    "options": [{"id": "red", "text": "Red"}, {"id": "pink", "text": "Pink"}],
    "answer": "red",
}
MULTIPLE = {
    "type": "multiple_choice",
    "text": "Which are even?",
    "options": [{"id": str(n), "text": f"Number {n}"} for n in range(1, 5)],
    "answer": ["2", "4"],
}
TRUE_FALSE = {"type": "true_false", "text": "Water is wet.", "answer": True}
SHORT = {
    "type": "short_answer",
    "text": "Name the capital of France.",
    "answer": {"accepted": ["Paris", {"text": "Lutetia", "percent": 50}]},
}
NUMERIC = {
    "type": "numeric",
    "text": "What is pi?",
    "answer": {"value": "3.14", "tolerance": "0.01"},
}
MATCHING = {
    "type": "matching",
    "text": "Who says what?",
    "options": {
        "left": [{"id": "cat", "text": "Cat"}, {"id": "dog", "text": "Dog"}],
        "right": [
            {"id": "purr", "text": "Purr"},
            {"id": "bark", "text": "Bark"},
            {"id": "moo", "text": "Moo"},
        ],
    },
    "answer": {"cat": "purr", "dog": "bark"},
}
ORDERING = {
    "type": "ordering",
    "text": "Put in order.",
    "options": [{"id": w, "text": w.title()} for w in ("one", "two", "three", "four")],
    "answer": ["one", "two", "three", "four"],
}
ESSAY = {"type": "essay", "text": "Tell us more."}
CLOZE = {
    "type": "cloze",
    "text": r"The [[animal]] says [[sound]] \[[really]] [[times]] times.",
    "options": {
        "gaps": [
            {"id": "animal", "type": "short_answer", "points": 1},
            {
                "id": "sound",
                "type": "single_choice",
                "points": 2,
                "options": [{"id": "moo", "text": "Moo"}, {"id": "purr", "text": "Purr"}],
            },
            {"id": "times", "type": "numeric", "points": 3},
        ]
    },
    "answer": {
        "animal": {"accepted": ["cow", {"text": "bull", "percent": 50}]},
        "sound": "moo",
        "times": {"value": "2", "tolerance": "0.5"},
    },
}
DESCRIPTION = {"type": "description", "text": "Read this first."}
EIGHT = (SINGLE, MULTIPLE, TRUE_FALSE, SHORT, NUMERIC, MATCHING, ORDERING, ESSAY)


async def make_quiz(
    api: Api, teacher: Person, course: Any, *questions: Any, publish: bool = True, **fields: Any
) -> tuple[Any, list[Any]]:
    """A quiz with these questions, published unless said otherwise."""
    new = {"course_id": course["id"], "title": "A quiz", "show_results": "answers", **fields}
    quiz = (await api.post("/quizzes", new, as_=teacher)).data
    made = [
        (await api.post(f"/quizzes/{quiz['id']}/questions", question, as_=teacher)).data
        for question in questions
    ]
    if publish:
        quiz = (await api.post(f"/quizzes/{quiz['id']}/publish", as_=teacher)).data
    return quiz, made


async def make_taken(
    api: Api, teacher: Person, student: Person, *questions: Any, **fields: Any
) -> tuple[Any, Any, Any]:
    """A course with a quiz, and a student in it: the course, the quiz, the enrolment."""
    course, _ = await make_open_course(api, teacher)
    quiz, _ = await make_quiz(api, teacher, course, *(questions or (TRUE_FALSE,)), **fields)
    enrollment = (await api.post("/enrollments", {"course_id": course["id"]}, as_=student)).data
    return course, quiz, enrollment


async def start(api: Api, student: Person, quiz: Any) -> Any:
    return (await api.post(f"/quizzes/{quiz['id']}/attempts", as_=student)).data


def given(attempt: Any, number: int, answer: Any, seq: int = 1) -> dict[str, Any]:
    """An answer to the question at this place, from 0."""
    return {"question_id": attempt["questions"][number]["id"], "answer": answer, "seq": seq}


def option(question: Any, text: str, side: str | None = None) -> str:
    """The attempt's id of the option with this text."""
    options = question["options"][side] if side else question["options"]
    return str(next(o["id"] for o in options if o["text"] == text))


def gap_ids(question: Any) -> list[str]:
    """The attempt's ids of a cloze's gaps, in their order."""
    return [gap["id"] for gap in question["options"]["gaps"]]


def fill(question: Any, *answers: Any) -> dict[str, Any]:
    """An answer to a cloze: one to each gap in order, None for a gap left out."""
    pairs = zip(gap_ids(question), answers, strict=False)
    return {id: answer for id, answer in pairs if answer is not None}


def right_answer(question: Any) -> Any:
    """The right answer to one of the questions above, as its attempt asks it."""
    match question["type"]:
        case "single_choice":
            return option(question, "Red")
        case "multiple_choice":
            return [option(question, "Number 2"), option(question, "Number 4")]
        case "true_false":
            return True
        case "short_answer":
            return " paris "
        case "numeric":
            return "3,14"
        case "matching":
            return {
                option(question, "Cat", "left"): option(question, "Purr", "right"),
                option(question, "Dog", "left"): option(question, "Bark", "right"),
            }
        case "ordering":
            return [option(question, word) for word in ("One", "Two", "Three", "Four")]
        case _:
            return "I know a lot more than this."


def all_right(attempt: Any, seq: int = 1) -> list[dict[str, Any]]:
    return [
        {"question_id": q["id"], "answer": right_answer(q), "seq": seq}
        for q in attempt["questions"]
    ]
