"""Every table, with what becomes of it when a person's data is exported or erased."""

from lms.app import DOMAINS, load_domain
from lms.core.personal import PersonalTable
from lms.core.personal_queries import MACHINERY

TABLES: tuple[PersonalTable, ...] = (
    *MACHINERY,
    *(table for name in DOMAINS for table in load_domain(name).personal),
)
