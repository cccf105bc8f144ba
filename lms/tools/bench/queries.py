"""The data for measurements, made and looked up by SQL; see sql/tools/bench/."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lms.core.db.query import Db, Query


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    email: str


@dataclass(frozen=True, slots=True)
class OpenLesson:
    """A lesson that a student has not done."""

    student_id: UUID
    enrollment_id: UUID
    lesson_id: UUID


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question of a student's open attempt, and one of its options."""

    student_id: UUID
    attempt_id: UUID
    question_id: UUID
    option_id: str


_make_people: Query[None] = Query("tools/bench/make_people")
_make_courses: Query[None] = Query("tools/bench/make_courses")
_make_lessons: Query[None] = Query("tools/bench/make_lessons")
_make_enrollments: Query[None] = Query("tools/bench/make_enrollments")
_enroll_in_long_course: Query[None] = Query("tools/bench/enroll_in_long_course")
_make_progress: Query[None] = Query("tools/bench/make_progress")
_make_attempts: Query[None] = Query("tools/bench/make_attempts")
_update_enrollment_counts: Query[None] = Query("tools/bench/update_enrollment_counts")
_list_students = Query("tools/bench/list_students", Person)
_list_course_ids = Query("tools/bench/list_course_ids", UUID)
_list_open_lessons = Query("tools/bench/list_open_lessons", OpenLesson)
_list_open_questions = Query("tools/bench/list_open_questions", OpenQuestion)
_pick_id = Query("tools/bench/pick_id", UUID)


async def make_people(db: Db, role: str, *, people: int, password_hash: str) -> None:
    await _make_people.run(db, role=role, people=people, password_hash=password_hash)


async def make_courses(db: Db, *, first: int, last: int) -> None:
    await _make_courses.run(db, first=first, last=last)


async def make_lessons(db: Db, *, first: int, last: int, lessons: int) -> None:
    """So many lessons in each of these courses."""
    await _make_lessons.run(db, first=first, last=last, lessons=lessons)


async def make_enrollments(
    db: Db, *, first_student: int, last_student: int, each: int, courses: int
) -> None:
    """So many enrolments of each of these students."""
    await _make_enrollments.run(
        db, first_student=first_student, last_student=last_student, each=each, courses=courses
    )


async def enroll_in_long_course(
    db: Db, slug: str, *, first_student: int, last_student: int
) -> None:
    await _enroll_in_long_course.run(
        db, slug=slug, first_student=first_student, last_student=last_student
    )


async def make_progress(db: Db, *, first_student: int, last_student: int, done: int) -> None:
    """So many lessons are done in each enrolment of these students."""
    await _make_progress.run(db, first_student=first_student, last_student=last_student, done=done)


async def make_attempts(db: Db, slug: str, *, questions: int) -> None:
    """An open attempt of each student of this course, at a quiz with so many questions."""
    await _make_attempts.run(db, slug=slug, questions=questions)


async def update_enrollment_counts(db: Db) -> None:
    """Count the taken seats of every course."""
    await _update_enrollment_counts.run(db)


async def list_students(db: Db, *, students: int) -> list[Person]:
    return await _list_students.all(db, students=students)


async def list_course_ids(db: Db, *, but_not: str, courses: int) -> list[UUID]:
    """The newest courses, without the one at the address `but_not`."""
    return await _list_course_ids.all(db, but_not=but_not, courses=courses)


async def list_open_lessons(db: Db, student_ids: Sequence[UUID]) -> list[OpenLesson]:
    return await _list_open_lessons.all(db, student_ids=list(student_ids))


async def list_open_questions(db: Db, student_ids: Sequence[UUID]) -> list[OpenQuestion]:
    return await _list_open_questions.all(db, student_ids=list(student_ids))


async def pick_id(db: Db, table_name: str) -> UUID | None:
    """The id of some row of a table."""
    return await _pick_id.first(db, table_name=table_name)


def read_file(name: str) -> Query[None]:
    """The SQL file that `bin/explain` is asked for. Raises FileNotFoundError."""
    return Query(name)
