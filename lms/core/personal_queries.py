"""What the tables of the machinery hold about a person."""

from lms.core.db.query import Query
from lms.core.personal import FIGURES, NOBODY, PersonalTable

_export_jobs: Query[None] = Query("core/export_jobs")
_erase_jobs: Query[None] = Query("core/erase_jobs")
_erase_idempotency_keys: Query[None] = Query("core/erase_idempotency_keys")
_erase_idempotency_usage: Query[None] = Query("core/erase_idempotency_usage")
_export_audit_log: Query[None] = Query("core/export_audit_log")

MACHINERY = (
    PersonalTable("jobs", export=_export_jobs, erase=_erase_jobs),
    PersonalTable("schedules", why=NOBODY),
    PersonalTable("tallies", why=FIGURES),
    PersonalTable(
        "idempotency_keys", erase=_erase_idempotency_keys, why="copies of replies, for a day"
    ),
    PersonalTable(
        "idempotency_usage", erase=_erase_idempotency_usage, why="counts of bytes, for a day"
    ),
    PersonalTable(
        "audit_log",
        export=_export_audit_log,
        why="proves what was done, so nobody can change it; it ends by age, after two years",
    ),
)
