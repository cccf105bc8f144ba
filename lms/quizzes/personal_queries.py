"""What the tables of quizzes hold about a person."""

from lms.core.personal import CONTENT, NOBODY, PersonalTable

PERSONAL = (
    PersonalTable("quizzes", why=CONTENT),
    PersonalTable("questions", why=CONTENT),
    PersonalTable("question_files", why=NOBODY),
)
