"""Every table, with what becomes of it when a person's data is exported or erased."""

from lms.app import DOMAINS, load_domain
from lms.core.personal import PersonalTable
from lms.core.personal_queries import PERSONAL as OF_CORE
from lms.middlewares.personal_queries import PERSONAL as OF_MIDDLEWARES

TABLES: tuple[PersonalTable, ...] = (
    *OF_CORE,
    *OF_MIDDLEWARES,
    *(table for name in DOMAINS for table in load_domain(name).personal),
)
