"""A migration that locks two tables may meet a reader half-way; the reader goes again."""

import asyncio

import asyncpg

from lms.db import Pool
from lms.settings import Settings
from tests.api import Api
from tests.factories import enroll, make_open_course
from tests.people import Person


async def test_a_read_that_deadlocks_with_a_migration_is_read_again(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    enrollment = await enroll(api, sam, course)
    await api.get("/enrollments/my-courses", as_=sam)
    migration = await asyncpg.connect(settings.database_url.value)
    watcher = await asyncpg.connect(settings.database_url.value)
    try:
        before = await watcher.fetchval(_DEADLOCKS)
        transaction = migration.transaction()
        await transaction.start()
        await migration.execute("lock table courses in access exclusive mode")
        reading = asyncio.create_task(api.get("/enrollments/my-courses", as_=sam))
        async with asyncio.timeout(10):
            while not await watcher.fetchval("select count(*) from pg_locks where not granted"):
                await asyncio.sleep(0.01)
        # The reader holds this one, and waits for the other.
        await migration.execute("lock table enrollments in access exclusive mode")
        await transaction.rollback()
        reply = await reading
        async with asyncio.timeout(10):  # statistics come a little later
            while await watcher.fetchval(_DEADLOCKS) == before:
                await asyncio.sleep(0.05)
    finally:
        await migration.close()
        await watcher.close()
    assert [one["id"] for one in reply.data] == [enrollment["id"]]


_DEADLOCKS = "select deadlocks from pg_stat_database where datname = current_database()"
