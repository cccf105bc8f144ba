"""Erasing a person: one transaction over every table that holds something about them."""

from collections.abc import Sequence

import asyncpg

from lms.core.personal import PersonalTable
from lms.privacy.queries import Subject


async def erase(
    db: asyncpg.Connection,
    tables: Sequence[PersonalTable],
    subject: Subject,
    *,
    keeps_certificates: bool,
) -> None:
    """Delete the person's data; rows that others need stay, but name nobody."""
    for table in tables:
        if table.erase is not None:
            arguments = subject.arguments(
                table.erase, keeps_certificates=keeps_certificates, **table.given
            )
            await table.erase.run(db, **arguments)
