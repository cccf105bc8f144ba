"""How long rows are kept: each table of the schema, once.

A table ages, and then a periodic task deletes what is old; or it stays, for a reason. A test
compares this with the migrated schema. docs/retention.md shows it:
`python -m lms retention > docs/retention.md`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lms.settings import Settings


@dataclass(frozen=True, slots=True)
class Ages:
    """Rows of a table that a periodic task deletes when they are old."""

    table: str
    rows: str  # which of them, and since when they age
    after: timedelta | str  # or the setting that says it, in days
    duty: str  # the kind of the periodic task

    def before(self, settings: Settings) -> datetime:
        """Rows from before this moment go."""
        return datetime.now(UTC) - self.kept_for(settings)

    def kept_for(self, settings: Settings) -> timedelta:
        if isinstance(self.after, timedelta):
            return self.after
        return timedelta(days=getattr(settings, self.after))


REPLIES = Ages(
    "idempotency_keys",
    "since the request; nobody may repeat it later",
    timedelta(hours=24),
    "delete_old_replies",
)
REPLY_USAGE = Ages(
    "idempotency_usage", "since the day began", timedelta(days=2), "delete_old_replies"
)
DONE_JOBS = Ages(
    "jobs", "done, since then; periodic ones go at once", "job_retention_days", "delete_old_jobs"
)
DEAD_JOBS = Ages("jobs", "dead, since then", "dead_job_retention_days", "delete_old_jobs")
# The mails that an address was not sent, for as long as those that it was.
REFUSED_JOBS = Ages("jobs", "refused, since then", "job_retention_days", "delete_old_jobs")
EVENTS = Ages(
    "events", "since they happened, with their deliveries", "event_retention_days",
    "delete_old_events",
)  # fmt: skip
SESSIONS = Ages(
    "sessions",
    "since they expired; until then a stolen token that is used again is recognized",
    timedelta(days=30),
    "tidy_identity",
)
REVOCATIONS = Ages(
    "revocations",
    "since then; every process read them long before",
    timedelta(hours=1),
    "tidy_identity",
)
# Mails of the last quarter of an hour are counted by their tokens.
MAILED_TOKENS = Ages("mailed_tokens", "since they expired", timedelta(minutes=15), "tidy_identity")
CHALLENGES = Ages("mfa_challenges", "since they expired", timedelta(minutes=15), "tidy_identity")
REGISTRATIONS = Ages(
    "pending_registrations",
    "that nobody confirmed, with their tokens",
    timedelta(days=2),
    "tidy_identity",
)
THROTTLES = Ages("login_throttles", "since the last failure", timedelta(days=1), "tidy_identity")
ADDRESSES = Ages("login_addresses", "since their minute began", timedelta(hours=1), "tidy_identity")
STREAKS = Ages(
    "login_streaks",
    "below 100 failures, since the last one; longer ones hold until the password is reset",
    timedelta(days=90),
    "tidy_identity",
)
SIGN_IN_PLACES = Ages(
    "sign_in_places",
    "since the last sign-in there; the next one is mailed as new",
    timedelta(days=365),
    "tidy_identity",
)
# A day more than the table's own trigger insists on.
AUDIT = Ages("audit_log", "since then", timedelta(days=2 * 365 + 2), "tidy_identity")
BULK_ENROLLMENTS = Ages(
    "bulk_enrollments",
    "since they were done, with the addresses in them",
    timedelta(days=30),
    "forget_bulk_enrollments",
)
PLACES = Ages("invited_places", "since they expired", timedelta(0), "fill_free_seats")
PROGRESS_EVENTS = Ages(
    "progress_events",
    "since they were merged; sent again later, their time still counts once, by its seconds",
    timedelta(days=180),
    "delete_old_progress_events",
)
ACTIVITY = Ages(
    "user_activity",
    "since the person last learned; the figures look back a month",
    timedelta(days=400),
    "delete_old_activity",
)
UPLOAD_GRACE = timedelta(hours=1)
UPLOADS = Ages("files", "unfinished uploads, since they fell silent", UPLOAD_GRACE, "sweep_files")

AGEING = (
    REPLIES,
    REPLY_USAGE,
    DONE_JOBS,
    DEAD_JOBS,
    REFUSED_JOBS,
    EVENTS,
    SESSIONS,
    REVOCATIONS,
    MAILED_TOKENS,
    CHALLENGES,
    REGISTRATIONS,
    THROTTLES,
    ADDRESSES,
    STREAKS,
    SIGN_IN_PLACES,
    AUDIT,
    BULK_ENROLLMENTS,
    PLACES,
    PROGRESS_EVENTS,
    ACTIVITY,
    UPLOADS,
)

_ACCOUNT = "one row for each account"
_LEARNING = "what a student learned stays as long as the enrolment"
_COURSE = "goes with its course"
_QUIZ = "goes with its quiz"
_FOLDED = "until the next fold, seconds later"
_TOTALS = "totals; as many rows as there are courses, lessons and hours"

# Tables that do not age, and what bounds them or ends their rows.
STAYING = {
    "users": "until the person erases the account; what other rows need stays without a name",
    "mfa_factors": _ACCOUNT,
    "recovery_codes": "ten for each account with a second factor",
    "file_usage": _ACCOUNT,
    "courses": "until they are deleted",
    "course_counters": _COURSE,
    "course_documents": _COURSE,
    "catalogue_versions": "a few rows",
    "catalogue_words": "the different words of the catalogue",
    "lessons": _COURSE,
    "quizzes": _COURSE,
    "questions": _QUIZ,
    "question_files": "goes with its question",
    "quiz_extensions": _QUIZ,
    "enrollments": "stays: figures and certificates depend on it",
    "lesson_progress": _LEARNING,
    "study_time": "the student's own chart goes back to the first day",
    "attempts": "results stay; bounded by `max_attempts` or `LMS_ATTEMPTS_MAX`",
    "attempt_questions": "goes with its attempt",
    "attempt_answers": "goes with its attempt",
    "certificates": "anyone may verify them at any time",
    "reviews": "one for each enrolment",
    "orders": "what was paid stays on record",
    "webhooks": "until they are deleted",
    "webhook_deliveries": "goes with its event",
    "bulk_enrollment_rows": "goes with its bulk enrolment",
    "latest_backup": "one row",
    "schedules": "one for each periodic task; a task of an older release is forgotten",
    "tallies": "sums; one for each thing that is counted",
    "figures.figures": _TOTALS,
    "figures.figure_buckets": _TOTALS,
    "figures.course_outlines": _COURSE,
    "figures.taught_students": "one for each teacher's student",
    "figures.best_scores": "one for each student of a quiz",
    "figures.figure_changes": _FOLDED,
    "figures.enrollment_changes": _FOLDED,
    "figures.lesson_changes": _FOLDED,
    "figures.outline_changes": _FOLDED,
    "figures.taught_changes": _FOLDED,
}
