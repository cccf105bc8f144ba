"""What the tables of certificates hold about a person."""

from lms.core.db.query import Query
from lms.core.personal import PersonalTable

_export_certificates: Query[None] = Query("certificates/export_certificates")
_erase_certificates: Query[None] = Query("certificates/erase_certificates")

PERSONAL = (PersonalTable("certificates", export=_export_certificates, erase=_erase_certificates),)
