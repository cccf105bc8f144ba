"""How far PostgreSQL's log has come; see sql/core/db/."""

from lms.core.db.query import Db, Query

_get_wal_position = Query("core/db/get_wal_position", str)
_has_reached_wal_position = Query("core/db/has_reached_wal_position", bool)


async def get_wal_position(db: Db) -> str:
    """How far the primary has flushed its log."""
    return await _get_wal_position.one(db)


async def has_reached_wal_position(db: Db, position: str) -> bool:
    """Whether this server has replayed the log up to a position."""
    return await _has_reached_wal_position.one(db, position=position)
