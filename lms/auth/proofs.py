"""What comes true once an address is proved: other domains wait for it here."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

import asyncpg
from aiohttp import web

# Called with the transaction that proves the address, the account's id, and the address in the
# form in which addresses are compared. What it raises undoes the proof.
WhenProved: TypeAlias = Callable[[asyncpg.Connection, UUID, str], Awaitable[None]]

ADDRESS_PROVED: web.AppKey[list[WhenProved]] = web.AppKey("address_proved", list)


def when_address_proved(app: web.Application, do: WhenProved) -> None:
    """Call this whenever an address becomes proved; domains say so in their `prepare`."""
    app.setdefault(ADDRESS_PROVED, []).append(do)


async def address_proved(
    app: web.Application, db: asyncpg.Connection, user_id: UUID, email_key: str
) -> None:
    """Make come true what waited for this address; the caller has just stored the proof."""
    for do in app[ADDRESS_PROVED]:
        await do(db, user_id, email_key)
