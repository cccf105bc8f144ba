"""What is stored, and that nothing is."""

import pytest
from aiohttp import web

from lms.db import Pool
from lms.storage import STORAGE


class Stored:
    """What the database and the storage hold, to be compared."""

    def __init__(self, app: web.Application, db: Pool) -> None:
        self.storage = app[STORAGE]
        self.db = db

    async def rows(self) -> list[str]:
        async with self.db.acquire() as connection:
            rows = await connection.fetch("select id::text from files order by id")
        return [row[0] for row in rows]

    async def objects(self) -> list[str]:
        return sorted(
            [
                stored.key
                for prefix in ("files/", "incoming/", "thumbnail/", "avatar/", ".unfinished/")
                async for stored in self.storage.list(prefix)
            ]
        )

    async def usage(self) -> int:
        async with self.db.acquire() as connection:
            return int(
                await connection.fetchval("select coalesce(sum(bytes), 0) from file_usage") or 0
            )

    async def assert_nothing(self) -> None:
        assert await self.rows() == []
        assert await self.objects() == []
        assert await self.usage() == 0


@pytest.fixture
async def stored(app: web.Application, db: Pool) -> Stored:
    """Starts empty, as the database does."""
    found = Stored(app, db)
    for key in await found.objects():
        await found.storage.delete(key)
    return found
