"""What the tables of attempts hold about a person."""

from lms.core.db.query import Query
from lms.core.personal import BY_ID, PersonalTable
from lms.quizzes.types import OWN_WORDS_TYPES

_export_attempts: Query[None] = Query("attempts/export_attempts")
_export_attempt_answers: Query[None] = Query("attempts/export_attempt_answers")
_erase_attempt_answers: Query[None] = Query("attempts/erase_attempt_answers")
_export_attempt_questions: Query[None] = Query("attempts/export_attempt_questions")
_erase_attempt_questions: Query[None] = Query("attempts/erase_attempt_questions")
_export_quiz_extensions: Query[None] = Query("attempts/export_quiz_extensions")
_erase_quiz_extensions: Query[None] = Query("attempts/erase_quiz_extensions")

_OWN_WORDS = {"own_words_types": OWN_WORDS_TYPES}

PERSONAL = (
    PersonalTable("attempts", export=_export_attempts, why=BY_ID),
    PersonalTable(
        "attempt_answers",
        export=_export_attempt_answers,
        erase=_erase_attempt_answers,
        given=_OWN_WORDS,
    ),
    PersonalTable(
        "attempt_questions",
        export=_export_attempt_questions,
        erase=_erase_attempt_questions,
        given=_OWN_WORDS,
    ),
    PersonalTable("quiz_extensions", export=_export_quiz_extensions, erase=_erase_quiz_extensions),
)
