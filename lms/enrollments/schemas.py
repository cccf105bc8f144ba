"""Enrolments and progress, as the API shows and takes them."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from lms.core.http.schemas import (
    AnyTime,
    BaseSchema,
    Choice,
    Id,
    Integer,
    Items,
    ListQuery,
    PatchSchema,
    Text,
    Time,
)
from lms.lessons.schemas import CONTENT_TYPES, LessonSchema

STATUSES = ("active", "completed", "dropped")
PLACE_STATUSES = ("invited", "waiting")  # a place that was given to an e-mail address
LESSON_STATUSES = ("not_started", "in_progress", "completed")

MAX_SECONDS = 1_000_000  # in one report or position: eleven days of film are enough
MAX_EVENTS = 500
MAX_PARTS = 500


class EnrolledCourseSchema(BaseSchema):
    id = Id(required=True)
    title = fields.String(required=True)
    slug = fields.String(required=True)
    thumbnail_url = fields.String(required=True, allow_none=True)


class LessonProgressSchema(BaseSchema):
    lesson_id = Id(required=True)
    status = Choice(*LESSON_STATUSES, name="LessonStatus", required=True)
    completed_at = fields.AwareDateTime(required=True, allow_none=True)
    time_spent_seconds = fields.Integer(required=True)
    last_position_seconds = fields.Integer(required=True, allow_none=True)
    watched = fields.List(
        fields.List(fields.Integer()), required=True, metadata={"example": [[0, 95], [120, 180]]}
    )


class EnrollmentSchema(BaseSchema):
    id = Id(required=True)
    course = fields.Nested(EnrolledCourseSchema, required=True)
    student_id = Id(required=True)
    status = Choice(*STATUSES, name="EnrollmentStatus", required=True)
    progress_percent = fields.Integer(required=True)
    completed_lessons = fields.Integer(required=True)
    total_lessons = fields.Integer(required=True)
    time_spent_seconds = fields.Integer(required=True)
    resume_lesson_id = Id(required=True, allow_none=True)
    enrolled_at = fields.AwareDateTime(required=True)
    completed_at = fields.AwareDateTime(required=True, allow_none=True)
    last_accessed_at = fields.AwareDateTime(required=True, allow_none=True)
    updated_at = fields.AwareDateTime(required=True)


class EnrollmentWithLessons(EnrollmentSchema):
    lessons = fields.List(fields.Nested(LessonProgressSchema), required=True)


class LessonCompletion(BaseSchema):
    """A lesson's progress, and its enrolment after that change."""

    progress = fields.Nested(LessonProgressSchema, required=True)
    enrollment = fields.Nested(EnrollmentSchema, required=True)


class NewEnrollment(BaseSchema):
    course_id = Id(required=True)


class DropQuery(BaseSchema):
    reason = Text(
        min=1,
        max=500,
        metadata={"description": "Why staff remove a student; nobody gives one for leaving."},
    )


class EnrollmentQuery(ListQuery):
    status = Choice(*STATUSES, name="EnrollmentStatus")
    sort = Choice(
        "newest", "progress", "last_accessed", "title", name="EnrollmentSort", load_default="newest"
    )
    updated_since = Time()


class RosterQuery(ListQuery):
    status = Choice(*STATUSES, *PLACE_STATUSES, name="PlaceStatus")
    q = Text(min=1, max=100, metadata={"description": "Part of a name or an e-mail address."})
    sort = Choice("newest", "name", "progress", name="RosterSort", load_default="newest")
    updated_since = Time()


class StudentSchema(BaseSchema):
    """A student; of a place that waits, whom the teacher gave it to."""

    id = Id(required=True, allow_none=True)
    full_name = fields.String(required=True)
    email = fields.String(required=True)


class RosterEntrySchema(EnrollmentSchema):
    """An enrolment, or a place that waits to become one, as the course's teacher sees it."""

    student_id = Id(required=True, allow_none=True)
    status = Choice(*STATUSES, *PLACE_STATUSES, name="PlaceStatus", required=True)
    enrolled_at = fields.AwareDateTime(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    student = fields.Nested(StudentSchema, required=True)


def _is_part(part: list[int]) -> None:
    if len(part) != 2 or part[0] >= part[1]:
        raise ValidationError("Must be [from, to] with from before to.")


def _is_plain(part: Any) -> bool:
    return (
        type(part) is list
        and len(part) == 2
        and type(part[0]) is type(part[1]) is int
        and 0 <= part[0] < part[1] <= MAX_SECONDS
    )


class Watched(fields.List):  # type: ignore[type-arg]
    """Parts of a film in whole seconds, `[[from, to], ...]`, in any order; they may overlap."""

    def __init__(self, **kwargs: Any) -> None:
        part = fields.List(Integer(min=0, max=MAX_SECONDS), validate=_is_part)
        example = {"example": [[0, 30], [60, 95]]}
        super().__init__(part, validate=validate.Length(max=MAX_PARTS), metadata=example, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        # A batch may hold 60,000 parts, for which the inner fields would take most of a second. So
        # these only describe the fault of the first wrong part.
        if isinstance(value, list) and len(value) <= MAX_PARTS:
            wrong = next((n for n, part in enumerate(value) if not _is_plain(part)), None)
            if wrong is None:
                return value
            try:
                self.inner.deserialize(value[wrong])
            except ValidationError as error:
                raise ValidationError({wrong: error.messages}) from None
        elif isinstance(value, list):
            raise ValidationError(f"At most {MAX_PARTS} parts.")
        return super()._deserialize(value, attr, data, **kwargs)


class _Progress(BaseSchema):
    time_spent_seconds = Integer(min=0, max=MAX_SECONDS)
    last_position_seconds = Integer(min=0, max=MAX_SECONDS)
    watched = Watched()


class ProgressReport(_Progress, PatchSchema):
    """What happened in a lesson since the last report."""


class ProgressEvent(_Progress):
    """What happened in a lesson while there was no connection."""

    id = Id(required=True, metadata={"description": "Made by the client; counts once."})
    lesson_id = Id(required=True)
    type = Choice("progress", "completed", name="ProgressEventType", required=True)
    occurred_at = AnyTime(required=True)


class ProgressBatch(BaseSchema):
    events = Items(
        fields.Nested(ProgressEvent),
        required=True,
        validate=validate.Length(min=1, max=MAX_EVENTS),
    )


class EventResultSchema(BaseSchema):
    id = Id(required=True)
    status = Choice("counted", "duplicate", "refused", name="ProgressResult", required=True)
    code = Choice(
        "lesson_not_found",
        "quiz_not_passed",
        name="ProgressRefusal",
        required=True,
        allow_none=True,
    )


class BatchResult(BaseSchema):
    """A result for each event, in their order, and the progress after them."""

    results = fields.List(fields.Nested(EventResultSchema), required=True)
    enrollment = fields.Nested(EnrollmentWithLessons, required=True)


class TeacherSchema(BaseSchema):
    id = Id(required=True)
    full_name = fields.String(required=True)


class LearnerCourseSchema(BaseSchema):
    id = Id(required=True)
    title = fields.String(required=True)
    slug = fields.String(required=True)
    description = fields.String(required=True)
    thumbnail_url = fields.String(required=True, allow_none=True)
    status = Choice("draft", "published", "archived", name="CourseStatus", required=True)
    instructor = fields.Nested(TeacherSchema, required=True)
    language = fields.String(required=True)
    estimated_duration_minutes = fields.Integer(required=True, allow_none=True)
    learning_objectives = fields.List(fields.String(), required=True)
    lesson_count = fields.Integer(required=True)


class OutlineLessonSchema(BaseSchema):
    id = Id(required=True)
    title = fields.String(required=True)
    content_type = Choice(*CONTENT_TYPES, name="LessonType", required=True)
    position = fields.Integer(required=True)
    duration_minutes = fields.Integer(required=True, allow_none=True)
    is_preview = fields.Boolean(required=True)
    quiz_id = Id(required=True, allow_none=True)
    locked = fields.Boolean(required=True)
    status = Choice(*LESSON_STATUSES, name="LessonStatus", required=True)
    completed_at = fields.AwareDateTime(required=True, allow_none=True)
    time_spent_seconds = fields.Integer(required=True)
    last_position_seconds = fields.Integer(required=True, allow_none=True)
    watched = fields.List(fields.List(fields.Integer()), required=True)


class LearnerQuizSchema(BaseSchema):
    """A quiz and the reader's results in it; null means no limit, or not shown to students."""

    id = Id(required=True)
    title = fields.String(required=True)
    is_required = fields.Boolean(required=True)
    passing_score = fields.Float(required=True)
    time_limit_minutes = fields.Integer(required=True, allow_none=True)
    available_from = fields.AwareDateTime(required=True, allow_none=True)
    available_until = fields.AwareDateTime(required=True, allow_none=True)
    max_attempts = fields.Integer(required=True, allow_none=True)
    attempts_used = fields.Integer(required=True)
    attempts_left = fields.Integer(required=True, allow_none=True)
    open_attempt_id = Id(required=True, allow_none=True)
    best_score_percent = fields.Float(required=True, allow_none=True)
    passed = fields.Boolean(required=True, allow_none=True)
    lesson_ids = fields.List(Id(), required=True)


class LearnerCertificateSchema(BaseSchema):
    id = Id(required=True)
    number = fields.String(required=True)
    status = Choice(
        "pending",
        "issued",
        "revoked",
        "expired",
        "replaced",
        name="CertificateStatus",
        required=True,
    )
    issued_at = fields.AwareDateTime(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    verify_url = fields.String(required=True)


class LearnerPage(BaseSchema):
    """Everything that the page of a course needs; parts that do not exist yet are null."""

    course = fields.Nested(LearnerCourseSchema, required=True)
    enrollment = fields.Nested(EnrollmentSchema, required=True, allow_none=True)
    lessons = fields.List(fields.Nested(OutlineLessonSchema), required=True)
    quizzes = fields.List(fields.Nested(LearnerQuizSchema), required=True)
    resume_lesson = fields.Nested(LessonSchema, required=True, allow_none=True)
    certificate = fields.Nested(LearnerCertificateSchema, required=True, allow_none=True)
