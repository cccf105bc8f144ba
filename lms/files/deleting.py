"""Deleting stored objects after the commit."""

import asyncpg

from lms.core.jobs.promises import promise


async def promise_deletion(db: asyncpg.Connection, keys: list[str], *, name: str) -> None:
    """Promise to delete objects after the commit, even if the storage is away then."""
    await promise(db, "progress", "delete_objects", {"keys": keys}, key=f"objects:{name}:{keys[0]}")
