"""Teachers come and go: courses change hands, and no published course is left without a teacher.

Locks are taken in the order courses, then people. Publishing and handing over hold the course's
teacher; demoting and erasing hold the person, and then look which courses are published.
"""

from uuid import UUID

import asyncpg

from lms.courses import queries
from lms.errors import Conflict, FieldError, invalid


class CoursesNeedATeacher(Conflict):
    """This person teaches published courses; give each to another teacher, or archive it, first."""


async def check_leaves_no_course(db: asyncpg.Connection, user_id: UUID) -> None:
    """Raise CoursesNeedATeacher if a person who is held owns published courses."""
    left = await queries.list_published_by(db, user_id)
    if left:
        detail = "This course is published and needs a teacher."
        raise CoursesNeedATeacher(
            errors=[
                FieldError(
                    "",
                    "course_published",
                    detail,
                    {"course_id": str(course.id), "title": course.title},
                )
                for course in left
            ]
        )


async def hand_over(db: asyncpg.Connection, course_id: UUID, instructor_id: UUID) -> None:
    """Give a held course to another teacher. Raises Invalid for anyone who does not teach."""
    if not await queries.hand_over_course(db, course_id, instructor_id):
        raise invalid(
            "/instructor_id",
            "not_a_teacher",
            "Must be the id of an active instructor or admin.",
        )
