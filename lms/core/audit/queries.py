"""The audit log, as rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from lms.core.db.query import Db, Query
from lms.core.ids import least_id

_create_entry: Query[None] = Query("core/audit/create_entry")
_create_denials: Query[None] = Query("core/audit/create_denials")
_delete_old_entries: Query[None] = Query("core/audit/delete_old_entries")


async def create_entry(
    db: Db,
    action: str,
    *,
    actor_id: UUID | None,
    subject_id: UUID | None,
    ip: str | None,
    request_id: str | None,
    data: Mapping[str, object],
) -> None:
    await _create_entry.run(
        db,
        action=action,
        actor_id=actor_id,
        subject_id=subject_id,
        ip=ip,
        request_id=request_id,
        data=dict(data),
    )


async def create_denials(
    db: Db,
    *,
    actor_ids: Sequence[UUID],
    methods: Sequence[str],
    routes: Sequence[str],
    counts: Sequence[int],
    ips: Sequence[str],
    request_ids: Sequence[str],
) -> None:
    """One entry for each person and route; `counts` says how often that person was refused."""
    await _create_denials.run(
        db,
        actor_ids=list(actor_ids),
        methods=list(methods),
        routes=list(routes),
        counts=list(counts),
        ips=list(ips),
        request_ids=list(request_ids),
    )


async def delete_old_entries(db: Db, *, before: datetime, limit: int) -> int:
    """Delete some entries from before a moment, which lies two years back; how many went."""
    return await _delete_old_entries.run(db, before=before, before_id=least_id(before), limit=limit)
