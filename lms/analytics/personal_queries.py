"""What the tables of analytics hold about a person."""

from lms.core.db.query import Query
from lms.core.personal import FIGURES, NOBODY, PersonalTable

_export_user_activity: Query[None] = Query("analytics/export_user_activity")
_export_study_time: Query[None] = Query("analytics/export_study_time")

PERSONAL = (
    PersonalTable("figures.best_scores", why=FIGURES),
    PersonalTable("figures.figures", why=FIGURES),
    PersonalTable("figures.figure_buckets", why=FIGURES),
    PersonalTable("figures.figure_changes", why=FIGURES),
    PersonalTable("figures.enrollment_changes", why=FIGURES),
    PersonalTable("figures.lesson_changes", why=FIGURES),
    PersonalTable("figures.outline_changes", why=NOBODY),
    PersonalTable("figures.course_outlines", why=NOBODY),
    PersonalTable("figures.taught_students", why=FIGURES),
    PersonalTable("figures.taught_changes", why=FIGURES),
    PersonalTable("user_activity", export=_export_user_activity, why=FIGURES),
    PersonalTable("study_time", export=_export_study_time, why=FIGURES),
)
