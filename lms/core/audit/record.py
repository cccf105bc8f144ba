"""The audit log: who did what, written in the transaction that does it.

    async with transaction(request) as db:
        await queries.revoke_certificate(db, certificate_id)
        await record(db, request, "certificate.revoked", certificate_id, reason=reason)

Rows can only be added to the table (a trigger sees to that). So `data` must hold nothing secret,
and nothing about a person but an id.
"""

from uuid import UUID

from aiohttp import web

from lms.core.audit.queries import create_entry
from lms.core.db.query import Db
from lms.core.http.client import client_address
from lms.core.http.request import REQUEST_ID, current_user


async def record(
    db: Db,
    request: web.Request | None,
    action: str,
    subject_id: UUID | None = None,
    *,
    actor_id: UUID | None = None,
    **data: object,
) -> None:
    """Note an action, such as `course.published`, on a subject.

    The actor is the signed-in caller unless `actor_id` names another; `request` is None for workers
    and commands.
    """
    if actor_id is None and request is not None:
        user = current_user(request)
        actor_id = user.id if user is not None else None
    await create_entry(
        db,
        action,
        actor_id=actor_id,
        subject_id=subject_id,
        ip=client_address(request) if request is not None else None,
        request_id=request.get(REQUEST_ID) if request is not None else None,
        data=data,
    )
