"""Sending the events again that a webhook has missed."""

from uuid import UUID

import asyncpg

from lms.core.jobs.promises import promise
from lms.webhooks import queries

_AT_ONCE = 5_000  # events: half a second at most, where a statement may take two


async def recover(db: asyncpg.Connection, webhook_id: UUID, *, after: UUID) -> int:
    """Send events again that failed or were missed after an event; returns how many so far.

    The rest is promised, so that no statement takes too long for days of a large site's events.
    """
    found = await queries.recover_deliveries(db, webhook_id, after_id=after, limit=_AT_ONCE)
    if found.rest_after is not None:
        rest = {"webhook_id": str(webhook_id), "after": str(found.rest_after)}
        await promise(db, "webhooks", "recover_webhook", rest)
    return found.count
