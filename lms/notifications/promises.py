"""How other domains send mails."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from lms.core.jobs.promises import promise, promise_many
from lms.notifications.mails import MAILS


async def promise_email(
    db: asyncpg.Connection,
    template: str,
    *,
    to_user_id: UUID | None = None,
    to_address: str | None = None,
    key: str | None = None,
    hold: bool = False,
    **context: Any,
) -> UUID:
    """Promise a mail in the caller's transaction; returns the job's id.

    It goes to an address, or to a user at the address that they have when it is sent. `key` names
    the cause, as `welcome:<user id>`; one key sends one mail. With `hold` it waits for `release(db,
    key)`. `context` holds the parameters of the mail's function in mails.py: ids, no secrets.
    """
    if (to_user_id is None) == (to_address is None):
        raise TypeError("a mail goes either to a user or to an address")
    MAILS[template].check(context)
    return await promise(
        db,
        "emails",
        "send_email",
        _args(template, to_user_id, to_address, context),
        key=key,
        hold=hold,
    )


async def promise_emails(
    db: asyncpg.Connection,
    template: str,
    mails: Sequence[tuple[UUID, str, Mapping[str, Any]]],
    *,
    hold: bool = False,
) -> None:
    """Promise one mail to each of many users, in one statement: (user id, key, context)."""
    promises = {}
    for user_id, key, context in mails:
        MAILS[template].check(context)
        promises[key] = _args(template, user_id, None, context)
    await promise_many(db, "emails", "send_email", promises, hold=hold)


def _args(
    template: str, to_user_id: UUID | None, to_address: str | None, context: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "template": template,
        "to_user_id": None if to_user_id is None else str(to_user_id),
        "to_address": to_address,
        "context": {name: str(value) for name, value in context.items()},
    }
