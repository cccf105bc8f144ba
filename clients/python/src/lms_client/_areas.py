"""The operations of the API, by area. Made by bin/sdk from the OpenAPI document; do not edit."""

from __future__ import annotations

import builtins
from datetime import date, datetime
from uuid import UUID

from lms_client import models
from lms_client._clients import (
    Area, AsyncArea, AsyncPages, Pages, async_call, call,
)
from lms_client._core import Operation, Options

_COURSE_ANALYTICS = Operation('course_analytics', 'GET', '/api/v1/analytics/courses/{course_id}/analytics', 'data', False, True)
_COURSE_REPORT = Operation('course_report', 'GET', '/api/v1/analytics/courses/{course_id}/report.pdf', 'bytes', False, True)
_INSTRUCTOR_ANALYTICS = Operation('instructor_analytics', 'GET', '/api/v1/analytics/instructor', 'data', False, True)
_STUDENT_ANALYTICS = Operation('student_analytics', 'GET', '/api/v1/analytics/student', 'data', False, True)
_SYSTEM_ANALYTICS = Operation('system_analytics', 'GET', '/api/v1/analytics/system', 'data', False, True)
_EXTEND = Operation('extend', 'PATCH', '/api/v1/quizzes/{quiz_id}/extensions/{user_id}', 'data', False, True)
_GET_ATTEMPT = Operation('get_attempt', 'GET', '/api/v1/attempts/{attempt_id}', 'data', False, True)
_GET_STATISTICS = Operation('get_statistics', 'GET', '/api/v1/quizzes/{quiz_id}/statistics', 'data', False, True)
_GRADE_ATTEMPT = Operation('grade_attempt', 'POST', '/api/v1/attempts/{attempt_id}/grade', 'data', True, True)
_LIST_ATTEMPTS = Operation('list_attempts', 'GET', '/api/v1/quizzes/{quiz_id}/attempts', 'page', False, True)
_REGRADE = Operation('regrade', 'POST', '/api/v1/quizzes/{quiz_id}/regrade', 'data', True, True)
_SAVE_ANSWERS = Operation('save_answers', 'PATCH', '/api/v1/attempts/{attempt_id}/answers', 'data', False, True)
_START_ATTEMPT = Operation('start_attempt', 'POST', '/api/v1/quizzes/{quiz_id}/attempts', 'data', True, True)
_SUBMIT_ATTEMPT = Operation('submit_attempt', 'POST', '/api/v1/attempts/{attempt_id}/submit', 'data', True, True)
_CONFIRM_EMAIL = Operation('confirm_email', 'POST', '/api/v1/auth/verify-email/confirm', 'data', True, False)
_DISABLE_MFA = Operation('disable_mfa', 'POST', '/api/v1/auth/mfa/disable', 'nothing', True, True)
_ENABLE_MFA = Operation('enable_mfa', 'POST', '/api/v1/auth/mfa/enable', 'data', False, True)
_END_SESSION = Operation('end_session', 'DELETE', '/api/v1/auth/sessions/{session_id}', 'nothing', False, True)
_FORGOT_PASSWORD = Operation('forgot_password', 'POST', '/api/v1/auth/forgot-password', 'nothing', True, False)
_LIST_SESSIONS = Operation('list_sessions', 'GET', '/api/v1/auth/sessions', 'page', False, True)
_LOGIN = Operation('login', 'POST', '/api/v1/auth/login', 'data', False, False)
_LOGOUT = Operation('logout', 'POST', '/api/v1/auth/logout', 'nothing', False, False)
_LOGOUT_ALL = Operation('logout_all', 'POST', '/api/v1/auth/logout-all', 'nothing', False, True)
_MFA_LOGIN = Operation('mfa_login', 'POST', '/api/v1/auth/mfa/login', 'data', False, False)
_REFRESH = Operation('refresh', 'POST', '/api/v1/auth/refresh', 'data', False, False)
_REGISTER = Operation('register', 'POST', '/api/v1/auth/register', 'data', False, False)
_RENEW_RECOVERY_CODES = Operation('renew_recovery_codes', 'POST', '/api/v1/auth/mfa/recovery-codes', 'data', False, True)
_REQUEST_VERIFICATION = Operation('request_verification', 'POST', '/api/v1/auth/verify-email/request', 'nothing', True, True)
_SET_FORGOTTEN_PASSWORD = Operation('set_forgotten_password', 'POST', '/api/v1/auth/reset-password', 'nothing', True, False)
_SET_UP_MFA = Operation('set_up_mfa', 'POST', '/api/v1/auth/mfa/setup', 'data', False, True)
_DOWNLOAD_CERTIFICATE = Operation('download_certificate', 'GET', '/api/v1/certificates/{certificate_id}/download', 'bytes', False, True)
_GENERATE_CERTIFICATE = Operation('generate_certificate', 'POST', '/api/v1/certificates/generate', 'data', True, True)
_GET_CERTIFICATE = Operation('get_certificate', 'GET', '/api/v1/certificates/{certificate_id}', 'data', False, True)
_LIST_MY_CERTIFICATES = Operation('list_my_certificates', 'GET', '/api/v1/certificates/my-certificates', 'page', False, True)
_PREVIEW_CERTIFICATE = Operation('preview_certificate', 'GET', '/api/v1/courses/{course_id}/certificate-preview', 'bytes', False, True)
_REISSUE_CERTIFICATE = Operation('reissue_certificate', 'POST', '/api/v1/certificates/{certificate_id}/reissue', 'data', True, True)
_REVOKE_CERTIFICATE = Operation('revoke_certificate', 'POST', '/api/v1/certificates/{certificate_id}/revoke', 'data', True, True)
_UPDATE_CERTIFICATE = Operation('update_certificate', 'PATCH', '/api/v1/certificates/{certificate_id}', 'data', False, True)
_VERIFY_CERTIFICATE = Operation('verify_certificate', 'GET', '/api/v1/certificates/verify/{number}', 'data', False, True)
_ARCHIVE_COURSE = Operation('archive_course', 'POST', '/api/v1/courses/{course_id}/archive', 'data', True, True)
_CREATE_COURSE = Operation('create_course', 'POST', '/api/v1/courses', 'data', True, True)
_DELETE_COURSE = Operation('delete_course', 'DELETE', '/api/v1/courses/{course}', 'nothing', False, True)
_DUPLICATE_COURSE = Operation('duplicate_course', 'POST', '/api/v1/courses/{course_id}/duplicate', 'data', True, True)
_GET_COURSE = Operation('get_course', 'GET', '/api/v1/courses/{course}', 'data', False, True)
_LIST_COURSES = Operation('list_courses', 'GET', '/api/v1/courses', 'page', False, True)
_LIST_CATEGORIES = Operation('list_categories', 'GET', '/api/v1/courses/categories', 'data', False, True)
_PUBLISH_COURSE = Operation('publish_course', 'POST', '/api/v1/courses/{course_id}/publish', 'data', True, True)
_UNPUBLISH_COURSE = Operation('unpublish_course', 'POST', '/api/v1/courses/{course_id}/unpublish', 'data', True, True)
_UPDATE_COURSE = Operation('update_course', 'PATCH', '/api/v1/courses/{course}', 'data', False, True)
_LIST_EVENTS = Operation('list_events', 'GET', '/api/v1/events', 'page', False, True)
_CREATE_DIRECT_UPLOAD = Operation('create_direct_upload', 'POST', '/api/v1/files/uploads', 'data', False, True)
_COMPLETE_DIRECT_UPLOAD = Operation('complete_direct_upload', 'POST', '/api/v1/files/uploads/{upload_id}/complete', 'data', True, True)
_CREATE_LINK = Operation('create_link', 'POST', '/api/v1/files/{file_id}/link', 'data', False, True)
_DELETE_FILE = Operation('delete_file', 'DELETE', '/api/v1/files/{file_id}', 'nothing', False, True)
_DOWNLOAD_FILE = Operation('download_file', 'GET', '/api/v1/files/{file_id}/download', 'bytes', False, True)
_GET_FILE = Operation('get_file', 'GET', '/api/v1/files/{file_id}', 'data', False, True)
_GET_AVATAR = Operation('get_avatar', 'GET', '/api/v1/files/{file_id}/avatar', 'bytes', False, True)
_GET_THUMBNAIL = Operation('get_thumbnail', 'GET', '/api/v1/files/{file_id}/thumbnail', 'bytes', False, True)
_LIST_FILES = Operation('list_files', 'GET', '/api/v1/files', 'page', False, True)
_UPDATE_FILE = Operation('update_file', 'PATCH', '/api/v1/files/{file_id}', 'data', False, True)
_COMPLETE_LESSON = Operation('complete_lesson', 'POST', '/api/v1/enrollments/{enrollment_id}/lessons/{lesson_id}/complete', 'data', True, True)
_DROP_ENROLLMENT = Operation('drop_enrollment', 'DELETE', '/api/v1/enrollments/{enrollment_id}', 'nothing', False, True)
_ENROLL = Operation('enroll', 'POST', '/api/v1/enrollments', 'data', True, True)
_ENROLL_IN_BULK = Operation('enroll_in_bulk', 'POST', '/api/v1/courses/{course_id}/enrollments/bulk', 'data', True, True)
_GET_ENROLLMENT = Operation('get_enrollment', 'GET', '/api/v1/enrollments/{enrollment_id}', 'data', False, True)
_GET_JOB = Operation('get_job', 'GET', '/api/v1/jobs/{job_id}', 'data', False, True)
_GET_LEARNER_PAGE = Operation('get_learner_page', 'GET', '/api/v1/courses/{course_id}/learn', 'data', False, True)
_LIST_MY_COURSES = Operation('list_my_courses', 'GET', '/api/v1/enrollments/my-courses', 'page', False, True)
_LIST_ROSTER = Operation('list_roster', 'GET', '/api/v1/courses/{course_id}/enrollments', 'page', False, True)
_MERGE_BATCH = Operation('merge_batch', 'POST', '/api/v1/enrollments/{enrollment_id}/progress/batch', 'data', True, True)
_REPORT_PROGRESS = Operation('report_progress', 'PATCH', '/api/v1/enrollments/{enrollment_id}/lessons/{lesson_id}/progress', 'data', True, True)
_CREATE_LESSON = Operation('create_lesson', 'POST', '/api/v1/courses/{course_id}/lessons', 'data', True, True)
_GET_LESSON = Operation('get_lesson', 'GET', '/api/v1/lessons/{lesson_id}', 'data', False, True)
_LIST_LESSONS = Operation('list_lessons', 'GET', '/api/v1/courses/{course_id}/lessons', 'page', False, True)
_REMOVE_LESSON = Operation('remove_lesson', 'DELETE', '/api/v1/lessons/{lesson_id}', 'nothing', False, True)
_REORDER_LESSONS = Operation('reorder_lessons', 'PATCH', '/api/v1/lessons/reorder', 'data', False, True)
_UPDATE_LESSON = Operation('update_lesson', 'PATCH', '/api/v1/lessons/{lesson_id}', 'data', False, True)
_CREATE_ORDER = Operation('create_order', 'POST', '/api/v1/orders', 'data', True, True)
_GET_ORDER = Operation('get_order', 'GET', '/api/v1/orders/{order_id}', 'data', False, True)
_LIST_ORDERS = Operation('list_orders', 'GET', '/api/v1/orders', 'page', False, True)
_MARK_PAID = Operation('mark_paid', 'POST', '/api/v1/orders/{order_id}/mark-paid', 'data', True, True)
_REFUND_ORDER = Operation('refund_order', 'POST', '/api/v1/orders/{order_id}/refund', 'data', True, True)
_CREATE_QUESTION = Operation('create_question', 'POST', '/api/v1/quizzes/{quiz_id}/questions', 'data', True, True)
_DELETE_QUESTION = Operation('delete_question', 'DELETE', '/api/v1/questions/{question_id}', 'nothing', False, True)
_EXPORT_QUESTIONS = Operation('export_questions', 'GET', '/api/v1/quizzes/{quiz_id}/export', 'bytes', False, True)
_GET_QUESTION = Operation('get_question', 'GET', '/api/v1/questions/{question_id}', 'data', False, True)
_IMPORT_QUESTIONS = Operation('import_questions', 'POST', '/api/v1/quizzes/{quiz_id}/questions/import', 'data', True, True)
_LIST_QUESTIONS = Operation('list_questions', 'GET', '/api/v1/quizzes/{quiz_id}/questions', 'page', False, True)
_REORDER_QUESTIONS = Operation('reorder_questions', 'PATCH', '/api/v1/quizzes/{quiz_id}/questions/reorder', 'data', False, True)
_UPDATE_QUESTION = Operation('update_question', 'PATCH', '/api/v1/questions/{question_id}', 'data', False, True)
_CREATE_QUIZ = Operation('create_quiz', 'POST', '/api/v1/quizzes', 'data', True, True)
_DELETE_QUIZ = Operation('delete_quiz', 'DELETE', '/api/v1/quizzes/{quiz_id}', 'nothing', False, True)
_GET_QUIZ = Operation('get_quiz', 'GET', '/api/v1/quizzes/{quiz_id}', 'data', False, True)
_LIST_QUIZZES = Operation('list_quizzes', 'GET', '/api/v1/quizzes', 'page', False, True)
_PUBLISH_QUIZ = Operation('publish_quiz', 'POST', '/api/v1/quizzes/{quiz_id}/publish', 'data', True, True)
_UPDATE_QUIZ = Operation('update_quiz', 'PATCH', '/api/v1/quizzes/{quiz_id}', 'data', False, True)
_LIST_REVIEWS = Operation('list_reviews', 'GET', '/api/v1/courses/{course_id}/reviews', 'page', False, True)
_PUT_REVIEW = Operation('put_review', 'PUT', '/api/v1/courses/{course_id}/reviews', 'data', False, True)
_CHANGE_EMAIL = Operation('change_email', 'POST', '/api/v1/users/me/email', 'nothing', True, True)
_CHANGE_PASSWORD = Operation('change_password', 'POST', '/api/v1/users/me/password', 'nothing', True, True)
_ERASE_ME = Operation('erase_me', 'DELETE', '/api/v1/users/me', 'nothing', False, True)
_EXPORT_ME = Operation('export_me', 'GET', '/api/v1/users/me/export', 'bytes', False, True)
_GET_USER = Operation('get_user', 'GET', '/api/v1/users/{user_id}', 'data', False, True)
_GET_ME = Operation('get_me', 'GET', '/api/v1/users/me', 'data', False, True)
_INVITE_USER = Operation('invite_user', 'POST', '/api/v1/users', 'data', True, True)
_LIST_USERS = Operation('list_users', 'GET', '/api/v1/users', 'page', False, True)
_LOG_OUT_USER = Operation('log_out_user', 'POST', '/api/v1/users/{user_id}/logout-all', 'nothing', True, True)
_RESET_MFA = Operation('reset_mfa', 'POST', '/api/v1/users/{user_id}/mfa/reset', 'nothing', True, True)
_UPDATE_USER = Operation('update_user', 'PATCH', '/api/v1/users/{user_id}', 'data', False, True)
_UPDATE_ME = Operation('update_me', 'PATCH', '/api/v1/users/me', 'data', False, True)
_CREATE_WEBHOOK = Operation('create_webhook', 'POST', '/api/v1/webhooks', 'data', False, True)
_DELETE_WEBHOOK = Operation('delete_webhook', 'DELETE', '/api/v1/webhooks/{webhook_id}', 'nothing', False, True)
_GET_WEBHOOK = Operation('get_webhook', 'GET', '/api/v1/webhooks/{webhook_id}', 'data', False, True)
_LIST_WEBHOOKS = Operation('list_webhooks', 'GET', '/api/v1/webhooks', 'page', False, True)
_LIST_DELIVERIES = Operation('list_deliveries', 'GET', '/api/v1/webhooks/{webhook_id}/deliveries', 'page', False, True)
_RECOVER = Operation('recover', 'POST', '/api/v1/webhooks/{webhook_id}/recover', 'data', True, True)
_REDELIVER = Operation('redeliver', 'POST', '/api/v1/webhooks/deliveries/{delivery_id}/redeliver', 'data', True, True)
_ROTATE_SECRET = Operation('rotate_secret', 'POST', '/api/v1/webhooks/{webhook_id}/rotate-secret', 'data', False, True)
_TEST_WEBHOOK = Operation('test_webhook', 'POST', '/api/v1/webhooks/{webhook_id}/test', 'data', True, True)
_UPDATE_WEBHOOK = Operation('update_webhook', 'PATCH', '/api/v1/webhooks/{webhook_id}', 'data', False, True)


class Analytics(Area):

    @call
    def course(self, course_id: str | UUID, *, from_: str | date | None = None, to: str | date | None = None, interval: models.Interval | str | None = None, options: Options | None = None) -> models.CourseAnalytics:
        """A course's figures: enrolments, completion, lessons, quizzes, ratings, students at risk."""
        return self._ask(_COURSE_ANALYTICS, models.CourseAnalytics, {"course_id": course_id}, query={"from": from_, "to": to, "interval": interval}, options=options)  # type: ignore[no-any-return]

    @call
    def course_report(self, course_id: str | UUID, *, from_: str | date | None = None, to: str | date | None = None, interval: models.Interval | str | None = None, options: Options | None = None) -> bytes:
        """A course's figures as charts, to print or to send."""
        return self._ask(_COURSE_REPORT, None, {"course_id": course_id}, query={"from": from_, "to": to, "interval": interval}, options=options)  # type: ignore[no-any-return]

    @call
    def instructor(self, *, from_: str | date | None = None, to: str | date | None = None, interval: models.Interval | str | None = None, instructor_id: str | UUID | None = None, options: Options | None = None) -> models.InstructorAnalytics:
        """My own courses taken together: enrolments, progress, ratings, quizzes, revenue."""
        return self._ask(_INSTRUCTOR_ANALYTICS, models.InstructorAnalytics, query={"from": from_, "to": to, "interval": interval, "instructor_id": instructor_id}, options=options)  # type: ignore[no-any-return]

    @call
    def student(self, *, from_: str | date | None = None, to: str | date | None = None, interval: models.Interval | str | None = None, student_id: str | UUID | None = None, options: Options | None = None) -> models.StudentAnalytics:
        """My own learning: courses, progress, time, quizzes, streak, and activity over time."""
        return self._ask(_STUDENT_ANALYTICS, models.StudentAnalytics, query={"from": from_, "to": to, "interval": interval, "student_id": student_id}, options=options)  # type: ignore[no-any-return]

    @call
    def system(self, *, from_: str | date | None = None, to: str | date | None = None, interval: models.Interval | str | None = None, options: Options | None = None) -> models.SystemAnalytics:
        """The whole site: people, courses, enrolments, certificates, revenue, storage, queues."""
        return self._ask(_SYSTEM_ANALYTICS, models.SystemAnalytics, query={"from": from_, "to": to, "interval": interval}, options=options)  # type: ignore[no-any-return]


class Attempts(Area):

    @call
    def extend(self, quiz_id: str | UUID, user_id: str | UUID, body: models.ExtensionChanges, *, options: Options | None = None) -> models.Extension:
        """Give a student more time or attempts; the deadline of an open attempt moves at once."""
        return self._ask(_EXTEND, models.Extension, {"quiz_id": quiz_id, "user_id": user_id}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def get(self, attempt_id: str | UUID, *, options: Options | None = None) -> models.Attempt:
        """An attempt: while open, its questions and saved answers; then what `show_results` allows."""
        return self._ask(_GET_ATTEMPT, models.Attempt, {"attempt_id": attempt_id}, options=options)  # type: ignore[no-any-return]

    @call
    def get_statistics(self, quiz_id: str | UUID, *, attempts: models.CountedAttempts | str | None = None, options: Options | None = None) -> models.Statistics:
        """Statistics of a quiz and each of its questions, as Moodle's quiz report defines them."""
        return self._ask(_GET_STATISTICS, models.Statistics, {"quiz_id": quiz_id}, query={"attempts": attempts}, options=options)  # type: ignore[no-any-return]

    @call
    def grade(self, attempt_id: str | UUID, body: models.NewGrades, *, options: Options | None = None) -> models.Attempt:
        """Mark questions of a closed attempt; a person's mark replaces the machine's."""
        return self._ask(_GRADE_ATTEMPT, models.Attempt, {"attempt_id": attempt_id}, body=body, options=options)  # type: ignore[no-any-return]

    def list(self, quiz_id: str | UUID, *, limit: int | None = None, include_total: bool | None = None, status: models.AttemptStatus | str | None = None, student_id: str | UUID | None = None, updated_since: str | datetime | None = None, options: Options | None = None) -> Pages[models.AttemptSummary]:
        """My attempts at a quiz, the latest first; its owner sees everyone's."""
        return self._ask(_LIST_ATTEMPTS, models.AttemptSummary, {"quiz_id": quiz_id}, query={"limit": limit, "include_total": include_total, "status": status, "student_id": student_id, "updated_since": updated_since}, options=options)  # type: ignore[no-any-return]

    @call
    def regrade(self, quiz_id: str | UUID, body: models.RegradeOrder, *, options: Options | None = None) -> models.Regrade:
        """Mark closed attempts again by the corrected questions; `dry_run` only lists the changes."""
        return self._ask(_REGRADE, models.Regrade, {"quiz_id": quiz_id}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def save_answers(self, attempt_id: str | UUID, body: models.AnswersToSave, *, options: Options | None = None) -> models.Saved:
        """Save answers; a saved answer is replaced only by one with a greater `seq`."""
        return self._ask(_SAVE_ANSWERS, models.Saved, {"attempt_id": attempt_id}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def start(self, quiz_id: str | UUID, *, options: Options | None = None) -> models.Attempt:
        """Start an attempt; while one is open, this returns it."""
        return self._ask(_START_ATTEMPT, models.Attempt, {"quiz_id": quiz_id}, options=options)  # type: ignore[no-any-return]

    @call
    def submit(self, attempt_id: str | UUID, body: models.Submission | None = None, *, options: Options | None = None) -> models.Attempt:
        """Close an attempt and mark it; after its time, only answers saved in time count."""
        return self._ask(_SUBMIT_ATTEMPT, models.Attempt, {"attempt_id": attempt_id}, body=body, options=options)  # type: ignore[no-any-return]


class Auth(Area):

    @call
    def confirm_email(self, body: models.Confirmation, *, options: Options | None = None) -> models.Confirmed:
        """Confirm an address with the token of a mail: of a registration, an account, a change."""
        return self._ask(_CONFIRM_EMAIL, models.Confirmed, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def disable_mfa(self, body: models.PasswordAndCode, *, options: Options | None = None) -> None:
        """Turn the second factor off."""
        return self._ask(_DISABLE_MFA, None, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def enable_mfa(self, body: models.CodeOnly, *, options: Options | None = None) -> models.NewRecoveryCodes:
        """Turn the second factor on with its first code; my other sessions end."""
        return self._ask(_ENABLE_MFA, models.NewRecoveryCodes, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def end_session(self, session_id: str | UUID, *, options: Options | None = None) -> None:
        """End one of my sessions, its refresh token included."""
        return self._ask(_END_SESSION, None, {"session_id": session_id}, options=options)  # type: ignore[no-any-return]

    @call
    def forgot_password(self, body: models.ForgotPassword, *, options: Options | None = None) -> None:
        """Ask for a mail with a link to set a new password; the answer is always the same."""
        return self._ask(_FORGOT_PASSWORD, None, body=body, options=options)  # type: ignore[no-any-return]

    def list_sessions(self, *, limit: int | None = None, include_total: bool | None = None, options: Options | None = None) -> Pages[models.Session]:
        """Where I am signed in, the latest sign-in first."""
        return self._ask(_LIST_SESSIONS, models.Session, query={"limit": limit, "include_total": include_total}, options=options)  # type: ignore[no-any-return]

    @call
    def login(self, body: models.Login, *, options: Options | None = None) -> models.LoginOutcome:
        """Sign in with e-mail and password; with a second factor, this is the first of two steps."""
        return self._ask(_LOGIN, models.LoginOutcome, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def logout(self, body: models.Logout | None = None, *, options: Options | None = None) -> None:
        """End this session, its refresh token included."""
        return self._ask(_LOGOUT, None, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def logout_all(self, *, options: Options | None = None) -> None:
        """End every session of mine."""
        return self._ask(_LOGOUT_ALL, None, options=options)  # type: ignore[no-any-return]

    @call
    def mfa_login(self, body: models.MfaLogin, *, options: Options | None = None) -> models.SignInOutcome:
        """The second step: a code of the authenticator, or a recovery code."""
        return self._ask(_MFA_LOGIN, models.SignInOutcome, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def refresh(self, body: models.Refresh | None = None, *, options: Options | None = None) -> models.SignInOutcome:
        """Exchange a refresh token for new tokens; each works once."""
        return self._ask(_REFRESH, models.SignInOutcome, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def register(self, body: models.Registration, *, options: Options | None = None) -> models.Registered | models.RegistrationPending:
        """Register as a student and sign in."""
        return self._ask(_REGISTER, (models.Registered | models.RegistrationPending), body=body, options=options)  # type: ignore[no-any-return]

    @call
    def renew_recovery_codes(self, body: models.PasswordAndCode, *, options: Options | None = None) -> models.NewRecoveryCodes:
        """A new set of recovery codes."""
        return self._ask(_RENEW_RECOVERY_CODES, models.NewRecoveryCodes, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def request_verification(self, *, options: Options | None = None) -> None:
        """Ask for a mail with a link that confirms my address."""
        return self._ask(_REQUEST_VERIFICATION, None, options=options)  # type: ignore[no-any-return]

    @call
    def set_forgotten_password(self, body: models.PasswordReset, *, options: Options | None = None) -> None:
        """Set a password with the token of a mail; every session ends, a second factor stays."""
        return self._ask(_SET_FORGOTTEN_PASSWORD, None, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def set_up_mfa(self, body: models.PasswordOnly, *, options: Options | None = None) -> models.MfaSetup:
        """A new secret for an authenticator; it is not used until a first code has proved it."""
        return self._ask(_SET_UP_MFA, models.MfaSetup, body=body, options=options)  # type: ignore[no-any-return]


class Certificates(Area):

    @call
    def download(self, certificate_id: str | UUID, *, options: Options | None = None) -> bytes:
        """The certificate as a PDF."""
        return self._ask(_DOWNLOAD_CERTIFICATE, None, {"certificate_id": certificate_id}, options=options)  # type: ignore[no-any-return]

    @call
    def generate(self, body: models.CertificateRequest, *, options: Options | None = None) -> models.Certificate:
        """The latest certificate of a completed enrolment: 202 while it is being made."""
        return self._ask(_GENERATE_CERTIFICATE, models.Certificate, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def get(self, certificate_id: str | UUID, *, options: Options | None = None) -> models.Certificate:
        """A certificate; for its owner and the course's teacher."""
        return self._ask(_GET_CERTIFICATE, models.Certificate, {"certificate_id": certificate_id}, options=options)  # type: ignore[no-any-return]

    def list_my(self, *, limit: int | None = None, include_total: bool | None = None, options: Options | None = None) -> Pages[models.Certificate]:
        """My certificates, the latest first, and those that they replaced."""
        return self._ask(_LIST_MY_CERTIFICATES, models.Certificate, query={"limit": limit, "include_total": include_total}, options=options)  # type: ignore[no-any-return]

    @call
    def preview(self, course_id: str | UUID, *, options: Options | None = None) -> bytes:
        """A preview of this course's certificates, with a placeholder for the student's name."""
        return self._ask(_PREVIEW_CERTIFICATE, None, {"course_id": course_id}, options=options)  # type: ignore[no-any-return]

    @call
    def reissue(self, certificate_id: str | UUID, body: models.Reissue, *, options: Options | None = None) -> models.Certificate:
        """Put a certificate right, also a revoked one: a new one with a number of its own replaces it."""
        return self._ask(_REISSUE_CERTIFICATE, models.Certificate, {"certificate_id": certificate_id}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def revoke(self, certificate_id: str | UUID, body: models.Revocation, *, options: Options | None = None) -> models.Certificate:
        """Revoke a certificate: whoever verifies it is told, and its PDF says so on every page."""
        return self._ask(_REVOKE_CERTIFICATE, models.Certificate, {"certificate_id": certificate_id}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def update(self, certificate_id: str | UUID, body: models.CertificateChanges, *, options: Options | None = None) -> models.Certificate:
        """Let anyone who verifies your certificate read the PDF too, or let them no longer."""
        return self._ask(_UPDATE_CERTIFICATE, models.Certificate, {"certificate_id": certificate_id}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def verify(self, number: str | UUID, *, options: Options | None = None) -> models.Verification:
        """Whether a certificate is genuine; anyone may ask."""
        return self._ask(_VERIFY_CERTIFICATE, models.Verification, {"number": number}, options=options)  # type: ignore[no-any-return]


class Courses(Area):

    @call
    def archive(self, course_id: str | UUID, *, options: Options | None = None) -> models.Course:
        """Close a course to new students; enrolled students can go on."""
        return self._ask(_ARCHIVE_COURSE, models.Course, {"course_id": course_id}, options=options)  # type: ignore[no-any-return]

    @call
    def create(self, body: models.NewCourse, *, options: Options | None = None) -> models.Course:
        """Create a course; it starts as a draft that only you see."""
        return self._ask(_CREATE_COURSE, models.Course, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def delete(self, course: str | UUID, *, options: Options | None = None) -> None:
        """Delete a course that nobody is enrolled in."""
        return self._ask(_DELETE_COURSE, None, {"course": course}, options=options)  # type: ignore[no-any-return]

    @call
    def duplicate(self, course_id: str | UUID, *, options: Options | None = None) -> models.CourseCopy:
        """Copy a course with its lessons and quizzes; nobody is enrolled in the copy."""
        return self._ask(_DUPLICATE_COURSE, models.CourseCopy, {"course_id": course_id}, options=options)  # type: ignore[no-any-return]

    @call
    def get(self, course: str | UUID, *, options: Options | None = None) -> models.Course:
        """A course, by its id or its slug."""
        return self._ask(_GET_COURSE, models.Course, {"course": course}, options=options)  # type: ignore[no-any-return]

    def list(self, *, limit: int | None = None, include_total: bool | None = None, category: str | None = None, difficulty: models.Difficulty | str | None = None, instructor_id: str | UUID | None = None, status: models.CourseStatus | str | None = None, price: models.PriceKind | str | None = None, mine: bool | None = None, sort: models.CourseSort | str | None = None, q: str | None = None, updated_since: str | datetime | None = None, options: Options | None = None) -> Pages[models.Course]:
        """The catalogue, newest first; authors also see their own drafts and archived courses."""
        return self._ask(_LIST_COURSES, models.Course, query={"limit": limit, "include_total": include_total, "category": category, "difficulty": difficulty, "instructor_id": instructor_id, "status": status, "price": price, "mine": mine, "sort": sort, "q": q, "updated_since": updated_since}, options=options)  # type: ignore[no-any-return]

    @call
    def list_categories(self, *, options: Options | None = None) -> builtins.list[models.Category]:
        """The categories of published courses and how many courses each has."""
        return self._ask(_LIST_CATEGORIES, builtins.list[models.Category], options=options)  # type: ignore[no-any-return]

    @call
    def publish(self, course_id: str | UUID, *, options: Options | None = None) -> models.Course:
        """Open a course to students, if nothing is missing."""
        return self._ask(_PUBLISH_COURSE, models.Course, {"course_id": course_id}, options=options)  # type: ignore[no-any-return]

    @call
    def unpublish(self, course_id: str | UUID, *, options: Options | None = None) -> models.Course:
        """Make a course a draft again; enrolled students can go on."""
        return self._ask(_UNPUBLISH_COURSE, models.Course, {"course_id": course_id}, options=options)  # type: ignore[no-any-return]

    @call
    def update(self, course: str | UUID, body: models.CourseChanges, *, options: Options | None = None) -> models.Course:
        """Change a course; what is not named stays. Admins may give it to another teacher."""
        return self._ask(_UPDATE_COURSE, models.Course, {"course": course}, body=body, options=options)  # type: ignore[no-any-return]


class Events(Area):

    def list(self, *, limit: int | None = None, include_total: bool | None = None, after: str | UUID | None = None, types: str | None = None, options: Options | None = None) -> Pages[models.LearningEvent]:
        """What happened, oldest first; admins see everything, instructors their own courses."""
        return self._ask(_LIST_EVENTS, models.LearningEvent, query={"limit": limit, "include_total": include_total, "after": after, "types": types}, options=options)  # type: ignore[no-any-return]


class Files(Area):

    @call
    def begin_upload(self, body: models.NewDirectUpload, *, options: Options | None = None) -> models.DirectUpload:
        """Begin an upload that goes straight to the storage."""
        return self._ask(_CREATE_DIRECT_UPLOAD, models.DirectUpload, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def complete_upload(self, upload_id: str | UUID, *, options: Options | None = None) -> models.LearningFile:
        """Check what was sent straight to the storage, and make it a file."""
        return self._ask(_COMPLETE_DIRECT_UPLOAD, models.LearningFile, {"upload_id": upload_id}, options=options)  # type: ignore[no-any-return]

    @call
    def create_link(self, file_id: str | UUID, body: models.NewLink | None = None, *, options: Options | None = None) -> models.Link:
        """A link that needs no login; for everyone who may read the file."""
        return self._ask(_CREATE_LINK, models.Link, {"file_id": file_id}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def delete(self, file_id: str | UUID, *, options: Options | None = None) -> None:
        """Delete a file that nothing shows; its links end with it."""
        return self._ask(_DELETE_FILE, None, {"file_id": file_id}, options=options)  # type: ignore[no-any-return]

    @call
    def download(self, file_id: str | UUID, *, expires: int | None = None, signature: str | None = None, options: Options | None = None) -> bytes:
        """The file itself, whole or in ranges; for those who may read it, or with a signed link."""
        return self._ask(_DOWNLOAD_FILE, None, {"file_id": file_id}, query={"expires": expires, "signature": signature}, options=options)  # type: ignore[no-any-return]

    @call
    def get(self, file_id: str | UUID, *, options: Options | None = None) -> models.LearningFile:
        """What is known of a file; for everyone who may read it."""
        return self._ask(_GET_FILE, models.LearningFile, {"file_id": file_id}, options=options)  # type: ignore[no-any-return]

    @call
    def get_avatar(self, file_id: str | UUID, *, expires: int | None = None, signature: str | None = None, options: Options | None = None) -> bytes:
        """An image of a person: at most 512 × 512, re-encoded without metadata."""
        return self._ask(_GET_AVATAR, None, {"file_id": file_id}, query={"expires": expires, "signature": signature}, options=options)  # type: ignore[no-any-return]

    @call
    def get_thumbnail(self, file_id: str | UUID, *, expires: int | None = None, signature: str | None = None, options: Options | None = None) -> bytes:
        """An image for a course's card: at most 1280 × 1280, re-encoded without metadata."""
        return self._ask(_GET_THUMBNAIL, None, {"file_id": file_id}, query={"expires": expires, "signature": signature}, options=options)  # type: ignore[no-any-return]

    def list(self, *, limit: int | None = None, include_total: bool | None = None, type: models.FileType | str | None = None, q: str | None = None, options: Options | None = None) -> Pages[models.LearningFile]:
        """My files, the latest first; admins see everyone's."""
        return self._ask(_LIST_FILES, models.LearningFile, query={"limit": limit, "include_total": include_total, "type": type, "q": q}, options=options)  # type: ignore[no-any-return]

    @call
    def update(self, file_id: str | UUID, body: models.FileChanges, *, options: Options | None = None) -> models.LearningFile:
        """Rename a file, within its type, or change whether everyone may read it."""
        return self._ask(_UPDATE_FILE, models.LearningFile, {"file_id": file_id}, body=body, options=options)  # type: ignore[no-any-return]


class Learning(Area):

    @call
    def complete_lesson(self, enrollment_id: str | UUID, lesson_id: str | UUID, *, options: Options | None = None) -> models.LessonCompletion:
        """Mark a lesson as done; the last one completes the course. Repeating changes nothing."""
        return self._ask(_COMPLETE_LESSON, models.LessonCompletion, {"enrollment_id": enrollment_id, "lesson_id": lesson_id}, options=options)  # type: ignore[no-any-return]

    @call
    def drop(self, enrollment_id: str | UUID, *, reason: str | None = None, options: Options | None = None) -> None:
        """Leave a course; the progress is kept for coming back."""
        return self._ask(_DROP_ENROLLMENT, None, {"enrollment_id": enrollment_id}, query={"reason": reason}, options=options)  # type: ignore[no-any-return]

    @call
    def enroll(self, body: models.NewEnrollment, *, options: Options | None = None) -> models.Enrollment:
        """Enrol in a published course. Repeating it returns the same enrolment."""
        return self._ask(_ENROLL, models.Enrollment, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def enroll_in_bulk(self, course_id: str | UUID, body: models.NewBulkEnrollment, *, dry_run: bool | None = None, options: Options | None = None) -> models.Job:
        """Enrol many people by e-mail address: at once, or once they have proved the address."""
        return self._ask(_ENROLL_IN_BULK, models.Job, {"course_id": course_id}, query={"dry_run": dry_run}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def get(self, enrollment_id: str | UUID, *, options: Options | None = None) -> models.EnrollmentWithLessons:
        """An enrolment with the progress of each lesson; for its student and the teacher."""
        return self._ask(_GET_ENROLLMENT, models.EnrollmentWithLessons, {"enrollment_id": enrollment_id}, options=options)  # type: ignore[no-any-return]

    @call
    def get_job(self, job_id: str | UUID, *, options: Options | None = None) -> models.Job:
        """How far a bulk enrolment is, with the result of each row; for the course's teacher."""
        return self._ask(_GET_JOB, models.Job, {"job_id": job_id}, options=options)  # type: ignore[no-any-return]

    @call
    def get_learner_page(self, course_id: str | UUID, *, options: Options | None = None) -> models.LearnerPage:
        """The whole page of a course: outline, progress, quizzes, the next lesson, certificate."""
        return self._ask(_GET_LEARNER_PAGE, models.LearnerPage, {"course_id": course_id}, options=options)  # type: ignore[no-any-return]

    def list_my_courses(self, *, limit: int | None = None, include_total: bool | None = None, status: models.EnrollmentStatus | str | None = None, sort: models.EnrollmentSort | str | None = None, updated_since: str | datetime | None = None, options: Options | None = None) -> Pages[models.Enrollment]:
        """My enrolments: by newest, by last work in them, by progress, or by title."""
        return self._ask(_LIST_MY_COURSES, models.Enrollment, query={"limit": limit, "include_total": include_total, "status": status, "sort": sort, "updated_since": updated_since}, options=options)  # type: ignore[no-any-return]

    def list_roster(self, course_id: str | UUID, *, limit: int | None = None, include_total: bool | None = None, status: models.PlaceStatus | str | None = None, q: str | None = None, sort: models.RosterSort | str | None = None, updated_since: str | datetime | None = None, options: Options | None = None) -> Pages[models.RosterEntry]:
        """Who is enrolled in a course, and how far; for its teacher."""
        return self._ask(_LIST_ROSTER, models.RosterEntry, {"course_id": course_id}, query={"limit": limit, "include_total": include_total, "status": status, "q": q, "sort": sort, "updated_since": updated_since}, options=options)  # type: ignore[no-any-return]

    @call
    def merge_batch(self, enrollment_id: str | UUID, body: models.ProgressBatch, *, options: Options | None = None) -> models.BatchResult:
        """Merge work that was done offline, in any order; sending it again changes nothing."""
        return self._ask(_MERGE_BATCH, models.BatchResult, {"enrollment_id": enrollment_id}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def report_progress(self, enrollment_id: str | UUID, lesson_id: str | UUID, body: models.ProgressReport, *, options: Options | None = None) -> models.LessonCompletion:
        """Report time, position and watched parts; no more time than since the last report."""
        return self._ask(_REPORT_PROGRESS, models.LessonCompletion, {"enrollment_id": enrollment_id, "lesson_id": lesson_id}, body=body, options=options)  # type: ignore[no-any-return]


class Lessons(Area):

    @call
    def create(self, course_id: str | UUID, body: models.NewLesson, *, options: Options | None = None) -> models.Lesson:
        """Add a lesson at the end of a course."""
        return self._ask(_CREATE_LESSON, models.Lesson, {"course_id": course_id}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def get(self, lesson_id: str | UUID, *, options: Options | None = None) -> models.Lesson:
        """A lesson; without the right to read it, only its entry in the outline."""
        return self._ask(_GET_LESSON, models.Lesson, {"lesson_id": lesson_id}, options=options)  # type: ignore[no-any-return]

    def list(self, course_id: str | UUID, *, limit: int | None = None, include_total: bool | None = None, options: Options | None = None) -> Pages[models.Lesson]:
        """A course's lessons in their order; those that you may not read yet are locked."""
        return self._ask(_LIST_LESSONS, models.Lesson, {"course_id": course_id}, query={"limit": limit, "include_total": include_total}, options=options)  # type: ignore[no-any-return]

    @call
    def remove(self, lesson_id: str | UUID, *, options: Options | None = None) -> None:
        """Take a lesson out of its course; students' work in it is kept but no longer counted."""
        return self._ask(_REMOVE_LESSON, None, {"lesson_id": lesson_id}, options=options)  # type: ignore[no-any-return]

    @call
    def reorder(self, body: models.NewLessonOrder, *, options: Options | None = None) -> builtins.list[models.Lesson]:
        """Put a course's lessons into a new order; names each of them once."""
        return self._ask(_REORDER_LESSONS, builtins.list[models.Lesson], body=body, options=options)  # type: ignore[no-any-return]

    @call
    def update(self, lesson_id: str | UUID, body: models.LessonChanges, *, options: Options | None = None) -> models.Lesson:
        """Change a lesson; what is not named stays."""
        return self._ask(_UPDATE_LESSON, models.Lesson, {"lesson_id": lesson_id}, body=body, options=options)  # type: ignore[no-any-return]


class Orders(Area):

    @call
    def create(self, body: models.NewCourseOrder, *, options: Options | None = None) -> models.Order:
        """Order a course at its price. While the order is pending, ordering again updates its price."""
        return self._ask(_CREATE_ORDER, models.Order, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def get(self, order_id: str | UUID, *, options: Options | None = None) -> models.Order:
        """An order; for its student and admins."""
        return self._ask(_GET_ORDER, models.Order, {"order_id": order_id}, options=options)  # type: ignore[no-any-return]

    def list(self, *, limit: int | None = None, include_total: bool | None = None, status: models.OrderStatus | str | None = None, course_id: str | UUID | None = None, student_id: str | UUID | None = None, updated_since: str | datetime | None = None, options: Options | None = None) -> Pages[models.Order]:
        """My orders, the latest first; an admin sees everybody's."""
        return self._ask(_LIST_ORDERS, models.Order, query={"limit": limit, "include_total": include_total, "status": status, "course_id": course_id, "student_id": student_id, "updated_since": updated_since}, options=options)  # type: ignore[no-any-return]

    @call
    def mark_paid(self, order_id: str | UUID, body: models.Payment, *, options: Options | None = None) -> models.Order:
        """Note that the money has arrived. Repeating it with the same reference changes nothing."""
        return self._ask(_MARK_PAID, models.Order, {"order_id": order_id}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def refund(self, order_id: str | UUID, *, options: Options | None = None) -> models.Order:
        """Give the money back: the enrolment is dropped and keeps its progress, the content is locked."""
        return self._ask(_REFUND_ORDER, models.Order, {"order_id": order_id}, options=options)  # type: ignore[no-any-return]


class Questions(Area):

    @call
    def create(self, quiz_id: str | UUID, body: models.NewQuestion, *, options: Options | None = None) -> models.Question:
        """Add a question at the end of a quiz; in a draft it may be unfinished."""
        return self._ask(_CREATE_QUESTION, models.Question, {"quiz_id": quiz_id}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def delete(self, question_id: str | UUID, *, options: Options | None = None) -> None:
        """Take a question out of its quiz; attempts that asked it keep it."""
        return self._ask(_DELETE_QUESTION, None, {"question_id": question_id}, options=options)  # type: ignore[no-any-return]

    @call
    def export(self, quiz_id: str | UUID, *, format: models.ExportFormat | str | None = None, options: Options | None = None) -> bytes:
        """A quiz's questions as a file, which an import reads to equal questions."""
        return self._ask(_EXPORT_QUESTIONS, None, {"quiz_id": quiz_id}, query={"format": format}, options=options)  # type: ignore[no-any-return]

    @call
    def get(self, question_id: str | UUID, *, options: Options | None = None) -> models.Question:
        """A question with its key."""
        return self._ask(_GET_QUESTION, models.Question, {"question_id": question_id}, options=options)  # type: ignore[no-any-return]

    @call
    def import_(self, quiz_id: str | UUID, body: models.ImportOrder, *, options: Options | None = None) -> models.QuestionImport:
        """Add the questions of a GIFT, Moodle XML or CSV file at the end of a quiz."""
        return self._ask(_IMPORT_QUESTIONS, models.QuestionImport, {"quiz_id": quiz_id}, body=body, options=options)  # type: ignore[no-any-return]

    def list(self, quiz_id: str | UUID, *, limit: int | None = None, include_total: bool | None = None, options: Options | None = None) -> Pages[models.Question]:
        """A quiz's questions with their keys, in their order."""
        return self._ask(_LIST_QUESTIONS, models.Question, {"quiz_id": quiz_id}, query={"limit": limit, "include_total": include_total}, options=options)  # type: ignore[no-any-return]

    @call
    def reorder(self, quiz_id: str | UUID, body: models.NewQuestionOrder, *, options: Options | None = None) -> builtins.list[models.Question]:
        """Put a quiz's questions into a new order; names each of them once."""
        return self._ask(_REORDER_QUESTIONS, builtins.list[models.Question], {"quiz_id": quiz_id}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def update(self, question_id: str | UUID, body: models.QuestionChanges, *, options: Options | None = None) -> models.Question:
        """Change a question; attempts keep it as they asked it, until they are regraded."""
        return self._ask(_UPDATE_QUESTION, models.Question, {"question_id": question_id}, body=body, options=options)  # type: ignore[no-any-return]


class Quizzes(Area):

    @call
    def create(self, body: models.NewQuiz, *, options: Options | None = None) -> models.Quiz:
        """Create a quiz in a course; students see it once it is published."""
        return self._ask(_CREATE_QUIZ, models.Quiz, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def delete(self, quiz_id: str | UUID, *, options: Options | None = None) -> None:
        """Delete a quiz that nobody attempted and no lesson shows."""
        return self._ask(_DELETE_QUIZ, None, {"quiz_id": quiz_id}, options=options)  # type: ignore[no-any-return]

    @call
    def get(self, quiz_id: str | UUID, *, options: Options | None = None) -> models.Quiz:
        """A quiz, without its questions; limit and window are those that hold for you."""
        return self._ask(_GET_QUIZ, models.Quiz, {"quiz_id": quiz_id}, options=options)  # type: ignore[no-any-return]

    def list(self, *, limit: int | None = None, include_total: bool | None = None, course_id: str | UUID | None = None, updated_since: str | datetime | None = None, options: Options | None = None) -> Pages[models.Quiz]:
        """The quizzes of a course, or of all courses, the oldest first."""
        return self._ask(_LIST_QUIZZES, models.Quiz, query={"limit": limit, "include_total": include_total, "course_id": course_id, "updated_since": updated_since}, options=options)  # type: ignore[no-any-return]

    @call
    def publish(self, quiz_id: str | UUID, *, options: Options | None = None) -> models.Quiz:
        """Open a quiz to the course's students, if every question is finished."""
        return self._ask(_PUBLISH_QUIZ, models.Quiz, {"quiz_id": quiz_id}, options=options)  # type: ignore[no-any-return]

    @call
    def update(self, quiz_id: str | UUID, body: models.QuizChanges, *, options: Options | None = None) -> models.Quiz:
        """Change a quiz; what is not named stays."""
        return self._ask(_UPDATE_QUIZ, models.Quiz, {"quiz_id": quiz_id}, body=body, options=options)  # type: ignore[no-any-return]


class Reviews(Area):

    def list(self, course_id: str | UUID, *, limit: int | None = None, include_total: bool | None = None, updated_since: str | datetime | None = None, options: Options | None = None) -> Pages[models.Review]:
        """What students say about a course, the newest first; for everyone who sees the course."""
        return self._ask(_LIST_REVIEWS, models.Review, {"course_id": course_id}, query={"limit": limit, "include_total": include_total, "updated_since": updated_since}, options=options)  # type: ignore[no-any-return]

    @call
    def put(self, course_id: str | UUID, body: models.OwnReview, *, options: Options | None = None) -> models.Review:
        """Write your review of a course, or replace it; for students with 20 % progress."""
        return self._ask(_PUT_REVIEW, models.Review, {"course_id": course_id}, body=body, options=options)  # type: ignore[no-any-return]


class Users(Area):

    @call
    def change_email(self, body: models.NewAddress, *, options: Options | None = None) -> None:
        """Change my address. It takes effect once the new one is confirmed; the old one gets a mail."""
        return self._ask(_CHANGE_EMAIL, None, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def change_password(self, body: models.PasswordChange, *, options: Options | None = None) -> None:
        """Change my password; my other sessions end. With a second factor it takes a `code` as well."""
        return self._ask(_CHANGE_PASSWORD, None, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def erase_me(self, body: models.Erasure, *, options: Options | None = None) -> None:
        """Erase my account: it cannot be undone."""
        return self._ask(_ERASE_ME, None, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def export_me(self, *, options: Options | None = None) -> bytes:
        """All of my data: a ZIP with a JSON file for each kind."""
        return self._ask(_EXPORT_ME, None, options=options)  # type: ignore[no-any-return]

    @call
    def get(self, user_id: str | UUID, *, options: Options | None = None) -> models.User:
        """A person."""
        return self._ask(_GET_USER, models.User, {"user_id": user_id}, options=options)  # type: ignore[no-any-return]

    @call
    def get_me(self, *, options: Options | None = None) -> models.User:
        """My account."""
        return self._ask(_GET_ME, models.User, options=options)  # type: ignore[no-any-return]

    @call
    def invite(self, body: models.NewUser, *, options: Options | None = None) -> models.User:
        """Make an account and mail an invitation, whose link sets the password."""
        return self._ask(_INVITE_USER, models.User, body=body, options=options)  # type: ignore[no-any-return]

    def list(self, *, limit: int | None = None, include_total: bool | None = None, q: str | None = None, role: models.Role | str | None = None, is_active: bool | None = None, updated_since: str | datetime | None = None, options: Options | None = None) -> Pages[models.User]:
        """Everyone, the newest first; `q` is a part of the name or the address."""
        return self._ask(_LIST_USERS, models.User, query={"limit": limit, "include_total": include_total, "q": q, "role": role, "is_active": is_active, "updated_since": updated_since}, options=options)  # type: ignore[no-any-return]

    @call
    def log_out(self, user_id: str | UUID, body: models.OptionalReason | None = None, *, options: Options | None = None) -> None:
        """End every session of someone, who is told."""
        return self._ask(_LOG_OUT_USER, None, {"user_id": user_id}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def reset_mfa(self, user_id: str | UUID, body: models.GivenReason, *, options: Options | None = None) -> None:
        """Take away the second factor of someone who lost it; their sessions end, and they are told."""
        return self._ask(_RESET_MFA, None, {"user_id": user_id}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def update(self, user_id: str | UUID, body: models.UserChanges, *, options: Options | None = None) -> models.User:
        """Change someone's role or name, or disable them, which signs them out everywhere."""
        return self._ask(_UPDATE_USER, models.User, {"user_id": user_id}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def update_me(self, body: models.MyChanges, *, options: Options | None = None) -> models.User:
        """Change my account; what is not named stays."""
        return self._ask(_UPDATE_ME, models.User, body=body, options=options)  # type: ignore[no-any-return]


class Webhooks(Area):

    @call
    def create(self, body: models.NewWebhook, *, options: Options | None = None) -> models.WebhookWithSecret:
        """Have events sent to a URL; instructors are told of their own courses, admins of all."""
        return self._ask(_CREATE_WEBHOOK, models.WebhookWithSecret, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def delete(self, webhook_id: str | UUID, *, options: Options | None = None) -> None:
        """Delete a webhook with its deliveries."""
        return self._ask(_DELETE_WEBHOOK, None, {"webhook_id": webhook_id}, options=options)  # type: ignore[no-any-return]

    @call
    def get(self, webhook_id: str | UUID, *, options: Options | None = None) -> models.Webhook:
        """A webhook, without its secret."""
        return self._ask(_GET_WEBHOOK, models.Webhook, {"webhook_id": webhook_id}, options=options)  # type: ignore[no-any-return]

    def list(self, *, limit: int | None = None, include_total: bool | None = None, options: Options | None = None) -> Pages[models.Webhook]:
        """My webhooks, the latest first; admins see everybody's."""
        return self._ask(_LIST_WEBHOOKS, models.Webhook, query={"limit": limit, "include_total": include_total}, options=options)  # type: ignore[no-any-return]

    def list_deliveries(self, webhook_id: str | UUID, *, limit: int | None = None, include_total: bool | None = None, status: models.DeliveryStatus | str | None = None, options: Options | None = None) -> Pages[models.Delivery]:
        """What was sent and how it went, the latest first."""
        return self._ask(_LIST_DELIVERIES, models.Delivery, {"webhook_id": webhook_id}, query={"limit": limit, "include_total": include_total, "status": status}, options=options)  # type: ignore[no-any-return]

    @call
    def recover(self, webhook_id: str | UUID, body: models.Recovery, *, options: Options | None = None) -> models.Recovered:
        """Send every event since then that failed, or was not sent while this was disabled."""
        return self._ask(_RECOVER, models.Recovered, {"webhook_id": webhook_id}, body=body, options=options)  # type: ignore[no-any-return]

    @call
    def redeliver(self, delivery_id: str | UUID, *, options: Options | None = None) -> models.Delivery:
        """Send an event again, whether or not it was delivered, with the same webhook-id."""
        return self._ask(_REDELIVER, models.Delivery, {"delivery_id": delivery_id}, options=options)  # type: ignore[no-any-return]

    @call
    def rotate_secret(self, webhook_id: str | UUID, *, options: Options | None = None) -> models.WebhookWithSecret:
        """A new secret; for 24 hours each request is signed with both."""
        return self._ask(_ROTATE_SECRET, models.WebhookWithSecret, {"webhook_id": webhook_id}, options=options)  # type: ignore[no-any-return]

    @call
    def test(self, webhook_id: str | UUID, *, options: Options | None = None) -> models.Delivery:
        """Send an event of type `webhook.test`, which does not appear in the event log."""
        return self._ask(_TEST_WEBHOOK, models.Delivery, {"webhook_id": webhook_id}, options=options)  # type: ignore[no-any-return]

    @call
    def update(self, webhook_id: str | UUID, body: models.WebhookChanges, *, options: Options | None = None) -> models.Webhook:
        """Change where and what is sent, stop it, or start it again."""
        return self._ask(_UPDATE_WEBHOOK, models.Webhook, {"webhook_id": webhook_id}, body=body, options=options)  # type: ignore[no-any-return]


class AsyncAnalytics(AsyncArea):

    @async_call
    async def course(self, course_id: str | UUID, *, from_: str | date | None = None, to: str | date | None = None, interval: models.Interval | str | None = None, options: Options | None = None) -> models.CourseAnalytics:
        """A course's figures: enrolments, completion, lessons, quizzes, ratings, students at risk."""
        return await self._ask(_COURSE_ANALYTICS, models.CourseAnalytics, {"course_id": course_id}, query={"from": from_, "to": to, "interval": interval}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def course_report(self, course_id: str | UUID, *, from_: str | date | None = None, to: str | date | None = None, interval: models.Interval | str | None = None, options: Options | None = None) -> bytes:
        """A course's figures as charts, to print or to send."""
        return await self._ask(_COURSE_REPORT, None, {"course_id": course_id}, query={"from": from_, "to": to, "interval": interval}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def instructor(self, *, from_: str | date | None = None, to: str | date | None = None, interval: models.Interval | str | None = None, instructor_id: str | UUID | None = None, options: Options | None = None) -> models.InstructorAnalytics:
        """My own courses taken together: enrolments, progress, ratings, quizzes, revenue."""
        return await self._ask(_INSTRUCTOR_ANALYTICS, models.InstructorAnalytics, query={"from": from_, "to": to, "interval": interval, "instructor_id": instructor_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def student(self, *, from_: str | date | None = None, to: str | date | None = None, interval: models.Interval | str | None = None, student_id: str | UUID | None = None, options: Options | None = None) -> models.StudentAnalytics:
        """My own learning: courses, progress, time, quizzes, streak, and activity over time."""
        return await self._ask(_STUDENT_ANALYTICS, models.StudentAnalytics, query={"from": from_, "to": to, "interval": interval, "student_id": student_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def system(self, *, from_: str | date | None = None, to: str | date | None = None, interval: models.Interval | str | None = None, options: Options | None = None) -> models.SystemAnalytics:
        """The whole site: people, courses, enrolments, certificates, revenue, storage, queues."""
        return await self._ask(_SYSTEM_ANALYTICS, models.SystemAnalytics, query={"from": from_, "to": to, "interval": interval}, options=options)  # type: ignore[no-any-return]


class AsyncAttempts(AsyncArea):

    @async_call
    async def extend(self, quiz_id: str | UUID, user_id: str | UUID, body: models.ExtensionChanges, *, options: Options | None = None) -> models.Extension:
        """Give a student more time or attempts; the deadline of an open attempt moves at once."""
        return await self._ask(_EXTEND, models.Extension, {"quiz_id": quiz_id, "user_id": user_id}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get(self, attempt_id: str | UUID, *, options: Options | None = None) -> models.Attempt:
        """An attempt: while open, its questions and saved answers; then what `show_results` allows."""
        return await self._ask(_GET_ATTEMPT, models.Attempt, {"attempt_id": attempt_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get_statistics(self, quiz_id: str | UUID, *, attempts: models.CountedAttempts | str | None = None, options: Options | None = None) -> models.Statistics:
        """Statistics of a quiz and each of its questions, as Moodle's quiz report defines them."""
        return await self._ask(_GET_STATISTICS, models.Statistics, {"quiz_id": quiz_id}, query={"attempts": attempts}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def grade(self, attempt_id: str | UUID, body: models.NewGrades, *, options: Options | None = None) -> models.Attempt:
        """Mark questions of a closed attempt; a person's mark replaces the machine's."""
        return await self._ask(_GRADE_ATTEMPT, models.Attempt, {"attempt_id": attempt_id}, body=body, options=options)  # type: ignore[no-any-return]

    def list(self, quiz_id: str | UUID, *, limit: int | None = None, include_total: bool | None = None, status: models.AttemptStatus | str | None = None, student_id: str | UUID | None = None, updated_since: str | datetime | None = None, options: Options | None = None) -> AsyncPages[models.AttemptSummary]:
        """My attempts at a quiz, the latest first; its owner sees everyone's."""
        return self._list(_LIST_ATTEMPTS, models.AttemptSummary, {"quiz_id": quiz_id}, query={"limit": limit, "include_total": include_total, "status": status, "student_id": student_id, "updated_since": updated_since}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def regrade(self, quiz_id: str | UUID, body: models.RegradeOrder, *, options: Options | None = None) -> models.Regrade:
        """Mark closed attempts again by the corrected questions; `dry_run` only lists the changes."""
        return await self._ask(_REGRADE, models.Regrade, {"quiz_id": quiz_id}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def save_answers(self, attempt_id: str | UUID, body: models.AnswersToSave, *, options: Options | None = None) -> models.Saved:
        """Save answers; a saved answer is replaced only by one with a greater `seq`."""
        return await self._ask(_SAVE_ANSWERS, models.Saved, {"attempt_id": attempt_id}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def start(self, quiz_id: str | UUID, *, options: Options | None = None) -> models.Attempt:
        """Start an attempt; while one is open, this returns it."""
        return await self._ask(_START_ATTEMPT, models.Attempt, {"quiz_id": quiz_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def submit(self, attempt_id: str | UUID, body: models.Submission | None = None, *, options: Options | None = None) -> models.Attempt:
        """Close an attempt and mark it; after its time, only answers saved in time count."""
        return await self._ask(_SUBMIT_ATTEMPT, models.Attempt, {"attempt_id": attempt_id}, body=body, options=options)  # type: ignore[no-any-return]


class AsyncAuth(AsyncArea):

    @async_call
    async def confirm_email(self, body: models.Confirmation, *, options: Options | None = None) -> models.Confirmed:
        """Confirm an address with the token of a mail: of a registration, an account, a change."""
        return await self._ask(_CONFIRM_EMAIL, models.Confirmed, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def disable_mfa(self, body: models.PasswordAndCode, *, options: Options | None = None) -> None:
        """Turn the second factor off."""
        return await self._ask(_DISABLE_MFA, None, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def enable_mfa(self, body: models.CodeOnly, *, options: Options | None = None) -> models.NewRecoveryCodes:
        """Turn the second factor on with its first code; my other sessions end."""
        return await self._ask(_ENABLE_MFA, models.NewRecoveryCodes, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def end_session(self, session_id: str | UUID, *, options: Options | None = None) -> None:
        """End one of my sessions, its refresh token included."""
        return await self._ask(_END_SESSION, None, {"session_id": session_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def forgot_password(self, body: models.ForgotPassword, *, options: Options | None = None) -> None:
        """Ask for a mail with a link to set a new password; the answer is always the same."""
        return await self._ask(_FORGOT_PASSWORD, None, body=body, options=options)  # type: ignore[no-any-return]

    def list_sessions(self, *, limit: int | None = None, include_total: bool | None = None, options: Options | None = None) -> AsyncPages[models.Session]:
        """Where I am signed in, the latest sign-in first."""
        return self._list(_LIST_SESSIONS, models.Session, query={"limit": limit, "include_total": include_total}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def login(self, body: models.Login, *, options: Options | None = None) -> models.LoginOutcome:
        """Sign in with e-mail and password; with a second factor, this is the first of two steps."""
        return await self._ask(_LOGIN, models.LoginOutcome, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def logout(self, body: models.Logout | None = None, *, options: Options | None = None) -> None:
        """End this session, its refresh token included."""
        return await self._ask(_LOGOUT, None, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def logout_all(self, *, options: Options | None = None) -> None:
        """End every session of mine."""
        return await self._ask(_LOGOUT_ALL, None, options=options)  # type: ignore[no-any-return]

    @async_call
    async def mfa_login(self, body: models.MfaLogin, *, options: Options | None = None) -> models.SignInOutcome:
        """The second step: a code of the authenticator, or a recovery code."""
        return await self._ask(_MFA_LOGIN, models.SignInOutcome, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def refresh(self, body: models.Refresh | None = None, *, options: Options | None = None) -> models.SignInOutcome:
        """Exchange a refresh token for new tokens; each works once."""
        return await self._ask(_REFRESH, models.SignInOutcome, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def register(self, body: models.Registration, *, options: Options | None = None) -> models.Registered | models.RegistrationPending:
        """Register as a student and sign in."""
        return await self._ask(_REGISTER, (models.Registered | models.RegistrationPending), body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def renew_recovery_codes(self, body: models.PasswordAndCode, *, options: Options | None = None) -> models.NewRecoveryCodes:
        """A new set of recovery codes."""
        return await self._ask(_RENEW_RECOVERY_CODES, models.NewRecoveryCodes, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def request_verification(self, *, options: Options | None = None) -> None:
        """Ask for a mail with a link that confirms my address."""
        return await self._ask(_REQUEST_VERIFICATION, None, options=options)  # type: ignore[no-any-return]

    @async_call
    async def set_forgotten_password(self, body: models.PasswordReset, *, options: Options | None = None) -> None:
        """Set a password with the token of a mail; every session ends, a second factor stays."""
        return await self._ask(_SET_FORGOTTEN_PASSWORD, None, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def set_up_mfa(self, body: models.PasswordOnly, *, options: Options | None = None) -> models.MfaSetup:
        """A new secret for an authenticator; it is not used until a first code has proved it."""
        return await self._ask(_SET_UP_MFA, models.MfaSetup, body=body, options=options)  # type: ignore[no-any-return]


class AsyncCertificates(AsyncArea):

    @async_call
    async def download(self, certificate_id: str | UUID, *, options: Options | None = None) -> bytes:
        """The certificate as a PDF."""
        return await self._ask(_DOWNLOAD_CERTIFICATE, None, {"certificate_id": certificate_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def generate(self, body: models.CertificateRequest, *, options: Options | None = None) -> models.Certificate:
        """The latest certificate of a completed enrolment: 202 while it is being made."""
        return await self._ask(_GENERATE_CERTIFICATE, models.Certificate, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get(self, certificate_id: str | UUID, *, options: Options | None = None) -> models.Certificate:
        """A certificate; for its owner and the course's teacher."""
        return await self._ask(_GET_CERTIFICATE, models.Certificate, {"certificate_id": certificate_id}, options=options)  # type: ignore[no-any-return]

    def list_my(self, *, limit: int | None = None, include_total: bool | None = None, options: Options | None = None) -> AsyncPages[models.Certificate]:
        """My certificates, the latest first, and those that they replaced."""
        return self._list(_LIST_MY_CERTIFICATES, models.Certificate, query={"limit": limit, "include_total": include_total}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def preview(self, course_id: str | UUID, *, options: Options | None = None) -> bytes:
        """A preview of this course's certificates, with a placeholder for the student's name."""
        return await self._ask(_PREVIEW_CERTIFICATE, None, {"course_id": course_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def reissue(self, certificate_id: str | UUID, body: models.Reissue, *, options: Options | None = None) -> models.Certificate:
        """Put a certificate right, also a revoked one: a new one with a number of its own replaces it."""
        return await self._ask(_REISSUE_CERTIFICATE, models.Certificate, {"certificate_id": certificate_id}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def revoke(self, certificate_id: str | UUID, body: models.Revocation, *, options: Options | None = None) -> models.Certificate:
        """Revoke a certificate: whoever verifies it is told, and its PDF says so on every page."""
        return await self._ask(_REVOKE_CERTIFICATE, models.Certificate, {"certificate_id": certificate_id}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def update(self, certificate_id: str | UUID, body: models.CertificateChanges, *, options: Options | None = None) -> models.Certificate:
        """Let anyone who verifies your certificate read the PDF too, or let them no longer."""
        return await self._ask(_UPDATE_CERTIFICATE, models.Certificate, {"certificate_id": certificate_id}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def verify(self, number: str | UUID, *, options: Options | None = None) -> models.Verification:
        """Whether a certificate is genuine; anyone may ask."""
        return await self._ask(_VERIFY_CERTIFICATE, models.Verification, {"number": number}, options=options)  # type: ignore[no-any-return]


class AsyncCourses(AsyncArea):

    @async_call
    async def archive(self, course_id: str | UUID, *, options: Options | None = None) -> models.Course:
        """Close a course to new students; enrolled students can go on."""
        return await self._ask(_ARCHIVE_COURSE, models.Course, {"course_id": course_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def create(self, body: models.NewCourse, *, options: Options | None = None) -> models.Course:
        """Create a course; it starts as a draft that only you see."""
        return await self._ask(_CREATE_COURSE, models.Course, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def delete(self, course: str | UUID, *, options: Options | None = None) -> None:
        """Delete a course that nobody is enrolled in."""
        return await self._ask(_DELETE_COURSE, None, {"course": course}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def duplicate(self, course_id: str | UUID, *, options: Options | None = None) -> models.CourseCopy:
        """Copy a course with its lessons and quizzes; nobody is enrolled in the copy."""
        return await self._ask(_DUPLICATE_COURSE, models.CourseCopy, {"course_id": course_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get(self, course: str | UUID, *, options: Options | None = None) -> models.Course:
        """A course, by its id or its slug."""
        return await self._ask(_GET_COURSE, models.Course, {"course": course}, options=options)  # type: ignore[no-any-return]

    def list(self, *, limit: int | None = None, include_total: bool | None = None, category: str | None = None, difficulty: models.Difficulty | str | None = None, instructor_id: str | UUID | None = None, status: models.CourseStatus | str | None = None, price: models.PriceKind | str | None = None, mine: bool | None = None, sort: models.CourseSort | str | None = None, q: str | None = None, updated_since: str | datetime | None = None, options: Options | None = None) -> AsyncPages[models.Course]:
        """The catalogue, newest first; authors also see their own drafts and archived courses."""
        return self._list(_LIST_COURSES, models.Course, query={"limit": limit, "include_total": include_total, "category": category, "difficulty": difficulty, "instructor_id": instructor_id, "status": status, "price": price, "mine": mine, "sort": sort, "q": q, "updated_since": updated_since}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def list_categories(self, *, options: Options | None = None) -> builtins.list[models.Category]:
        """The categories of published courses and how many courses each has."""
        return await self._ask(_LIST_CATEGORIES, builtins.list[models.Category], options=options)  # type: ignore[no-any-return]

    @async_call
    async def publish(self, course_id: str | UUID, *, options: Options | None = None) -> models.Course:
        """Open a course to students, if nothing is missing."""
        return await self._ask(_PUBLISH_COURSE, models.Course, {"course_id": course_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def unpublish(self, course_id: str | UUID, *, options: Options | None = None) -> models.Course:
        """Make a course a draft again; enrolled students can go on."""
        return await self._ask(_UNPUBLISH_COURSE, models.Course, {"course_id": course_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def update(self, course: str | UUID, body: models.CourseChanges, *, options: Options | None = None) -> models.Course:
        """Change a course; what is not named stays. Admins may give it to another teacher."""
        return await self._ask(_UPDATE_COURSE, models.Course, {"course": course}, body=body, options=options)  # type: ignore[no-any-return]


class AsyncEvents(AsyncArea):

    def list(self, *, limit: int | None = None, include_total: bool | None = None, after: str | UUID | None = None, types: str | None = None, options: Options | None = None) -> AsyncPages[models.LearningEvent]:
        """What happened, oldest first; admins see everything, instructors their own courses."""
        return self._list(_LIST_EVENTS, models.LearningEvent, query={"limit": limit, "include_total": include_total, "after": after, "types": types}, options=options)  # type: ignore[no-any-return]


class AsyncFiles(AsyncArea):

    @async_call
    async def begin_upload(self, body: models.NewDirectUpload, *, options: Options | None = None) -> models.DirectUpload:
        """Begin an upload that goes straight to the storage."""
        return await self._ask(_CREATE_DIRECT_UPLOAD, models.DirectUpload, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def complete_upload(self, upload_id: str | UUID, *, options: Options | None = None) -> models.LearningFile:
        """Check what was sent straight to the storage, and make it a file."""
        return await self._ask(_COMPLETE_DIRECT_UPLOAD, models.LearningFile, {"upload_id": upload_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def create_link(self, file_id: str | UUID, body: models.NewLink | None = None, *, options: Options | None = None) -> models.Link:
        """A link that needs no login; for everyone who may read the file."""
        return await self._ask(_CREATE_LINK, models.Link, {"file_id": file_id}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def delete(self, file_id: str | UUID, *, options: Options | None = None) -> None:
        """Delete a file that nothing shows; its links end with it."""
        return await self._ask(_DELETE_FILE, None, {"file_id": file_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def download(self, file_id: str | UUID, *, expires: int | None = None, signature: str | None = None, options: Options | None = None) -> bytes:
        """The file itself, whole or in ranges; for those who may read it, or with a signed link."""
        return await self._ask(_DOWNLOAD_FILE, None, {"file_id": file_id}, query={"expires": expires, "signature": signature}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get(self, file_id: str | UUID, *, options: Options | None = None) -> models.LearningFile:
        """What is known of a file; for everyone who may read it."""
        return await self._ask(_GET_FILE, models.LearningFile, {"file_id": file_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get_avatar(self, file_id: str | UUID, *, expires: int | None = None, signature: str | None = None, options: Options | None = None) -> bytes:
        """An image of a person: at most 512 × 512, re-encoded without metadata."""
        return await self._ask(_GET_AVATAR, None, {"file_id": file_id}, query={"expires": expires, "signature": signature}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get_thumbnail(self, file_id: str | UUID, *, expires: int | None = None, signature: str | None = None, options: Options | None = None) -> bytes:
        """An image for a course's card: at most 1280 × 1280, re-encoded without metadata."""
        return await self._ask(_GET_THUMBNAIL, None, {"file_id": file_id}, query={"expires": expires, "signature": signature}, options=options)  # type: ignore[no-any-return]

    def list(self, *, limit: int | None = None, include_total: bool | None = None, type: models.FileType | str | None = None, q: str | None = None, options: Options | None = None) -> AsyncPages[models.LearningFile]:
        """My files, the latest first; admins see everyone's."""
        return self._list(_LIST_FILES, models.LearningFile, query={"limit": limit, "include_total": include_total, "type": type, "q": q}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def update(self, file_id: str | UUID, body: models.FileChanges, *, options: Options | None = None) -> models.LearningFile:
        """Rename a file, within its type, or change whether everyone may read it."""
        return await self._ask(_UPDATE_FILE, models.LearningFile, {"file_id": file_id}, body=body, options=options)  # type: ignore[no-any-return]


class AsyncLearning(AsyncArea):

    @async_call
    async def complete_lesson(self, enrollment_id: str | UUID, lesson_id: str | UUID, *, options: Options | None = None) -> models.LessonCompletion:
        """Mark a lesson as done; the last one completes the course. Repeating changes nothing."""
        return await self._ask(_COMPLETE_LESSON, models.LessonCompletion, {"enrollment_id": enrollment_id, "lesson_id": lesson_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def drop(self, enrollment_id: str | UUID, *, reason: str | None = None, options: Options | None = None) -> None:
        """Leave a course; the progress is kept for coming back."""
        return await self._ask(_DROP_ENROLLMENT, None, {"enrollment_id": enrollment_id}, query={"reason": reason}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def enroll(self, body: models.NewEnrollment, *, options: Options | None = None) -> models.Enrollment:
        """Enrol in a published course. Repeating it returns the same enrolment."""
        return await self._ask(_ENROLL, models.Enrollment, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def enroll_in_bulk(self, course_id: str | UUID, body: models.NewBulkEnrollment, *, dry_run: bool | None = None, options: Options | None = None) -> models.Job:
        """Enrol many people by e-mail address: at once, or once they have proved the address."""
        return await self._ask(_ENROLL_IN_BULK, models.Job, {"course_id": course_id}, query={"dry_run": dry_run}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get(self, enrollment_id: str | UUID, *, options: Options | None = None) -> models.EnrollmentWithLessons:
        """An enrolment with the progress of each lesson; for its student and the teacher."""
        return await self._ask(_GET_ENROLLMENT, models.EnrollmentWithLessons, {"enrollment_id": enrollment_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get_job(self, job_id: str | UUID, *, options: Options | None = None) -> models.Job:
        """How far a bulk enrolment is, with the result of each row; for the course's teacher."""
        return await self._ask(_GET_JOB, models.Job, {"job_id": job_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get_learner_page(self, course_id: str | UUID, *, options: Options | None = None) -> models.LearnerPage:
        """The whole page of a course: outline, progress, quizzes, the next lesson, certificate."""
        return await self._ask(_GET_LEARNER_PAGE, models.LearnerPage, {"course_id": course_id}, options=options)  # type: ignore[no-any-return]

    def list_my_courses(self, *, limit: int | None = None, include_total: bool | None = None, status: models.EnrollmentStatus | str | None = None, sort: models.EnrollmentSort | str | None = None, updated_since: str | datetime | None = None, options: Options | None = None) -> AsyncPages[models.Enrollment]:
        """My enrolments: by newest, by last work in them, by progress, or by title."""
        return self._list(_LIST_MY_COURSES, models.Enrollment, query={"limit": limit, "include_total": include_total, "status": status, "sort": sort, "updated_since": updated_since}, options=options)  # type: ignore[no-any-return]

    def list_roster(self, course_id: str | UUID, *, limit: int | None = None, include_total: bool | None = None, status: models.PlaceStatus | str | None = None, q: str | None = None, sort: models.RosterSort | str | None = None, updated_since: str | datetime | None = None, options: Options | None = None) -> AsyncPages[models.RosterEntry]:
        """Who is enrolled in a course, and how far; for its teacher."""
        return self._list(_LIST_ROSTER, models.RosterEntry, {"course_id": course_id}, query={"limit": limit, "include_total": include_total, "status": status, "q": q, "sort": sort, "updated_since": updated_since}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def merge_batch(self, enrollment_id: str | UUID, body: models.ProgressBatch, *, options: Options | None = None) -> models.BatchResult:
        """Merge work that was done offline, in any order; sending it again changes nothing."""
        return await self._ask(_MERGE_BATCH, models.BatchResult, {"enrollment_id": enrollment_id}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def report_progress(self, enrollment_id: str | UUID, lesson_id: str | UUID, body: models.ProgressReport, *, options: Options | None = None) -> models.LessonCompletion:
        """Report time, position and watched parts; no more time than since the last report."""
        return await self._ask(_REPORT_PROGRESS, models.LessonCompletion, {"enrollment_id": enrollment_id, "lesson_id": lesson_id}, body=body, options=options)  # type: ignore[no-any-return]


class AsyncLessons(AsyncArea):

    @async_call
    async def create(self, course_id: str | UUID, body: models.NewLesson, *, options: Options | None = None) -> models.Lesson:
        """Add a lesson at the end of a course."""
        return await self._ask(_CREATE_LESSON, models.Lesson, {"course_id": course_id}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get(self, lesson_id: str | UUID, *, options: Options | None = None) -> models.Lesson:
        """A lesson; without the right to read it, only its entry in the outline."""
        return await self._ask(_GET_LESSON, models.Lesson, {"lesson_id": lesson_id}, options=options)  # type: ignore[no-any-return]

    def list(self, course_id: str | UUID, *, limit: int | None = None, include_total: bool | None = None, options: Options | None = None) -> AsyncPages[models.Lesson]:
        """A course's lessons in their order; those that you may not read yet are locked."""
        return self._list(_LIST_LESSONS, models.Lesson, {"course_id": course_id}, query={"limit": limit, "include_total": include_total}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def remove(self, lesson_id: str | UUID, *, options: Options | None = None) -> None:
        """Take a lesson out of its course; students' work in it is kept but no longer counted."""
        return await self._ask(_REMOVE_LESSON, None, {"lesson_id": lesson_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def reorder(self, body: models.NewLessonOrder, *, options: Options | None = None) -> builtins.list[models.Lesson]:
        """Put a course's lessons into a new order; names each of them once."""
        return await self._ask(_REORDER_LESSONS, builtins.list[models.Lesson], body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def update(self, lesson_id: str | UUID, body: models.LessonChanges, *, options: Options | None = None) -> models.Lesson:
        """Change a lesson; what is not named stays."""
        return await self._ask(_UPDATE_LESSON, models.Lesson, {"lesson_id": lesson_id}, body=body, options=options)  # type: ignore[no-any-return]


class AsyncOrders(AsyncArea):

    @async_call
    async def create(self, body: models.NewCourseOrder, *, options: Options | None = None) -> models.Order:
        """Order a course at its price. While the order is pending, ordering again updates its price."""
        return await self._ask(_CREATE_ORDER, models.Order, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get(self, order_id: str | UUID, *, options: Options | None = None) -> models.Order:
        """An order; for its student and admins."""
        return await self._ask(_GET_ORDER, models.Order, {"order_id": order_id}, options=options)  # type: ignore[no-any-return]

    def list(self, *, limit: int | None = None, include_total: bool | None = None, status: models.OrderStatus | str | None = None, course_id: str | UUID | None = None, student_id: str | UUID | None = None, updated_since: str | datetime | None = None, options: Options | None = None) -> AsyncPages[models.Order]:
        """My orders, the latest first; an admin sees everybody's."""
        return self._list(_LIST_ORDERS, models.Order, query={"limit": limit, "include_total": include_total, "status": status, "course_id": course_id, "student_id": student_id, "updated_since": updated_since}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def mark_paid(self, order_id: str | UUID, body: models.Payment, *, options: Options | None = None) -> models.Order:
        """Note that the money has arrived. Repeating it with the same reference changes nothing."""
        return await self._ask(_MARK_PAID, models.Order, {"order_id": order_id}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def refund(self, order_id: str | UUID, *, options: Options | None = None) -> models.Order:
        """Give the money back: the enrolment is dropped and keeps its progress, the content is locked."""
        return await self._ask(_REFUND_ORDER, models.Order, {"order_id": order_id}, options=options)  # type: ignore[no-any-return]


class AsyncQuestions(AsyncArea):

    @async_call
    async def create(self, quiz_id: str | UUID, body: models.NewQuestion, *, options: Options | None = None) -> models.Question:
        """Add a question at the end of a quiz; in a draft it may be unfinished."""
        return await self._ask(_CREATE_QUESTION, models.Question, {"quiz_id": quiz_id}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def delete(self, question_id: str | UUID, *, options: Options | None = None) -> None:
        """Take a question out of its quiz; attempts that asked it keep it."""
        return await self._ask(_DELETE_QUESTION, None, {"question_id": question_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def export(self, quiz_id: str | UUID, *, format: models.ExportFormat | str | None = None, options: Options | None = None) -> bytes:
        """A quiz's questions as a file, which an import reads to equal questions."""
        return await self._ask(_EXPORT_QUESTIONS, None, {"quiz_id": quiz_id}, query={"format": format}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get(self, question_id: str | UUID, *, options: Options | None = None) -> models.Question:
        """A question with its key."""
        return await self._ask(_GET_QUESTION, models.Question, {"question_id": question_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def import_(self, quiz_id: str | UUID, body: models.ImportOrder, *, options: Options | None = None) -> models.QuestionImport:
        """Add the questions of a GIFT, Moodle XML or CSV file at the end of a quiz."""
        return await self._ask(_IMPORT_QUESTIONS, models.QuestionImport, {"quiz_id": quiz_id}, body=body, options=options)  # type: ignore[no-any-return]

    def list(self, quiz_id: str | UUID, *, limit: int | None = None, include_total: bool | None = None, options: Options | None = None) -> AsyncPages[models.Question]:
        """A quiz's questions with their keys, in their order."""
        return self._list(_LIST_QUESTIONS, models.Question, {"quiz_id": quiz_id}, query={"limit": limit, "include_total": include_total}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def reorder(self, quiz_id: str | UUID, body: models.NewQuestionOrder, *, options: Options | None = None) -> builtins.list[models.Question]:
        """Put a quiz's questions into a new order; names each of them once."""
        return await self._ask(_REORDER_QUESTIONS, builtins.list[models.Question], {"quiz_id": quiz_id}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def update(self, question_id: str | UUID, body: models.QuestionChanges, *, options: Options | None = None) -> models.Question:
        """Change a question; attempts keep it as they asked it, until they are regraded."""
        return await self._ask(_UPDATE_QUESTION, models.Question, {"question_id": question_id}, body=body, options=options)  # type: ignore[no-any-return]


class AsyncQuizzes(AsyncArea):

    @async_call
    async def create(self, body: models.NewQuiz, *, options: Options | None = None) -> models.Quiz:
        """Create a quiz in a course; students see it once it is published."""
        return await self._ask(_CREATE_QUIZ, models.Quiz, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def delete(self, quiz_id: str | UUID, *, options: Options | None = None) -> None:
        """Delete a quiz that nobody attempted and no lesson shows."""
        return await self._ask(_DELETE_QUIZ, None, {"quiz_id": quiz_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get(self, quiz_id: str | UUID, *, options: Options | None = None) -> models.Quiz:
        """A quiz, without its questions; limit and window are those that hold for you."""
        return await self._ask(_GET_QUIZ, models.Quiz, {"quiz_id": quiz_id}, options=options)  # type: ignore[no-any-return]

    def list(self, *, limit: int | None = None, include_total: bool | None = None, course_id: str | UUID | None = None, updated_since: str | datetime | None = None, options: Options | None = None) -> AsyncPages[models.Quiz]:
        """The quizzes of a course, or of all courses, the oldest first."""
        return self._list(_LIST_QUIZZES, models.Quiz, query={"limit": limit, "include_total": include_total, "course_id": course_id, "updated_since": updated_since}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def publish(self, quiz_id: str | UUID, *, options: Options | None = None) -> models.Quiz:
        """Open a quiz to the course's students, if every question is finished."""
        return await self._ask(_PUBLISH_QUIZ, models.Quiz, {"quiz_id": quiz_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def update(self, quiz_id: str | UUID, body: models.QuizChanges, *, options: Options | None = None) -> models.Quiz:
        """Change a quiz; what is not named stays."""
        return await self._ask(_UPDATE_QUIZ, models.Quiz, {"quiz_id": quiz_id}, body=body, options=options)  # type: ignore[no-any-return]


class AsyncReviews(AsyncArea):

    def list(self, course_id: str | UUID, *, limit: int | None = None, include_total: bool | None = None, updated_since: str | datetime | None = None, options: Options | None = None) -> AsyncPages[models.Review]:
        """What students say about a course, the newest first; for everyone who sees the course."""
        return self._list(_LIST_REVIEWS, models.Review, {"course_id": course_id}, query={"limit": limit, "include_total": include_total, "updated_since": updated_since}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def put(self, course_id: str | UUID, body: models.OwnReview, *, options: Options | None = None) -> models.Review:
        """Write your review of a course, or replace it; for students with 20 % progress."""
        return await self._ask(_PUT_REVIEW, models.Review, {"course_id": course_id}, body=body, options=options)  # type: ignore[no-any-return]


class AsyncUsers(AsyncArea):

    @async_call
    async def change_email(self, body: models.NewAddress, *, options: Options | None = None) -> None:
        """Change my address. It takes effect once the new one is confirmed; the old one gets a mail."""
        return await self._ask(_CHANGE_EMAIL, None, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def change_password(self, body: models.PasswordChange, *, options: Options | None = None) -> None:
        """Change my password; my other sessions end. With a second factor it takes a `code` as well."""
        return await self._ask(_CHANGE_PASSWORD, None, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def erase_me(self, body: models.Erasure, *, options: Options | None = None) -> None:
        """Erase my account: it cannot be undone."""
        return await self._ask(_ERASE_ME, None, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def export_me(self, *, options: Options | None = None) -> bytes:
        """All of my data: a ZIP with a JSON file for each kind."""
        return await self._ask(_EXPORT_ME, None, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get(self, user_id: str | UUID, *, options: Options | None = None) -> models.User:
        """A person."""
        return await self._ask(_GET_USER, models.User, {"user_id": user_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get_me(self, *, options: Options | None = None) -> models.User:
        """My account."""
        return await self._ask(_GET_ME, models.User, options=options)  # type: ignore[no-any-return]

    @async_call
    async def invite(self, body: models.NewUser, *, options: Options | None = None) -> models.User:
        """Make an account and mail an invitation, whose link sets the password."""
        return await self._ask(_INVITE_USER, models.User, body=body, options=options)  # type: ignore[no-any-return]

    def list(self, *, limit: int | None = None, include_total: bool | None = None, q: str | None = None, role: models.Role | str | None = None, is_active: bool | None = None, updated_since: str | datetime | None = None, options: Options | None = None) -> AsyncPages[models.User]:
        """Everyone, the newest first; `q` is a part of the name or the address."""
        return self._list(_LIST_USERS, models.User, query={"limit": limit, "include_total": include_total, "q": q, "role": role, "is_active": is_active, "updated_since": updated_since}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def log_out(self, user_id: str | UUID, body: models.OptionalReason | None = None, *, options: Options | None = None) -> None:
        """End every session of someone, who is told."""
        return await self._ask(_LOG_OUT_USER, None, {"user_id": user_id}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def reset_mfa(self, user_id: str | UUID, body: models.GivenReason, *, options: Options | None = None) -> None:
        """Take away the second factor of someone who lost it; their sessions end, and they are told."""
        return await self._ask(_RESET_MFA, None, {"user_id": user_id}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def update(self, user_id: str | UUID, body: models.UserChanges, *, options: Options | None = None) -> models.User:
        """Change someone's role or name, or disable them, which signs them out everywhere."""
        return await self._ask(_UPDATE_USER, models.User, {"user_id": user_id}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def update_me(self, body: models.MyChanges, *, options: Options | None = None) -> models.User:
        """Change my account; what is not named stays."""
        return await self._ask(_UPDATE_ME, models.User, body=body, options=options)  # type: ignore[no-any-return]


class AsyncWebhooks(AsyncArea):

    @async_call
    async def create(self, body: models.NewWebhook, *, options: Options | None = None) -> models.WebhookWithSecret:
        """Have events sent to a URL; instructors are told of their own courses, admins of all."""
        return await self._ask(_CREATE_WEBHOOK, models.WebhookWithSecret, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def delete(self, webhook_id: str | UUID, *, options: Options | None = None) -> None:
        """Delete a webhook with its deliveries."""
        return await self._ask(_DELETE_WEBHOOK, None, {"webhook_id": webhook_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def get(self, webhook_id: str | UUID, *, options: Options | None = None) -> models.Webhook:
        """A webhook, without its secret."""
        return await self._ask(_GET_WEBHOOK, models.Webhook, {"webhook_id": webhook_id}, options=options)  # type: ignore[no-any-return]

    def list(self, *, limit: int | None = None, include_total: bool | None = None, options: Options | None = None) -> AsyncPages[models.Webhook]:
        """My webhooks, the latest first; admins see everybody's."""
        return self._list(_LIST_WEBHOOKS, models.Webhook, query={"limit": limit, "include_total": include_total}, options=options)  # type: ignore[no-any-return]

    def list_deliveries(self, webhook_id: str | UUID, *, limit: int | None = None, include_total: bool | None = None, status: models.DeliveryStatus | str | None = None, options: Options | None = None) -> AsyncPages[models.Delivery]:
        """What was sent and how it went, the latest first."""
        return self._list(_LIST_DELIVERIES, models.Delivery, {"webhook_id": webhook_id}, query={"limit": limit, "include_total": include_total, "status": status}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def recover(self, webhook_id: str | UUID, body: models.Recovery, *, options: Options | None = None) -> models.Recovered:
        """Send every event since then that failed, or was not sent while this was disabled."""
        return await self._ask(_RECOVER, models.Recovered, {"webhook_id": webhook_id}, body=body, options=options)  # type: ignore[no-any-return]

    @async_call
    async def redeliver(self, delivery_id: str | UUID, *, options: Options | None = None) -> models.Delivery:
        """Send an event again, whether or not it was delivered, with the same webhook-id."""
        return await self._ask(_REDELIVER, models.Delivery, {"delivery_id": delivery_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def rotate_secret(self, webhook_id: str | UUID, *, options: Options | None = None) -> models.WebhookWithSecret:
        """A new secret; for 24 hours each request is signed with both."""
        return await self._ask(_ROTATE_SECRET, models.WebhookWithSecret, {"webhook_id": webhook_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def test(self, webhook_id: str | UUID, *, options: Options | None = None) -> models.Delivery:
        """Send an event of type `webhook.test`, which does not appear in the event log."""
        return await self._ask(_TEST_WEBHOOK, models.Delivery, {"webhook_id": webhook_id}, options=options)  # type: ignore[no-any-return]

    @async_call
    async def update(self, webhook_id: str | UUID, body: models.WebhookChanges, *, options: Options | None = None) -> models.Webhook:
        """Change where and what is sent, stop it, or start it again."""
        return await self._ask(_UPDATE_WEBHOOK, models.Webhook, {"webhook_id": webhook_id}, body=body, options=options)  # type: ignore[no-any-return]
