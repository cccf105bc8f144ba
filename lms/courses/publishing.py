"""What a course needs before students may see it."""

from uuid import UUID

from lms.core.db.query import Db
from lms.courses.queries import (
    Course,
    LessonParts,
    get_course,
    list_lesson_parts,
    lock_teacher,
)
from lms.errors import Conflict, FieldError


class CourseNotPublishable(Conflict):
    """Students cannot take this course yet: `errors` lists what is missing."""


def missing_parts(course: Course, lessons: list[LessonParts]) -> list[FieldError]:
    """Everything that stands in the way of publishing."""
    missing = []
    if not course.description.strip():
        missing.append(FieldError("/description", "required", "Describe the course."))
    if not lessons:
        missing.append(FieldError("/lessons", "required", "Add at least one lesson."))
    for index, lesson in enumerate(lessons):
        pointer = f"/lessons/{index}"
        need = _missing_in_lesson(lesson)
        if need is not None:
            field, detail = need
            missing.append(
                FieldError(f"{pointer}/{field}", "required", f"{detail} (“{lesson.title}”).")
            )
    return missing


def _missing_in_lesson(lesson: LessonParts) -> tuple[str, str] | None:
    if lesson.content_type == "text" and not (lesson.content or "").strip():
        return "content", "A text lesson needs content"
    if lesson.content_type == "video" and not (lesson.video_url or lesson.file_id):
        return "video_url", "A video lesson needs a video_url or a file"
    if lesson.content_type == "document" and lesson.file_id is None:
        return "file_id", "A document lesson needs a file"
    if lesson.content_type == "quiz" and lesson.quiz_id is None:
        return "quiz_id", "A quiz lesson needs a quiz"
    return None


async def check_publishable(db: Db, course_id: UUID) -> None:
    """Raise CourseNotPublishable unless nothing is missing."""
    lessons = await list_lesson_parts(db, course_id)
    missing = missing_parts(await get_course(db, course_id), lessons)
    if missing:
        raise CourseNotPublishable(errors=missing)


async def check_taught(db: Db, course_id: UUID) -> None:
    """Raise CourseNotPublishable if the owner is a student; they are held until we commit."""
    if not await lock_teacher(db, course_id):
        detail = "Its owner does not teach any more; give it to another teacher."
        raise CourseNotPublishable(errors=[FieldError("/instructor_id", "not_a_teacher", detail)])


async def keep_publishable(db: Db, course_id: UUID, status: str) -> None:
    """After a change, check that a published course could still be published."""
    if status == "published":
        await check_publishable(db, course_id)
