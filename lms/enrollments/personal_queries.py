"""What the tables of enrolments hold about a person."""

from lms.core.db.query import Query
from lms.core.personal import BY_ID, PersonalTable

_export_enrollments: Query[None] = Query("enrollments/export_enrollments")
_erase_enrollments: Query[None] = Query("enrollments/erase_enrollments")
_export_lesson_progress: Query[None] = Query("enrollments/export_lesson_progress")
_export_bulk_enrollments: Query[None] = Query("enrollments/export_bulk_enrollments")
_export_bulk_enrollment_rows: Query[None] = Query("enrollments/export_bulk_enrollment_rows")
_erase_bulk_enrollment_rows: Query[None] = Query("enrollments/erase_bulk_enrollment_rows")
_export_invited_places: Query[None] = Query("enrollments/export_invited_places")
_erase_invited_places: Query[None] = Query("enrollments/erase_invited_places")

PERSONAL = (
    PersonalTable("enrollments", export=_export_enrollments, erase=_erase_enrollments),
    PersonalTable("lesson_progress", export=_export_lesson_progress, why=BY_ID),
    PersonalTable("progress_events", why="ids of what the client sent lately; counted elsewhere"),
    PersonalTable("bulk_enrollments", export=_export_bulk_enrollments, why=BY_ID),
    PersonalTable(
        "bulk_enrollment_rows",
        export=_export_bulk_enrollment_rows,
        erase=_erase_bulk_enrollment_rows,
    ),
    PersonalTable("invited_places", export=_export_invited_places, erase=_erase_invited_places),
)
