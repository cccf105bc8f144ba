"""A copy of a course with its lessons and quizzes, for its author to continue from."""

from uuid import UUID

import asyncpg

from lms.courses import queries
from lms.courses.queries import Course
from lms.lessons.queries import copy_lessons
from lms.quizzes.queries import copy_quizzes


async def duplicate(db: asyncpg.Connection, course_id: UUID) -> tuple[Course, dict[UUID, UUID]]:
    """A draft copy of a course that the caller has locked, and the new id of each copied thing.

    Students, reviews and counts stay behind; the copy has the same teacher.
    """
    copy_id = await queries.copy_course(db, course_id)
    quiz_ids = await copy_quizzes(db, course_id, copy_id)  # before the lessons that show them
    lesson_ids = await copy_lessons(db, course_id, copy_id, quiz_ids)
    course = await queries.get_course(db, copy_id)
    return course, {course_id: copy_id, **quiz_ids, **lesson_ids}
