"""Accounts and mails for people whose place waits until they prove their address."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from lms.enrollments import place_queries
from lms.enrollments.place_queries import GivenPlace, Guest
from lms.notifications.promises import promise_emails
from lms.users.queries import create_students


async def invite_guests(
    db: asyncpg.Connection, course_id: UUID, places: Sequence[GivenPlace]
) -> list[Guest]:
    """The people behind the addresses of these places, held; those to prove theirs get a mail.

    Who has no account gets one without a password, for the mailed token to set.
    """
    await create_students(db, [(place.email, place.email_key, place.full_name) for place in places])
    guests = await place_queries.lock_guests(db, [place.id for place in places])
    await promise_emails(
        db,
        "invited",
        [
            (guest.user_id, f"invited:{guest.place_id}", {"course_id": course_id})
            for guest in guests
            if guest.needs_proof
        ],
    )
    return guests
