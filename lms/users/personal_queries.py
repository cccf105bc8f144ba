"""What the tables of users hold about a person."""

from lms.core.db.query import Query
from lms.core.personal import PersonalTable

_export_users: Query[None] = Query("users/export_users")
_erase_users: Query[None] = Query("users/erase_users")

PERSONAL = (PersonalTable("users", export=_export_users, erase=_erase_users),)
