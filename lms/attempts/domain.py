"""Attempts at quizzes: taking, marking, statistics."""

from lms.attempts import handlers, teaching_handlers
from lms.attempts.personal_queries import PERSONAL
from lms.core.domain import Domain

DOMAIN = Domain(
    routes=(
        handlers.routes,
        teaching_handlers.routes,
    ),
    personal=PERSONAL,
)
