"""Closing an attempt that is over, when somebody looks before the worker did."""

from uuid import UUID

import asyncpg
from aiohttp import web

from lms.attempts import lifecycle, queries
from lms.core.http.request import SETTINGS


async def close_if_over(request: web.Request, db: asyncpg.Connection, attempt_id: UUID) -> None:
    """Close an attempt, as the worker will, if nobody did meanwhile."""
    grace = request.app[SETTINGS].quiz_grace_seconds
    attempt = await queries.lock_attempt(db, attempt_id, grace_seconds=grace)
    await lifecycle.close_if_over(db, attempt)
