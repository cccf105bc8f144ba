"""Notes who reads or changes learning, for the number of active users."""

from collections.abc import Callable
from uuid import UUID

from aiohttp import web

from lms.core.http.request import USER
from lms.core.http.routing import API, Endpoint

# Set by the analytics domain: notes a person as active now; waits for nothing.
NOTE_ACTIVITY: web.AppKey[Callable[[UUID], None]] = web.AppKey("note_activity")

_LEARNING = ("/enrollments", "/lessons", "/quizzes", "/questions", "/attempts")
_COURSE_LEARNING = ("/lessons", "/learn", "/reviews")


def is_learning(endpoint: Endpoint) -> bool:
    """Whether a route reads or changes learning."""
    path = endpoint.path.removeprefix(API)
    return path.startswith(_LEARNING) or (
        path.startswith("/courses/") and path.endswith(_COURSE_LEARNING)
    )


def note_activity(request: web.Request) -> None:
    """Note that the caller is learning, if they are signed in."""
    user = request.get(USER)
    if user is not None:
        request.app[NOTE_ACTIVITY](user.id)
