"""How many people one person may invite: each may be a mail from our domain to a stranger."""

from uuid import UUID

import asyncpg

from lms.errors import LMSError
from lms.users import queries


class InvitationsUsedUp(LMSError):
    """You have invited as many people as a day allows; go on after `Retry-After`."""

    status = 429


async def check_invitations(
    db: asyncpg.Connection, inviter_id: UUID, count: int, *, most_a_day: int
) -> None:
    """Whether somebody may invite so many more; until the transaction ends, only the caller does.

    Counted are people of bulk enrolments and accounts that an admin makes. Raises
    InvitationsUsedUp beyond `most_a_day` in 24 hours.
    """
    await queries.lock_invitations(db, inviter_id)
    before = await queries.get_invitations(db, inviter_id)
    if before.given + count > most_a_day:
        raise InvitationsUsedUp(headers={"Retry-After": str(before.free_in_seconds)})
