"""Courses and lessons, made through the API as a teacher would."""

from typing import Any

from lms.core.db.pool import Pool
from tests.api import Api
from tests.people import Person


async def make_course(api: Api, teacher: Person, **fields: Any) -> Any:
    """A draft with a description."""
    fields = {"title": "A course", "description": "What it is about.", **fields}
    return (await api.post("/courses", fields, as_=teacher)).data


async def make_lesson(api: Api, teacher: Person, course: Any, **fields: Any) -> Any:
    """A complete text lesson at the end of a course."""
    fields = {"title": "A lesson", "content_type": "text", "content": "Read this.", **fields}
    return (await api.post(f"/courses/{course['id']}/lessons", fields, as_=teacher)).data


async def make_open_course(
    api: Api, teacher: Person, *, lessons: int = 2, **fields: Any
) -> tuple[Any, list[Any]]:
    """A published course and its lessons."""
    course = await make_course(api, teacher, **fields)
    made = [
        await make_lesson(api, teacher, course, title=f"Lesson {n}") for n in range(1, lessons + 1)
    ]
    course = (await api.post(f"/courses/{course['id']}/publish", as_=teacher)).data
    return course, made


async def give_course(api: Api, admin: Person, course: Any, teacher: Person) -> Any:
    """Hand a course over to another teacher; the reply."""
    return await api.patch(
        f"/courses/{course['id']}", {"instructor_id": str(teacher.id)}, as_=admin
    )


async def enroll(api: Api, student: Person, course: Any) -> Any:
    reply = await api.post("/enrollments", {"course_id": course["id"]}, as_=student)
    return reply.data


async def fill(db: Pool, statement: str, *args: Any) -> None:
    """Run a statement that makes many rows, however long it takes."""
    async with db.acquire() as connection, connection.transaction():
        await connection.execute("set local statement_timeout = 0")
        await connection.execute(statement, *args, timeout=120)
