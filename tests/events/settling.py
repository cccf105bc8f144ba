"""Waiting until the event log's end is settled."""

from lms.core.http.request import POOL
from tests.api import Api
from tests.core.jobs.conftest import until


async def settle(api: Api) -> None:
    """Until no transaction that is older than the log's end runs, in whatever database: the
    tests beside these have theirs in the same cluster.
    """

    async def is_settled() -> bool:
        async with api.app[POOL].acquire() as connection:
            return bool(
                await connection.fetchval(
                    "select not exists (select from events"
                    " where xid >= pg_snapshot_xmin(pg_current_snapshot()))"
                )
            )

    await until(is_settled)
