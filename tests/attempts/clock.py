"""Deadlines that are over, without a wait for them."""

from typing import Any
from uuid import UUID

from lms.core.db.pool import Pool


async def turn_back(db: Pool, attempt: Any, seconds: float) -> None:
    """As if the attempt had begun earlier, so that its deadline was this long ago."""
    async with db.acquire() as connection:
        await connection.execute(
            """update attempts set started_at = started_at - (expires_at - now())
                   - make_interval(secs => $2),
               expires_at = now() - make_interval(secs => $2) where id = $1""",
            UUID(attempt["id"]),
            seconds,
        )
