"""The models of the API. Made by bin/sdk; do not edit."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from lms_client._base import Model
from pydantic import AwareDatetime, ConfigDict, Field
from typing_extensions import TypeAliasType

RequestId = TypeAliasType(
    "RequestId",
    Annotated[
        str,
        Field(
            description="The request's id, which our logs have too.",
            pattern='^[A-Za-z0-9._-]{1,128}$',
        ),
    ],
)


class FieldFault(Model):
    pointer: Annotated[
        str,
        Field(
            description="A JSON pointer into the body, `?name` of a query parameter, or a header's name."
        ),
    ]
    code: Annotated[str, Field(description='Stable; what programs should look at.')]
    detail: Annotated[str, Field(description='What is wrong, for people.')]
    course_id: Annotated[
        UUID | None,
        Field(description='With `course_published`: the course that needs a teacher.'),
    ] = None
    title: Annotated[str | None, Field(description='The title of that course.')] = None


class Problem(Model):
    success: Annotated[Literal[False], Field(description='Always false.')]
    type: Annotated[str, Field(description='A page that explains it.')]
    title: Annotated[str, Field(description='The code in words.')]
    status: Annotated[int, Field(description='The status of the reply.')]
    detail: Annotated[str, Field(description='What went wrong, for people.')]
    code: Annotated[str, Field(description='Stable; what programs should look at.')]
    message: Annotated[str, Field(description='The same as `detail`.')]
    errors: Annotated[
        list[FieldFault], Field(description='Each thing that is wrong with the input.')
    ]
    request_id: RequestId


ProblemCode = TypeAliasType(
    "ProblemCode",
    Annotated[
        Literal['account_erased', 'already_enrolled', 'archive_rejected', 'attempt_closed', 'attempt_open', 'attempts_used_up', 'body_timeout', 'body_too_large', 'certificate_not_ready', 'certificate_replaced', 'certificate_revoked', 'conflict', 'course_already_paid', 'course_full', 'course_has_enrollments', 'course_has_orders', 'course_is_free', 'course_not_open', 'course_not_publishable', 'courses_need_a_teacher', 'email_not_verified', 'email_taken', 'enrollment_completed', 'enrollment_dropped', 'enrollment_not_completed', 'enrollment_removed', 'extension_has_no_effect', 'file_empty', 'file_in_use', 'file_too_large', 'file_type_not_allowed', 'forbidden', 'idempotency_in_progress', 'idempotency_key_reused', 'idempotency_reply_not_kept', 'image_too_large', 'import_refused', 'internal_error', 'invalid_credentials', 'invalid_cursor', 'invalid_filename', 'invitations_used_up', 'last_admin', 'lessons_differ', 'malformed', 'malformed_csv', 'malformed_json', 'malformed_multipart', 'method_not_allowed', 'mfa_already_enabled', 'mfa_code_invalid', 'mfa_code_required', 'mfa_not_enabled', 'not_acceptable', 'not_exportable', 'not_found', 'order_already_paid', 'order_not_paid', 'order_refunded', 'origin_forbidden', 'parsers_busy', 'password_incorrect', 'payment_required', 'precondition_failed', 'questions_differ', 'quiz_full', 'quiz_has_attempts', 'quiz_in_use', 'quiz_not_open', 'quiz_not_passed', 'quiz_not_publishable', 'quota_exceeded', 'range_not_satisfiable', 'rate_limited', 'refresh_token_reused', 'review_too_early', 'session_revoked', 'slug_taken', 'storage_unavailable', 'student_erased', 'token_invalid', 'too_expensive', 'too_many_attempts', 'too_many_webhooks', 'unauthorized', 'unavailable', 'unsupported_media_type', 'upload_in_progress', 'upload_incomplete', 'validation_failed', 'webhook_disabled', 'webhook_url_forbidden'] | str,
        Field(description='What went wrong, as programs read it.'),
    ],
)


Role = TypeAliasType(
    "Role",
    Annotated[
        Literal['student', 'instructor', 'admin'] | str,
        Field(description='What an account may do.'),
    ],
)


class UserRegisteredData(Model):
    user_id: Annotated[UUID, Field(description="The person's id.")]
    role: Annotated[Role, Field(description='What the account may do.')]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]


class UserRegisteredWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['user.registered'], Field(description='What kind it is.')]
    data: Annotated[UserRegisteredData, Field(description='What is told about it.')]


CourseStatus = TypeAliasType(
    "CourseStatus",
    Annotated[
        Literal['draft', 'published', 'archived'] | str,
        Field(
            description='A draft is seen by its teachers, an archived course by its students too.'
        ),
    ],
)


class CoursePublishedData(Model):
    course_id: Annotated[UUID, Field(description="The course's id.")]
    instructor_id: Annotated[UUID, Field(description="The id of the course's teacher.")]
    title: Annotated[str, Field(description='What it is called.')]
    slug: Annotated[str, Field(description='Its name in addresses.')]
    status: Annotated[CourseStatus, Field(description='Its state.')]


class CoursePublishedWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['course.published'], Field(description='What kind it is.')]
    data: Annotated[CoursePublishedData, Field(description='What is told about it.')]


class CourseUpdatedData(Model):
    course_id: Annotated[UUID, Field(description="The course's id.")]
    instructor_id: Annotated[UUID, Field(description="The id of the course's teacher.")]
    title: Annotated[str, Field(description='What it is called.')]
    slug: Annotated[str, Field(description='Its name in addresses.')]
    status: Annotated[CourseStatus, Field(description='Its state.')]


class CourseUpdatedWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['course.updated'], Field(description='What kind it is.')]
    data: Annotated[CourseUpdatedData, Field(description='What is told about it.')]


class CourseArchivedData(Model):
    course_id: Annotated[UUID, Field(description="The course's id.")]
    instructor_id: Annotated[UUID, Field(description="The id of the course's teacher.")]
    title: Annotated[str, Field(description='What it is called.')]
    slug: Annotated[str, Field(description='Its name in addresses.')]
    status: Annotated[CourseStatus, Field(description='Its state.')]


class CourseArchivedWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['course.archived'], Field(description='What kind it is.')]
    data: Annotated[CourseArchivedData, Field(description='What is told about it.')]


EnrollmentStatus = TypeAliasType(
    "EnrollmentStatus",
    Annotated[
        Literal['active', 'completed', 'dropped'] | str,
        Field(
            description='Whether a student learns in the course, has completed it, or has left.'
        ),
    ],
)


class EnrollmentCreatedData(Model):
    enrollment_id: Annotated[UUID, Field(description="The enrolment's id.")]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    status: Annotated[EnrollmentStatus, Field(description='Its state.')]
    enrolled_at: Annotated[
        AwareDatetime, Field(description='When the student enrolled.')
    ]
    completed_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was completed; null if it is not.'),
    ]


class EnrollmentCreatedWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[
        Literal['enrollment.created'], Field(description='What kind it is.')
    ]
    data: Annotated[EnrollmentCreatedData, Field(description='What is told about it.')]


class EnrollmentCompletedData(Model):
    enrollment_id: Annotated[UUID, Field(description="The enrolment's id.")]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    status: Annotated[EnrollmentStatus, Field(description='Its state.')]
    enrolled_at: Annotated[
        AwareDatetime, Field(description='When the student enrolled.')
    ]
    completed_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was completed; null if it is not.'),
    ]


class EnrollmentCompletedWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[
        Literal['enrollment.completed'], Field(description='What kind it is.')
    ]
    data: Annotated[
        EnrollmentCompletedData, Field(description='What is told about it.')
    ]


DroppedBy = TypeAliasType(
    "DroppedBy",
    Annotated[
        Literal['student', 'staff', 'admin', 'refund'] | str,
        Field(description='Who ended the enrolment.'),
    ],
)


class EnrollmentDroppedData(Model):
    enrollment_id: Annotated[UUID, Field(description="The enrolment's id.")]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    status: Annotated[EnrollmentStatus, Field(description='Its state.')]
    enrolled_at: Annotated[
        AwareDatetime, Field(description='When the student enrolled.')
    ]
    completed_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was completed; null if it is not.'),
    ]
    by: Annotated[DroppedBy, Field(description='Who ended it.')]
    actor_id: Annotated[
        UUID | None, Field(description='Who did it; null if nobody did.')
    ]


class EnrollmentDroppedWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[
        Literal['enrollment.dropped'], Field(description='What kind it is.')
    ]
    data: Annotated[EnrollmentDroppedData, Field(description='What is told about it.')]


class LessonCompletedData(Model):
    enrollment_id: Annotated[UUID, Field(description="The enrolment's id.")]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    lesson_id: Annotated[UUID, Field(description="The lesson's id.")]
    completed_at: Annotated[
        AwareDatetime, Field(description='When it was completed; null if it is not.')
    ]


class LessonCompletedWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['lesson.completed'], Field(description='What kind it is.')]
    data: Annotated[LessonCompletedData, Field(description='What is told about it.')]


AttemptStatus = TypeAliasType(
    "AttemptStatus",
    Annotated[
        Literal['in_progress', 'needs_marking', 'graded'] | str,
        Field(
            description='How far an attempt is. An essay waits to be marked by a person.'
        ),
    ],
)


class QuizStartedData(Model):
    attempt_id: Annotated[UUID, Field(description="The attempt's id.")]
    quiz_id: Annotated[UUID, Field(description="The quiz's id.")]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    number: Annotated[int, Field(description='Which attempt it is, from 1.')]
    status: Annotated[AttemptStatus, Field(description='Its state.')]
    started_at: Annotated[AwareDatetime, Field(description='When it was started.')]
    finished_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was finished; null if it is not.'),
    ]
    score_percent: Annotated[
        float | None,
        Field(
            description='The percentage that was reached; null if it may not be seen yet.'
        ),
    ]
    passed: Annotated[
        bool | None,
        Field(description='Whether it is passed; null if that may not be seen yet.'),
    ]


class QuizStartedWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['quiz.started'], Field(description='What kind it is.')]
    data: Annotated[QuizStartedData, Field(description='What is told about it.')]


class QuizSubmittedData(Model):
    attempt_id: Annotated[UUID, Field(description="The attempt's id.")]
    quiz_id: Annotated[UUID, Field(description="The quiz's id.")]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    number: Annotated[int, Field(description='Which attempt it is, from 1.')]
    status: Annotated[AttemptStatus, Field(description='Its state.')]
    started_at: Annotated[AwareDatetime, Field(description='When it was started.')]
    finished_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was finished; null if it is not.'),
    ]
    score_percent: Annotated[
        float | None,
        Field(
            description='The percentage that was reached; null if it may not be seen yet.'
        ),
    ]
    passed: Annotated[
        bool | None,
        Field(description='Whether it is passed; null if that may not be seen yet.'),
    ]


class QuizSubmittedWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['quiz.submitted'], Field(description='What kind it is.')]
    data: Annotated[QuizSubmittedData, Field(description='What is told about it.')]


class QuizGradedData(Model):
    attempt_id: Annotated[UUID, Field(description="The attempt's id.")]
    quiz_id: Annotated[UUID, Field(description="The quiz's id.")]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    number: Annotated[int, Field(description='Which attempt it is, from 1.')]
    status: Annotated[AttemptStatus, Field(description='Its state.')]
    started_at: Annotated[AwareDatetime, Field(description='When it was started.')]
    finished_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was finished; null if it is not.'),
    ]
    score_percent: Annotated[
        float | None,
        Field(
            description='The percentage that was reached; null if it may not be seen yet.'
        ),
    ]
    passed: Annotated[
        bool | None,
        Field(description='Whether it is passed; null if that may not be seen yet.'),
    ]


class QuizGradedWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['quiz.graded'], Field(description='What kind it is.')]
    data: Annotated[QuizGradedData, Field(description='What is told about it.')]


class CertificateIssuedData(Model):
    certificate_id: Annotated[UUID, Field(description="The certificate's id.")]
    number: Annotated[str, Field(description='The number that is printed on it.')]
    enrollment_id: Annotated[UUID, Field(description="The enrolment's id.")]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    issued_at: Annotated[
        AwareDatetime, Field(description='When it was issued; null if it is not.')
    ]
    expires_at: Annotated[
        AwareDatetime | None, Field(description='When it ends; null if it does not.')
    ]
    revoked_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was revoked; null if it is not.'),
    ]


class CertificateIssuedWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[
        Literal['certificate.issued'], Field(description='What kind it is.')
    ]
    data: Annotated[CertificateIssuedData, Field(description='What is told about it.')]


class CertificateRevokedData(Model):
    certificate_id: Annotated[UUID, Field(description="The certificate's id.")]
    number: Annotated[str, Field(description='The number that is printed on it.')]
    enrollment_id: Annotated[UUID, Field(description="The enrolment's id.")]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    issued_at: Annotated[
        AwareDatetime, Field(description='When it was issued; null if it is not.')
    ]
    expires_at: Annotated[
        AwareDatetime | None, Field(description='When it ends; null if it does not.')
    ]
    revoked_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was revoked; null if it is not.'),
    ]


class CertificateRevokedWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[
        Literal['certificate.revoked'], Field(description='What kind it is.')
    ]
    data: Annotated[CertificateRevokedData, Field(description='What is told about it.')]


class CertificateReplacedData(Model):
    certificate_id: Annotated[UUID, Field(description="The certificate's id.")]
    number: Annotated[str, Field(description='The number that is printed on it.')]
    enrollment_id: Annotated[UUID, Field(description="The enrolment's id.")]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    issued_at: Annotated[
        AwareDatetime, Field(description='When it was issued; null if it is not.')
    ]
    expires_at: Annotated[
        AwareDatetime | None, Field(description='When it ends; null if it does not.')
    ]
    revoked_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was revoked; null if it is not.'),
    ]
    replaced_by: Annotated[str, Field(description='The number of the new certificate.')]


class CertificateReplacedWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[
        Literal['certificate.replaced'], Field(description='What kind it is.')
    ]
    data: Annotated[
        CertificateReplacedData, Field(description='What is told about it.')
    ]


Currency = TypeAliasType(
    "Currency",
    Annotated[
        Literal['AED', 'AFN', 'ALL', 'AMD', 'AOA', 'ARS', 'AUD', 'AWG', 'AZN', 'BAM', 'BBD', 'BDT', 'BHD', 'BIF', 'BMD', 'BND', 'BOB', 'BRL', 'BSD', 'BTN', 'BWP', 'BYN', 'BZD', 'CAD', 'CDF', 'CHF', 'CLP', 'CNY', 'COP', 'CRC', 'CUP', 'CVE', 'CZK', 'DJF', 'DKK', 'DOP', 'DZD', 'EGP', 'ERN', 'ETB', 'EUR', 'FJD', 'FKP', 'GBP', 'GEL', 'GHS', 'GIP', 'GMD', 'GNF', 'GTQ', 'GYD', 'HKD', 'HNL', 'HTG', 'HUF', 'IDR', 'ILS', 'INR', 'IQD', 'IRR', 'ISK', 'JMD', 'JOD', 'JPY', 'KES', 'KGS', 'KHR', 'KMF', 'KPW', 'KRW', 'KWD', 'KYD', 'KZT', 'LAK', 'LBP', 'LKR', 'LRD', 'LSL', 'LYD', 'MAD', 'MDL', 'MGA', 'MKD', 'MMK', 'MNT', 'MOP', 'MRU', 'MUR', 'MVR', 'MWK', 'MXN', 'MYR', 'MZN', 'NAD', 'NGN', 'NIO', 'NOK', 'NPR', 'NZD', 'OMR', 'PAB', 'PEN', 'PGK', 'PHP', 'PKR', 'PLN', 'PYG', 'QAR', 'RON', 'RSD', 'RUB', 'RWF', 'SAR', 'SBD', 'SCR', 'SDG', 'SEK', 'SGD', 'SHP', 'SLE', 'SOS', 'SRD', 'SSP', 'STN', 'SVC', 'SYP', 'SZL', 'THB', 'TJS', 'TMT', 'TND', 'TOP', 'TRY', 'TTD', 'TWD', 'TZS', 'UAH', 'UGX', 'USD', 'UYU', 'UZS', 'VED', 'VES', 'VND', 'VUV', 'WST', 'XAF', 'XCD', 'XCG', 'XOF', 'XPF', 'YER', 'ZAR', 'ZMW', 'ZWG'] | str,
        Field(description='A currency of ISO 4217.'),
    ],
)


class Money(Model):
    amount: Annotated[
        int,
        Field(
            description='In minor units of the currency, such as cents.',
            examples=[1999],
            ge=0,
            le=1000000000000,
        ),
    ]
    currency: Annotated[
        Currency, Field(description='A currency of ISO 4217.', examples=['USD'])
    ]


class OrderPaidData(Model):
    order_id: Annotated[UUID, Field(description="The order's id.")]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    total: Annotated[Money, Field(description='What it costs.')]
    paid_at: Annotated[
        AwareDatetime, Field(description='When it was paid; null if it is not.')
    ]
    refunded_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was refunded; null if it is not.'),
    ]


class OrderPaidWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['order.paid'], Field(description='What kind it is.')]
    data: Annotated[OrderPaidData, Field(description='What is told about it.')]


class OrderRefundedData(Model):
    order_id: Annotated[UUID, Field(description="The order's id.")]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    total: Annotated[Money, Field(description='What it costs.')]
    paid_at: Annotated[
        AwareDatetime, Field(description='When it was paid; null if it is not.')
    ]
    refunded_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was refunded; null if it is not.'),
    ]


class OrderRefundedWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['order.refunded'], Field(description='What kind it is.')]
    data: Annotated[OrderRefundedData, Field(description='What is told about it.')]


class ReviewCreatedData(Model):
    review_id: Annotated[UUID, Field(description="The review's id.")]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    rating: Annotated[int, Field(description='1 to 5.')]


class ReviewCreatedWebhook(Model):
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['review.created'], Field(description='What kind it is.')]
    data: Annotated[ReviewCreatedData, Field(description='What is told about it.')]


class Health(Model):
    status: Annotated[Literal['ok'], Field(description='Its state.')]
    version: Annotated[
        str,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.',
            examples=['0.1.0'],
        ),
    ]
    commit: Annotated[
        str | None,
        Field(description='The commit that it was made from.', examples=['8f2a41c']),
    ]
    built_at: Annotated[AwareDatetime | None, Field(description='When it was made.')]


class NotAcceptableProblem(Problem):
    code: Annotated[
        Literal['not_acceptable'],
        Field(description='Stable; what programs should look at.'),
    ]


class ValidationProblem(Problem):
    code: Annotated[
        Literal['validation_failed'],
        Field(description='Stable; what programs should look at.'),
    ]


class InternalProblem(Problem):
    code: Annotated[
        Literal['internal_error'],
        Field(description='Stable; what programs should look at.'),
    ]


class UnavailableProblem(Problem):
    code: Annotated[
        Literal['unavailable'],
        Field(description='Stable; what programs should look at.'),
    ]


ReadinessStatus = TypeAliasType(
    "ReadinessStatus",
    Annotated[
        Literal['ok', 'degraded'] | str,
        Field(description='Degraded: it serves, but slower or with less.'),
    ],
)


RedisStatus = TypeAliasType(
    "RedisStatus",
    Annotated[
        Literal['ok', 'away'] | str, Field(description='Whether Redis answers.')
    ],
)


class Readiness(Model):
    status: Annotated[ReadinessStatus, Field(description='Its state.')]
    database: Annotated[str, Field(description='Whether PostgreSQL answers.')]
    redis: Annotated[RedisStatus, Field(description='Whether Redis answers.')]


class UnauthorizedProblem(Problem):
    code: Annotated[
        Literal['unauthorized'],
        Field(description='Stable; what programs should look at.'),
    ]


class RateLimitedProblem(Problem):
    code: Annotated[
        Literal['rate_limited'],
        Field(description='Stable; what programs should look at.'),
    ]


class NotFoundProblem(Problem):
    code: Annotated[
        Literal['not_found'], Field(description='Stable; what programs should look at.')
    ]


class Meaning(Model):
    status: Annotated[
        int, Field(description='The status of the reply.', examples=[404])
    ]
    title: Annotated[str, Field(description='The code in words.')]
    detail: Annotated[str, Field(description='What it says.')]


class ProblemType(Model):
    code: Annotated[str, Field(description='The code.', examples=['not_found'])]
    meanings: Annotated[
        list[Meaning], Field(description='What it means with each status.')
    ]


class ErrorCode(Model):
    status: Annotated[
        int, Field(description='The status of the reply.', examples=[404])
    ]
    title: Annotated[str, Field(description='The code in words.')]
    detail: Annotated[str, Field(description='What it says.')]
    code: Annotated[str, Field(description='The code.', examples=['not_found'])]
    url: Annotated[str, Field(description='The page that explains it.')]


class EnrolledCourse(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    title: Annotated[str, Field(description='What it is called.')]
    slug: Annotated[str, Field(description='Its name in addresses.')]
    thumbnail_url: Annotated[
        str | None,
        Field(description='The picture of the course; null if there is none.'),
    ]


class Enrollment(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    course: Annotated[EnrolledCourse, Field(description='The course.')]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    status: Annotated[EnrollmentStatus, Field(description='Its state.')]
    progress_percent: Annotated[int, Field(description='How much is done, 0 to 100.')]
    completed_lessons: Annotated[
        int, Field(description='How many lessons are completed.')
    ]
    total_lessons: Annotated[int, Field(description='How many lessons there are.')]
    time_spent_seconds: Annotated[int, Field(description='Seconds spent.')]
    resume_lesson_id: Annotated[
        UUID | None, Field(description='Where to go on: the first lesson that is open.')
    ]
    enrolled_at: Annotated[
        AwareDatetime, Field(description='When the student enrolled.')
    ]
    completed_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was completed; null if it is not.'),
    ]
    last_accessed_at: Annotated[
        AwareDatetime | None,
        Field(description='When the student was last in the course; null if never.'),
    ]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]


class BadRequestProblem(Problem):
    code: Annotated[
        Literal['malformed', 'malformed_json'],
        Field(description='Stable; what programs should look at.'),
    ]


class PaymentRequiredPaymentRequiredProblem(Problem):
    code: Annotated[
        Literal['payment_required'],
        Field(description='Stable; what programs should look at.'),
    ]


class ForbiddenProblem(Problem):
    code: Annotated[
        Literal['forbidden'], Field(description='Stable; what programs should look at.')
    ]


class TimeoutProblem(Problem):
    code: Annotated[
        Literal['body_timeout'],
        Field(description='Stable; what programs should look at.'),
    ]


class CourseFullCourseNotOpenEnrollmentRemovedConflictProblem(Problem):
    code: Annotated[
        Literal['course_full', 'course_not_open', 'enrollment_removed', 'idempotency_in_progress', 'idempotency_reply_not_kept'],
        Field(description='Stable; what programs should look at.'),
    ]


class TooLargeProblem(Problem):
    code: Annotated[
        Literal['body_too_large'],
        Field(description='Stable; what programs should look at.'),
    ]


class UnsupportedTypeProblem(Problem):
    code: Annotated[
        Literal['unsupported_media_type'],
        Field(description='Stable; what programs should look at.'),
    ]


class IdempotencyKeyReusedTooExpensiveValidationProblem(Problem):
    code: Annotated[
        Literal['idempotency_key_reused', 'too_expensive', 'validation_failed'],
        Field(description='Stable; what programs should look at.'),
    ]


class ParsersBusyRateLimitedProblem(Problem):
    code: Annotated[
        Literal['parsers_busy', 'rate_limited'],
        Field(description='Stable; what programs should look at.'),
    ]


class NewEnrollment(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    course_id: Annotated[UUID, Field(description="The course's id.")]


EnrollmentSort = TypeAliasType(
    "EnrollmentSort",
    Annotated[
        Literal['newest', 'progress', 'last_accessed', 'title'] | str,
        Field(description='The order of the list.'),
    ],
)


class InvalidCursorBadRequestProblem(Problem):
    code: Annotated[
        Literal['invalid_cursor'],
        Field(description='Stable; what programs should look at.'),
    ]


LessonStatus = TypeAliasType(
    "LessonStatus",
    Annotated[
        Literal['not_started', 'in_progress', 'completed'] | str,
        Field(description='How far a student is in a lesson.'),
    ],
)


class LessonProgress(Model):
    lesson_id: Annotated[UUID, Field(description="The lesson's id.")]
    status: Annotated[LessonStatus, Field(description='Its state.')]
    completed_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was completed; null if it is not.'),
    ]
    time_spent_seconds: Annotated[int, Field(description='Seconds spent.')]
    last_position_seconds: Annotated[
        int | None,
        Field(description='Where a film was left, in seconds; null if it never was.'),
    ]
    watched: Annotated[
        list[list[int]],
        Field(
            description='The parts of a film that were seen, each from and to a second.',
            examples=[[[0, 95], [120, 180]]],
        ),
    ]


class EnrollmentWithLessons(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    course: Annotated[EnrolledCourse, Field(description='The course.')]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    status: Annotated[EnrollmentStatus, Field(description='Its state.')]
    progress_percent: Annotated[int, Field(description='How much is done, 0 to 100.')]
    completed_lessons: Annotated[
        int, Field(description='How many lessons are completed.')
    ]
    total_lessons: Annotated[int, Field(description='How many lessons there are.')]
    time_spent_seconds: Annotated[int, Field(description='Seconds spent.')]
    resume_lesson_id: Annotated[
        UUID | None, Field(description='Where to go on: the first lesson that is open.')
    ]
    enrolled_at: Annotated[
        AwareDatetime, Field(description='When the student enrolled.')
    ]
    completed_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was completed; null if it is not.'),
    ]
    last_accessed_at: Annotated[
        AwareDatetime | None,
        Field(description='When the student was last in the course; null if never.'),
    ]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]
    lessons: Annotated[list[LessonProgress], Field(description='The lessons.')]


class EnrollmentCompletedConflictProblem(Problem):
    code: Annotated[
        Literal['enrollment_completed'],
        Field(description='Stable; what programs should look at.'),
    ]


class PreconditionFailedProblem(Problem):
    code: Annotated[
        Literal['precondition_failed'],
        Field(description='Stable; what programs should look at.'),
    ]


class LessonCompletion(Model):
    progress: Annotated[
        LessonProgress, Field(description='The progress in the lesson.')
    ]
    enrollment: Annotated[Enrollment, Field(description='The enrolment.')]


class EnrollmentDroppedQuizNotPassedConflictProblem(Problem):
    code: Annotated[
        Literal['enrollment_dropped', 'idempotency_in_progress', 'idempotency_reply_not_kept', 'quiz_not_passed'],
        Field(description='Stable; what programs should look at.'),
    ]


class EnrollmentDroppedConflictProblem(Problem):
    code: Annotated[
        Literal['enrollment_dropped', 'idempotency_in_progress', 'idempotency_reply_not_kept'],
        Field(description='Stable; what programs should look at.'),
    ]


WatchedItem = TypeAliasType("WatchedItem", Annotated[int, Field(ge=0, le=1000000)])


class ProgressReport(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    time_spent_seconds: Annotated[
        int | None,
        Field(description='Seconds spent since the last report.', ge=0, le=1000000),
    ] = None
    last_position_seconds: Annotated[
        int | None,
        Field(
            description='Where a film was left, in seconds; null if it never was.',
            ge=0,
            le=1000000,
        ),
    ] = None
    watched: Annotated[
        list[list[WatchedItem]] | None,
        Field(
            description='The parts of a film that were seen, each from and to a second.',
            examples=[[[0, 30], [60, 95]]],
            max_length=500,
        ),
    ] = None


ProgressResult = TypeAliasType(
    "ProgressResult",
    Annotated[
        Literal['counted', 'duplicate', 'refused'] | str,
        Field(description='What became of an event.'),
    ],
)


ProgressRefusal = TypeAliasType(
    "ProgressRefusal",
    Annotated[
        Literal['lesson_not_found', 'quiz_not_passed'] | str,
        Field(description='Why an event was refused; null if it was not.'),
    ],
)


class EventResult(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    status: Annotated[ProgressResult, Field(description='Its state.')]
    code: Annotated[
        ProgressRefusal | None, Field(description='A code that programs can look at.')
    ]


class BatchResult(Model):
    results: Annotated[
        list[EventResult], Field(description='A result for each, in their order.')
    ]
    enrollment: Annotated[EnrollmentWithLessons, Field(description='The enrolment.')]


ProgressEventType = TypeAliasType(
    "ProgressEventType",
    Annotated[
        Literal['progress', 'completed'] | str,
        Field(description='What happened in the lesson.'),
    ],
)


class ProgressEvent(Model):
    time_spent_seconds: Annotated[
        int | None, Field(description='Seconds spent.', ge=0, le=1000000)
    ] = None
    last_position_seconds: Annotated[
        int | None,
        Field(
            description='Where a film was left, in seconds; null if it never was.',
            ge=0,
            le=1000000,
        ),
    ] = None
    watched: Annotated[
        list[list[WatchedItem]] | None,
        Field(
            description='The parts of a film that were seen, each from and to a second.',
            examples=[[[0, 30], [60, 95]]],
            max_length=500,
        ),
    ] = None
    id: Annotated[UUID, Field(description='Made by the client; counts once.')]
    lesson_id: Annotated[UUID, Field(description="The lesson's id.")]
    type: Annotated[ProgressEventType, Field(description='What kind it is.')]
    occurred_at: Annotated[
        AwareDatetime, Field(description="When it happened, by the client's clock.")
    ]


class ProgressBatch(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    events: Annotated[
        list[ProgressEvent],
        Field(description='What happened, in any order.', max_length=500, min_length=1),
    ]


class Teacher(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    full_name: Annotated[str, Field(description='What the person is called.')]


class LearnerCourse(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    title: Annotated[str, Field(description='What it is called.')]
    slug: Annotated[str, Field(description='Its name in addresses.')]
    description: Annotated[str, Field(description='What it is about.')]
    thumbnail_url: Annotated[
        str | None,
        Field(description='The picture of the course; null if there is none.'),
    ]
    status: Annotated[CourseStatus, Field(description='Its state.')]
    instructor: Annotated[Teacher, Field(description="The course's teacher.")]
    language: Annotated[str, Field(description='A language tag (BCP 47).')]
    estimated_duration_minutes: Annotated[
        int | None,
        Field(
            description='How long a student takes, in minutes; null if it is not known.'
        ),
    ]
    learning_objectives: Annotated[
        list[str], Field(description='What a student learns.')
    ]
    lesson_count: Annotated[int, Field(description='How many lessons there are.')]


LessonType = TypeAliasType(
    "LessonType",
    Annotated[
        Literal['text', 'video', 'document', 'quiz'] | str,
        Field(description='What kind of content a lesson has.'),
    ],
)


class OutlineLesson(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    title: Annotated[str, Field(description='What it is called.')]
    content_type: Annotated[
        LessonType, Field(description='What kind of content it is.')
    ]
    position: Annotated[int, Field(description='Its place in the order, from 1.')]
    duration_minutes: Annotated[
        int | None,
        Field(description='How long it takes, in minutes; null if it is not known.'),
    ]
    is_preview: Annotated[bool, Field(description='Whether anyone may read it.')]
    quiz_id: Annotated[UUID | None, Field(description="The quiz's id.")]
    locked: Annotated[
        bool, Field(description='True: the reader gets its outline only.')
    ]
    status: Annotated[LessonStatus, Field(description='Its state.')]
    completed_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was completed; null if it is not.'),
    ]
    time_spent_seconds: Annotated[int, Field(description='Seconds spent.')]
    last_position_seconds: Annotated[
        int | None,
        Field(description='Where a film was left, in seconds; null if it never was.'),
    ]
    watched: Annotated[
        list[list[int]],
        Field(
            description='The parts of a film that were seen, each from and to a second.'
        ),
    ]


class LearnerQuiz(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    title: Annotated[str, Field(description='What it is called.')]
    is_required: Annotated[
        bool,
        Field(description='Whether the course is complete only once it is passed.'),
    ]
    passing_score: Annotated[float, Field(description='The percentage that passes.')]
    time_limit_minutes: Annotated[
        int | None,
        Field(
            description='How long an attempt may take, in minutes; null: as long as one likes.'
        ),
    ]
    available_from: Annotated[
        AwareDatetime | None,
        Field(
            description='From when the quiz can be taken; null: from its publication.'
        ),
    ]
    available_until: Annotated[
        AwareDatetime | None,
        Field(description='Until when the quiz can be taken; null: without end.'),
    ]
    max_attempts: Annotated[
        int | None,
        Field(
            description='How many attempts each student has; null: as many as they like.'
        ),
    ]
    attempts_used: Annotated[int, Field(description='How many attempts were begun.')]
    attempts_left: Annotated[
        int | None,
        Field(description='How many attempts are left; null: as many as one likes.'),
    ]
    open_attempt_id: Annotated[
        UUID | None, Field(description='The attempt that is open; null if none is.')
    ]
    best_score_percent: Annotated[
        float | None,
        Field(description='The best percentage; null if there is none yet.'),
    ]
    passed: Annotated[
        bool | None,
        Field(description='Whether it is passed; null if that may not be seen yet.'),
    ]
    lesson_ids: Annotated[
        list[UUID], Field(description='The lessons that lead to this quiz.')
    ]


class Lesson(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    title: Annotated[str, Field(description='What it is called.')]
    content_type: Annotated[
        LessonType, Field(description='What kind of content it is.')
    ]
    content: Annotated[
        str | None, Field(description='The text of the lesson, in Markdown.')
    ] = None
    video_url: Annotated[str | None, Field(description='Where the film is.')] = None
    file_id: Annotated[UUID | None, Field(description="The file's id.")] = None
    file_url: Annotated[
        str | None, Field(description='Where the file can be read.')
    ] = None
    quiz_id: Annotated[UUID | None, Field(description="The quiz's id.")]
    duration_minutes: Annotated[
        int | None,
        Field(description='How long it takes, in minutes; null if it is not known.'),
    ]
    is_preview: Annotated[bool, Field(description='Whether anyone may read it.')]
    position: Annotated[int, Field(description='Its place in the order, from 1.')]
    metadata: Annotated[
        dict[str, Any] | None,
        Field(description="An object of the client's own, kept as it is."),
    ] = None
    locked: Annotated[
        bool, Field(description='True: the reader gets its outline only.')
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]


CertificateStatus = TypeAliasType(
    "CertificateStatus",
    Annotated[
        Literal['pending', 'issued', 'revoked', 'expired', 'replaced'] | str,
        Field(
            description='Whether a certificate is made, stands, or stands no longer.'
        ),
    ],
)


class LearnerCertificate(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    number: Annotated[str, Field(description='The number that is printed on it.')]
    status: Annotated[CertificateStatus, Field(description='Its state.')]
    issued_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was issued; null if it is not.'),
    ]
    expires_at: Annotated[
        AwareDatetime | None, Field(description='When it ends; null if it does not.')
    ]
    verify_url: Annotated[str, Field(description='Where anyone can verify it.')]


class LearnerPage(Model):
    course: Annotated[LearnerCourse, Field(description='The course.')]
    enrollment: Annotated[
        Enrollment | None,
        Field(description="The student's enrolment; null if there is none."),
    ]
    lessons: Annotated[list[OutlineLesson], Field(description='The lessons.')]
    quizzes: Annotated[list[LearnerQuiz], Field(description='The quizzes.')]
    resume_lesson: Annotated[
        Lesson | None,
        Field(description='Where to go on; null if there is nothing left.'),
    ]
    certificate: Annotated[
        LearnerCertificate | None,
        Field(description="The student's certificate; null if there is none."),
    ]


PlaceStatus = TypeAliasType(
    "PlaceStatus",
    Annotated[
        Literal['active', 'completed', 'dropped', 'invited', 'waiting'] | str,
        Field(
            description='As of an enrolment; or a place that waits for its owner or for a seat.'
        ),
    ],
)


RosterSort = TypeAliasType(
    "RosterSort",
    Annotated[
        Literal['newest', 'name', 'progress'] | str,
        Field(description='The order of the list.'),
    ],
)


class Student(Model):
    id: Annotated[UUID | None, Field(description='Its id.')]
    full_name: Annotated[str, Field(description='What the person is called.')]
    email: Annotated[str, Field(description='An e-mail address.')]


class RosterEntry(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    course: Annotated[EnrolledCourse, Field(description='The course.')]
    student_id: Annotated[UUID | None, Field(description="The student's id.")]
    status: Annotated[PlaceStatus, Field(description='Its state.')]
    progress_percent: Annotated[int, Field(description='How much is done, 0 to 100.')]
    completed_lessons: Annotated[
        int, Field(description='How many lessons are completed.')
    ]
    total_lessons: Annotated[int, Field(description='How many lessons there are.')]
    time_spent_seconds: Annotated[int, Field(description='Seconds spent.')]
    resume_lesson_id: Annotated[
        UUID | None, Field(description='Where to go on: the first lesson that is open.')
    ]
    enrolled_at: Annotated[
        AwareDatetime | None, Field(description='When the student enrolled.')
    ]
    completed_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was completed; null if it is not.'),
    ]
    last_accessed_at: Annotated[
        AwareDatetime | None,
        Field(description='When the student was last in the course; null if never.'),
    ]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]
    expires_at: Annotated[
        AwareDatetime | None, Field(description='When it ends; null if it does not.')
    ]
    student: Annotated[Student, Field(description='The student.')]


JobStatus = TypeAliasType(
    "JobStatus",
    Annotated[
        Literal['pending', 'running', 'done'] | str,
        Field(description='How far a job is.'),
    ],
)


RowStatus = TypeAliasType(
    "RowStatus",
    Annotated[
        Literal['pending', 'accepted', 'duplicate', 'invalid', 'enrolled', 'invited', 'waiting', 'returned', 'already_enrolled', 'refused'] | str,
        Field(description='What became of a row.'),
    ],
)


RowRefusal = TypeAliasType(
    "RowRefusal",
    Annotated[
        Literal['invalid_email', 'invalid_full_name', 'course_not_open', 'forbidden', 'account_disabled', 'not_a_student', 'course_full'] | str,
        Field(description='Why a row was refused; null if it was not.'),
    ],
)


class RowResult(Model):
    row: Annotated[int, Field(description='The row, from 1.')]
    email: Annotated[str, Field(description='An e-mail address.')]
    status: Annotated[RowStatus, Field(description='Its state.')]
    code: Annotated[
        RowRefusal | None, Field(description='A code that programs can look at.')
    ]
    user_id: Annotated[UUID | None, Field(description="The person's id.")]
    enrollment_id: Annotated[UUID | None, Field(description="The enrolment's id.")]


class Job(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    kind: Annotated[Literal['bulk_enrollment'], Field(description='What is done.')]
    status: Annotated[JobStatus, Field(description='Its state.')]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    dry_run: Annotated[
        bool, Field(description='True: say what would be done, and do nothing.')
    ]
    total: Annotated[int, Field(description='How many there are.')]
    processed: Annotated[int, Field(description='How many are done.')]
    progress_percent: Annotated[int, Field(description='How much is done, 0 to 100.')]
    counts: Annotated[
        dict[str, int],
        Field(
            description='How many rows came to what.',
            examples=[{'accepted': 154, 'duplicate': 2, 'invalid': 1}],
        ),
    ]
    results: Annotated[
        list[RowResult], Field(description='A result for each, in their order.')
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]
    finished_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was finished; null if it is not.'),
    ]


class MalformedCsvBadRequestProblem(Problem):
    code: Annotated[
        Literal['malformed', 'malformed_csv', 'malformed_json'],
        Field(description='Stable; what programs should look at.'),
    ]


class CourseNotOpenConflictProblem(Problem):
    code: Annotated[
        Literal['course_not_open', 'idempotency_in_progress', 'idempotency_reply_not_kept'],
        Field(description='Stable; what programs should look at.'),
    ]


class InvitationsUsedUpParsersBusyRateLimitedProblem(Problem):
    code: Annotated[
        Literal['invitations_used_up', 'parsers_busy', 'rate_limited'],
        Field(description='Stable; what programs should look at.'),
    ]


Email = TypeAliasType("Email", Annotated[str, Field(max_length=1000)])


class NewBulkEnrollment(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    emails: Annotated[
        list[Email],
        Field(
            description='E-mail addresses.',
            examples=[['sam@example.com', 'kim@example.com']],
            max_length=10000,
            min_length=1,
        ),
    ]
    dry_run: Annotated[
        bool | None, Field(description='True: say what would be done, and do nothing.')
    ] = False


class Reviewer(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    full_name: Annotated[str, Field(description='What the person is called.')]


class Review(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    student: Annotated[Reviewer, Field(description='The student.')]
    rating: Annotated[int, Field(description='1 to 5.')]
    text: Annotated[str, Field(description='What it says.')]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]


class ReviewTooEarlyConflictProblem(Problem):
    code: Annotated[
        Literal['review_too_early'],
        Field(description='Stable; what programs should look at.'),
    ]


class TooExpensiveValidationProblem(Problem):
    code: Annotated[
        Literal['too_expensive', 'validation_failed'],
        Field(description='Stable; what programs should look at.'),
    ]


class OwnReview(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    rating: Annotated[int, Field(description='1 to 5.', examples=[5], ge=1, le=5)]
    text: Annotated[str | None, Field(description='What it says.', max_length=5000)] = (
        ''
    )


ClosedBy = TypeAliasType(
    "ClosedBy",
    Annotated[
        Literal['student', 'deadline', 'access_ended'] | str,
        Field(description='What ended the attempt.'),
    ],
)


TextFormat = TypeAliasType(
    "TextFormat",
    Annotated[
        Literal['markdown', 'plain', 'html'] | str,
        Field(description='The format of a text: Markdown, HTML or plain text.'),
    ],
)


class GapResult(Model):
    points_awarded: Annotated[
        float,
        Field(description="The part of the question's points that the gap earned."),
    ]
    correct: Annotated[
        bool, Field(description='Whether the gap earned all that it is worth.')
    ]


class ShownOption(Model):
    id: Annotated[str, Field(description='Its id.', max_length=64, min_length=1)]
    text: Annotated[
        str, Field(description='What it says.', max_length=5000, min_length=1)
    ]
    text_format: TextFormat | None = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=5000),
    ] = None
    explanation_format: TextFormat | None = None


class AskedSingleChoiceQuestion(Model):
    type: Annotated[Literal['single_choice'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    points_awarded: Annotated[
        float | None,
        Field(
            description='The points that the answer earned; null until it is marked.'
        ),
    ] = None
    feedback: Annotated[
        str | None,
        Field(description='What the teacher says about the answer; null if nothing.'),
    ] = None
    correct: Annotated[
        bool | None,
        Field(
            description='Whether the answer earned all points; null until it is marked.'
        ),
    ] = None
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ] = None
    explanation_format: TextFormat | None = None
    gaps: Annotated[
        dict[str, GapResult] | None,
        Field(description='What each gap of a cloze earned, by its id.'),
    ] = None
    options: Annotated[
        list[ShownOption] | None, Field(description='What can be chosen.')
    ]
    answer: Annotated[
        str | None, Field(description='The key.', max_length=64, min_length=1)
    ] = None


AnswerItem = TypeAliasType(
    "AnswerItem", Annotated[str, Field(max_length=64, min_length=1)]
)


class AskedMultipleChoiceQuestion(Model):
    type: Annotated[Literal['multiple_choice'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    points_awarded: Annotated[
        float | None,
        Field(
            description='The points that the answer earned; null until it is marked.'
        ),
    ] = None
    feedback: Annotated[
        str | None,
        Field(description='What the teacher says about the answer; null if nothing.'),
    ] = None
    correct: Annotated[
        bool | None,
        Field(
            description='Whether the answer earned all points; null until it is marked.'
        ),
    ] = None
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ] = None
    explanation_format: TextFormat | None = None
    gaps: Annotated[
        dict[str, GapResult] | None,
        Field(description='What each gap of a cloze earned, by its id.'),
    ] = None
    options: Annotated[
        list[ShownOption] | None, Field(description='What can be chosen.')
    ]
    answer: Annotated[list[AnswerItem] | None, Field(description='The key.')] = None


class TrueFalseSide(Model):
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=5000),
    ] = None
    explanation_format: TextFormat | None = None


class TrueFalseShownSides(Model):
    true: Annotated[
        TrueFalseSide | None, Field(description='What is said of the answer true.')
    ] = None
    false: Annotated[
        TrueFalseSide | None, Field(description='What is said of the answer false.')
    ] = None


class AskedTrueFalseQuestion(Model):
    type: Annotated[Literal['true_false'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    points_awarded: Annotated[
        float | None,
        Field(
            description='The points that the answer earned; null until it is marked.'
        ),
    ] = None
    feedback: Annotated[
        str | None,
        Field(description='What the teacher says about the answer; null if nothing.'),
    ] = None
    correct: Annotated[
        bool | None,
        Field(
            description='Whether the answer earned all points; null until it is marked.'
        ),
    ] = None
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ] = None
    explanation_format: TextFormat | None = None
    gaps: Annotated[
        dict[str, GapResult] | None,
        Field(description='What each gap of a cloze earned, by its id.'),
    ] = None
    options: Annotated[
        TrueFalseShownSides | None, Field(description='What can be chosen.')
    ]
    answer: Annotated[bool | None, Field(description='The key.')] = None


AcceptedText = TypeAliasType(
    "AcceptedText",
    Annotated[
        str,
        Field(
            description='A text that is right; `*` stands for any characters.',
            max_length=1000,
            min_length=1,
        ),
    ],
)


class ShortAnswerKeptWeighedText(Model):
    text: Annotated[
        str, Field(description='What it says.', max_length=1000, min_length=1)
    ]
    percent: Annotated[
        Decimal, Field(description='The percent of the points that it earns.')
    ]
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=5000),
    ] = None
    explanation_format: TextFormat | None = None


KeptAcceptedAnswer = TypeAliasType(
    "KeptAcceptedAnswer",
    Annotated[
        AcceptedText | ShortAnswerKeptWeighedText,
        Field(
            description='A text that is right, or one that earns a part of the points.'
        ),
    ],
)


class KeptShortAnswerKey(Model):
    accepted: Annotated[list[KeptAcceptedAnswer], Field(description='What is right.')]
    case_sensitive: Annotated[
        bool, Field(description='Whether capital letters matter.')
    ]
    exact: Annotated[
        bool | None,
        Field(
            description="Whether accents' signs, spaces and kinds of quotes and dashes matter too."
        ),
    ] = None


class AskedShortAnswerQuestion(Model):
    type: Annotated[Literal['short_answer'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    points_awarded: Annotated[
        float | None,
        Field(
            description='The points that the answer earned; null until it is marked.'
        ),
    ] = None
    feedback: Annotated[
        str | None,
        Field(description='What the teacher says about the answer; null if nothing.'),
    ] = None
    correct: Annotated[
        bool | None,
        Field(
            description='Whether the answer earned all points; null until it is marked.'
        ),
    ] = None
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ] = None
    explanation_format: TextFormat | None = None
    gaps: Annotated[
        dict[str, GapResult] | None,
        Field(description='What each gap of a cloze earned, by its id.'),
    ] = None
    options: Annotated[
        str | None, Field(description='Always null: this type of question has none.')
    ]
    answer: Annotated[KeptShortAnswerKey | None, Field(description='The key.')] = None


class NumericKeptOther(Model):
    value: Annotated[str, Field(description='The number, as text.', max_length=240)]
    tolerance: Annotated[
        str,
        Field(
            description='How far an answer may be from the number, as text.',
            max_length=240,
        ),
    ]
    percent: Annotated[
        Decimal, Field(description='The percent of the points that it earns.')
    ]
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=5000),
    ] = None
    explanation_format: TextFormat | None = None


class KeptNumericKey(Model):
    value: Annotated[str, Field(description='The number, as text.', max_length=240)]
    tolerance: Annotated[
        str,
        Field(
            description='How far an answer may be from the number, as text.',
            max_length=240,
        ),
    ]
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=5000),
    ] = None
    explanation_format: TextFormat | None = None
    others: Annotated[
        list[NumericKeptOther] | None,
        Field(description='Other numbers, each of which earns a part of the points.'),
    ] = None


class AskedNumericQuestion(Model):
    type: Annotated[Literal['numeric'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    points_awarded: Annotated[
        float | None,
        Field(
            description='The points that the answer earned; null until it is marked.'
        ),
    ] = None
    feedback: Annotated[
        str | None,
        Field(description='What the teacher says about the answer; null if nothing.'),
    ] = None
    correct: Annotated[
        bool | None,
        Field(
            description='Whether the answer earned all points; null until it is marked.'
        ),
    ] = None
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ] = None
    explanation_format: TextFormat | None = None
    gaps: Annotated[
        dict[str, GapResult] | None,
        Field(description='What each gap of a cloze earned, by its id.'),
    ] = None
    options: Annotated[
        str | None, Field(description='Always null: this type of question has none.')
    ]
    answer: Annotated[KeptNumericKey | None, Field(description='The key.')] = None


class Item(Model):
    id: Annotated[str, Field(description='Its id.', max_length=64, min_length=1)]
    text: Annotated[
        str, Field(description='What it says.', max_length=5000, min_length=1)
    ]
    text_format: TextFormat | None = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=5000),
    ] = None
    explanation_format: TextFormat | None = None


class MatchingShownSides(Model):
    left: Annotated[list[Item], Field(description='What has a partner.')]
    right: Annotated[list[Item], Field(description='The partners.')]


AnswerAdditionalProperty = TypeAliasType(
    "AnswerAdditionalProperty", Annotated[str, Field(max_length=64, min_length=1)]
)


class AskedMatchingQuestion(Model):
    type: Annotated[Literal['matching'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    points_awarded: Annotated[
        float | None,
        Field(
            description='The points that the answer earned; null until it is marked.'
        ),
    ] = None
    feedback: Annotated[
        str | None,
        Field(description='What the teacher says about the answer; null if nothing.'),
    ] = None
    correct: Annotated[
        bool | None,
        Field(
            description='Whether the answer earned all points; null until it is marked.'
        ),
    ] = None
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ] = None
    explanation_format: TextFormat | None = None
    gaps: Annotated[
        dict[str, GapResult] | None,
        Field(description='What each gap of a cloze earned, by its id.'),
    ] = None
    options: Annotated[
        MatchingShownSides | None, Field(description='What can be chosen.')
    ]
    answer: Annotated[
        dict[str, AnswerAdditionalProperty] | None, Field(description='The key.')
    ] = None


class AskedOrderingQuestion(Model):
    type: Annotated[Literal['ordering'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    points_awarded: Annotated[
        float | None,
        Field(
            description='The points that the answer earned; null until it is marked.'
        ),
    ] = None
    feedback: Annotated[
        str | None,
        Field(description='What the teacher says about the answer; null if nothing.'),
    ] = None
    correct: Annotated[
        bool | None,
        Field(
            description='Whether the answer earned all points; null until it is marked.'
        ),
    ] = None
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ] = None
    explanation_format: TextFormat | None = None
    gaps: Annotated[
        dict[str, GapResult] | None,
        Field(description='What each gap of a cloze earned, by its id.'),
    ] = None
    options: Annotated[list[Item] | None, Field(description='What can be chosen.')]
    answer: Annotated[list[AnswerItem] | None, Field(description='The key.')] = None


class AskedEssayQuestion(Model):
    type: Annotated[Literal['essay'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    points_awarded: Annotated[
        float | None,
        Field(
            description='The points that the answer earned; null until it is marked.'
        ),
    ] = None
    feedback: Annotated[
        str | None,
        Field(description='What the teacher says about the answer; null if nothing.'),
    ] = None
    correct: Annotated[
        bool | None,
        Field(
            description='Whether the answer earned all points; null until it is marked.'
        ),
    ] = None
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ] = None
    explanation_format: TextFormat | None = None
    gaps: Annotated[
        dict[str, GapResult] | None,
        Field(description='What each gap of a cloze earned, by its id.'),
    ] = None
    options: Annotated[
        str | None, Field(description='Always null: this type of question has none.')
    ]
    answer: Annotated[
        str | None, Field(description='Always null: this type of question has none.')
    ] = None


GapType = TypeAliasType(
    "GapType",
    Annotated[
        Literal['short_answer', 'numeric', 'single_choice'] | str,
        Field(description='What kind of question a gap asks.'),
    ],
)


class ClozeShownGap(Model):
    id: Annotated[
        str, Field(description='Its id.', pattern='^[A-Za-z][A-Za-z0-9_-]{0,31}$')
    ]
    type: Annotated[GapType, Field(description='What kind it is.')]
    options: Annotated[
        list[ShownOption] | None, Field(description='What can be chosen.')
    ] = None
    points: Annotated[float, Field(description='Its weight among the gaps.')]


class ClozeShownGaps(Model):
    gaps: Annotated[
        list[ClozeShownGap],
        Field(description='The gaps; the text names each once, as `[[id]]`.'),
    ]


ChoiceKey = TypeAliasType(
    "ChoiceKey",
    Annotated[
        str,
        Field(
            description='The id of the option that is right.',
            max_length=64,
            min_length=1,
        ),
    ],
)


KeptGapKey = TypeAliasType(
    "KeptGapKey",
    Annotated[
        KeptShortAnswerKey | KeptNumericKey | ChoiceKey,
        Field(description='The key of a gap, in the form that its type takes.'),
    ],
)


class AskedClozeQuestion(Model):
    type: Annotated[Literal['cloze'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    points_awarded: Annotated[
        float | None,
        Field(
            description='The points that the answer earned; null until it is marked.'
        ),
    ] = None
    feedback: Annotated[
        str | None,
        Field(description='What the teacher says about the answer; null if nothing.'),
    ] = None
    correct: Annotated[
        bool | None,
        Field(
            description='Whether the answer earned all points; null until it is marked.'
        ),
    ] = None
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ] = None
    explanation_format: TextFormat | None = None
    gaps: Annotated[
        dict[str, GapResult] | None,
        Field(description='What each gap of a cloze earned, by its id.'),
    ] = None
    options: Annotated[ClozeShownGaps | None, Field(description='What can be chosen.')]
    answer: Annotated[
        dict[str, KeptGapKey | None] | None, Field(description='The key.')
    ] = None


class AskedDescriptionQuestion(Model):
    type: Annotated[Literal['description'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    points_awarded: Annotated[
        float | None,
        Field(
            description='The points that the answer earned; null until it is marked.'
        ),
    ] = None
    feedback: Annotated[
        str | None,
        Field(description='What the teacher says about the answer; null if nothing.'),
    ] = None
    correct: Annotated[
        bool | None,
        Field(
            description='Whether the answer earned all points; null until it is marked.'
        ),
    ] = None
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ] = None
    explanation_format: TextFormat | None = None
    gaps: Annotated[
        dict[str, GapResult] | None,
        Field(description='What each gap of a cloze earned, by its id.'),
    ] = None
    options: Annotated[
        str | None, Field(description='Always null: this type of question has none.')
    ]
    answer: Annotated[
        str | None, Field(description='Always null: this type of question has none.')
    ] = None


AnswerText = TypeAliasType(
    "AnswerText",
    Annotated[
        str,
        Field(
            description="An answer of text: an option's id, a word, a number, an essay.",
            max_length=100000,
        ),
    ],
)


AnswerNumber = TypeAliasType(
    "AnswerNumber",
    Annotated[
        float, Field(description='An answer that is a number; as text it stays exact.')
    ],
)


AnswerFlag = TypeAliasType(
    "AnswerFlag",
    Annotated[bool, Field(description='An answer to a statement: true or false.')],
)


AnswerList = TypeAliasType(
    "AnswerList",
    Annotated[
        list[str],
        Field(
            description="An answer of options' ids: those that are right, or all in their order.",
            max_length=100,
        ),
    ],
)


AnswerWord = TypeAliasType(
    "AnswerWord",
    Annotated[
        str, Field(description='An id, or the text in a gap.', max_length=100000)
    ],
)


AnswerFigure = TypeAliasType(
    "AnswerFigure",
    Annotated[float, Field(description='The number in a gap; as text it stays exact.')],
)


AnswerPart = TypeAliasType(
    "AnswerPart",
    Annotated[
        AnswerWord | AnswerFigure,
        Field(description="The partner's id, or the answer to a gap."),
    ],
)


AnswerPairs = TypeAliasType("AnswerPairs", dict[str, AnswerPart | None])


AnswerValue = TypeAliasType(
    "AnswerValue",
    Annotated[
        AnswerText | AnswerNumber | AnswerFlag | AnswerList | AnswerPairs,
        Field(description='The answer to a question, in the form that its type takes.'),
    ],
)


class SavedAnswer(Model):
    question_id: Annotated[UUID, Field(description="The question's id.")]
    answer: Annotated[
        AnswerValue | None,
        Field(
            description='The answer, in the form of its question; null if it was taken back.'
        ),
    ]
    seq: Annotated[
        int,
        Field(
            description='Counts up with each change; of two answers the one with the greater `seq` stands.'
        ),
    ]


class AttemptsUsedUpQuizNotOpenConflictProblem(Problem):
    code: Annotated[
        Literal['attempts_used_up', 'idempotency_in_progress', 'idempotency_reply_not_kept', 'quiz_not_open'],
        Field(description='Stable; what programs should look at.'),
    ]


class Saved(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    answers: Annotated[list[SavedAnswer], Field(description='The answers.')]
    expires_at: Annotated[
        AwareDatetime | None, Field(description='When it ends; null if it does not.')
    ]
    server_now: Annotated[
        AwareDatetime, Field(description="The server's time, to set a clock by.")
    ]
    seconds_left: Annotated[
        float | None,
        Field(description='Seconds until the deadline; null if there is none.'),
    ]


class AttemptClosedConflictProblem(Problem):
    code: Annotated[
        Literal['attempt_closed'],
        Field(description='Stable; what programs should look at.'),
    ]


class GivenAnswer(Model):
    question_id: Annotated[UUID, Field(description="The question's id.")]
    answer: Annotated[
        AnswerValue | None,
        Field(
            description='The answer, in the form of its question; null takes it back.',
            examples=[True],
        ),
    ]
    seq: Annotated[
        int,
        Field(
            description='Counts up with each change; of two answers the one with the greater `seq` stands.',
            examples=[1],
            ge=0,
            le=9007199254740991,
        ),
    ]


class AnswersToSave(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    answers: Annotated[
        list[GivenAnswer],
        Field(description='The answers.', max_length=1000, min_length=1),
    ]


class AttemptClosedIdempotencyInProgressIdempotencyReplyNotKeptConflictProblem(Problem):
    code: Annotated[
        Literal['attempt_closed', 'idempotency_in_progress', 'idempotency_reply_not_kept'],
        Field(description='Stable; what programs should look at.'),
    ]


class Submission(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    answers: Annotated[
        list[GivenAnswer] | None,
        Field(description='The answers.', examples=[[]], max_length=1000),
    ] = None


class AttemptSummary(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    quiz_id: Annotated[UUID, Field(description="The quiz's id.")]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    number: Annotated[int, Field(description='Which attempt it is, from 1.')]
    status: Annotated[AttemptStatus, Field(description='Its state.')]
    started_at: Annotated[AwareDatetime, Field(description='When it was started.')]
    expires_at: Annotated[
        AwareDatetime | None, Field(description='When it ends; null if it does not.')
    ]
    finished_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was finished; null if it is not.'),
    ]
    closed_by: Annotated[
        ClosedBy | None,
        Field(description='What ended the attempt; null while it is open.'),
    ]
    points: Annotated[
        float | None,
        Field(description='The points earned; null if they may not be seen yet.'),
    ]
    max_points: Annotated[float, Field(description='The points that can be earned.')]
    score_percent: Annotated[
        float | None,
        Field(
            description='The percentage that was reached; null if it may not be seen yet.'
        ),
    ]
    passed: Annotated[
        bool | None,
        Field(description='Whether it is passed; null if that may not be seen yet.'),
    ]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]


class AttemptOpenConflictProblem(Problem):
    code: Annotated[
        Literal['attempt_open', 'idempotency_in_progress', 'idempotency_reply_not_kept'],
        Field(description='Stable; what programs should look at.'),
    ]


class Grade(Model):
    question_id: Annotated[UUID, Field(description="The question's id.")]
    points: Annotated[
        float,
        Field(
            description='The points that the answer earns.',
            examples=[1],
            ge=0.0,
            le=1000.0,
        ),
    ]
    feedback: Annotated[
        str | None,
        Field(
            description='What the teacher says about the answer; null if nothing.',
            max_length=20000,
        ),
    ] = None


class NewGrades(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    grades: Annotated[
        list[Grade], Field(description='The marks.', max_length=1000, min_length=1)
    ]


class Extension(Model):
    quiz_id: Annotated[UUID, Field(description="The quiz's id.")]
    user_id: Annotated[UUID, Field(description="The person's id.")]
    extra_minutes: Annotated[
        int, Field(description='Minutes that this person has more.')
    ]
    extra_attempts: Annotated[
        int, Field(description='Attempts that this person has more.')
    ]
    available_until: Annotated[
        AwareDatetime | None,
        Field(description='Until when this person can take it; null: as all others.'),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]


class ExtensionHasNoEffectConflictProblem(Problem):
    code: Annotated[
        Literal['extension_has_no_effect'],
        Field(description='Stable; what programs should look at.'),
    ]


class ExtensionChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    extra_minutes: Annotated[
        int | None,
        Field(description='Minutes that this person has more.', ge=0, le=100000),
    ] = None
    extra_attempts: Annotated[
        int | None,
        Field(description='Attempts that this person has more.', ge=0, le=10000),
    ] = None
    available_until: Annotated[
        AwareDatetime | None,
        Field(description='Until when this person can take it; null: as all others.'),
    ] = None


class RegradedAttempt(Model):
    attempt_id: Annotated[UUID, Field(description="The attempt's id.")]
    score_before: Annotated[float | None, Field(description='The percentage before.')]
    score_after: Annotated[
        float | None, Field(description='The percentage afterwards.')
    ]
    passed_before: Annotated[
        bool | None, Field(description='Whether it was passed before.')
    ]
    passed_after: Annotated[
        bool | None, Field(description='Whether it is passed afterwards.')
    ]


class Regrade(Model):
    attempts: Annotated[list[RegradedAttempt], Field(description='The attempts.')]


class ConflictProblem(Problem):
    code: Annotated[
        Literal['idempotency_in_progress', 'idempotency_reply_not_kept'],
        Field(description='Stable; what programs should look at.'),
    ]


class RegradeOrder(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    dry_run: Annotated[
        bool, Field(description='True: say what would be done, and do nothing.')
    ]


CountedAttempts = TypeAliasType(
    "CountedAttempts",
    Annotated[
        Literal['first', 'last', 'best', 'all'] | str,
        Field(description='Which attempts of each student count.'),
    ],
)


class ResponseCount(Model):
    gap: Annotated[
        str | None,
        Field(description="The gap's id; absent where the question has none."),
    ] = None
    response: Annotated[
        str | None, Field(description='What was answered; null: nothing.')
    ]
    count: Annotated[int, Field(description='How many there are.')]


class QuestionStatistics(Model):
    question_id: Annotated[UUID, Field(description="The question's id.")]
    version: Annotated[int, Field(description='The latest that an attempt was asked.')]
    facility_index: Annotated[
        float | None, Field(description='The mean score, in percent of the points.')
    ]
    standard_deviation: Annotated[
        float | None,
        Field(
            description='The standard deviation of the scores, in percent of the points.'
        ),
    ]
    discrimination_index: Annotated[
        float | None,
        Field(description='How the score goes with the rest of the quiz, -100 to 100.'),
    ]
    discriminative_efficiency: Annotated[
        float | None,
        Field(description='The same, in percent of what the scores allow.'),
    ]
    effective_weight: Annotated[
        float | None,
        Field(
            description='The share of the spread of results that comes from this question.'
        ),
    ]
    random_guess_score: Annotated[
        float | None, Field(description='The mean score of guesses.')
    ]
    responses: Annotated[
        list[ResponseCount], Field(description='How often each answer was given.')
    ]


class Statistics(Model):
    count: Annotated[int, Field(description='How many there are.')]
    mean_percent: Annotated[float | None, Field(description='The mean percentage.')]
    median_percent: Annotated[float | None, Field(description='The median percentage.')]
    standard_deviation_percent: Annotated[
        float | None, Field(description='The standard deviation of the percentages.')
    ]
    cronbach_alpha: Annotated[
        float | None,
        Field(
            description="How well the questions measure one thing (Cronbach's alpha), in percent."
        ),
    ]
    questions: Annotated[list[QuestionStatistics], Field(description='The questions.')]


class CertifiedCourse(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    title: Annotated[str, Field(description='What it is called.')]


class Certificate(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    number: Annotated[str, Field(description='The number that is printed on it.')]
    status: Annotated[CertificateStatus, Field(description='Its state.')]
    enrollment_id: Annotated[UUID, Field(description="The enrolment's id.")]
    course: Annotated[CertifiedCourse, Field(description='The course.')]
    student_name: Annotated[str, Field(description='The name on the certificate.')]
    completed_at: Annotated[
        AwareDatetime, Field(description='When it was completed; null if it is not.')
    ]
    issued_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was issued; null if it is not.'),
    ]
    expires_at: Annotated[
        AwareDatetime | None, Field(description='When it ends; null if it does not.')
    ]
    revoked_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was revoked; null if it is not.'),
    ]
    replaced_by: Annotated[
        str | None,
        Field(description='The number that stands now, of a replaced one; else null.'),
    ]
    is_public: Annotated[bool, Field(description='Whether anyone may read it.')]
    verify_url: Annotated[str, Field(description='Where anyone can verify it.')]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]


class CertificateRevokedEnrollmentNotCompletedConflictProblem(Problem):
    code: Annotated[
        Literal['certificate_revoked', 'enrollment_not_completed', 'idempotency_in_progress', 'idempotency_reply_not_kept'],
        Field(description='Stable; what programs should look at.'),
    ]


class CertificateRequest(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    enrollment_id: Annotated[UUID, Field(description="The enrolment's id.")]


class CertificateReplacedConflictProblem(Problem):
    code: Annotated[
        Literal['certificate_replaced'],
        Field(description='Stable; what programs should look at.'),
    ]


class CertificateChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    is_public: Annotated[
        bool | None,
        Field(description='Whether the page that verifies it links to the PDF.'),
    ] = None


class CertificateNotReadyConflictProblem(Problem):
    code: Annotated[
        Literal['certificate_not_ready'],
        Field(description='Stable; what programs should look at.'),
    ]


class CertificateNotReadyCertificateReplacedConflictProblem(Problem):
    code: Annotated[
        Literal['certificate_not_ready', 'certificate_replaced', 'idempotency_in_progress', 'idempotency_reply_not_kept'],
        Field(description='Stable; what programs should look at.'),
    ]


class Revocation(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    reason: Annotated[
        str,
        Field(
            description='Why.',
            examples=['Issued by mistake.'],
            max_length=500,
            min_length=1,
        ),
    ]


class CertificateNotReadyCertificateReplacedStudentErasedConflictProblem(Problem):
    code: Annotated[
        Literal['certificate_not_ready', 'certificate_replaced', 'idempotency_in_progress', 'idempotency_reply_not_kept', 'student_erased'],
        Field(description='Stable; what programs should look at.'),
    ]


class Reissue(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    student_name: Annotated[
        str | None,
        Field(
            description='The name on the certificate.',
            examples=['Sam Studies'],
            max_length=200,
            min_length=1,
        ),
    ] = None
    course_title: Annotated[
        str | None,
        Field(
            description='The title on the certificate.', max_length=255, min_length=1
        ),
    ] = None
    reason: Annotated[
        str,
        Field(
            description='Why.',
            examples=['The name was misspelt.'],
            max_length=500,
            min_length=1,
        ),
    ]


VerificationStatus = TypeAliasType(
    "VerificationStatus",
    Annotated[
        Literal['valid', 'revoked', 'expired', 'replaced', 'unknown'] | str,
        Field(description='Whether a certificate stands.'),
    ],
)


class Verification(Model):
    status: Annotated[VerificationStatus, Field(description='Its state.')]
    number: Annotated[str, Field(description='The number that was asked for.')]
    student_name: Annotated[
        str | None, Field(description='The name on the certificate.')
    ]
    course_title: Annotated[
        str | None, Field(description='The title on the certificate.')
    ]
    issued_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was issued; null if it is not.'),
    ]
    revoked_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was revoked; null if it is not.'),
    ]
    expires_at: Annotated[
        AwareDatetime | None, Field(description='When it ends; null if it does not.')
    ]
    replaced_by: Annotated[
        str | None,
        Field(description='The number that stands now, of a replaced one; else null.'),
    ]


Difficulty = TypeAliasType(
    "Difficulty",
    Annotated[
        Literal['beginner', 'intermediate', 'advanced'] | str,
        Field(description='How much a course asks of its students.'),
    ],
)


class Instructor(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    full_name: Annotated[str, Field(description='What the person is called.')]


Orientation = TypeAliasType(
    "Orientation",
    Annotated[
        Literal['landscape', 'portrait'] | str, Field(description='How the page lies.')
    ],
)


class CertificateDesign(Model):
    valid_days: Annotated[
        int | None,
        Field(
            description='For how many days certificates are valid; null: for ever.',
            ge=1,
            le=36500,
        ),
    ] = None
    title: Annotated[
        str | None, Field(description='The heading of the certificate.', max_length=200)
    ] = None
    text: Annotated[str | None, Field(description='What it says.', max_length=1000)] = (
        None
    )
    primary_colour: Annotated[
        str | None,
        Field(
            description='The colour of lines and headings.', pattern='^#[0-9a-fA-F]{6}$'
        ),
    ] = None
    accent_colour: Annotated[
        str | None,
        Field(description='The colour of the rest.', pattern='^#[0-9a-fA-F]{6}$'),
    ] = None
    orientation: Annotated[
        Orientation | None, Field(description='How the page lies.')
    ] = None
    logo_file_id: Annotated[
        UUID | None, Field(description='The id of the picture of the logo.')
    ] = None
    signature_file_id: Annotated[
        UUID | None, Field(description='The id of the picture of the signature.')
    ] = None


class Course(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    title: Annotated[str, Field(description='What it is called.')]
    slug: Annotated[str, Field(description='Its name in addresses.')]
    description: Annotated[str, Field(description='What it is about.')]
    category: Annotated[
        str | None,
        Field(description='A word to sort courses by; null if there is none.'),
    ]
    difficulty: Annotated[
        Difficulty, Field(description='How much a course asks of its students.')
    ]
    status: Annotated[CourseStatus, Field(description='Its state.')]
    instructor: Annotated[Instructor, Field(description="The course's teacher.")]
    thumbnail_url: Annotated[
        str | None,
        Field(description='The picture of the course; null if there is none.'),
    ]
    thumbnail_file_id: Annotated[
        UUID | None, Field(description='The id of the picture of the course.')
    ]
    estimated_duration_minutes: Annotated[
        int | None,
        Field(
            description='How long a student takes, in minutes; null if it is not known.'
        ),
    ]
    price: Annotated[Money | None, Field(description='What it costs; null: nothing.')]
    capacity: Annotated[
        int | None,
        Field(description='How many may be enrolled at a time; null: as many as like.'),
    ]
    language: Annotated[str, Field(description='A language tag (BCP 47).')]
    learning_objectives: Annotated[
        list[str], Field(description='What a student learns.')
    ]
    requirements: Annotated[list[str], Field(description='What a student needs.')]
    metadata: Annotated[
        dict[str, Any],
        Field(description="An object of the client's own, kept as it is."),
    ]
    certificate: Annotated[
        CertificateDesign, Field(description='The design of the certificates.')
    ]
    lesson_count: Annotated[int, Field(description='How many lessons there are.')]
    enrollment_count: Annotated[int, Field(description='How many are enrolled.')]
    average_rating: Annotated[
        float | None,
        Field(description='The mean of the ratings, 1 to 5; null if there are none.'),
    ]
    rating_count: Annotated[int, Field(description='How many reviews there are.')]
    published_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was published; null if it never was.'),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]


class CourseCopy(Model):
    course: Annotated[Course, Field(description='The course.')]
    id_map: Annotated[
        dict[str, UUID],
        Field(description='The new id of everything that was copied, by its old one.'),
    ]


PriceKind = TypeAliasType(
    "PriceKind",
    Annotated[
        Literal['free', 'paid'] | str,
        Field(description='Whether the course costs something.'),
    ],
)


CourseSort = TypeAliasType(
    "CourseSort",
    Annotated[
        Literal['newest', 'title', 'popular', 'rating'] | str,
        Field(
            description='The order of the list; without one the newest first, or the best results.'
        ),
    ],
)


class Category(Model):
    name: Annotated[str, Field(description='What it is called.')]
    count: Annotated[int, Field(description='How many there are.')]


class SlugTakenConflictProblem(Problem):
    code: Annotated[
        Literal['idempotency_in_progress', 'idempotency_reply_not_kept', 'slug_taken'],
        Field(description='Stable; what programs should look at.'),
    ]


LearningObjective = TypeAliasType(
    "LearningObjective", Annotated[str, Field(max_length=500, min_length=1)]
)


Requirement = TypeAliasType(
    "Requirement", Annotated[str, Field(max_length=500, min_length=1)]
)


class NewCourse(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    slug: Annotated[
        str | None,
        Field(
            description='Its name in addresses.',
            max_length=80,
            pattern='^[a-z0-9]+(-[a-z0-9]+)*$',
        ),
    ] = None
    description: Annotated[
        str | None, Field(description='What it is about.', max_length=50000)
    ] = None
    category: Annotated[
        str | None,
        Field(
            description='A word to sort courses by; null if there is none.',
            max_length=64,
            pattern='^[a-z0-9]+(-[a-z0-9]+)*$',
        ),
    ] = None
    difficulty: Annotated[
        Difficulty | None, Field(description='How much a course asks of its students.')
    ] = None
    language: Annotated[
        str | None,
        Field(
            description='A language tag (BCP 47).',
            examples=['en'],
            pattern='^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
        ),
    ] = None
    thumbnail_file_id: Annotated[
        UUID | None, Field(description='The id of the picture of the course.')
    ] = None
    estimated_duration_minutes: Annotated[
        int | None,
        Field(
            description='How long a student takes, in minutes; null if it is not known.',
            ge=0,
            le=1000000,
        ),
    ] = None
    price: Annotated[
        Money | None, Field(description='What it costs; null: nothing.')
    ] = None
    capacity: Annotated[
        int | None,
        Field(
            description='How many may be enrolled at a time; null: as many as like.',
            ge=1,
            le=10000000,
        ),
    ] = None
    learning_objectives: Annotated[
        list[LearningObjective] | None,
        Field(description='What a student learns.', max_length=50),
    ] = None
    requirements: Annotated[
        list[Requirement] | None,
        Field(description='What a student needs.', max_length=50),
    ] = None
    metadata: Annotated[
        dict[str, Any] | None,
        Field(description="An object of the client's own, kept as it is."),
    ] = None
    certificate: Annotated[
        CertificateDesign | None, Field(description='The design of the certificates.')
    ] = None
    title: Annotated[
        str,
        Field(
            description='What it is called.',
            examples=['Python for beginners'],
            max_length=255,
            min_length=1,
        ),
    ]


class CourseNotPublishableSlugTakenConflictProblem(Problem):
    code: Annotated[
        Literal['course_not_publishable', 'slug_taken'],
        Field(description='Stable; what programs should look at.'),
    ]


class CourseChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    slug: Annotated[
        str | None,
        Field(
            description='Its name in addresses.',
            max_length=80,
            pattern='^[a-z0-9]+(-[a-z0-9]+)*$',
        ),
    ] = None
    description: Annotated[
        str | None, Field(description='What it is about.', max_length=50000)
    ] = None
    category: Annotated[
        str | None,
        Field(
            description='A word to sort courses by; null if there is none.',
            max_length=64,
            pattern='^[a-z0-9]+(-[a-z0-9]+)*$',
        ),
    ] = None
    difficulty: Annotated[
        Difficulty | None, Field(description='How much a course asks of its students.')
    ] = None
    language: Annotated[
        str | None,
        Field(
            description='A language tag (BCP 47).',
            examples=['en'],
            pattern='^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
        ),
    ] = None
    thumbnail_file_id: Annotated[
        UUID | None, Field(description='The id of the picture of the course.')
    ] = None
    estimated_duration_minutes: Annotated[
        int | None,
        Field(
            description='How long a student takes, in minutes; null if it is not known.',
            ge=0,
            le=1000000,
        ),
    ] = None
    price: Annotated[
        Money | None, Field(description='What it costs; null: nothing.')
    ] = None
    capacity: Annotated[
        int | None,
        Field(
            description='How many may be enrolled at a time; null: as many as like.',
            ge=1,
            le=10000000,
        ),
    ] = None
    learning_objectives: Annotated[
        list[LearningObjective] | None,
        Field(description='What a student learns.', max_length=50),
    ] = None
    requirements: Annotated[
        list[Requirement] | None,
        Field(description='What a student needs.', max_length=50),
    ] = None
    metadata: Annotated[
        dict[str, Any] | None,
        Field(description="An object of the client's own, kept as it is."),
    ] = None
    certificate: Annotated[
        CertificateDesign | None, Field(description='The design of the certificates.')
    ] = None
    title: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    instructor_id: Annotated[
        UUID | None,
        Field(
            description='For admins: an active instructor or admin who teaches it on.'
        ),
    ] = None


class CourseHasEnrollmentsCourseHasOrdersConflictProblem(Problem):
    code: Annotated[
        Literal['course_has_enrollments', 'course_has_orders'],
        Field(description='Stable; what programs should look at.'),
    ]


class CourseNotPublishableConflictProblem(Problem):
    code: Annotated[
        Literal['course_not_publishable', 'idempotency_in_progress', 'idempotency_reply_not_kept'],
        Field(description='Stable; what programs should look at.'),
    ]


class NewLesson(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    content: Annotated[
        str | None,
        Field(description='The text of the lesson, in Markdown.', max_length=200000),
    ] = None
    video_url: Annotated[
        str | None, Field(description='Where the film is.', max_length=2000)
    ] = None
    file_id: Annotated[UUID | None, Field(description="The file's id.")] = None
    quiz_id: Annotated[UUID | None, Field(description="The quiz's id.")] = None
    duration_minutes: Annotated[
        int | None,
        Field(
            description='How long it takes, in minutes; null if it is not known.',
            ge=0,
            le=100000,
        ),
    ] = None
    is_preview: Annotated[
        bool | None, Field(description='Whether anyone may read it.')
    ] = None
    metadata: Annotated[
        dict[str, Any] | None,
        Field(description="An object of the client's own, kept as it is."),
    ] = None
    title: Annotated[
        str,
        Field(
            description='What it is called.',
            examples=['Variables'],
            max_length=255,
            min_length=1,
        ),
    ]
    content_type: Annotated[
        LessonType, Field(description='What kind of content it is.')
    ]


class LessonsDifferConflictProblem(Problem):
    code: Annotated[
        Literal['lessons_differ'],
        Field(description='Stable; what programs should look at.'),
    ]


class NewLessonOrder(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    course_id: Annotated[UUID, Field(description="The course's id.")]
    lesson_ids: Annotated[
        list[UUID],
        Field(
            description='Every lesson of the course, in the new order.',
            max_length=5000,
            min_length=1,
        ),
    ]


class LessonChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    content: Annotated[
        str | None,
        Field(description='The text of the lesson, in Markdown.', max_length=200000),
    ] = None
    video_url: Annotated[
        str | None, Field(description='Where the film is.', max_length=2000)
    ] = None
    file_id: Annotated[UUID | None, Field(description="The file's id.")] = None
    quiz_id: Annotated[UUID | None, Field(description="The quiz's id.")] = None
    duration_minutes: Annotated[
        int | None,
        Field(
            description='How long it takes, in minutes; null if it is not known.',
            ge=0,
            le=100000,
        ),
    ] = None
    is_preview: Annotated[
        bool | None, Field(description='Whether anyone may read it.')
    ] = None
    metadata: Annotated[
        dict[str, Any] | None,
        Field(description="An object of the client's own, kept as it is."),
    ] = None
    title: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    content_type: Annotated[
        LessonType | None, Field(description='What kind of content it is.')
    ] = None


QuizStatus = TypeAliasType(
    "QuizStatus",
    Annotated[
        Literal['draft', 'published'] | str,
        Field(description='Students see published quizzes.'),
    ],
)


ShowResults = TypeAliasType(
    "ShowResults",
    Annotated[
        Literal['never', 'score', 'answers', 'answers_after_pass'] | str,
        Field(
            description='What students see of their results once an attempt is closed.'
        ),
    ],
)


class Quiz(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    course_id: Annotated[UUID, Field(description="The course's id.")]
    title: Annotated[str, Field(description='What it is called.')]
    description: Annotated[str, Field(description='What it is about.')]
    time_limit_minutes: Annotated[
        int | None,
        Field(
            description='How long an attempt may take, in minutes; null: as long as one likes.'
        ),
    ]
    passing_score: Annotated[float, Field(description='The percentage that passes.')]
    max_attempts: Annotated[
        int | None,
        Field(
            description='How many attempts each student has; null: as many as they like.'
        ),
    ]
    shuffle_questions: Annotated[
        bool, Field(description='Whether each attempt has its own order of questions.')
    ]
    shuffle_options: Annotated[
        bool, Field(description='Whether each attempt has its own order of options.')
    ]
    is_required: Annotated[
        bool,
        Field(description='Whether the course is complete only once it is passed.'),
    ]
    status: Annotated[QuizStatus, Field(description='Its state.')]
    show_results: Annotated[
        ShowResults,
        Field(
            description='What students see of their results once an attempt is closed.'
        ),
    ]
    available_from: Annotated[
        AwareDatetime | None,
        Field(
            description='From when the quiz can be taken; null: from its publication.'
        ),
    ]
    available_until: Annotated[
        AwareDatetime | None,
        Field(description='Until when the quiz can be taken; null: without end.'),
    ]
    question_count: Annotated[int, Field(description='How many questions there are.')]
    total_points: Annotated[
        float, Field(description="The sum of the questions' points.")
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]


class NewQuiz(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    description: Annotated[
        str | None, Field(description='What it is about.', max_length=20000)
    ] = None
    time_limit_minutes: Annotated[
        int | None,
        Field(
            description='How long an attempt may take, in minutes; null: as long as one likes.',
            ge=1,
            le=100000,
        ),
    ] = None
    passing_score: Annotated[
        float | None,
        Field(
            description='The percentage that passes.', examples=[70], ge=0.0, le=100.0
        ),
    ] = None
    max_attempts: Annotated[
        int | None,
        Field(
            description='How many attempts each student has; null: as many as they like.',
            ge=1,
            le=10000,
        ),
    ] = None
    shuffle_questions: Annotated[
        bool | None,
        Field(description='Whether each attempt has its own order of questions.'),
    ] = None
    shuffle_options: Annotated[
        bool | None,
        Field(description='Whether each attempt has its own order of options.'),
    ] = None
    is_required: Annotated[
        bool | None,
        Field(description='Whether the course is complete only once it is passed.'),
    ] = None
    show_results: Annotated[
        ShowResults | None,
        Field(
            description='What students see of their results once an attempt is closed.'
        ),
    ] = None
    available_from: Annotated[
        AwareDatetime | None,
        Field(
            description='From when the quiz can be taken; null: from its publication.'
        ),
    ] = None
    available_until: Annotated[
        AwareDatetime | None,
        Field(description='Until when the quiz can be taken; null: without end.'),
    ] = None
    course_id: Annotated[UUID, Field(description="The course's id.")]
    title: Annotated[
        str,
        Field(
            description='What it is called.',
            examples=['What do you remember?'],
            max_length=255,
            min_length=1,
        ),
    ]


class QuizChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    description: Annotated[
        str | None, Field(description='What it is about.', max_length=20000)
    ] = None
    time_limit_minutes: Annotated[
        int | None,
        Field(
            description='How long an attempt may take, in minutes; null: as long as one likes.',
            ge=1,
            le=100000,
        ),
    ] = None
    passing_score: Annotated[
        float | None,
        Field(
            description='The percentage that passes.', examples=[70], ge=0.0, le=100.0
        ),
    ] = None
    max_attempts: Annotated[
        int | None,
        Field(
            description='How many attempts each student has; null: as many as they like.',
            ge=1,
            le=10000,
        ),
    ] = None
    shuffle_questions: Annotated[
        bool | None,
        Field(description='Whether each attempt has its own order of questions.'),
    ] = None
    shuffle_options: Annotated[
        bool | None,
        Field(description='Whether each attempt has its own order of options.'),
    ] = None
    is_required: Annotated[
        bool | None,
        Field(description='Whether the course is complete only once it is passed.'),
    ] = None
    show_results: Annotated[
        ShowResults | None,
        Field(
            description='What students see of their results once an attempt is closed.'
        ),
    ] = None
    available_from: Annotated[
        AwareDatetime | None,
        Field(
            description='From when the quiz can be taken; null: from its publication.'
        ),
    ] = None
    available_until: Annotated[
        AwareDatetime | None,
        Field(description='Until when the quiz can be taken; null: without end.'),
    ] = None
    title: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None


class QuizHasAttemptsQuizInUseConflictProblem(Problem):
    code: Annotated[
        Literal['quiz_has_attempts', 'quiz_in_use'],
        Field(description='Stable; what programs should look at.'),
    ]


class QuizNotPublishableConflictProblem(Problem):
    code: Annotated[
        Literal['idempotency_in_progress', 'idempotency_reply_not_kept', 'quiz_not_publishable'],
        Field(description='Stable; what programs should look at.'),
    ]


class QuestionSource(Model):
    category: Annotated[str | None, Field(description='The category in the file.')] = (
        None
    )


class KeptOption(Model):
    id: Annotated[str, Field(description='Its id.', max_length=64, min_length=1)]
    text: Annotated[
        str, Field(description='What it says.', max_length=5000, min_length=1)
    ]
    text_format: TextFormat | None = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=5000),
    ] = None
    explanation_format: TextFormat | None = None
    percent: Annotated[
        Decimal | None, Field(description='The percent of the points that it earns.')
    ] = None


class SingleChoiceQuestion(Model):
    type: Annotated[Literal['single_choice'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    quiz_id: Annotated[UUID, Field(description="The quiz's id.")]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    name: Annotated[str | None, Field(description='What it is called.')]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    position: Annotated[int, Field(description='Its place in the order, from 1.')]
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ]
    explanation_format: TextFormat
    tags: Annotated[list[str], Field(description='Words to find the question by.')]
    external_id: Annotated[
        str | None,
        Field(description='What another system calls it; null if none does.'),
    ]
    source: Annotated[
        QuestionSource | None,
        Field(description='What its import knew; null if it was not imported.'),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]
    options: Annotated[
        list[KeptOption] | None, Field(description='What can be chosen.')
    ]
    answer: Annotated[
        str | None, Field(description='The key.', max_length=64, min_length=1)
    ]


class MultipleChoiceQuestion(Model):
    type: Annotated[Literal['multiple_choice'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    quiz_id: Annotated[UUID, Field(description="The quiz's id.")]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    name: Annotated[str | None, Field(description='What it is called.')]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    position: Annotated[int, Field(description='Its place in the order, from 1.')]
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ]
    explanation_format: TextFormat
    tags: Annotated[list[str], Field(description='Words to find the question by.')]
    external_id: Annotated[
        str | None,
        Field(description='What another system calls it; null if none does.'),
    ]
    source: Annotated[
        QuestionSource | None,
        Field(description='What its import knew; null if it was not imported.'),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]
    options: Annotated[
        list[KeptOption] | None, Field(description='What can be chosen.')
    ]
    answer: Annotated[list[AnswerItem] | None, Field(description='The key.')]


class TrueFalseKeptSides(Model):
    true: Annotated[
        TrueFalseSide | None, Field(description='What is said of the answer true.')
    ] = None
    false: Annotated[
        TrueFalseSide | None, Field(description='What is said of the answer false.')
    ] = None


class TrueFalseQuestion(Model):
    type: Annotated[Literal['true_false'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    quiz_id: Annotated[UUID, Field(description="The quiz's id.")]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    name: Annotated[str | None, Field(description='What it is called.')]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    position: Annotated[int, Field(description='Its place in the order, from 1.')]
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ]
    explanation_format: TextFormat
    tags: Annotated[list[str], Field(description='Words to find the question by.')]
    external_id: Annotated[
        str | None,
        Field(description='What another system calls it; null if none does.'),
    ]
    source: Annotated[
        QuestionSource | None,
        Field(description='What its import knew; null if it was not imported.'),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]
    options: Annotated[
        TrueFalseKeptSides | None, Field(description='What can be chosen.')
    ]
    answer: Annotated[bool | None, Field(description='The key.')]


class ShortAnswerQuestion(Model):
    type: Annotated[Literal['short_answer'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    quiz_id: Annotated[UUID, Field(description="The quiz's id.")]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    name: Annotated[str | None, Field(description='What it is called.')]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    position: Annotated[int, Field(description='Its place in the order, from 1.')]
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ]
    explanation_format: TextFormat
    tags: Annotated[list[str], Field(description='Words to find the question by.')]
    external_id: Annotated[
        str | None,
        Field(description='What another system calls it; null if none does.'),
    ]
    source: Annotated[
        QuestionSource | None,
        Field(description='What its import knew; null if it was not imported.'),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]
    options: Annotated[
        str | None, Field(description='Always null: this type of question has none.')
    ]
    answer: Annotated[KeptShortAnswerKey | None, Field(description='The key.')]


class NumericQuestion(Model):
    type: Annotated[Literal['numeric'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    quiz_id: Annotated[UUID, Field(description="The quiz's id.")]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    name: Annotated[str | None, Field(description='What it is called.')]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    position: Annotated[int, Field(description='Its place in the order, from 1.')]
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ]
    explanation_format: TextFormat
    tags: Annotated[list[str], Field(description='Words to find the question by.')]
    external_id: Annotated[
        str | None,
        Field(description='What another system calls it; null if none does.'),
    ]
    source: Annotated[
        QuestionSource | None,
        Field(description='What its import knew; null if it was not imported.'),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]
    options: Annotated[
        str | None, Field(description='Always null: this type of question has none.')
    ]
    answer: Annotated[KeptNumericKey | None, Field(description='The key.')]


class MatchingKeptSides(Model):
    left: Annotated[list[Item], Field(description='What has a partner.')]
    right: Annotated[list[Item], Field(description='The partners.')]


class MatchingQuestion(Model):
    type: Annotated[Literal['matching'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    quiz_id: Annotated[UUID, Field(description="The quiz's id.")]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    name: Annotated[str | None, Field(description='What it is called.')]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    position: Annotated[int, Field(description='Its place in the order, from 1.')]
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ]
    explanation_format: TextFormat
    tags: Annotated[list[str], Field(description='Words to find the question by.')]
    external_id: Annotated[
        str | None,
        Field(description='What another system calls it; null if none does.'),
    ]
    source: Annotated[
        QuestionSource | None,
        Field(description='What its import knew; null if it was not imported.'),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]
    options: Annotated[
        MatchingKeptSides | None, Field(description='What can be chosen.')
    ]
    answer: Annotated[
        dict[str, AnswerAdditionalProperty] | None, Field(description='The key.')
    ]


class OrderingQuestion(Model):
    type: Annotated[Literal['ordering'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    quiz_id: Annotated[UUID, Field(description="The quiz's id.")]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    name: Annotated[str | None, Field(description='What it is called.')]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    position: Annotated[int, Field(description='Its place in the order, from 1.')]
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ]
    explanation_format: TextFormat
    tags: Annotated[list[str], Field(description='Words to find the question by.')]
    external_id: Annotated[
        str | None,
        Field(description='What another system calls it; null if none does.'),
    ]
    source: Annotated[
        QuestionSource | None,
        Field(description='What its import knew; null if it was not imported.'),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]
    options: Annotated[list[Item] | None, Field(description='What can be chosen.')]
    answer: Annotated[list[AnswerItem] | None, Field(description='The key.')]


class EssayQuestion(Model):
    type: Annotated[Literal['essay'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    quiz_id: Annotated[UUID, Field(description="The quiz's id.")]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    name: Annotated[str | None, Field(description='What it is called.')]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    position: Annotated[int, Field(description='Its place in the order, from 1.')]
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ]
    explanation_format: TextFormat
    tags: Annotated[list[str], Field(description='Words to find the question by.')]
    external_id: Annotated[
        str | None,
        Field(description='What another system calls it; null if none does.'),
    ]
    source: Annotated[
        QuestionSource | None,
        Field(description='What its import knew; null if it was not imported.'),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]
    options: Annotated[
        str | None, Field(description='Always null: this type of question has none.')
    ]
    answer: Annotated[
        str | None, Field(description='Always null: this type of question has none.')
    ]


class ClozeKeptGap(Model):
    id: Annotated[
        str, Field(description='Its id.', pattern='^[A-Za-z][A-Za-z0-9_-]{0,31}$')
    ]
    type: Annotated[GapType, Field(description='What kind it is.')]
    options: Annotated[
        list[KeptOption] | None, Field(description='What can be chosen.')
    ] = None
    points: Annotated[Decimal, Field(description='Its weight among the gaps.')]


class ClozeKeptGaps(Model):
    gaps: Annotated[
        list[ClozeKeptGap],
        Field(description='The gaps; the text names each once, as `[[id]]`.'),
    ]


class ClozeQuestion(Model):
    type: Annotated[Literal['cloze'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    quiz_id: Annotated[UUID, Field(description="The quiz's id.")]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    name: Annotated[str | None, Field(description='What it is called.')]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    position: Annotated[int, Field(description='Its place in the order, from 1.')]
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ]
    explanation_format: TextFormat
    tags: Annotated[list[str], Field(description='Words to find the question by.')]
    external_id: Annotated[
        str | None,
        Field(description='What another system calls it; null if none does.'),
    ]
    source: Annotated[
        QuestionSource | None,
        Field(description='What its import knew; null if it was not imported.'),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]
    options: Annotated[ClozeKeptGaps | None, Field(description='What can be chosen.')]
    answer: Annotated[
        dict[str, KeptGapKey | None] | None, Field(description='The key.')
    ]


class DescriptionQuestion(Model):
    type: Annotated[Literal['description'], Field(description='What kind it is.')]
    id: Annotated[UUID, Field(description='Its id.')]
    quiz_id: Annotated[UUID, Field(description="The quiz's id.")]
    version: Annotated[
        int,
        Field(
            description='Grows with what is asked; not with points, position, name or tags.'
        ),
    ]
    name: Annotated[str | None, Field(description='What it is called.')]
    text: Annotated[str, Field(description='What it says.')]
    text_format: TextFormat
    points: Annotated[float, Field(description='What the question is worth.')]
    position: Annotated[int, Field(description='Its place in the order, from 1.')]
    explanation: Annotated[
        str | None, Field(description='What is said about it afterwards.')
    ]
    explanation_format: TextFormat
    tags: Annotated[list[str], Field(description='Words to find the question by.')]
    external_id: Annotated[
        str | None,
        Field(description='What another system calls it; null if none does.'),
    ]
    source: Annotated[
        QuestionSource | None,
        Field(description='What its import knew; null if it was not imported.'),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]
    options: Annotated[
        str | None, Field(description='Always null: this type of question has none.')
    ]
    answer: Annotated[
        str | None, Field(description='Always null: this type of question has none.')
    ]


class QuizFullQuizNotPublishableConflictProblem(Problem):
    code: Annotated[
        Literal['idempotency_in_progress', 'idempotency_reply_not_kept', 'quiz_full', 'quiz_not_publishable'],
        Field(description='Stable; what programs should look at.'),
    ]


class ChoiceOption(Model):
    id: Annotated[str, Field(description='Its id.', max_length=64, min_length=1)]
    text: Annotated[
        str, Field(description='What it says.', max_length=5000, min_length=1)
    ]
    text_format: TextFormat | None = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=5000),
    ] = None
    explanation_format: TextFormat | None = None
    percent: Annotated[
        float | None,
        Field(
            description='The percent of the points that it earns.', ge=-100.0, le=100.0
        ),
    ] = None


Tag = TypeAliasType("Tag", Annotated[str, Field(max_length=255, min_length=1)])


class NewSingleChoiceQuestion(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[Literal['single_choice'], Field(description='What kind it is.')]
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str,
        Field(
            description='What it says.',
            examples=['Is it so?'],
            max_length=20000,
            min_length=1,
        ),
    ]
    text_format: TextFormat | None = 'markdown'
    points: Annotated[
        float | None,
        Field(
            description='Without it 1; for a cloze the sum of its gaps.',
            examples=[1],
            ge=0.0,
            le=1000.0,
        ),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = 'markdown'
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None
    options: Annotated[
        list[ChoiceOption] | None,
        Field(description='What can be chosen.', max_length=100),
    ] = None
    answer: Annotated[
        str | None, Field(description='The key.', max_length=64, min_length=1)
    ] = None


class NewMultipleChoiceQuestion(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[Literal['multiple_choice'], Field(description='What kind it is.')]
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str,
        Field(
            description='What it says.',
            examples=['Is it so?'],
            max_length=20000,
            min_length=1,
        ),
    ]
    text_format: TextFormat | None = 'markdown'
    points: Annotated[
        float | None,
        Field(
            description='Without it 1; for a cloze the sum of its gaps.',
            examples=[1],
            ge=0.0,
            le=1000.0,
        ),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = 'markdown'
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None
    options: Annotated[
        list[ChoiceOption] | None,
        Field(description='What can be chosen.', max_length=100),
    ] = None
    answer: Annotated[
        list[AnswerItem] | None, Field(description='The key.', max_length=100)
    ] = None


class TrueFalseSides(Model):
    true: Annotated[
        TrueFalseSide | None, Field(description='What is said of the answer true.')
    ] = None
    false: Annotated[
        TrueFalseSide | None, Field(description='What is said of the answer false.')
    ] = None


class NewTrueFalseQuestion(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[Literal['true_false'], Field(description='What kind it is.')]
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str,
        Field(
            description='What it says.',
            examples=['Is it so?'],
            max_length=20000,
            min_length=1,
        ),
    ]
    text_format: TextFormat | None = 'markdown'
    points: Annotated[
        float | None,
        Field(
            description='Without it 1; for a cloze the sum of its gaps.',
            examples=[1],
            ge=0.0,
            le=1000.0,
        ),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = 'markdown'
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None
    options: Annotated[
        TrueFalseSides | None, Field(description='What can be chosen.')
    ] = None
    answer: Annotated[bool | None, Field(description='The key.')] = None


class ShortAnswerWeighedText(Model):
    text: Annotated[
        str, Field(description='What it says.', max_length=1000, min_length=1)
    ]
    percent: Annotated[
        float | None,
        Field(description='The percent of the points that it earns.', ge=0.0, le=100.0),
    ] = 100.0
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=5000),
    ] = None
    explanation_format: TextFormat | None = None


AcceptedAnswer = TypeAliasType(
    "AcceptedAnswer",
    Annotated[
        AcceptedText | ShortAnswerWeighedText,
        Field(
            description='A text that is right, or one that earns a part of the points.'
        ),
    ],
)


class ShortAnswerKey(Model):
    accepted: Annotated[
        list[AcceptedAnswer],
        Field(description='What is right.', max_length=100, min_length=1),
    ]
    case_sensitive: Annotated[
        bool | None, Field(description='Whether capital letters matter.')
    ] = False
    exact: Annotated[
        bool | None,
        Field(
            description="Whether accents' signs, spaces and kinds of quotes and dashes matter too."
        ),
    ] = None


class NewShortAnswerQuestion(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[Literal['short_answer'], Field(description='What kind it is.')]
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str,
        Field(
            description='What it says.',
            examples=['Is it so?'],
            max_length=20000,
            min_length=1,
        ),
    ]
    text_format: TextFormat | None = 'markdown'
    points: Annotated[
        float | None,
        Field(
            description='Without it 1; for a cloze the sum of its gaps.',
            examples=[1],
            ge=0.0,
            le=1000.0,
        ),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = 'markdown'
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None
    answer: Annotated[ShortAnswerKey | None, Field(description='The key.')] = None


class NumericOther(Model):
    value: Annotated[str, Field(description='The number, as text.', max_length=240)]
    tolerance: Annotated[
        str | None,
        Field(
            description='How far an answer may be from the number, as text.',
            max_length=240,
        ),
    ] = '0'
    percent: Annotated[
        float,
        Field(description='The percent of the points that it earns.', ge=0.0, le=100.0),
    ]
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=5000),
    ] = None
    explanation_format: TextFormat | None = None


class NumericKey(Model):
    value: Annotated[str, Field(description='The number, as text.', max_length=240)]
    tolerance: Annotated[
        str | None,
        Field(
            description='How far an answer may be from the number, as text.',
            max_length=240,
        ),
    ] = '0'
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=5000),
    ] = None
    explanation_format: TextFormat | None = None
    others: Annotated[
        list[NumericOther] | None,
        Field(
            description='Other numbers, each of which earns a part of the points.',
            max_length=100,
        ),
    ] = None


class NewNumericQuestion(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[Literal['numeric'], Field(description='What kind it is.')]
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str,
        Field(
            description='What it says.',
            examples=['Is it so?'],
            max_length=20000,
            min_length=1,
        ),
    ]
    text_format: TextFormat | None = 'markdown'
    points: Annotated[
        float | None,
        Field(
            description='Without it 1; for a cloze the sum of its gaps.',
            examples=[1],
            ge=0.0,
            le=1000.0,
        ),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = 'markdown'
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None
    answer: Annotated[NumericKey | None, Field(description='The key.')] = None


class MatchingSides(Model):
    left: Annotated[
        list[Item], Field(description='What has a partner.', max_length=100)
    ]
    right: Annotated[list[Item], Field(description='The partners.', max_length=100)]


class NewMatchingQuestion(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[Literal['matching'], Field(description='What kind it is.')]
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str,
        Field(
            description='What it says.',
            examples=['Is it so?'],
            max_length=20000,
            min_length=1,
        ),
    ]
    text_format: TextFormat | None = 'markdown'
    points: Annotated[
        float | None,
        Field(
            description='Without it 1; for a cloze the sum of its gaps.',
            examples=[1],
            ge=0.0,
            le=1000.0,
        ),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = 'markdown'
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None
    options: Annotated[
        MatchingSides | None, Field(description='What can be chosen.')
    ] = None
    answer: Annotated[
        dict[str, AnswerAdditionalProperty] | None, Field(description='The key.')
    ] = None


class NewOrderingQuestion(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[Literal['ordering'], Field(description='What kind it is.')]
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str,
        Field(
            description='What it says.',
            examples=['Is it so?'],
            max_length=20000,
            min_length=1,
        ),
    ]
    text_format: TextFormat | None = 'markdown'
    points: Annotated[
        float | None,
        Field(
            description='Without it 1; for a cloze the sum of its gaps.',
            examples=[1],
            ge=0.0,
            le=1000.0,
        ),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = 'markdown'
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None
    options: Annotated[
        list[Item] | None, Field(description='What can be chosen.', max_length=100)
    ] = None
    answer: Annotated[
        list[AnswerItem] | None, Field(description='The key.', max_length=100)
    ] = None


class NewEssayQuestion(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[Literal['essay'], Field(description='What kind it is.')]
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str,
        Field(
            description='What it says.',
            examples=['Is it so?'],
            max_length=20000,
            min_length=1,
        ),
    ]
    text_format: TextFormat | None = 'markdown'
    points: Annotated[
        float | None,
        Field(
            description='Without it 1; for a cloze the sum of its gaps.',
            examples=[1],
            ge=0.0,
            le=1000.0,
        ),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = 'markdown'
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None


class ClozeGap(Model):
    id: Annotated[
        str, Field(description='Its id.', pattern='^[A-Za-z][A-Za-z0-9_-]{0,31}$')
    ]
    type: Annotated[GapType, Field(description='What kind it is.')]
    options: Annotated[
        list[ChoiceOption] | None,
        Field(description='What can be chosen.', max_length=100),
    ] = None
    points: Annotated[
        float | None, Field(description='Its weight among the gaps.', ge=0.0, le=1000.0)
    ] = 1.0


class ClozeGaps(Model):
    gaps: Annotated[
        list[ClozeGap],
        Field(
            description='The gaps; the text names each once, as `[[id]]`.',
            max_length=50,
            min_length=1,
        ),
    ]


GapKey = TypeAliasType(
    "GapKey",
    Annotated[
        ShortAnswerKey | NumericKey | ChoiceKey,
        Field(description='The key of a gap, in the form that its type takes.'),
    ],
)


class NewClozeQuestion(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[Literal['cloze'], Field(description='What kind it is.')]
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str,
        Field(
            description='What it says.',
            examples=['Is it so?'],
            max_length=20000,
            min_length=1,
        ),
    ]
    text_format: TextFormat | None = 'markdown'
    points: Annotated[
        float | None,
        Field(
            description='Without it 1; for a cloze the sum of its gaps.',
            examples=[1],
            ge=0.0,
            le=1000.0,
        ),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = 'markdown'
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None
    options: Annotated[ClozeGaps | None, Field(description='What can be chosen.')] = (
        None
    )
    answer: Annotated[
        dict[str, GapKey | None] | None, Field(description='The key.')
    ] = None


class NewDescriptionQuestion(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[Literal['description'], Field(description='What kind it is.')]
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str,
        Field(
            description='What it says.',
            examples=['Is it so?'],
            max_length=20000,
            min_length=1,
        ),
    ]
    text_format: TextFormat | None = 'markdown'
    points: Annotated[
        float | None,
        Field(
            description='Without it 1; for a cloze the sum of its gaps.',
            examples=[1],
            ge=0.0,
            le=1000.0,
        ),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = 'markdown'
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None


NewQuestion = TypeAliasType(
    "NewQuestion",
    Annotated[
        NewSingleChoiceQuestion | NewMultipleChoiceQuestion | NewTrueFalseQuestion | NewShortAnswerQuestion | NewNumericQuestion | NewMatchingQuestion | NewOrderingQuestion | NewEssayQuestion | NewClozeQuestion | NewDescriptionQuestion,
        Field(discriminator='type'),
    ],
)


class QuestionsDifferConflictProblem(Problem):
    code: Annotated[
        Literal['questions_differ'],
        Field(description='Stable; what programs should look at.'),
    ]


class NewQuestionOrder(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    question_ids: Annotated[
        list[UUID],
        Field(
            description='Every question of the quiz, in the new order.',
            max_length=5000,
            min_length=1,
        ),
    ]


class ImportFault(Model):
    line: Annotated[int, Field(description='Where it starts in the file, from 1.')]
    code: Annotated[str, Field(description='A code that programs can look at.')]
    detail: Annotated[str, Field(description='What is wrong, for people.')]


class ImportResult(Model):
    line: Annotated[int, Field(description='Where it starts in the file, from 1.')]
    type: Annotated[str | None, Field(description='What kind it is.')]
    source_type: Annotated[
        str | None, Field(description='What the file calls the type.')
    ]
    name: Annotated[str | None, Field(description='What it is called.')]
    question_id: Annotated[UUID | None, Field(description="The question's id.")]
    errors: Annotated[list[ImportFault], Field(description='What is wrong with it.')]
    warnings: Annotated[
        list[ImportFault],
        Field(description='What the file says and the question does not.'),
    ]


class QuestionImport(Model):
    stored: Annotated[
        int, Field(description='How many questions were stored, or would be.')
    ]
    skipped: Annotated[int, Field(description='How many items have errors.')]
    results: Annotated[
        list[ImportResult], Field(description='A result for each, in their order.')
    ]


class QuizFullQuizNotPublishableQuotaExceededConflictProblem(Problem):
    code: Annotated[
        Literal['idempotency_in_progress', 'idempotency_reply_not_kept', 'quiz_full', 'quiz_not_publishable', 'quota_exceeded'],
        Field(description='Stable; what programs should look at.'),
    ]


class IdempotencyKeyReusedImportRefusedTooExpensiveValidationProblem(Problem):
    code: Annotated[
        Literal['idempotency_key_reused', 'import_refused', 'too_expensive', 'validation_failed'],
        Field(description='Stable; what programs should look at.'),
    ]
    stored: Annotated[
        int | None, Field(description='How many questions were stored, or would be.')
    ] = None
    skipped: Annotated[int | None, Field(description='How many items have errors.')] = (
        None
    )
    results: Annotated[
        list[ImportResult] | None,
        Field(description='A result for each, in their order.'),
    ] = None


class StorageUnavailableUnavailableProblem(Problem):
    code: Annotated[
        Literal['storage_unavailable', 'unavailable'],
        Field(description='Stable; what programs should look at.'),
    ]


ImportFormat = TypeAliasType(
    "ImportFormat",
    Annotated[
        Literal['gift', 'moodle_xml', 'csv'] | str,
        Field(description='The format of the file.'),
    ],
)


OnImportError = TypeAliasType(
    "OnImportError",
    Annotated[
        Literal['refuse', 'skip'] | str,
        Field(description='Items with errors: store nothing, or all the others.'),
    ],
)


class ImportOrder(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    format: Annotated[ImportFormat, Field(description='The format of the file.')]
    content: Annotated[
        str,
        Field(
            description='The file.',
            examples=['Is the sea salty? {T}'],
            max_length=1000000,
            min_length=1,
        ),
    ]
    dry_run: Annotated[
        bool | None, Field(description='True: say what would be done, and do nothing.')
    ] = False
    on_error: Annotated[
        OnImportError | None,
        Field(description='What becomes of the other items when some have errors.'),
    ] = 'refuse'


ExportFormat = TypeAliasType(
    "ExportFormat",
    Annotated[
        Literal['gift', 'moodle_xml'] | str,
        Field(description='The format of the file.'),
    ],
)


class NotExportableTooExpensiveValidationProblem(Problem):
    code: Annotated[
        Literal['not_exportable', 'too_expensive', 'validation_failed'],
        Field(description='Stable; what programs should look at.'),
    ]


class SingleChoiceQuestionChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[
        Literal['single_choice'] | None, Field(description='What kind it is.')
    ] = None
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str | None, Field(description='What it says.', max_length=20000, min_length=1)
    ] = None
    text_format: TextFormat | None = None
    points: Annotated[
        float | None,
        Field(description='What the question is worth.', ge=0.0, le=1000.0),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = None
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None
    options: Annotated[
        list[ChoiceOption] | None,
        Field(description='What can be chosen.', max_length=100),
    ] = None
    answer: Annotated[
        str | None, Field(description='The key.', max_length=64, min_length=1)
    ] = None


class MultipleChoiceQuestionChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[
        Literal['multiple_choice'] | None, Field(description='What kind it is.')
    ] = None
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str | None, Field(description='What it says.', max_length=20000, min_length=1)
    ] = None
    text_format: TextFormat | None = None
    points: Annotated[
        float | None,
        Field(description='What the question is worth.', ge=0.0, le=1000.0),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = None
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None
    options: Annotated[
        list[ChoiceOption] | None,
        Field(description='What can be chosen.', max_length=100),
    ] = None
    answer: Annotated[
        list[AnswerItem] | None, Field(description='The key.', max_length=100)
    ] = None


class TrueFalseQuestionChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[
        Literal['true_false'] | None, Field(description='What kind it is.')
    ] = None
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str | None, Field(description='What it says.', max_length=20000, min_length=1)
    ] = None
    text_format: TextFormat | None = None
    points: Annotated[
        float | None,
        Field(description='What the question is worth.', ge=0.0, le=1000.0),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = None
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None
    options: Annotated[
        TrueFalseSides | None, Field(description='What can be chosen.')
    ] = None
    answer: Annotated[bool | None, Field(description='The key.')] = None


class ShortAnswerQuestionChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[
        Literal['short_answer'] | None, Field(description='What kind it is.')
    ] = None
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str | None, Field(description='What it says.', max_length=20000, min_length=1)
    ] = None
    text_format: TextFormat | None = None
    points: Annotated[
        float | None,
        Field(description='What the question is worth.', ge=0.0, le=1000.0),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = None
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None
    answer: Annotated[ShortAnswerKey | None, Field(description='The key.')] = None


class NumericQuestionChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[
        Literal['numeric'] | None, Field(description='What kind it is.')
    ] = None
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str | None, Field(description='What it says.', max_length=20000, min_length=1)
    ] = None
    text_format: TextFormat | None = None
    points: Annotated[
        float | None,
        Field(description='What the question is worth.', ge=0.0, le=1000.0),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = None
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None
    answer: Annotated[NumericKey | None, Field(description='The key.')] = None


class MatchingQuestionChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[
        Literal['matching'] | None, Field(description='What kind it is.')
    ] = None
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str | None, Field(description='What it says.', max_length=20000, min_length=1)
    ] = None
    text_format: TextFormat | None = None
    points: Annotated[
        float | None,
        Field(description='What the question is worth.', ge=0.0, le=1000.0),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = None
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None
    options: Annotated[
        MatchingSides | None, Field(description='What can be chosen.')
    ] = None
    answer: Annotated[
        dict[str, AnswerAdditionalProperty] | None, Field(description='The key.')
    ] = None


class OrderingQuestionChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[
        Literal['ordering'] | None, Field(description='What kind it is.')
    ] = None
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str | None, Field(description='What it says.', max_length=20000, min_length=1)
    ] = None
    text_format: TextFormat | None = None
    points: Annotated[
        float | None,
        Field(description='What the question is worth.', ge=0.0, le=1000.0),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = None
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None
    options: Annotated[
        list[Item] | None, Field(description='What can be chosen.', max_length=100)
    ] = None
    answer: Annotated[
        list[AnswerItem] | None, Field(description='The key.', max_length=100)
    ] = None


class EssayQuestionChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[Literal['essay'] | None, Field(description='What kind it is.')] = (
        None
    )
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str | None, Field(description='What it says.', max_length=20000, min_length=1)
    ] = None
    text_format: TextFormat | None = None
    points: Annotated[
        float | None,
        Field(description='What the question is worth.', ge=0.0, le=1000.0),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = None
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None


class ClozeQuestionChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[Literal['cloze'] | None, Field(description='What kind it is.')] = (
        None
    )
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str | None, Field(description='What it says.', max_length=20000, min_length=1)
    ] = None
    text_format: TextFormat | None = None
    points: Annotated[
        float | None,
        Field(description='What the question is worth.', ge=0.0, le=1000.0),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = None
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None
    options: Annotated[ClozeGaps | None, Field(description='What can be chosen.')] = (
        None
    )
    answer: Annotated[
        dict[str, GapKey | None] | None, Field(description='The key.')
    ] = None


class DescriptionQuestionChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    type: Annotated[
        Literal['description'] | None, Field(description='What kind it is.')
    ] = None
    name: Annotated[
        str | None,
        Field(description='What it is called.', max_length=255, min_length=1),
    ] = None
    text: Annotated[
        str | None, Field(description='What it says.', max_length=20000, min_length=1)
    ] = None
    text_format: TextFormat | None = None
    points: Annotated[
        float | None,
        Field(description='What the question is worth.', ge=0.0, le=1000.0),
    ] = None
    explanation: Annotated[
        str | None,
        Field(description='What is said about it afterwards.', max_length=20000),
    ] = None
    explanation_format: TextFormat | None = None
    tags: Annotated[
        list[Tag] | None,
        Field(description='Words to find the question by.', max_length=100),
    ] = None
    external_id: Annotated[
        str | None,
        Field(
            description='What another system calls it; null if none does.',
            max_length=255,
            min_length=1,
        ),
    ] = None


QuestionChanges = TypeAliasType("QuestionChanges", SingleChoiceQuestionChanges | MultipleChoiceQuestionChanges | TrueFalseQuestionChanges | ShortAnswerQuestionChanges | NumericQuestionChanges | MatchingQuestionChanges | OrderingQuestionChanges | EssayQuestionChanges | ClozeQuestionChanges | DescriptionQuestionChanges)


RegistrationOutcome = TypeAliasType(
    "RegistrationOutcome",
    Annotated[
        Literal['signed_in', 'signed_in_by_cookie'] | str,
        Field(description='Where the refresh token is: in the reply, or in a cookie.'),
    ],
)


class User(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    email: Annotated[str, Field(description='An e-mail address.')]
    full_name: Annotated[str, Field(description='What the person is called.')]
    role: Annotated[Role, Field(description='What the account may do.')]
    is_active: Annotated[bool, Field(description='False: the account may not sign in.')]
    email_verified: Annotated[
        bool, Field(description='Whether the person proved that the address is theirs.')
    ]
    mfa_enabled: Annotated[
        bool, Field(description='Whether a second factor is asked for.')
    ]
    bio: Annotated[
        str | None, Field(description='What the person says about themselves.')
    ]
    avatar_url: Annotated[
        str | None, Field(description="The person's picture; null if there is none.")
    ]
    timezone: Annotated[
        str, Field(description='An IANA time zone, such as Europe/Berlin.')
    ]
    locale: Annotated[str, Field(description='A language tag (BCP 47).')]
    metadata: Annotated[
        dict[str, Any],
        Field(description="An object of the client's own, kept as it is."),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]


class RegisteredTokens(Model):
    access_token: Annotated[
        str, Field(description='Send it as `Authorization: Bearer …`.')
    ]
    token_type: Annotated[
        Literal['Bearer'], Field(description='How the token is sent.')
    ]
    expires_in: Annotated[
        int, Field(description='Seconds until it ends.', ge=1, le=1000000000)
    ]
    refresh_token: Annotated[
        str | None, Field(description='Absent where a cookie holds it.')
    ] = None


class Registered(Model):
    outcome: Annotated[
        RegistrationOutcome, Field(description='What the sign-in came to.')
    ]
    user: Annotated[User, Field(description='The person.')]
    tokens: Annotated[RegisteredTokens, Field(description='The tokens of the session.')]


class RegistrationPending(Model):
    pass


class EmailTakenConflictProblem(Problem):
    code: Annotated[
        Literal['email_taken'],
        Field(description='Stable; what programs should look at.'),
    ]


class Registration(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    email: Annotated[
        str,
        Field(
            description='An e-mail address.',
            examples=['sam@example.com'],
            max_length=254,
        ),
    ]
    password: Annotated[
        str,
        Field(
            description='The password of the account.',
            examples=['learn-by-doing-7'],
            max_length=128,
        ),
    ]
    full_name: Annotated[
        str,
        Field(
            description='What the person is called.',
            examples=['Sam Student'],
            max_length=200,
            min_length=1,
        ),
    ]
    session: Annotated[
        Literal['cookie'] | None,
        Field(
            description='Answer without `refresh_token` and set a cookie that scripts cannot read; for pages on the site of the API.'
        ),
    ] = None


class Tokens(Model):
    access_token: Annotated[
        str, Field(description='Send it as `Authorization: Bearer …`.')
    ]
    token_type: Annotated[
        Literal['Bearer'], Field(description='How the token is sent.')
    ]
    expires_in: Annotated[
        int, Field(description='Seconds until it ends.', ge=1, le=1000000000)
    ]
    refresh_token: Annotated[
        str, Field(description='Trade it for the next pair; it works once.')
    ]


class SignedIn(Model):
    outcome: Annotated[
        Literal['signed_in'], Field(description='What the sign-in came to.')
    ]
    user: Annotated[User, Field(description='The person.')]
    tokens: Annotated[Tokens, Field(description='The tokens of the session.')]


class CookieTokens(Model):
    access_token: Annotated[
        str, Field(description='Send it as `Authorization: Bearer …`.')
    ]
    token_type: Annotated[
        Literal['Bearer'], Field(description='How the token is sent.')
    ]
    expires_in: Annotated[
        int, Field(description='Seconds until it ends.', ge=1, le=1000000000)
    ]


class SignedInByCookie(Model):
    outcome: Annotated[
        Literal['signed_in_by_cookie'], Field(description='What the sign-in came to.')
    ]
    user: Annotated[User, Field(description='The person.')]
    tokens: Annotated[CookieTokens, Field(description='The tokens of the session.')]


class MfaChallenge(Model):
    outcome: Annotated[
        Literal['mfa_required'], Field(description='What the sign-in came to.')
    ]
    mfa_required: Annotated[Literal[True], Field(description='A code is needed.')]
    mfa_token: Annotated[str, Field(description='Send it with a code.')]
    expires_in: Annotated[
        int, Field(description='Seconds that `mfa_token` lives.', ge=1, le=1000000000)
    ]


LoginOutcome = TypeAliasType(
    "LoginOutcome",
    Annotated[
        SignedIn | SignedInByCookie | MfaChallenge,
        Field(
            description='Signed in, or, with a second factor, what the second step needs; `outcome` says which.',
            discriminator='outcome',
        ),
    ],
)


class InvalidCredentialsUnauthorizedProblem(Problem):
    code: Annotated[
        Literal['invalid_credentials', 'unauthorized'],
        Field(description='Stable; what programs should look at.'),
    ]


class ParsersBusyTooManyAttemptsRateLimitedProblem(Problem):
    code: Annotated[
        Literal['parsers_busy', 'rate_limited', 'too_many_attempts'],
        Field(description='Stable; what programs should look at.'),
    ]


class Login(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    email: Annotated[
        str,
        Field(
            description='An e-mail address.',
            examples=['sam@example.com'],
            max_length=320,
            min_length=1,
        ),
    ]
    password: Annotated[
        str,
        Field(
            description='The password of the account.',
            examples=['learn-by-doing-7'],
            max_length=1024,
            min_length=1,
        ),
    ]
    session: Annotated[
        Literal['cookie'] | None,
        Field(
            description='Answer without `refresh_token` and set a cookie that scripts cannot read; for pages on the site of the API.'
        ),
    ] = None


SignInOutcome = TypeAliasType(
    "SignInOutcome",
    Annotated[
        SignedIn | SignedInByCookie,
        Field(
            description='Signed in; `outcome` says where the refresh token is.',
            discriminator='outcome',
        ),
    ],
)


class TokenInvalidBadRequestProblem(Problem):
    code: Annotated[
        Literal['malformed', 'malformed_json', 'token_invalid'],
        Field(description='Stable; what programs should look at.'),
    ]


class MfaCodeInvalidUnauthorizedProblem(Problem):
    code: Annotated[
        Literal['mfa_code_invalid', 'unauthorized'],
        Field(description='Stable; what programs should look at.'),
    ]


class MfaLogin(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    mfa_token: Annotated[
        str,
        Field(
            description='Send it with a code.',
            examples=['8Zk2o6m4TQ2nq0x1Y3v5Uw.c2VjcmV0'],
            max_length=512,
            min_length=1,
        ),
    ]
    code: Annotated[
        str,
        Field(
            description='Six digits of the authenticator, or a recovery code.',
            examples=['123456'],
            max_length=64,
            min_length=1,
        ),
    ]
    session: Annotated[
        Literal['cookie'] | None,
        Field(
            description='Answer without `refresh_token` and set a cookie that scripts cannot read; for pages on the site of the API.'
        ),
    ] = None


class RefreshTokenReusedSessionRevokedTokenInvalidUnauthorizedProblem(Problem):
    code: Annotated[
        Literal['refresh_token_reused', 'session_revoked', 'token_invalid', 'unauthorized'],
        Field(description='Stable; what programs should look at.'),
    ]


class OriginForbiddenForbiddenProblem(Problem):
    code: Annotated[
        Literal['origin_forbidden'],
        Field(description='Stable; what programs should look at.'),
    ]


class Refresh(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    refresh_token: Annotated[
        str | None,
        Field(
            description='Trade it for the next pair; it works once.',
            examples=['8Zk2o6m4TQ2nq0x1Y3v5Uw.c2VjcmV0'],
            max_length=512,
            min_length=1,
        ),
    ] = None
    session: Annotated[
        Literal['cookie'] | None,
        Field(
            description='Answer without `refresh_token` and set a cookie that scripts cannot read; for pages on the site of the API.'
        ),
    ] = None


class TokenInvalidUnauthorizedProblem(Problem):
    code: Annotated[
        Literal['token_invalid', 'unauthorized'],
        Field(description='Stable; what programs should look at.'),
    ]


class Logout(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    refresh_token: Annotated[
        str | None,
        Field(
            description='Trade it for the next pair; it works once.',
            examples=['8Zk2o6m4TQ2nq0x1Y3v5Uw.c2VjcmV0'],
            max_length=512,
            min_length=1,
        ),
    ] = None


class Session(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    device: Annotated[str, Field(description='What the client calls itself.')]
    ip: Annotated[
        str | None,
        Field(description='The address that signed in; null if it is not known.'),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    last_used_at: Annotated[AwareDatetime, Field(description='When it was last used.')]
    current: Annotated[bool, Field(description='Whether it is the one that asks.')]


class ForgotPassword(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    email: Annotated[
        str,
        Field(
            description='An e-mail address.',
            examples=['sam@example.com'],
            max_length=254,
        ),
    ]


class PasswordReset(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    token: Annotated[
        str,
        Field(
            description='The token that was mailed.',
            examples=['8Zk2o6m4TQ2nq0x1Y3v5Uw.c2VjcmV0'],
            max_length=512,
            min_length=1,
        ),
    ]
    new_password: Annotated[
        str,
        Field(
            description='The password from now on: 8 to 128 characters.',
            examples=['learn-by-doing-7'],
            max_length=128,
        ),
    ]


class Confirmed(Model):
    email: Annotated[str, Field(description='An e-mail address.')]
    email_verified: Annotated[
        bool, Field(description='Whether the person proved that the address is theirs.')
    ]
    password_reset_required: Annotated[
        bool, Field(description='Whether a link to set a new password was mailed.')
    ]


class PasswordIncorrectForbiddenProblem(Problem):
    code: Annotated[
        Literal['password_incorrect'],
        Field(description='Stable; what programs should look at.'),
    ]


class Confirmation(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    token: Annotated[
        str,
        Field(
            description='The token that was mailed.',
            examples=['8Zk2o6m4TQ2nq0x1Y3v5Uw.c2VjcmV0'],
            max_length=512,
            min_length=1,
        ),
    ]
    password: Annotated[
        str | None,
        Field(
            description='The password of the account.',
            examples=['learn-by-doing-7'],
            max_length=1024,
            min_length=1,
        ),
    ] = None


class MfaSetup(Model):
    secret: Annotated[
        str, Field(description='What is shared with us; shown this once.')
    ]
    otpauth_uri: Annotated[str, Field(description='What an authenticator reads.')]
    qr_svg: Annotated[str, Field(description='The same as a picture, in SVG.')]


class EmailNotVerifiedMfaAlreadyEnabledConflictProblem(Problem):
    code: Annotated[
        Literal['email_not_verified', 'mfa_already_enabled'],
        Field(description='Stable; what programs should look at.'),
    ]


class PasswordOnly(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    password: Annotated[
        str,
        Field(
            description='The password of the account.',
            examples=['learn-by-doing-7'],
            max_length=1024,
            min_length=1,
        ),
    ]


class NewRecoveryCodes(Model):
    recovery_codes: Annotated[
        list[str], Field(description='Each works once, in place of the authenticator.')
    ]


class MfaCodeInvalidForbiddenProblem(Problem):
    code: Annotated[
        Literal['mfa_code_invalid'],
        Field(description='Stable; what programs should look at.'),
    ]


class EmailNotVerifiedMfaAlreadyEnabledMfaNotEnabledConflictProblem(Problem):
    code: Annotated[
        Literal['email_not_verified', 'mfa_already_enabled', 'mfa_not_enabled'],
        Field(description='Stable; what programs should look at.'),
    ]


class CodeOnly(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    code: Annotated[
        str,
        Field(
            description='Six digits of the authenticator.',
            examples=['123456'],
            max_length=64,
            min_length=1,
        ),
    ]


class MfaCodeInvalidPasswordIncorrectForbiddenProblem(Problem):
    code: Annotated[
        Literal['mfa_code_invalid', 'password_incorrect'],
        Field(description='Stable; what programs should look at.'),
    ]


class MfaNotEnabledConflictProblem(Problem):
    code: Annotated[
        Literal['mfa_not_enabled'],
        Field(description='Stable; what programs should look at.'),
    ]


class PasswordAndCode(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    password: Annotated[
        str,
        Field(
            description='The password of the account.',
            examples=['learn-by-doing-7'],
            max_length=1024,
            min_length=1,
        ),
    ]
    code: Annotated[
        str,
        Field(
            description='Six digits of the authenticator, or a recovery code.',
            examples=['123456'],
            max_length=64,
            min_length=1,
        ),
    ]


class IdempotencyInProgressIdempotencyReplyNotKeptMfaNotEnabledConflictProblem(Problem):
    code: Annotated[
        Literal['idempotency_in_progress', 'idempotency_reply_not_kept', 'mfa_not_enabled'],
        Field(description='Stable; what programs should look at.'),
    ]


class MalformedBadRequestProblem(Problem):
    code: Annotated[
        Literal['malformed'], Field(description='Stable; what programs should look at.')
    ]


class MfaCodeInvalidMfaCodeRequiredPasswordIncorrectForbiddenProblem(Problem):
    code: Annotated[
        Literal['mfa_code_invalid', 'mfa_code_required', 'password_incorrect'],
        Field(description='Stable; what programs should look at.'),
    ]


class PasswordChange(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    current_password: Annotated[
        str,
        Field(
            description='The password until now.',
            examples=['learn-by-doing-7'],
            max_length=1024,
            min_length=1,
        ),
    ]
    new_password: Annotated[
        str,
        Field(
            description='The password from now on: 8 to 128 characters.',
            examples=['learn-by-doing-7'],
            max_length=128,
        ),
    ]
    code: Annotated[
        str | None,
        Field(
            description='A code, if the account has a second factor.',
            examples=['123456'],
            max_length=64,
            min_length=1,
        ),
    ] = None


class NewAddress(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    new_email: Annotated[
        str,
        Field(
            description='The new e-mail address.',
            examples=['sam@example.org'],
            max_length=254,
        ),
    ]
    password: Annotated[
        str,
        Field(
            description='The password of the account.',
            examples=['learn-by-doing-7'],
            max_length=1024,
            min_length=1,
        ),
    ]
    code: Annotated[
        str | None,
        Field(
            description='A code, if the account has a second factor.',
            examples=['123456'],
            max_length=64,
            min_length=1,
        ),
    ] = None


class EmailTakenIdempotencyInProgressIdempotencyReplyNotKeptConflictProblem(Problem):
    code: Annotated[
        Literal['email_taken', 'idempotency_in_progress', 'idempotency_reply_not_kept'],
        Field(description='Stable; what programs should look at.'),
    ]


class NewUser(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    email: Annotated[
        str,
        Field(
            description='An e-mail address.',
            examples=['tara@example.com'],
            max_length=254,
        ),
    ]
    full_name: Annotated[
        str,
        Field(
            description='What the person is called.',
            examples=['Tara Teacher'],
            max_length=200,
            min_length=1,
        ),
    ]
    role: Annotated[Role | None, Field(description='What the account may do.')] = (
        'student'
    )


class AccountErasedCoursesNeedATeacherLastAdminConflictProblem(Problem):
    code: Annotated[
        Literal['account_erased', 'courses_need_a_teacher', 'last_admin'],
        Field(description='Stable; what programs should look at.'),
    ]


class UserChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    full_name: Annotated[
        str | None,
        Field(description='What the person is called.', max_length=200, min_length=1),
    ] = None
    role: Annotated[Role | None, Field(description='What the account may do.')] = None
    is_active: Annotated[
        bool | None, Field(description='False: the account may not sign in.')
    ] = None


class GivenReason(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    reason: Annotated[
        str,
        Field(
            description='Why.',
            examples=['The phone was lost.'],
            max_length=500,
            min_length=1,
        ),
    ]


class OptionalReason(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    reason: Annotated[
        str | None,
        Field(
            description='Why.',
            examples=['A laptop was stolen.'],
            max_length=500,
            min_length=1,
        ),
    ] = None


class CoursesNeedATeacherLastAdminConflictProblem(Problem):
    code: Annotated[
        Literal['courses_need_a_teacher', 'last_admin'],
        Field(description='Stable; what programs should look at.'),
    ]


class Erasure(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    password: Annotated[
        str,
        Field(
            description='The password of the account.',
            examples=['learn-by-doing-7'],
            max_length=1024,
            min_length=1,
        ),
    ]
    code: Annotated[
        str | None,
        Field(
            description='A code, if the account has a second factor.',
            examples=['123456'],
            max_length=64,
            min_length=1,
        ),
    ] = None


FileType = TypeAliasType(
    "FileType",
    Annotated[
        Literal['video', 'audio', 'text', 'document', 'archive', 'image', 'video/mp4', 'video/webm', 'video/quicktime', 'audio/mpeg', 'audio/mp4', 'text/vtt', 'application/pdf', 'application/msword', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.ms-powerpoint', 'application/vnd.openxmlformats-officedocument.presentationml.presentation', 'application/vnd.ms-excel', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.oasis.opendocument.text', 'application/vnd.oasis.opendocument.presentation', 'application/vnd.oasis.opendocument.spreadsheet', 'text/plain', 'text/markdown', 'text/csv', 'application/zip', 'image/png', 'image/jpeg', 'image/gif', 'image/webp'] | str,
        Field(description='A group of files, or a content type.'),
    ],
)


class LearningFile(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    filename: Annotated[
        str, Field(description="The file's name.", examples=['handout.pdf'])
    ]
    content_type: Annotated[
        str,
        Field(description='What kind of content it is.', examples=['application/pdf']),
    ]
    size: Annotated[int, Field(description='Bytes.')]
    sha256: Annotated[
        str,
        Field(
            description='The SHA-256 of the bytes, in hexadecimal.',
            examples=['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
            pattern='^[0-9a-f]{64}$',
        ),
    ]
    is_public: Annotated[bool, Field(description='Whether anyone may read it.')]
    uploader_id: Annotated[UUID, Field(description='Who uploaded it.')]
    url: Annotated[str, Field(description='Where it is.')]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]


class RangeNotSatisfiableNoSuchRangeProblem(Problem):
    code: Annotated[
        Literal['range_not_satisfiable'],
        Field(description='Stable; what programs should look at.'),
    ]


class Link(Model):
    url: Annotated[str, Field(description='Where it is.')]
    expires_at: Annotated[
        AwareDatetime, Field(description='When it ends; null if it does not.')
    ]


class NewLink(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    expires_in: Annotated[
        int | None,
        Field(
            description='Seconds; 15 minutes if not given.',
            examples=[900],
            ge=1,
            le=604800,
        ),
    ] = None


class FileTypeNotAllowedUnsupportedTypeProblem(Problem):
    code: Annotated[
        Literal['file_type_not_allowed', 'unsupported_media_type'],
        Field(description='Stable; what programs should look at.'),
    ]


class InvalidFilenameTooExpensiveValidationProblem(Problem):
    code: Annotated[
        Literal['invalid_filename', 'too_expensive', 'validation_failed'],
        Field(description='Stable; what programs should look at.'),
    ]


class FileChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    filename: Annotated[
        str | None, Field(description="The file's name.", max_length=255, min_length=1)
    ] = None
    is_public: Annotated[
        bool | None, Field(description='Whether anyone may read it.')
    ] = None


class FileInUseConflictProblem(Problem):
    code: Annotated[
        Literal['file_in_use'],
        Field(description='Stable; what programs should look at.'),
    ]


class MalformedMultipartBadRequestProblem(Problem):
    code: Annotated[
        Literal['malformed', 'malformed_multipart'],
        Field(description='Stable; what programs should look at.'),
    ]


class QuotaExceededConflictProblem(Problem):
    code: Annotated[
        Literal['idempotency_in_progress', 'idempotency_reply_not_kept', 'quota_exceeded'],
        Field(description='Stable; what programs should look at.'),
    ]


class FileTooLargeTooLargeProblem(Problem):
    code: Annotated[
        Literal['body_too_large', 'file_too_large'],
        Field(description='Stable; what programs should look at.'),
    ]


class ArchiveRejectedFileEmptyIdempotencyKeyReusedImageTooLargeInvalidFilenameTooExpensiveValidationProblem(Problem):
    code: Annotated[
        Literal['archive_rejected', 'file_empty', 'idempotency_key_reused', 'image_too_large', 'invalid_filename', 'too_expensive', 'validation_failed'],
        Field(description='Stable; what programs should look at.'),
    ]


class UploadForm(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    file: Annotated[bytes, Field(description="The file's bytes.")]
    is_public: Annotated[
        bool | None, Field(description='Whether anyone may read it.')
    ] = False


class DirectUpload(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    method: Annotated[str, Field(description='How it is sent.', examples=['PUT'])]
    url: Annotated[str, Field(description='Where it is.')]
    headers: Annotated[dict[str, str], Field(description='Headers to send along.')]
    expires_at: Annotated[
        AwareDatetime, Field(description='When it ends; null if it does not.')
    ]


class NewDirectUpload(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    filename: Annotated[
        str, Field(description="The file's name.", max_length=255, min_length=1)
    ]
    size: Annotated[int, Field(description='Bytes.', ge=1, le=9007199254740991)]
    is_public: Annotated[
        bool | None, Field(description='Whether anyone may read it.')
    ] = False


class QuotaExceededUploadInProgressUploadIncompleteConflictProblem(Problem):
    code: Annotated[
        Literal['idempotency_in_progress', 'idempotency_reply_not_kept', 'quota_exceeded', 'upload_in_progress', 'upload_incomplete'],
        Field(description='Stable; what programs should look at.'),
    ]


class UserRegisteredEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['user.registered'], Field(description='What kind it is.')]
    data: Annotated[UserRegisteredData, Field(description='What is told about it.')]


class CoursePublishedEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['course.published'], Field(description='What kind it is.')]
    data: Annotated[CoursePublishedData, Field(description='What is told about it.')]


class CourseUpdatedEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['course.updated'], Field(description='What kind it is.')]
    data: Annotated[CourseUpdatedData, Field(description='What is told about it.')]


class CourseArchivedEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['course.archived'], Field(description='What kind it is.')]
    data: Annotated[CourseArchivedData, Field(description='What is told about it.')]


class EnrollmentCreatedEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[
        Literal['enrollment.created'], Field(description='What kind it is.')
    ]
    data: Annotated[EnrollmentCreatedData, Field(description='What is told about it.')]


class EnrollmentCompletedEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[
        Literal['enrollment.completed'], Field(description='What kind it is.')
    ]
    data: Annotated[
        EnrollmentCompletedData, Field(description='What is told about it.')
    ]


class EnrollmentDroppedEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[
        Literal['enrollment.dropped'], Field(description='What kind it is.')
    ]
    data: Annotated[EnrollmentDroppedData, Field(description='What is told about it.')]


class LessonCompletedEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['lesson.completed'], Field(description='What kind it is.')]
    data: Annotated[LessonCompletedData, Field(description='What is told about it.')]


class QuizStartedEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['quiz.started'], Field(description='What kind it is.')]
    data: Annotated[QuizStartedData, Field(description='What is told about it.')]


class QuizSubmittedEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['quiz.submitted'], Field(description='What kind it is.')]
    data: Annotated[QuizSubmittedData, Field(description='What is told about it.')]


class QuizGradedEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['quiz.graded'], Field(description='What kind it is.')]
    data: Annotated[QuizGradedData, Field(description='What is told about it.')]


class CertificateIssuedEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[
        Literal['certificate.issued'], Field(description='What kind it is.')
    ]
    data: Annotated[CertificateIssuedData, Field(description='What is told about it.')]


class CertificateRevokedEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[
        Literal['certificate.revoked'], Field(description='What kind it is.')
    ]
    data: Annotated[CertificateRevokedData, Field(description='What is told about it.')]


class CertificateReplacedEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[
        Literal['certificate.replaced'], Field(description='What kind it is.')
    ]
    data: Annotated[
        CertificateReplacedData, Field(description='What is told about it.')
    ]


class OrderPaidEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['order.paid'], Field(description='What kind it is.')]
    data: Annotated[OrderPaidData, Field(description='What is told about it.')]


class OrderRefundedEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['order.refunded'], Field(description='What kind it is.')]
    data: Annotated[OrderRefundedData, Field(description='What is told about it.')]


class ReviewCreatedEvent(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    timestamp: Annotated[AwareDatetime, Field(description='When it happened.')]
    type: Annotated[Literal['review.created'], Field(description='What kind it is.')]
    data: Annotated[ReviewCreatedData, Field(description='What is told about it.')]


DisabledReason = TypeAliasType(
    "DisabledReason",
    Annotated[
        Literal['gone', 'failing'] | str,
        Field(
            description='Why deliveries stopped: the receiver answered 410, or failed for days.'
        ),
    ],
)


class Webhook(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    url: Annotated[
        str,
        Field(description='Where it is.', examples=['https://hooks.example.com/lms']),
    ]
    types: Annotated[list[str], Field(description='Types of events.')]
    is_active: Annotated[bool, Field(description='False: nothing is sent.')]
    disabled_reason: Annotated[
        DisabledReason | None,
        Field(description='Why nothing is sent any more; null if it is.'),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]


class WebhookWithSecret(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    url: Annotated[
        str,
        Field(description='Where it is.', examples=['https://hooks.example.com/lms']),
    ]
    types: Annotated[list[str], Field(description='Types of events.')]
    is_active: Annotated[bool, Field(description='False: nothing is sent.')]
    disabled_reason: Annotated[
        DisabledReason | None,
        Field(description='Why nothing is sent any more; null if it is.'),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    secret: Annotated[
        str,
        Field(
            description='What is shared with us; shown this once.',
            examples=['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
        ),
    ]


class TooManyWebhooksConflictProblem(Problem):
    code: Annotated[
        Literal['too_many_webhooks'],
        Field(description='Stable; what programs should look at.'),
    ]


class TooExpensiveWebhookUrlForbiddenValidationProblem(Problem):
    code: Annotated[
        Literal['too_expensive', 'validation_failed', 'webhook_url_forbidden'],
        Field(description='Stable; what programs should look at.'),
    ]


EventType = TypeAliasType(
    "EventType",
    Annotated[
        Literal['user.registered', 'course.published', 'course.updated', 'course.archived', 'enrollment.created', 'enrollment.completed', 'enrollment.dropped', 'lesson.completed', 'quiz.started', 'quiz.submitted', 'quiz.graded', 'certificate.issued', 'certificate.revoked', 'certificate.replaced', 'order.paid', 'order.refunded', 'review.created'] | str,
        Field(description='What happened.'),
    ],
)


class NewWebhook(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    url: Annotated[
        str,
        Field(
            description='Where it is.',
            examples=['https://hooks.example.com/lms'],
            max_length=2000,
            min_length=1,
        ),
    ]
    types: Annotated[
        list[EventType],
        Field(description='Types of events.', max_length=17, min_length=1),
    ]


class WebhookChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    url: Annotated[
        str | None,
        Field(
            description='Where it is.',
            examples=['https://hooks.example.com/lms'],
            max_length=2000,
            min_length=1,
        ),
    ] = None
    types: Annotated[
        list[EventType] | None,
        Field(description='Types of events.', max_length=17, min_length=1),
    ] = None
    is_active: Annotated[bool | None, Field(description='False: nothing is sent.')] = (
        None
    )


DeliveryStatus = TypeAliasType(
    "DeliveryStatus",
    Annotated[
        Literal['pending', 'succeeded', 'failed'] | str,
        Field(description='Whether the receiver has taken it.'),
    ],
)


class DeliveryAttempt(Model):
    at: Annotated[AwareDatetime, Field(description='When it was sent.')]
    status_code: Annotated[
        int | None, Field(description='The status that came back; null if none did.')
    ]
    error: Annotated[
        str | None,
        Field(
            description='Why no status came back; null if one did.',
            examples=['timeout'],
        ),
    ]
    duration_ms: Annotated[int, Field(description='Milliseconds.')]


class Delivery(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    webhook_id: Annotated[UUID, Field(description="The webhook's id.")]
    event_id: Annotated[UUID, Field(description="The event's id.")]
    event_type: Annotated[
        str, Field(description='What happened.', examples=['enrollment.completed'])
    ]
    status: Annotated[DeliveryStatus, Field(description='Its state.')]
    attempts: Annotated[
        list[DeliveryAttempt], Field(description='Each time that it was sent.')
    ]
    next_attempt_at: Annotated[
        AwareDatetime | None,
        Field(description='When it is tried again; null if it is not.'),
    ]


class WebhookDisabledConflictProblem(Problem):
    code: Annotated[
        Literal['idempotency_in_progress', 'idempotency_reply_not_kept', 'webhook_disabled'],
        Field(description='Stable; what programs should look at.'),
    ]


class Recovered(Model):
    count: Annotated[int, Field(description='How many there are.')]


class Recovery(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    since: Annotated[
        AwareDatetime,
        Field(description='From this time on.', examples=['2026-09-01T08:30:00Z']),
    ]


class SentMail(Model):
    to: Annotated[
        str, Field(description='To whom it was sent.', examples=['student@example.com'])
    ]
    subject: Annotated[str, Field(description='The subject.')]
    text: Annotated[str, Field(description='The mail as text.')]
    html: Annotated[str, Field(description='The mail as HTML.')]
    sent_at: Annotated[AwareDatetime, Field(description='When it was sent.')]


class OrderedCourse(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    title: Annotated[str, Field(description='What it is called.')]


OrderStatus = TypeAliasType(
    "OrderStatus",
    Annotated[
        Literal['pending', 'paid', 'refunded'] | str,
        Field(description='Whether an order is paid.'),
    ],
)


class Order(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    course: Annotated[OrderedCourse, Field(description='The course.')]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    status: Annotated[OrderStatus, Field(description='Its state.')]
    total: Annotated[Money, Field(description='What it costs.')]
    reference: Annotated[
        str | None,
        Field(description='What the payment is known by; null until it is paid.'),
    ]
    created_at: Annotated[AwareDatetime, Field(description='When it was made.')]
    paid_at: Annotated[
        AwareDatetime | None, Field(description='When it was paid; null if it is not.')
    ]
    refunded_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was refunded; null if it is not.'),
    ]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]


class AlreadyEnrolledCourseAlreadyPaidCourseIsFreeCourseNotOpenConflictProblem(Problem):
    code: Annotated[
        Literal['already_enrolled', 'course_already_paid', 'course_is_free', 'course_not_open', 'idempotency_in_progress', 'idempotency_reply_not_kept'],
        Field(description='Stable; what programs should look at.'),
    ]


class NewCourseOrder(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    course_id: Annotated[UUID, Field(description="The course's id.")]


class OrderAlreadyPaidOrderRefundedConflictProblem(Problem):
    code: Annotated[
        Literal['idempotency_in_progress', 'idempotency_reply_not_kept', 'order_already_paid', 'order_refunded'],
        Field(description='Stable; what programs should look at.'),
    ]


class Payment(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    reference: Annotated[
        str,
        Field(
            description='What the payment is known by; null until it is paid.',
            examples=['Bank transfer 4711'],
            max_length=200,
            min_length=1,
        ),
    ]


class OrderNotPaidConflictProblem(Problem):
    code: Annotated[
        Literal['idempotency_in_progress', 'idempotency_reply_not_kept', 'order_not_paid'],
        Field(description='Stable; what programs should look at.'),
    ]


Interval = TypeAliasType(
    "Interval",
    Annotated[
        Literal['day', 'week', 'month'] | str,
        Field(description='The length of a period.'),
    ],
)


class StudentCourses(Model):
    active: Annotated[int, Field(description='How many are active.')]
    completed: Annotated[int, Field(description='How many are completed.')]
    dropped: Annotated[int, Field(description='How many have left.')]


class StudentQuizResults(Model):
    attempts: Annotated[int, Field(description='How many attempts are closed.')]
    passed: Annotated[int, Field(description='How many quizzes are passed.')]
    mean_score_percent: Annotated[
        float | None, Field(description='The mean percentage; null if there is none.')
    ]


class Streak(Model):
    current_days: Annotated[int, Field(description='How many days in a row until now.')]
    longest_days: Annotated[int, Field(description='How many days in a row at most.')]


class ActivityPeriod(Model):
    period: Annotated[AwareDatetime, Field(description='When the period begins.')]
    lessons: Annotated[int, Field(description='Lessons completed.')]
    seconds: Annotated[int, Field(description='Seconds spent.')]
    attempts: Annotated[int, Field(description='Attempts submitted.')]


class StudentAnalytics(Model):
    courses: Annotated[StudentCourses, Field(description='How many courses there are.')]
    mean_progress_percent: Annotated[
        float | None,
        Field(description='The mean progress, 0 to 100; null if there is none.'),
    ]
    time_spent_seconds: Annotated[int, Field(description='Seconds spent.')]
    lessons_completed: Annotated[
        int, Field(description='How many lessons are completed.')
    ]
    quizzes: Annotated[StudentQuizResults, Field(description='Results in quizzes.')]
    streak: Annotated[Streak, Field(description='Days in a row.')]
    activity: Annotated[
        list[ActivityPeriod], Field(description='What was done in each period.')
    ]


class CourseCounts(Model):
    total: Annotated[int, Field(description='How many there are.')]
    published: Annotated[int, Field(description='How many are published.')]
    draft: Annotated[int, Field(description='How many are drafts.')]
    archived: Annotated[int, Field(description='How many are archived.')]


class EnrollmentCounts(Model):
    active: Annotated[int, Field(description='How many are active.')]
    completed: Annotated[int, Field(description='How many are completed.')]
    dropped: Annotated[int, Field(description='How many have left.')]
    total: Annotated[int, Field(description='How many there are.')]


class Ratings(Model):
    average: Annotated[
        float | None, Field(description='The mean; null if there are none.')
    ]
    count: Annotated[int, Field(description='How many there are.')]


class CourseQuizResults(Model):
    attempts: Annotated[int, Field(description='How many attempts are closed.')]
    mean_score_percent: Annotated[
        float | None, Field(description='The mean percentage; null if there is none.')
    ]
    pass_rate_percent: Annotated[
        float | None,
        Field(description='How many of a hundred pass; null if there is none.'),
    ]
    course_id: Annotated[UUID, Field(description="The course's id.")]


class Revenue(Model):
    currency: Annotated[str, Field(description='A currency of ISO 4217.')]
    gross: Annotated[int, Field(description='What was paid.')]
    refunded: Annotated[int, Field(description='What was paid back.')]
    net: Annotated[int, Field(description='What is left.')]


class PeriodCount(Model):
    period: Annotated[AwareDatetime, Field(description='When the period begins.')]
    count: Annotated[int, Field(description='How many there are.')]


class InstructorAnalytics(Model):
    courses: Annotated[CourseCounts, Field(description='How many courses there are.')]
    enrollments: Annotated[
        EnrollmentCounts, Field(description='How many enrolments there are.')
    ]
    active_students: Annotated[int, Field(description='How many students are active.')]
    mean_progress_percent: Annotated[
        float | None,
        Field(description='The mean progress, 0 to 100; null if there is none.'),
    ]
    completion_rate_percent: Annotated[
        float | None,
        Field(description='How many of a hundred complete it; null if there is none.'),
    ]
    ratings: Annotated[Ratings, Field(description='How it is rated.')]
    quizzes: Annotated[
        list[CourseQuizResults], Field(description='Results in quizzes, by course.')
    ]
    revenue: Annotated[
        list[Revenue], Field(description='What was earned, by currency.')
    ]
    enrollments_over_time: Annotated[
        list[PeriodCount], Field(description='How many enrolled in each period.')
    ]


class QuizResults(Model):
    attempts: Annotated[int, Field(description='How many attempts are closed.')]
    mean_score_percent: Annotated[
        float | None, Field(description='The mean percentage; null if there is none.')
    ]
    pass_rate_percent: Annotated[
        float | None,
        Field(description='How many of a hundred pass; null if there is none.'),
    ]


class TimeToComplete(Model):
    mean_seconds: Annotated[
        float | None, Field(description='The mean; null if there is none.')
    ]
    median_seconds: Annotated[
        float | None, Field(description='The median; null if there is none.')
    ]


class StudentsAtRisk(Model):
    count: Annotated[int, Field(description='How many there are.')]


class LessonResults(Model):
    lesson_id: Annotated[UUID, Field(description="The lesson's id.")]
    completed: Annotated[int, Field(description='How many students completed it.')]
    reached: Annotated[int, Field(description='How many students came to it.')]
    drop_off_percent: Annotated[
        float | None,
        Field(
            description='How many of a hundred went no further; null if there is none.'
        ),
    ]


class CourseAnalytics(Model):
    enrollments: Annotated[
        EnrollmentCounts, Field(description='How many enrolments there are.')
    ]
    completion_rate_percent: Annotated[
        float | None,
        Field(description='How many of a hundred complete it; null if there is none.'),
    ]
    quizzes: Annotated[QuizResults, Field(description='Results in quizzes.')]
    ratings: Annotated[Ratings, Field(description='How it is rated.')]
    time_to_complete: Annotated[
        TimeToComplete, Field(description='How long students take.')
    ]
    students_at_risk: Annotated[
        StudentsAtRisk, Field(description='Students without a sign of life.')
    ]
    lessons: Annotated[
        list[LessonResults], Field(description='Figures of each lesson.')
    ]
    enrollments_over_time: Annotated[
        list[PeriodCount], Field(description='How many enrolled in each period.')
    ]


class UserCounts(Model):
    student: Annotated[int, Field(description='How many students there are.')]
    instructor: Annotated[int, Field(description='How many teachers there are.')]
    admin: Annotated[int, Field(description='How many admins there are.')]
    total: Annotated[int, Field(description='How many there are.')]


class ActiveUserCounts(Model):
    day: Annotated[int, Field(description='In the last 24 hours.')]
    week: Annotated[int, Field(description='In the last 7 days.')]
    month: Annotated[int, Field(description='In the last 30 days.')]


class CertificateCounts(Model):
    issued: Annotated[int, Field(description='How many were issued.')]
    revoked: Annotated[int, Field(description='How many were revoked.')]


class StorageUse(Model):
    files: Annotated[int, Field(description='How many files there are.')]
    bytes: Annotated[int, Field(description='How many bytes they have.')]


class QueueState(Model):
    depth: Annotated[int, Field(description='How many jobs wait.')]
    oldest_seconds: Annotated[
        float, Field(description='How long the oldest one has waited.')
    ]
    dead: Annotated[int, Field(description='How many are given up.')]


class SystemAnalytics(Model):
    users: Annotated[UserCounts, Field(description='How many people there are.')]
    active_users: Annotated[
        ActiveUserCounts, Field(description='How many people were active.')
    ]
    courses: Annotated[CourseCounts, Field(description='How many courses there are.')]
    enrollments: Annotated[
        EnrollmentCounts, Field(description='How many enrolments there are.')
    ]
    certificates: Annotated[
        CertificateCounts, Field(description='How many certificates there are.')
    ]
    revenue: Annotated[
        list[Revenue], Field(description='What was earned, by currency.')
    ]
    storage: Annotated[StorageUse, Field(description='What the files take.')]
    queues: Annotated[
        dict[str, QueueState], Field(description='The jobs of each queue.')
    ]


class MyChanges(Model):
    model_config = ConfigDict(
        extra='forbid',
    )
    full_name: Annotated[
        str | None,
        Field(description='What the person is called.', max_length=200, min_length=1),
    ] = None
    bio: Annotated[
        str | None,
        Field(description='What the person says about themselves.', max_length=5000),
    ] = None
    avatar_file_id: Annotated[
        UUID | None, Field(description='The id of the picture of the person.')
    ] = None
    timezone: Annotated[
        str | None,
        Field(
            description='An IANA time zone, such as Europe/Berlin.',
            examples=['Europe/Berlin'],
            max_length=64,
        ),
    ] = None
    locale: Annotated[
        str | None,
        Field(
            description='A language tag (BCP 47).',
            examples=['en'],
            pattern='^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
        ),
    ] = None
    metadata: Annotated[
        dict[str, Any] | None,
        Field(description="An object of the client's own, kept as it is."),
    ] = None


class UnknownAskedQuestion(Model):
    model_config = ConfigDict(
        extra='allow',
    )
    type: Annotated[str, Field(description='A word that this version does not know.')]


class UnknownLearningEvent(Model):
    model_config = ConfigDict(
        extra='allow',
    )
    type: Annotated[str, Field(description='A word that this version does not know.')]


class UnknownQuestion(Model):
    model_config = ConfigDict(
        extra='allow',
    )
    type: Annotated[str, Field(description='A word that this version does not know.')]


class UnknownWebhookBody(Model):
    model_config = ConfigDict(
        extra='allow',
    )
    type: Annotated[str, Field(description='A word that this version does not know.')]


class Meta(Model):
    request_id: RequestId


class PageMeta(Model):
    request_id: RequestId
    limit: Annotated[int, Field(description='At most so many rows.', ge=1, le=500)]
    next_cursor: Annotated[
        str | None,
        Field(description='Send it as `cursor` for the next page; null on the last.'),
    ]
    total: Annotated[
        int | None,
        Field(
            description='All rows of the list; only with `include_total=true`.', ge=0
        ),
    ] = None


class HealthReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Health, Field(description='What was asked for.')]
    meta: Meta


class ReadinessReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Readiness, Field(description='What was asked for.')]
    meta: Meta


class ProblemTypeReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[ProblemType, Field(description='What was asked for.')]
    meta: Meta


class ErrorCodeList(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[list[ErrorCode], Field(description='What was asked for.')]
    meta: Meta


class EnrollmentReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Enrollment, Field(description='What was asked for.')]
    meta: Meta


class EnrollmentPage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[Enrollment], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class EnrollmentWithLessonsReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[EnrollmentWithLessons, Field(description='What was asked for.')]
    meta: Meta


class LessonCompletionReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[LessonCompletion, Field(description='What was asked for.')]
    meta: Meta


class BatchResultReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[BatchResult, Field(description='What was asked for.')]
    meta: Meta


class LearnerPageReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[LearnerPage, Field(description='What was asked for.')]
    meta: Meta


class RosterEntryPage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[RosterEntry], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class JobReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Job, Field(description='What was asked for.')]
    meta: Meta


class ReviewPage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[Review], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class ReviewReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Review, Field(description='What was asked for.')]
    meta: Meta


AskedQuestion = TypeAliasType(
    "AskedQuestion",
    Annotated[
        AskedSingleChoiceQuestion | AskedMultipleChoiceQuestion | AskedTrueFalseQuestion | AskedShortAnswerQuestion | AskedNumericQuestion | AskedMatchingQuestion | AskedOrderingQuestion | AskedEssayQuestion | AskedClozeQuestion | AskedDescriptionQuestion | UnknownAskedQuestion,
        Field(
            description='A question of an attempt; optional fields appear once `show_results` allows them.'
        ),
    ],
)


class Attempt(Model):
    id: Annotated[UUID, Field(description='Its id.')]
    quiz_id: Annotated[UUID, Field(description="The quiz's id.")]
    student_id: Annotated[UUID, Field(description="The student's id.")]
    number: Annotated[int, Field(description='Which attempt it is, from 1.')]
    status: Annotated[AttemptStatus, Field(description='Its state.')]
    started_at: Annotated[AwareDatetime, Field(description='When it was started.')]
    expires_at: Annotated[
        AwareDatetime | None, Field(description='When it ends; null if it does not.')
    ]
    finished_at: Annotated[
        AwareDatetime | None,
        Field(description='When it was finished; null if it is not.'),
    ]
    closed_by: Annotated[
        ClosedBy | None,
        Field(description='What ended the attempt; null while it is open.'),
    ]
    points: Annotated[
        float | None,
        Field(description='The points earned; null if they may not be seen yet.'),
    ]
    max_points: Annotated[float, Field(description='The points that can be earned.')]
    score_percent: Annotated[
        float | None,
        Field(
            description='The percentage that was reached; null if it may not be seen yet.'
        ),
    ]
    passed: Annotated[
        bool | None,
        Field(description='Whether it is passed; null if that may not be seen yet.'),
    ]
    updated_at: Annotated[AwareDatetime, Field(description='When it was last written.')]
    questions: Annotated[
        list[AskedQuestion] | None, Field(description='The questions.')
    ] = None
    answers: Annotated[list[SavedAnswer] | None, Field(description='The answers.')] = (
        None
    )
    server_now: Annotated[
        AwareDatetime, Field(description="The server's time, to set a clock by.")
    ]
    seconds_left: Annotated[
        float | None,
        Field(description='Seconds until the deadline; null if there is none.'),
    ]


class AttemptReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Attempt, Field(description='What was asked for.')]
    meta: Meta


class SavedReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Saved, Field(description='What was asked for.')]
    meta: Meta


class AttemptSummaryPage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[AttemptSummary], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class ExtensionReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Extension, Field(description='What was asked for.')]
    meta: Meta


class RegradeReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Regrade, Field(description='What was asked for.')]
    meta: Meta


class StatisticsReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Statistics, Field(description='What was asked for.')]
    meta: Meta


class CertificateReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Certificate, Field(description='What was asked for.')]
    meta: Meta


class CertificatePage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[Certificate], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class VerificationReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Verification, Field(description='What was asked for.')]
    meta: Meta


class CourseCopyReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[CourseCopy, Field(description='What was asked for.')]
    meta: Meta


class CoursePage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[Course], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class CategoryList(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[list[Category], Field(description='What was asked for.')]
    meta: Meta


class CourseReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Course, Field(description='What was asked for.')]
    meta: Meta


class LessonPage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[Lesson], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class LessonReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Lesson, Field(description='What was asked for.')]
    meta: Meta


class LessonList(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[list[Lesson], Field(description='What was asked for.')]
    meta: Meta


class QuizPage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[Quiz], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class QuizReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Quiz, Field(description='What was asked for.')]
    meta: Meta


Question = TypeAliasType(
    "Question",
    Annotated[
        SingleChoiceQuestion | MultipleChoiceQuestion | TrueFalseQuestion | ShortAnswerQuestion | NumericQuestion | MatchingQuestion | OrderingQuestion | EssayQuestion | ClozeQuestion | DescriptionQuestion | UnknownQuestion,
        Field(description='A question with its key, for those who may edit it.'),
    ],
)


class QuestionPage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[Question], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class QuestionReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Question, Field(description='What was asked for.')]
    meta: Meta


class QuestionList(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[list[Question], Field(description='What was asked for.')]
    meta: Meta


class QuestionImportReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[QuestionImport, Field(description='What was asked for.')]
    meta: Meta


class RegisteredReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Registered, Field(description='What was asked for.')]
    meta: Meta


class RegistrationPendingReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[RegistrationPending, Field(description='What was asked for.')]
    meta: Meta


class LoginOutcomeReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[LoginOutcome, Field(description='What was asked for.')]
    meta: Meta


class SignInOutcomeReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[SignInOutcome, Field(description='What was asked for.')]
    meta: Meta


class SessionPage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[Session], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class EmptyReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Any, Field(description='Null: there is nothing to say.')]
    meta: Meta


class ConfirmedReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Confirmed, Field(description='What was asked for.')]
    meta: Meta


class MfaSetupReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[MfaSetup, Field(description='What was asked for.')]
    meta: Meta


class NewRecoveryCodesReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[NewRecoveryCodes, Field(description='What was asked for.')]
    meta: Meta


class UserPage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[User], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class UserReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[User, Field(description='What was asked for.')]
    meta: Meta


class LearningFilePage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[LearningFile], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class LearningFileReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[LearningFile, Field(description='What was asked for.')]
    meta: Meta


class LinkReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Link, Field(description='What was asked for.')]
    meta: Meta


class DirectUploadReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[DirectUpload, Field(description='What was asked for.')]
    meta: Meta


LearningEvent = TypeAliasType(
    "LearningEvent",
    Annotated[
        UserRegisteredEvent | CoursePublishedEvent | CourseUpdatedEvent | CourseArchivedEvent | EnrollmentCreatedEvent | EnrollmentCompletedEvent | EnrollmentDroppedEvent | LessonCompletedEvent | QuizStartedEvent | QuizSubmittedEvent | QuizGradedEvent | CertificateIssuedEvent | CertificateRevokedEvent | CertificateReplacedEvent | OrderPaidEvent | OrderRefundedEvent | ReviewCreatedEvent | UnknownLearningEvent,
        Field(
            description='Something that happened. `type` says what, and which fields `data` has (docs/events.md).'
        ),
    ],
)


class LearningEventPage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[LearningEvent], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class WebhookPage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[Webhook], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class WebhookWithSecretReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[WebhookWithSecret, Field(description='What was asked for.')]
    meta: Meta


class WebhookReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Webhook, Field(description='What was asked for.')]
    meta: Meta


class DeliveryReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Delivery, Field(description='What was asked for.')]
    meta: Meta


class DeliveryPage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[Delivery], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class RecoveredReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Recovered, Field(description='What was asked for.')]
    meta: Meta


class SentMailPage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[SentMail], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class OrderReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[Order, Field(description='What was asked for.')]
    meta: Meta


class OrderPage(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[
        list[Order], Field(description='What was asked for.', max_length=500)
    ]
    meta: PageMeta


class StudentAnalyticsReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[StudentAnalytics, Field(description='What was asked for.')]
    meta: Meta


class InstructorAnalyticsReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[InstructorAnalytics, Field(description='What was asked for.')]
    meta: Meta


class CourseAnalyticsReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[CourseAnalytics, Field(description='What was asked for.')]
    meta: Meta


class SystemAnalyticsReply(Model):
    success: Annotated[Literal[True], Field(description='Always true.')]
    message: Annotated[str, Field(description='A sentence for people.')]
    data: Annotated[SystemAnalytics, Field(description='What was asked for.')]
    meta: Meta


WebhookBody = TypeAliasType(
    "WebhookBody",
    Annotated[
        CertificateIssuedWebhook | CertificateReplacedWebhook | CertificateRevokedWebhook | CourseArchivedWebhook | CoursePublishedWebhook | CourseUpdatedWebhook | EnrollmentCompletedWebhook | EnrollmentCreatedWebhook | EnrollmentDroppedWebhook | LessonCompletedWebhook | OrderPaidWebhook | OrderRefundedWebhook | QuizGradedWebhook | QuizStartedWebhook | QuizSubmittedWebhook | ReviewCreatedWebhook | UserRegisteredWebhook | UnknownWebhookBody,
        Field(description="What a webhook's receiver is sent."),
    ],
)
