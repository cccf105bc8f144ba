"""Events that are due to be delivered, and what became of their deliveries."""

from typing import Any

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.events.log import record_event
from tests.api import Api
from tests.people import Person
from tests.webhooks.conftest import a_lesson


async def record_completions(db: Pool, course: Any, times: int = 1) -> list[str]:
    """Record so many completed lessons of a course; the ids of the events."""
    ids = []
    async with begin(db) as connection:
        for _ in range(times):
            data = a_lesson(course["id"])
            made = await record_event(connection, "lesson.completed", data, course_id=course["id"])
            ids.append(str(made))
    return ids


async def list_deliveries(api: Api, who: Person, webhook: Any, query: str = "") -> list[Any]:
    """A webhook's deliveries as its owner sees them; `query` filters them."""
    return list((await api.get(f"/webhooks/{webhook['id']}/deliveries{query}", as_=who)).data)
