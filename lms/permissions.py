"""Who may do what.

`ACCESS` is the whole table of routes: a route without an entry does not start. A rule that depends
on an object (my course, my enrolment) is a pure function below, called with that object.
"""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from lms.core.http.access import ROLES, Access

ACCESS: dict[str, Access] = {
    # operations
    "GET /api/v1/health": Access.PROBE,
    "GET /api/v1/ready": Access.PROBE,
    "GET /metrics": Access.PROBE,
    "GET /openapi.json": Access.ANYONE,
    "GET /docs": Access.ANYONE,
    "GET /docs/{file}": Access.ANYONE,
    "GET /problems": Access.ANYONE,
    "GET /problems/{code}": Access.ANYONE,
    # identity
    "POST /api/v1/auth/register": Access.ANYONE,
    "POST /api/v1/auth/login": Access.ANYONE,
    "POST /api/v1/auth/mfa/login": Access.ANYONE,
    "POST /api/v1/auth/refresh": Access.ANYONE,
    "POST /api/v1/auth/logout": Access.ANYONE,  # a refresh token or a cookie will do
    "POST /api/v1/auth/logout-all": Access.USER,
    "GET /api/v1/auth/sessions": Access.USER,
    "DELETE /api/v1/auth/sessions/{session_id}": Access.USER,
    "POST /api/v1/auth/forgot-password": Access.ANYONE,
    "POST /api/v1/auth/reset-password": Access.ANYONE,
    "POST /api/v1/auth/verify-email/request": Access.USER,
    "POST /api/v1/auth/verify-email/confirm": Access.ANYONE,
    "POST /api/v1/auth/mfa/setup": Access.USER,
    "POST /api/v1/auth/mfa/enable": Access.USER,
    "POST /api/v1/auth/mfa/recovery-codes": Access.USER,
    "POST /api/v1/auth/mfa/disable": Access.USER,
    "GET /verify-email": Access.ANYONE,
    "POST /verify-email": Access.ANYONE,
    "GET /reset-password": Access.ANYONE,
    "POST /reset-password": Access.ANYONE,
    "GET /api/v1/users/me": Access.USER,
    "PATCH /api/v1/users/me": Access.USER,
    "DELETE /api/v1/users/me": Access.USER,
    "GET /api/v1/users/me/export": Access.USER,
    "POST /api/v1/users/me/password": Access.USER,
    "POST /api/v1/users/me/email": Access.USER,
    "GET /api/v1/users": Access.ADMIN,
    "POST /api/v1/users": Access.ADMIN,
    "GET /api/v1/users/{user_id}": Access.ADMIN,
    "PATCH /api/v1/users/{user_id}": Access.ADMIN,
    "POST /api/v1/users/{user_id}/mfa/reset": Access.ADMIN,
    "POST /api/v1/users/{user_id}/logout-all": Access.ADMIN,
    # catalogue
    "GET /api/v1/courses": Access.ANYONE,
    "GET /api/v1/courses/categories": Access.ANYONE,
    "POST /api/v1/courses": Access.TEACHER,
    "GET /api/v1/courses/{course}": Access.ANYONE,
    "PATCH /api/v1/courses/{course}": Access.TEACHER,
    "DELETE /api/v1/courses/{course}": Access.TEACHER,
    "POST /api/v1/courses/{course_id}/publish": Access.TEACHER,
    "POST /api/v1/courses/{course_id}/unpublish": Access.TEACHER,
    "POST /api/v1/courses/{course_id}/archive": Access.TEACHER,
    "POST /api/v1/courses/{course_id}/duplicate": Access.TEACHER,
    "GET /api/v1/courses/{course_id}/reviews": Access.ANYONE,
    "PUT /api/v1/courses/{course_id}/reviews": Access.STUDENT,
    "GET /api/v1/courses/{course_id}/lessons": Access.ANYONE,
    "POST /api/v1/courses/{course_id}/lessons": Access.TEACHER,
    "PATCH /api/v1/lessons/reorder": Access.TEACHER,
    "GET /api/v1/lessons/{lesson_id}": Access.ANYONE,
    "PATCH /api/v1/lessons/{lesson_id}": Access.TEACHER,
    "DELETE /api/v1/lessons/{lesson_id}": Access.TEACHER,
    # learning
    "POST /api/v1/enrollments": Access.STUDENT,
    "GET /api/v1/enrollments/my-courses": Access.USER,
    "GET /api/v1/enrollments/{enrollment_id}": Access.USER,
    "DELETE /api/v1/enrollments/{enrollment_id}": Access.USER,
    "POST /api/v1/enrollments/{enrollment_id}/lessons/{lesson_id}/complete": Access.USER,
    "PATCH /api/v1/enrollments/{enrollment_id}/lessons/{lesson_id}/progress": Access.USER,
    "POST /api/v1/enrollments/{enrollment_id}/progress/batch": Access.USER,
    "GET /api/v1/courses/{course_id}/learn": Access.USER,
    "GET /api/v1/courses/{course_id}/enrollments": Access.TEACHER,
    "POST /api/v1/courses/{course_id}/enrollments/bulk": Access.TEACHER,
    "GET /api/v1/jobs/{job_id}": Access.TEACHER,
    # assessment
    "GET /api/v1/quizzes": Access.ANYONE,
    "POST /api/v1/quizzes": Access.TEACHER,
    "GET /api/v1/quizzes/{quiz_id}": Access.ANYONE,
    "PATCH /api/v1/quizzes/{quiz_id}": Access.TEACHER,
    "DELETE /api/v1/quizzes/{quiz_id}": Access.TEACHER,
    "POST /api/v1/quizzes/{quiz_id}/publish": Access.TEACHER,
    "GET /api/v1/quizzes/{quiz_id}/questions": Access.TEACHER,
    "POST /api/v1/quizzes/{quiz_id}/questions": Access.TEACHER,
    "PATCH /api/v1/quizzes/{quiz_id}/questions/reorder": Access.TEACHER,
    "POST /api/v1/quizzes/{quiz_id}/questions/import": Access.TEACHER,
    "GET /api/v1/quizzes/{quiz_id}/export": Access.TEACHER,
    "GET /api/v1/questions/{question_id}": Access.TEACHER,
    "PATCH /api/v1/questions/{question_id}": Access.TEACHER,
    "DELETE /api/v1/questions/{question_id}": Access.TEACHER,
    "GET /api/v1/quizzes/{quiz_id}/statistics": Access.TEACHER,
    "PATCH /api/v1/quizzes/{quiz_id}/extensions/{user_id}": Access.TEACHER,
    "POST /api/v1/quizzes/{quiz_id}/regrade": Access.TEACHER,
    "GET /api/v1/quizzes/{quiz_id}/attempts": Access.USER,
    "POST /api/v1/quizzes/{quiz_id}/attempts": Access.USER,
    "GET /api/v1/attempts/{attempt_id}": Access.USER,
    "PATCH /api/v1/attempts/{attempt_id}/answers": Access.USER,
    "POST /api/v1/attempts/{attempt_id}/submit": Access.USER,
    "POST /api/v1/attempts/{attempt_id}/grade": Access.TEACHER,
    # files
    "POST /api/v1/files/upload": Access.USER,
    "GET /api/v1/files": Access.USER,
    "GET /api/v1/files/{file_id}": Access.ANYONE,
    "PATCH /api/v1/files/{file_id}": Access.USER,
    "DELETE /api/v1/files/{file_id}": Access.USER,
    "GET /api/v1/files/{file_id}/download": Access.ANYONE,
    "GET /api/v1/files/{file_id}/thumbnail": Access.ANYONE,
    "GET /api/v1/files/{file_id}/avatar": Access.ANYONE,
    "POST /api/v1/files/{file_id}/link": Access.ANYONE,
    "POST /api/v1/files/uploads": Access.USER,
    "PUT /api/v1/files/uploads/{upload_id}/content": Access.ANYONE,  # its URL is signed
    "POST /api/v1/files/uploads/{upload_id}/complete": Access.USER,
    # certificates
    "POST /api/v1/certificates/generate": Access.USER,
    "GET /api/v1/certificates/my-certificates": Access.USER,
    "GET /api/v1/certificates/{certificate_id}": Access.USER,
    "GET /api/v1/certificates/{certificate_id}/download": Access.USER,
    "PATCH /api/v1/certificates/{certificate_id}": Access.USER,
    "POST /api/v1/certificates/{certificate_id}/revoke": Access.ADMIN,
    "POST /api/v1/certificates/{certificate_id}/reissue": Access.ADMIN,
    "GET /api/v1/courses/{course_id}/certificate-preview": Access.TEACHER,
    "GET /api/v1/certificates/verify/{number}": Access.ANYONE,
    "GET /verify/{number}": Access.ANYONE,
    "GET /verify/{number}/certificate.pdf": Access.ANYONE,
    # orders
    "POST /api/v1/orders": Access.STUDENT,
    "GET /api/v1/orders": Access.USER,
    "GET /api/v1/orders/{order_id}": Access.USER,
    "POST /api/v1/orders/{order_id}/mark-paid": Access.ADMIN,
    "POST /api/v1/orders/{order_id}/refund": Access.ADMIN,
    # analytics
    "GET /api/v1/analytics/student": Access.USER,
    "GET /api/v1/analytics/instructor": Access.TEACHER,
    "GET /api/v1/analytics/courses/{course_id}/analytics": Access.TEACHER,
    "GET /api/v1/analytics/courses/{course_id}/report.pdf": Access.TEACHER,
    "GET /api/v1/analytics/system": Access.ADMIN,
    # events and webhooks
    "GET /api/v1/events": Access.TEACHER,
    "GET /api/v1/webhooks": Access.TEACHER,
    "POST /api/v1/webhooks": Access.TEACHER,
    "GET /api/v1/webhooks/{webhook_id}": Access.TEACHER,
    "PATCH /api/v1/webhooks/{webhook_id}": Access.TEACHER,
    "DELETE /api/v1/webhooks/{webhook_id}": Access.TEACHER,
    "POST /api/v1/webhooks/{webhook_id}/rotate-secret": Access.TEACHER,
    "POST /api/v1/webhooks/{webhook_id}/test": Access.TEACHER,
    "GET /api/v1/webhooks/{webhook_id}/deliveries": Access.TEACHER,
    "POST /api/v1/webhooks/{webhook_id}/recover": Access.TEACHER,
    "POST /api/v1/webhooks/deliveries/{delivery_id}/redeliver": Access.TEACHER,
    # outside production
    "GET /": Access.ANYONE,
    "GET /dev/mail": Access.ANYONE,
    "GET /dev/mail.json": Access.ANYONE,
}


class Person(Protocol):
    """Somebody with the role that they have now: the caller, or the maker of a signed link."""

    @property
    def id(self) -> UUID: ...
    @property
    def role(self) -> str: ...


def teaches(user: Person | None) -> bool:
    """Whether somebody may teach at all. The function `is_teacher` says the same in SQL."""
    return user is not None and user.role in ROLES[Access.TEACHER]


def may_edit_course(user: Person | None, instructor_id: UUID) -> bool:
    """Its instructor and admins write a course and all that belongs to it.

    Every right on a course that comes with teaching is this one, by the role and the owner of
    now: enrolments, certificates, attempts, files, figures, bulk jobs, previews. Where a
    statement chooses rows for a caller, it compares the owner with `teacher_id`. Where nobody
    calls, as for a webhook, the function `may_hear_of` in SQL says the same.
    """
    return user is not None and (
        user.role == "admin" or (teaches(user) and user.id == instructor_id)
    )


def teacher_id(user: Person | None) -> UUID | None:
    """Whose courses are the caller's own, for a statement to compare; None for non-teachers."""
    return user.id if user is not None and teaches(user) else None


def may_give_course(user: Person) -> bool:
    """Admins hand a course over to another teacher."""
    return user.role == "admin"


def may_see_enrollment(user: Person, student_id: UUID, instructor_id: UUID) -> bool:
    """The student, and whoever may edit the course."""
    return user.id == student_id or may_edit_course(user, instructor_id)


def may_see_webhook(user: Person, owner_id: UUID) -> bool:
    """Its owner, while they teach, and admins."""
    return user.role == "admin" or (teaches(user) and user.id == owner_id)


def may_read_file(
    user: Person | None, uploader_id: UUID, is_public: bool, seen_as: Collection[str]
) -> bool:
    """The original of a file: its uploader, admins, everyone if public, and anyone it is shown to.

    A thumbnail or an avatar shows only the re-encoded image and gives no right to the original,
    whose metadata may say where it was taken.
    """
    if is_public or not {"lesson", "certificate", "question"}.isdisjoint(seen_as):
        return True
    return user is not None and may_change_file(user, uploader_id)


def may_change_file(user: Person, uploader_id: UUID) -> bool:
    """Its uploader and admins."""
    return user.role == "admin" or user.id == uploader_id


def may_see_order(user: Person, student_id: UUID) -> bool:
    """The student who ordered, and admins; a teacher does not see what each student paid."""
    return user.role == "admin" or user.id == student_id
