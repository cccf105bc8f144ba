"""The data for measurements: made with SQL, in any size."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import asyncpg
import orjson

from lms.auth.passwords import HASHER
from lms.tools.bench import queries

PASSWORD = "many-quick-brown-foxes-9"  # noqa: S105 - its users exist for one run
LONG_COURSE_LESSONS = 50
QUIZ_QUESTIONS = 10
EACH = 20  # enrolments of a student: one page of my-courses
_INSTRUCTORS = 100
_BATCH = 1000  # courses; the catalogue's versions are updated once for every row


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much data to make; each student has 20 enrolments."""

    courses: int = 10_000
    lessons: int = 10  # of each course; one has 50
    students: int = 1_000
    signed_in: int = 64  # students whose requests are sent

    @property
    def enrollments(self) -> int:
        return self.students * EACH


@dataclass(frozen=True, slots=True)
class Student:
    """Someone whose requests are sent.

    They can complete a lesson again and again, and answer a question of an attempt.
    """

    id: str
    email: str
    enrollment_id: str
    lesson_id: str
    attempt_id: str
    question_id: str
    option_id: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Data:
    """What scenarios need to know about the data; passed to the baselines as JSON."""

    students: list[Student]
    course_ids: list[str]
    long_course_id: str
    bodies: dict[str, str] = field(default_factory=dict)  # replies of the application, by path

    def save(self, path: Path) -> None:
        path.write_bytes(orjson.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> "Data":
        fields = orjson.loads(path.read_bytes())
        students = [Student(**student) for student in fields.pop("students")]
        return cls(students=students, **fields)

    def signed_in(self, tokens: Sequence[str]) -> "Data":
        pairs = zip(self.students, tokens, strict=True)
        return replace(self, students=[replace(s, token=token) for s, token in pairs])


def make_data(url: str, sizes: Sizes) -> Data:
    """Fill an empty, migrated database."""
    return asyncio.run(_make_data(url, sizes))


async def _make_data(url: str, sizes: Sizes) -> Data:
    db = await asyncpg.connect(url)
    try:
        await fill(db, sizes)
        # So that the planner knows the data, and no vacuum is left to do.
        await db.execute("vacuum analyze")
        return await _look_up(db, sizes)
    finally:
        await db.close()


async def fill(db: asyncpg.Connection, sizes: Sizes) -> None:
    """People, courses, enrolments and progress, in an empty, migrated database."""
    password_hash = HASHER.hash(PASSWORD)
    for role, people in (("instructor", _INSTRUCTORS), ("student", sizes.students)):
        await queries.make_people(db, role, people=people, password_hash=password_hash)
    # Number 0 is the long one.
    await queries.make_courses(db, first=0, last=0)
    await queries.make_lessons(db, first=0, last=0, lessons=LONG_COURSE_LESSONS)
    for first in range(1, sizes.courses + 1, _BATCH):
        batch = {"first": first, "last": min(first + _BATCH - 1, sizes.courses)}
        await queries.make_courses(db, **batch)
        await queries.make_lessons(db, **batch, lessons=sizes.lessons)
    for first in range(1, sizes.students + 1, _BATCH):
        students = {
            "first_student": first,
            "last_student": min(first + _BATCH - 1, sizes.students),
        }
        await queries.make_enrollments(db, **students, each=EACH, courses=sizes.courses)
        await queries.make_progress(db, **students, done=2)
    await queries.enroll_in_long_course(
        db, "course-0", first_student=1, last_student=sizes.signed_in
    )
    await queries.make_attempts(db, "course-0", questions=QUIZ_QUESTIONS)
    await queries.update_enrollment_counts(db)


async def _look_up(db: asyncpg.Connection, sizes: Sizes) -> Data:
    people = await queries.list_students(db, students=sizes.signed_in)
    ids = [person.id for person in people]
    lessons = {row.student_id: row for row in await queries.list_open_lessons(db, ids)}
    asked = {row.student_id: row for row in await queries.list_open_questions(db, ids)}
    newest = await queries.list_course_ids(db, but_not="", courses=1)
    return Data(
        students=[
            Student(
                str(person.id),
                person.email,
                str(lessons[person.id].enrollment_id),
                str(lessons[person.id].lesson_id),
                str(asked[person.id].attempt_id),
                str(asked[person.id].question_id),
                asked[person.id].option_id,
            )
            for person in people
        ],
        course_ids=[
            str(i) for i in await queries.list_course_ids(db, but_not="course-0", courses=100)
        ],
        long_course_id=str(newest[0]),
    )
