"""Quizzes and their questions."""

from lms.core.domain import Domain
from lms.quizzes import handlers, question_handlers
from lms.quizzes.personal_queries import PERSONAL

DOMAIN = Domain(
    routes=(
        handlers.routes,
        question_handlers.routes,
    ),
    personal=PERSONAL,
)
