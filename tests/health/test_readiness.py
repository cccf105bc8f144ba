"""Ready is who can work: on our schema, or on what a later release has added to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lms.core.db.pool import Pool
from tests.api import Api


@asynccontextmanager
async def _seen_otherwise(db: Pool, change: str) -> AsyncIterator[None]:
    """The list of migrations changed, and put back."""
    async with db.acquire() as connection:
        await connection.execute("create table seen_before as table _yoyo_migration")
        try:
            await connection.execute(change)
            yield
        finally:
            await connection.execute(
                "delete from _yoyo_migration; "
                "insert into _yoyo_migration table seen_before; "
                "drop table seen_before"
            )


async def _status(api: Api, db: Pool, change: str) -> int:
    assert (await api.get("/ready")).status == 200
    async with _seen_otherwise(db, change):
        reply = await api.get("/ready", check=False)
    if reply.status != 200:
        assert "bin/migrate" in reply.json["detail"]
    return reply.status


_ADD = (
    "insert into _yoyo_migration (migration_hash, migration_id, applied_at_utc) "
    "values (md5('new'), '{}', now())"
)


async def test_migrations_of_a_later_release_keep_us_ready(api: Api, db: Pool) -> None:
    assert await _status(api, db, _ADD.format("9001.add-remarks")) == 200


async def test_a_missing_migration_makes_us_not_ready(api: Api, db: Pool) -> None:
    """As a new release before, and in the middle of, its migrations."""
    newest = "migration_id = (select max(migration_id) from _yoyo_migration)"
    assert await _status(api, db, f"delete from _yoyo_migration where {newest}") == 503
    one = "migration_id like '0010.%'"
    assert await _status(api, db, f"delete from _yoyo_migration where {one}") == 503


async def test_another_schema_makes_us_not_ready(api: Api, db: Pool) -> None:
    assert await _status(api, db, "delete from _yoyo_migration") == 503
    assert await _status(api, db, _ADD.format("0010.create-another-log")) == 503
