"""Accounts for people who are enrolled before they have one."""

from collections.abc import Mapping
from uuid import UUID

import asyncpg

from lms.enrollments.bulk_queries import GivenRow
from lms.notifications.promises import promise_emails
from lms.users.queries import create_students


async def invite_students(
    db: asyncpg.Connection, course_id: UUID, people: Mapping[str, GivenRow]
) -> dict[str, UUID]:
    """Make accounts without a password, and promise a mail to each.

    `people` and the returned ids of new accounts are keyed by the form in which addresses are
    compared. People who got an account meanwhile are not among them.
    """
    made = await create_students(
        db,
        [
            (row.email.strip(), key, (row.full_name or "").strip() or row.email.partition("@")[0])
            for key, row in people.items()
        ],
    )
    await promise_emails(
        db,
        "invited",
        [(user_id, f"invited:{user_id}", {"course_id": course_id}) for user_id in made.values()],
    )
    return made
