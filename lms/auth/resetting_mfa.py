"""Taking away the second factor of someone who lost it, by an admin or from the command line."""

from uuid import UUID

import asyncpg

from lms.auth import mfa_queries, queries
from lms.auth.mfa import MfaNotEnabled
from lms.notifications.promises import promise_email


async def take_factor(db: asyncpg.Connection, user_id: UUID) -> None:
    """Delete the factor and its recovery codes, end the sessions, and tell the person.

    The caller holds the account. Raises MfaNotEnabled.
    """
    factor = await mfa_queries.lock_factor(db, user_id)
    if factor is None or not factor.is_enabled:
        raise MfaNotEnabled
    await mfa_queries.delete_factor(db, user_id)
    await mfa_queries.delete_challenges(db, user_id)
    await queries.revoke_sessions(db, user_id)
    await promise_email(db, "mfa_changed", to_user_id=user_id, change="reset")
