"""Analytics, as the API shows it. Percentages are 0..100, and null where undefined."""

import re
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields

from lms.analytics.periods import FIRST_DAY, LAST_DAY
from lms.core.http.schemas import BaseSchema, Choice, Id, coded


class QueryDate(fields.Date):
    """A calendar day in a query string, YYYY-MM-DD."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> date:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValidationError("Must be a day as YYYY-MM-DD.")
        if value.startswith("0000"):  # which computers' calendars do not have
            value = "0001" + value[4:]
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValidationError("There is no such day.") from None
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(coded("out_of_range", f"Must be from {FIRST_DAY} to {LAST_DAY}."))
        return day


class AnalyticsQuery(BaseSchema):
    """The range of the series, both days inclusive, in your time zone."""

    first = QueryDate(data_key="from", load_default=None, metadata={"example": "2026-03-01"})
    last = QueryDate(data_key="to", load_default=None, metadata={"example": "2026-03-31"})
    interval = Choice("day", "week", "month", name="Interval", load_default="day")


class StudentAnalyticsQuery(AnalyticsQuery):
    student_id = Id(load_default=None, metadata={"description": "For admins: whose figures."})


class InstructorAnalyticsQuery(AnalyticsQuery):
    instructor_id = Id(load_default=None, metadata={"description": "For admins: whose figures."})


def _count() -> fields.Integer:
    return fields.Integer(required=True)


def _percent() -> fields.Float:
    return fields.Float(required=True, allow_none=True)


class EnrollmentCounts(BaseSchema):
    active = _count()
    completed = _count()
    dropped = _count()
    total = _count()


class CourseCounts(BaseSchema):
    total = _count()
    published = _count()
    draft = _count()
    archived = _count()


class Ratings(BaseSchema):
    average = fields.Float(required=True, allow_none=True)
    count = _count()


class QuizResults(BaseSchema):
    """Closed attempts; mean and pass rate are over each student's best at each quiz."""

    attempts = _count()
    mean_score_percent = _percent()
    pass_rate_percent = _percent()


class CourseQuizResults(QuizResults):
    course_id = Id(required=True)


class Revenue(BaseSchema):
    """In minor units of the currency."""

    currency = fields.String(required=True)
    gross = _count()
    refunded = _count()
    net = _count()


class PeriodCount(BaseSchema):
    """`period` is the first instant of the period in your time zone."""

    period = fields.AwareDateTime(required=True)
    count = _count()


class StudentCourses(BaseSchema):
    active = _count()
    completed = _count()
    dropped = _count()


class StudentQuizResults(BaseSchema):
    attempts = _count()
    passed = _count()
    mean_score_percent = _percent()


class Streak(BaseSchema):
    """Days in a row with a completed lesson or a submitted attempt."""

    current_days = _count()
    longest_days = _count()


class ActivityPeriod(BaseSchema):
    period = fields.AwareDateTime(required=True)
    lessons = _count()
    seconds = _count()
    attempts = _count()


class StudentAnalytics(BaseSchema):
    courses = fields.Nested(StudentCourses, required=True)
    mean_progress_percent = _percent()
    time_spent_seconds = _count()
    lessons_completed = _count()
    quizzes = fields.Nested(StudentQuizResults, required=True)
    streak = fields.Nested(Streak, required=True)
    activity = fields.List(fields.Nested(ActivityPeriod), required=True)


class InstructorAnalytics(BaseSchema):
    courses = fields.Nested(CourseCounts, required=True)
    enrollments = fields.Nested(EnrollmentCounts, required=True)
    active_students = _count()
    mean_progress_percent = _percent()
    completion_rate_percent = _percent()
    ratings = fields.Nested(Ratings, required=True)
    quizzes = fields.List(fields.Nested(CourseQuizResults), required=True)
    revenue = fields.List(fields.Nested(Revenue), required=True)
    enrollments_over_time = fields.List(fields.Nested(PeriodCount), required=True)


class TimeToComplete(BaseSchema):
    """From enrolling to completing, in whole seconds each."""

    mean_seconds = fields.Float(required=True, allow_none=True)
    median_seconds = fields.Float(required=True, allow_none=True)


class StudentsAtRisk(BaseSchema):
    """Active enrolments without a sign of life for 14 days, counted in whole hours."""

    count = _count()


class LessonResults(BaseSchema):
    """`reached`: students who completed the lesson before; all enrolments for the first lesson."""

    lesson_id = Id(required=True)
    completed = _count()
    reached = _count()
    drop_off_percent = _percent()


class CourseAnalytics(BaseSchema):
    enrollments = fields.Nested(EnrollmentCounts, required=True)
    completion_rate_percent = _percent()
    quizzes = fields.Nested(QuizResults, required=True)
    ratings = fields.Nested(Ratings, required=True)
    time_to_complete = fields.Nested(TimeToComplete, required=True)
    students_at_risk = fields.Nested(StudentsAtRisk, required=True)
    lessons = fields.List(fields.Nested(LessonResults), required=True)
    enrollments_over_time = fields.List(fields.Nested(PeriodCount), required=True)


class UserCounts(BaseSchema):
    student = _count()
    instructor = _count()
    admin = _count()
    total = _count()


class ActiveUserCounts(BaseSchema):
    """People who read or changed learning in the last 24 hours, 7 days, 30 days."""

    day = _count()
    week = _count()
    month = _count()


class CertificateCounts(BaseSchema):
    issued = _count()
    revoked = _count()


class StorageUse(BaseSchema):
    files = _count()
    bytes = _count()


class QueueState(BaseSchema):
    depth = _count()
    oldest_seconds = fields.Float(required=True)
    dead = _count()


class SystemAnalytics(BaseSchema):
    users = fields.Nested(UserCounts, required=True)
    active_users = fields.Nested(ActiveUserCounts, required=True)
    courses = fields.Nested(CourseCounts, required=True)
    enrollments = fields.Nested(EnrollmentCounts, required=True)
    certificates = fields.Nested(CertificateCounts, required=True)
    revenue = fields.List(fields.Nested(Revenue), required=True)
    storage = fields.Nested(StorageUse, required=True)
    queues = fields.Dict(keys=fields.String(), values=fields.Nested(QueueState), required=True)
