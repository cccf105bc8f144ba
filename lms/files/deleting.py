"""Deleting stored objects after the commit."""

import asyncpg

from lms.core.jobs.promises import promise


async def promise_deletion(db: asyncpg.Connection, keys: list[str], *, name: str) -> None:
    """Objects go after the commit, however the storage is then."""
    await promise(db, "progress", "delete_objects", {"keys": keys}, key=f"objects:{name}:{keys[0]}")
