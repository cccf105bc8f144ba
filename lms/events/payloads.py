"""The fields of each type of event: its `data` in the log and in a webhook's body.

Payloads name people by id; they hold no name, no e-mail address and nothing that a learner
wrote, since the log and its receivers outlive an account.
"""

from marshmallow import fields

from lms.core.http.schemas import BaseSchema, Choice, Id, Money


class UserRegisteredData(BaseSchema):
    """A person has a new account."""

    user_id = Id(required=True)
    role = Choice("student", "instructor", "admin", name="Role", required=True)
    created_at = fields.AwareDateTime(required=True)


class _CourseData(BaseSchema):
    """A course came into a state."""

    course_id = Id(required=True)
    instructor_id = Id(required=True)
    title = fields.String(required=True)
    slug = fields.String(required=True)
    status = Choice("draft", "published", "archived", name="CourseStatus", required=True)


class CoursePublishedData(_CourseData):
    """A course was published."""


class CourseUpdatedData(_CourseData):
    """A course was changed, or became a draft again."""


class CourseArchivedData(_CourseData):
    """A course was archived."""


class _EnrollmentData(BaseSchema):
    """A student's enrolment in a course."""

    enrollment_id = Id(required=True)
    course_id = Id(required=True)
    student_id = Id(required=True)
    status = Choice("active", "completed", "dropped", name="EnrollmentStatus", required=True)
    enrolled_at = fields.AwareDateTime(required=True)
    completed_at = fields.AwareDateTime(required=True, allow_none=True)


class EnrollmentCreatedData(_EnrollmentData):
    """A student took a seat in a course, or came back to one that they had left."""


class EnrollmentCompletedData(_EnrollmentData):
    """A student completed a course."""


class EnrollmentDroppedData(_EnrollmentData):
    """An enrolment ended: the student left, staff or an admin removed them, or it was refunded."""

    by = Choice("student", "staff", "admin", "refund", name="DroppedBy", required=True)
    actor_id = Id(required=True, allow_none=True)


class LessonCompletedData(BaseSchema):
    """A student completed a lesson, for the first time."""

    enrollment_id = Id(required=True)
    course_id = Id(required=True)
    student_id = Id(required=True)
    lesson_id = Id(required=True)
    completed_at = fields.AwareDateTime(required=True)


class _AttemptData(BaseSchema):
    """An attempt at a quiz; the score is null until it is graded."""

    attempt_id = Id(required=True)
    quiz_id = Id(required=True)
    course_id = Id(required=True)
    student_id = Id(required=True)
    number = fields.Integer(required=True)
    status = Choice("in_progress", "needs_marking", "graded", name="AttemptStatus", required=True)
    started_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    score_percent = fields.Float(required=True, allow_none=True)
    passed = fields.Boolean(required=True, allow_none=True)


class QuizStartedData(_AttemptData):
    """A student began an attempt."""


class QuizSubmittedData(_AttemptData):
    """An attempt was closed, by its student or by its end."""


class QuizGradedData(_AttemptData):
    """Every answer of an attempt is marked."""


class _CertificateData(BaseSchema):
    """A certificate."""

    certificate_id = Id(required=True)
    number = fields.String(required=True)
    enrollment_id = Id(required=True)
    course_id = Id(required=True)
    student_id = Id(required=True)
    issued_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)


class CertificateIssuedData(_CertificateData):
    """A certificate was issued."""


class CertificateRevokedData(_CertificateData):
    """A certificate was revoked."""


class CertificateReplacedData(_CertificateData):
    """A certificate was replaced by another one, which was issued in the same moment."""

    replaced_by = fields.String(
        required=True, metadata={"description": "The number of the new certificate."}
    )


class _OrderData(BaseSchema):
    """An order that was paid."""

    order_id = Id(required=True)
    course_id = Id(required=True)
    student_id = Id(required=True)
    total = fields.Nested(Money, required=True)
    paid_at = fields.AwareDateTime(required=True)
    refunded_at = fields.AwareDateTime(required=True, allow_none=True)


class OrderPaidData(_OrderData):
    """An order was paid."""


class OrderRefundedData(_OrderData):
    """An order was refunded."""


class ReviewCreatedData(BaseSchema):
    """A student reviewed a course, for the first time."""

    review_id = Id(required=True)
    course_id = Id(required=True)
    student_id = Id(required=True)
    rating = fields.Integer(required=True)


PAYLOADS: dict[str, type[BaseSchema]] = {
    "user.registered": UserRegisteredData,
    "course.published": CoursePublishedData,
    "course.updated": CourseUpdatedData,
    "course.archived": CourseArchivedData,
    "enrollment.created": EnrollmentCreatedData,
    "enrollment.completed": EnrollmentCompletedData,
    "enrollment.dropped": EnrollmentDroppedData,
    "lesson.completed": LessonCompletedData,
    "quiz.started": QuizStartedData,
    "quiz.submitted": QuizSubmittedData,
    "quiz.graded": QuizGradedData,
    "certificate.issued": CertificateIssuedData,
    "certificate.revoked": CertificateRevokedData,
    "certificate.replaced": CertificateReplacedData,
    "order.paid": OrderPaidData,
    "order.refunded": OrderRefundedData,
    "review.created": ReviewCreatedData,
}
TYPES = tuple(PAYLOADS)


def stem_of(type: str) -> str:
    """What a type's schemas begin with: `EnrollmentCompleted` of `enrollment.completed`."""
    return "".join(word.capitalize() for word in type.split("."))
