"""The fields of each type of event: its `data` in the log and in a webhook's body.

Payloads name people by id; they hold no name, no e-mail address and nothing that a learner
wrote, since the log and its receivers outlive an account.
"""

from marshmallow import Schema, fields

from lms.core.http.schemas import BaseSchema, Choice, Id, Money


class UserEvent(BaseSchema):
    """A person has a new account."""

    user_id = Id(required=True)
    role = Choice("student", "instructor", "admin", required=True)
    created_at = fields.AwareDateTime(required=True)


class CourseEvent(BaseSchema):
    """A course came into this state; `updated` also when it became a draft again."""

    course_id = Id(required=True)
    instructor_id = Id(required=True)
    title = fields.String(required=True)
    slug = fields.String(required=True)
    status = Choice("draft", "published", "archived", required=True)


class EnrollmentEvent(BaseSchema):
    """A student's enrolment in a course; `created` also when a student who had left comes back."""

    enrollment_id = Id(required=True)
    course_id = Id(required=True)
    student_id = Id(required=True)
    status = Choice("active", "completed", "dropped", required=True)
    enrolled_at = fields.AwareDateTime(required=True)
    completed_at = fields.AwareDateTime(required=True, allow_none=True)


class EnrollmentDroppedEvent(EnrollmentEvent):
    """An enrolment ended: the student left, staff or an admin removed them, or it was refunded."""

    by = Choice("student", "staff", "admin", "refund", required=True)
    actor_id = Id(required=True, allow_none=True)


class LessonEvent(BaseSchema):
    """A student completed a lesson, for the first time."""

    enrollment_id = Id(required=True)
    course_id = Id(required=True)
    student_id = Id(required=True)
    lesson_id = Id(required=True)
    completed_at = fields.AwareDateTime(required=True)


class AttemptEvent(BaseSchema):
    """An attempt at a quiz; the score is null until it is graded."""

    attempt_id = Id(required=True)
    quiz_id = Id(required=True)
    course_id = Id(required=True)
    student_id = Id(required=True)
    number = fields.Integer(required=True)
    status = Choice("in_progress", "needs_marking", "graded", required=True)
    started_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    score_percent = fields.Float(required=True, allow_none=True)
    passed = fields.Boolean(required=True, allow_none=True)


class CertificateEvent(BaseSchema):
    """A certificate was issued, or revoked."""

    certificate_id = Id(required=True)
    number = fields.String(required=True)
    enrollment_id = Id(required=True)
    course_id = Id(required=True)
    student_id = Id(required=True)
    issued_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)


class ReplacedCertificateEvent(CertificateEvent):
    """A certificate was replaced by another one, which was issued in the same moment."""

    replaced_by = fields.String(
        required=True, metadata={"description": "The number of the new certificate."}
    )


class OrderEvent(BaseSchema):
    """An order was paid, or refunded."""

    order_id = Id(required=True)
    course_id = Id(required=True)
    student_id = Id(required=True)
    total = fields.Nested(Money, required=True)
    paid_at = fields.AwareDateTime(required=True)
    refunded_at = fields.AwareDateTime(required=True, allow_none=True)


class ReviewEvent(BaseSchema):
    """A student reviewed a course, for the first time."""

    review_id = Id(required=True)
    course_id = Id(required=True)
    student_id = Id(required=True)
    rating = fields.Integer(required=True)


PAYLOADS: dict[str, type[Schema]] = {
    "user.registered": UserEvent,
    "course.published": CourseEvent,
    "course.updated": CourseEvent,
    "course.archived": CourseEvent,
    "enrollment.created": EnrollmentEvent,
    "enrollment.completed": EnrollmentEvent,
    "enrollment.dropped": EnrollmentDroppedEvent,
    "lesson.completed": LessonEvent,
    "quiz.started": AttemptEvent,
    "quiz.submitted": AttemptEvent,
    "quiz.graded": AttemptEvent,
    "certificate.issued": CertificateEvent,
    "certificate.revoked": CertificateEvent,
    "certificate.replaced": ReplacedCertificateEvent,
    "order.paid": OrderEvent,
    "order.refunded": OrderEvent,
    "review.created": ReviewEvent,
}
TYPES = tuple(PAYLOADS)
