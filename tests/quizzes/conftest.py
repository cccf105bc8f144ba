"""A quiz to import into, and what is stored."""

from typing import Any

import pytest

from tests.api import Api
from tests.attempts.casts import make_quiz
from tests.factories import make_open_course
from tests.files.conftest import stored  # noqa: F401 - a fixture
from tests.people import Person


@pytest.fixture
async def draft(api: Api, tara: Person) -> Any:
    course, _ = await make_open_course(api, tara)
    quiz, _ = await make_quiz(
        api, tara, course, publish=False, show_results="answers_after_pass", max_attempts=2
    )
    return quiz
