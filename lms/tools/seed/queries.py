"""Demo data of any size, made by SQL; see sql/tools/seed/."""

from collections.abc import Sequence
from uuid import UUID

from lms.core.db.query import Db, Query

_lock_seeding: Query[None] = Query("tools/seed/lock_seeding")
_add_teachers = Query("tools/seed/add_teachers", UUID)
_add_students = Query("tools/seed/add_students", UUID)
_add_courses = Query("tools/seed/add_courses", UUID)
_add_lessons: Query[None] = Query("tools/seed/add_lessons")
_add_quizzes: Query[None] = Query("tools/seed/add_quizzes")
_add_enrollments: Query[None] = Query("tools/seed/add_enrollments")
_skip_triggers: Query[None] = Query("tools/seed/skip_triggers")
_update_enrollment_counts: Query[None] = Query("tools/seed/update_enrollment_counts")
_analyze: Query[None] = Query("tools/seed/analyze")
_vacuum: Query[None] = Query("tools/seed/vacuum")


async def lock_seeding(db: Db) -> None:
    """Wait for other loads of demo data; the lock lasts until the transaction ends."""
    await _lock_seeding.run(db)


async def add_teachers(db: Db, run: str, *, count: int) -> list[UUID]:
    """`run` makes the people of this load different from those of another."""
    return await _add_teachers.all(db, run=run, count=count)


async def add_students(db: Db, run: str, *, first: int, last: int) -> list[UUID]:
    return await _add_students.all(db, run=run, first=first, last=last)


async def add_courses(
    db: Db, run: str, instructor_ids: Sequence[UUID], *, first: int, last: int
) -> list[UUID]:
    return await _add_courses.all(
        db, instructor_ids=list(instructor_ids), run=run, first=first, last=last
    )


async def add_lessons(db: Db, course_ids: Sequence[UUID]) -> None:
    await _add_lessons.run(db, course_ids=list(course_ids))


async def add_quizzes(db: Db, course_ids: Sequence[UUID]) -> None:
    await _add_quizzes.run(db, course_ids=list(course_ids))


async def add_enrollments(
    db: Db, student_ids: Sequence[UUID], big_course_id: UUID, course_ids: Sequence[UUID]
) -> None:
    """Each student is in the big course and in one of the others."""
    await _add_enrollments.run(
        db,
        student_ids=list(student_ids),
        big_course_id=big_course_id,
        course_ids=list(course_ids),
    )


async def skip_triggers(db: Db) -> None:
    """Skip triggers until the transaction ends; only some roles may do that."""
    await _skip_triggers.run(db)


async def update_enrollment_counts(db: Db, course_ids: Sequence[UUID]) -> None:
    """Count the taken seats of these courses, which the triggers would have done."""
    await _update_enrollment_counts.run(db, course_ids=list(course_ids))


async def analyze(db: Db) -> None:
    await _analyze.run(db)


async def vacuum(db: Db) -> None:
    await _vacuum.run(db)
