"""What each table holds of a person: how she gets a copy of it, and how it is erased.

One line for every table. tests/privacy fails when the migrated schema has a table that is not
here, so whoever adds one decides. A line without an export or without an erasure says why.
"""

from dataclasses import dataclass

from lms.db import Query


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `why` tells why it is not exported, or not erased, or neither."""

    name: str
    export: Query[None] | None = None
    erase: Query[None] | None = None
    why: str = ""


def _export(name: str) -> Query[None]:
    return Query(f"privacy/export_{name}")


def _erase(name: str) -> Query[None]:
    return Query(f"privacy/erase_{name}")


_PROOFS = "hashes and sealed secrets, of no use to her and of much to a thief"
_NOBODY = "says nothing about a person"
_CONTENT = "belongs to a course; its author is told by courses"
_BY_ID = "names her by an id that means nobody once her account is erased"
_FIGURES = "counts, by ids at most, that mean nobody once her account is erased"

# In the order in which rows are erased: locks are taken in the same order as everywhere,
# counters before enrolments, and the account comes last, since others are found by its address.
TABLES: tuple[Table, ...] = (
    # learning
    Table("enrollments", _export("enrollments"), _erase("enrollments")),
    Table("lesson_progress", _export("lesson_progress"), why=_BY_ID),
    Table("reviews", _export("reviews"), _erase("reviews")),
    Table("attempts", _export("attempts"), why=_BY_ID),
    Table("attempt_answers", _export("attempt_answers"), _erase("attempt_answers")),
    Table("attempt_questions", _export("attempt_questions"), _erase("attempt_questions")),
    Table("quiz_extensions", _export("quiz_extensions"), _erase("quiz_extensions")),
    Table("certificates", _export("certificates"), _erase("certificates")),
    # catalogue
    Table("courses", _export("courses"), why="stay with the site: students are in them"),
    Table("course_counters", why=_FIGURES),
    Table("catalogue_versions", why=_NOBODY),
    Table("catalogue_words", why=_NOBODY),
    Table("course_documents", why=_CONTENT),
    Table("lessons", why=_CONTENT),
    Table("quizzes", why=_CONTENT),
    Table("questions", why=_CONTENT),
    # identity
    Table("sessions", _export("sessions"), _erase("sessions")),
    Table("sign_in_places", _export("sign_in_places"), _erase("sign_in_places")),
    Table("mfa_factors", _export("mfa_factors"), _erase("mfa_factors")),
    Table("recovery_codes", None, _erase("recovery_codes"), _PROOFS),
    Table("mfa_challenges", None, _erase("mfa_challenges"), _PROOFS),
    Table("mailed_tokens", _export("mailed_tokens"), _erase("mailed_tokens")),
    Table(
        "pending_registrations",
        _export("pending_registrations"),
        _erase("pending_registrations"),
    ),
    Table("login_throttles", None, _erase("login_throttles"), "counts under a hash, for an hour"),
    Table("login_streaks", None, _erase("login_streaks"), "a count under a hash"),
    Table("login_addresses", why="counts of client addresses, for a minute, of nobody known"),
    Table("revocations", why="ids of what has ended, for minutes"),
    # machinery
    Table("jobs", _export("jobs"), _erase("jobs")),
    Table("schedules", why=_NOBODY),
    Table("idempotency_keys", None, _erase("idempotency_keys"), "copies of replies, for a day"),
    Table(
        "audit_log",
        _export("audit_log"),
        why="proves what was done, so nobody can change it; it ends by age, after two years",
    ),
    # files
    Table("files", _export("files"), _erase("files")),
    Table("file_usage", why=_FIGURES),
    Table("question_files", why=_NOBODY),
    # enrolling many
    Table("bulk_enrollments", _export("bulk_enrollments"), why=_BY_ID),
    Table("bulk_enrollment_rows", _export("bulk_enrollment_rows"), _erase("bulk_enrollment_rows")),
    Table("progress_events", why="what the client sent of late, by ids; counted elsewhere"),
    # promises
    Table("events", why="what happened, by ids, until its retention is over"),
    Table("webhooks", _export("webhooks"), _erase("webhooks")),
    Table("webhook_deliveries", why="go with their webhook"),
    Table("tallies", why=_FIGURES),
    # orders and analytics
    Table("orders", _export("orders"), why="an account of money, which the law has us keep"),
    Table("best_scores", why=_FIGURES),
    Table("figures", why=_FIGURES),
    Table("figure_buckets", why=_FIGURES),
    Table("figure_changes", why=_FIGURES),
    Table("enrollment_changes", why=_FIGURES),
    Table("lesson_changes", why=_FIGURES),
    Table("outline_changes", why=_NOBODY),
    Table("course_outlines", why=_NOBODY),
    Table("taught_students", why=_FIGURES),
    Table("user_activity", _export("user_activity"), why=_FIGURES),
    Table("study_time", _export("study_time"), why=_FIGURES),
    # last
    Table("users", _export("users"), _erase("users")),
)
