"""Erasing a person: one transaction over every table that holds something of hers."""

import asyncpg

from lms.privacy.queries import Subject
from lms.privacy.tables import TABLES


async def erase(db: asyncpg.Connection, subject: Subject, *, keeps_certificates: bool) -> None:
    """What is hers goes; what others need stays, and names nobody."""
    for table in TABLES:
        if table.erase is not None:
            arguments = subject.arguments(table.erase, keeps_certificates=keeps_certificates)
            await table.erase.run(db, **arguments)
