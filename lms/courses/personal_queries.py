"""What the tables of courses hold about a person."""

from lms.core.db.query import Query
from lms.core.personal import CONTENT, FIGURES, NOBODY, PersonalTable

_export_courses: Query[None] = Query("courses/export_courses")
_erase_courses: Query[None] = Query("courses/erase_courses")

PERSONAL = (
    PersonalTable("courses", export=_export_courses, erase=_erase_courses),
    PersonalTable("course_counters", why=FIGURES),
    PersonalTable("catalogue_versions", why=NOBODY),
    PersonalTable("catalogue_words", why=NOBODY),
    PersonalTable("course_documents", why=CONTENT),
)
