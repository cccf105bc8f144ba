"""What the tables of the machinery hold about a person."""

from lms.core.db.query import Query
from lms.core.personal import FIGURES, NOBODY, PersonalTable

_export_jobs: Query[None] = Query("core/export_jobs")
_erase_jobs: Query[None] = Query("core/erase_jobs")
_export_audit_log: Query[None] = Query("core/export_audit_log")

PERSONAL = (
    PersonalTable("jobs", export=_export_jobs, erase=_erase_jobs),
    PersonalTable("schedules", why=NOBODY),
    PersonalTable("latest_backup", why=NOBODY),
    PersonalTable("tallies", why=FIGURES),
    PersonalTable(
        "audit_log",
        export=_export_audit_log,
        why="proves what was done, so nobody can change it; it ends by age, after two years",
    ),
)
