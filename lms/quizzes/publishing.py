"""What a quiz needs before students may take it."""

from uuid import UUID

from lms.core.db.query import Db
from lms.errors import Conflict, FieldError
from lms.quizzes import queries
from lms.quizzes.queries import Question
from lms.quizzes.questions import missing_parts
from lms.quizzes.types import TYPES
from lms.quizzes.types.base import Content


class QuizNotPublishable(Conflict):
    """Students cannot take this quiz yet: `errors` lists what is missing."""


async def check_publishable(db: Db, quiz_id: UUID) -> None:
    """Raise QuizNotPublishable unless nothing is missing."""
    questions = await queries.list_questions(db, quiz_id)
    missing = []
    if not any(TYPES[question.type].is_asked for question in questions):
        missing.append(FieldError("/questions", "required", "Add at least one question."))
    elif not any(question.points for question in questions):
        missing.append(FieldError("/questions", "invalid", "Some question must give points."))
    for index, question in enumerate(questions):
        missing += [
            FieldError(f"/questions/{index}{fault.pointer}", fault.code, fault.detail)
            for fault in missing_parts(question.type, _content(question))
        ]
    if missing:
        raise QuizNotPublishable(errors=missing)


def _content(question: Question) -> Content:
    return Content(question.text, question.points, question.options, question.answer)
