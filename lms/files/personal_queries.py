"""What the tables of files hold about a person."""

from lms.core.db.query import Query
from lms.core.personal import FIGURES, PersonalTable

_export_files: Query[None] = Query("files/export_files")
_erase_files: Query[None] = Query("files/erase_files")

PERSONAL = (
    PersonalTable("files", export=_export_files, erase=_erase_files),
    PersonalTable("file_usage", why=FIGURES),
)
