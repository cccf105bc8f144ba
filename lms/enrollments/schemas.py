"""Enrolments and progress, as the API shows and takes them."""

from marshmallow import fields

from lms.schemas import BaseSchema, Choice, Id, ListQuery, QueryTime

STATUSES = ("active", "completed", "dropped")


class EnrolledCourseSchema(BaseSchema):
    id = Id(required=True)
    title = fields.String(required=True)
    slug = fields.String(required=True)
    thumbnail_url = fields.String(required=True, allow_none=True)


class LessonProgressSchema(BaseSchema):
    lesson_id = Id(required=True)
    status = Choice("not_started", "in_progress", "completed", required=True)
    completed_at = fields.AwareDateTime(required=True, allow_none=True)
    time_spent_seconds = fields.Integer(required=True)
    last_position_seconds = fields.Integer(required=True, allow_none=True)


class EnrollmentSchema(BaseSchema):
    id = Id(required=True)
    course = fields.Nested(EnrolledCourseSchema, required=True)
    student_id = Id(required=True)
    status = Choice(*STATUSES, required=True)
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
    """What completing a lesson answers: its progress and the enrolment."""

    progress = fields.Nested(LessonProgressSchema, required=True)
    enrollment = fields.Nested(EnrollmentSchema, required=True)


class NewEnrollment(BaseSchema):
    course_id = Id(required=True)


class EnrollmentQuery(ListQuery):
    status = Choice(*STATUSES)
    sort = Choice("newest", load_default="newest")
    updated_since = QueryTime()
