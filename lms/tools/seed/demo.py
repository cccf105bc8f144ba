"""Data to try things with: the demo of `bin/dev`, made the way its users would make it."""

import argparse
import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg

from lms.auth.passwords import Passwords
from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.storage import create_storage
from lms.courses import queries as courses
from lms.enrollments import queries as enrollments
from lms.files import queries as files
from lms.files.storage_keys import object_key
from lms.lessons import queries as lessons
from lms.quizzes import queries as quizzes
from lms.settings import Settings, SettingsError
from lms.tools.seed.bulk import load_size
from lms.tools.seed.queries import lock_seeding
from lms.users import queries as users
from lms.users.demo import DEMO_PASSWORD


async def load_demo(settings: Settings) -> bool:
    """Load the demo accounts and course if the database is empty; returns whether it was.

    Raises SettingsError in production.
    """
    if settings.is_production:
        raise SettingsError("LMS_ENVIRONMENT is production, where demo data is refused.")
    pool = Pool(settings.database_url, settings, application="lms-seed")
    passwords = Passwords(settings)
    await pool.open()
    try:
        password_hash = await passwords.hash(DEMO_PASSWORD)
        return await _load(pool, settings, password_hash)
    finally:
        passwords.close()
        await pool.close()


async def _load(pool: Pool, settings: Settings, password_hash: str) -> bool:
    async with begin(pool) as db:
        await lock_seeding(db)  # two starts at the same time load it only once
        if await users.count_users(db):
            return False
        people = {}
        for email, name, role in (
            ("admin@example.com", "Ada Admin", "admin"),
            ("instructor@example.com", "Tara Teacher", "instructor"),
            ("student@example.com", "Sam Student", "student"),
        ):
            people[role] = await users.create_user(
                db,
                email=email,
                full_name=name,
                password_hash=password_hash,
                role=role,
                is_verified=True,
            )
        course = await courses.create_course(db, people["instructor"].id, _COURSE)
        for lesson in _LESSONS:
            await lessons.create_lesson(db, course.id, lesson)
        file_id = await _store_handout(db, settings, people["instructor"].id)
        await lessons.create_lesson(db, course.id, {**_DOCUMENT_LESSON, "file_id": file_id})
        quiz = await quizzes.create_quiz(db, {"course_id": course.id, **_QUIZ})
        for question in _QUESTIONS:
            await quizzes.create_question(db, quiz.id, question)
        await quizzes.publish_quiz(db, quiz.id)
        await lessons.create_lesson(db, course.id, {**_QUIZ_LESSON, "quiz_id": quiz.id})
        gaps = await quizzes.create_quiz(db, {"course_id": course.id, **_GAPS_QUIZ})
        for question in _GAPS:
            await quizzes.create_question(db, gaps.id, question)
        await quizzes.publish_quiz(db, gaps.id)
        await courses.set_status(db, course.id, "published")
        await enrollments.enroll(db, course.id, people["student"].id)
    return True


async def _store_handout(db: asyncpg.Connection, settings: Settings, uploader_id: UUID) -> UUID:
    """The document of the demo course, in the storage that the settings name."""
    file_id = await files.begin_upload(
        db,
        uploader_id=uploader_id,
        filename="handout.md",
        content_type="text/markdown",
        is_public=False,
        status="storing",
        size=None,
        seconds=60,
    )

    async def chunks() -> AsyncIterator[bytes]:
        yield _HANDOUT

    storage = create_storage(settings)
    await storage.open()
    try:
        await storage.write(object_key(file_id), chunks())
    finally:
        await storage.close()
    await files.finish_upload(
        db,
        file_id,
        uploader_id=uploader_id,
        size=len(_HANDOUT),
        sha256=hashlib.sha256(_HANDOUT).digest(),
        is_public=False,
        quota=settings.file_quota_bytes,
    )
    return file_id


_HANDOUT = b"# Handout\n\nOne thing at a time, and then the next.\n"
_DOCUMENT_LESSON = {"title": "A handout", "content_type": "document", "duration_minutes": 2}
_COURSE = {
    "title": "Learning by doing",
    "description": "A short course that shows what lessons look like, and how progress, "
    "completion and certificates follow from them.",
    "category": "getting-started",
    "difficulty": "beginner",
    "estimated_duration_minutes": 20,
    "learning_objectives": ["Find your way through a course", "Earn a certificate"],
    "requirements": ["A browser"],
}
_LESSONS = (
    {
        "title": "Welcome",
        "content_type": "text",
        "content": "# Welcome\n\nRead this, then mark the lesson as done.",
        "duration_minutes": 3,
        "is_preview": True,
    },
    {
        "title": "A short film",
        "content_type": "video",
        "video_url": "https://media.example.com/learning-by-doing.mp4",
        "duration_minutes": 7,
    },
    {
        "title": "What to remember",
        "content_type": "text",
        "content": "One thing at a time, and then the next.",
        "duration_minutes": 10,
    },
)

_QUIZ_LESSON = {"title": "What do you remember?", "content_type": "quiz", "duration_minutes": 5}
_QUIZ = {
    "title": "What do you remember?",
    "time_limit_minutes": 10,
    "show_results": "answers",
    "shuffle_options": True,
}
_QUESTIONS = (
    {
        "type": "single_choice",
        "text": "How many things at a time?",
        "options": [{"id": "1", "text": "One"}, {"id": "2", "text": "All of them"}],
        "answer": "1",
        "explanation": "One thing at a time, and then the next.",
    },
    {
        "type": "true_false",
        "text": "A quiz lesson is done once its quiz is passed.",
        "answer": True,
        "options": {"false": {"explanation": "Passing it is all that the lesson asks."}},
    },
)
# No lesson shows it: two types of questions to look at.
_GAPS_QUIZ = {"title": "Fill the gaps", "show_results": "answers"}
_GAPS = (
    {
        "type": "description",
        "text": "Now fill the gaps.",
        "points": 0,
    },
    {
        "type": "cloze",
        "name": "One thing",
        "tags": ["remembering"],
        "text": "[[number]] thing at a time, and then the [[place]].",
        "points": 2,
        "options": {
            "gaps": [
                {"id": "number", "type": "short_answer", "points": "1"},
                {
                    "id": "place",
                    "type": "single_choice",
                    "points": "1",
                    "options": [{"id": "1", "text": "next"}, {"id": "2", "text": "last"}],
                },
            ]
        },
        "answer": {"number": {"accepted": ["one", "1"], "case_sensitive": False}, "place": "1"},
    },
)


def _size(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 10_000_000:
        raise argparse.ArgumentTypeError("from 1 to 10,000,000")
    return number


def main(settings: Settings, args: list[str]) -> int:
    """`seed --demo`: the demo data, into an empty database; `seed --size N`: N enrolments."""
    parser = argparse.ArgumentParser(prog="seed", description=__doc__)
    parser.add_argument("--demo", action="store_true", help="demo accounts and a course")
    parser.add_argument("--size", type=_size, metavar="N", help="N enrolments in N/100 courses")
    parsed = parser.parse_args(args)
    if parsed.size:
        course_id = asyncio.run(load_size(settings, parsed.size))
        print(f"Loaded; the biggest course is {course_id}.", file=sys.stderr)
        if not parsed.demo:
            return 0
    loaded = asyncio.run(load_demo(settings))
    said = "Demo data is loaded." if loaded else "The database is not empty; nothing was loaded."
    print(said, file=sys.stderr)
    return 0
