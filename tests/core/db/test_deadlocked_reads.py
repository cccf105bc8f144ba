"""A migration that locks two tables may meet a reader half-way; the reader goes again."""

import asyncio

import asyncpg

from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Api, Response
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
        async with asyncio.timeout(30):
            while (reply := await _meet(migration, watcher, api, sam)) is None:
                pass
            while await watcher.fetchval(_DEADLOCKS) == before:  # statistics come a little later
                await asyncio.sleep(0.05)
    finally:
        await migration.close()
        await watcher.close()
    assert [one["id"] for one in reply.data] == [enrollment["id"]]


async def _meet(
    migration: asyncpg.Connection, watcher: asyncpg.Connection, api: Api, sam: Person
) -> Response | None:
    """Let the two lock crosswise; the read's reply, or None if it was the migration that lost.

    PostgreSQL looks a second after a wait began: on a busy machine that may be too early for the
    reader's, and then it is the migration's.
    """
    transaction = migration.transaction()
    await transaction.start()
    try:
        await migration.execute("lock table courses in access exclusive mode")
        reading = asyncio.create_task(api.get("/enrollments/my-courses", as_=sam))
        while not await watcher.fetchval("select count(*) from pg_locks where not granted"):
            await asyncio.sleep(0.01)
        # The reader holds this one, and waits for the other.
        await migration.execute("lock table enrollments in access exclusive mode")
        won = True
    except asyncpg.DeadlockDetectedError:
        won = False
    finally:
        await transaction.rollback()
    reply = await reading
    return reply if won else None


_DEADLOCKS = "select deadlocks from pg_stat_database where datname = current_database()"
