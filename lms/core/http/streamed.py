"""What a handler that reads its body by itself and the idempotency layer tell each other.

Such a body is too large to wait for, or takes too long, for one transaction to span the request.
So the handler receives it without one, and returns what is left to do as `Streamed`; the layer
(lms/middlewares/idempotency.py) runs that in the transaction that also keeps the reply.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import asyncpg
from aiohttp import web

Effect = Callable[[asyncpg.Connection], Awaitable[object]]


async def nothing_to_undo() -> None:
    """For a handler that stored nothing while it read the body."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """What comes of a body that the handler has read.

    `effect` runs in a transaction, again after a deadlock, and returns what a handler returns.
    It does not run if a reply is kept under the request's Idempotency-Key already: the client
    gets that one, or IdempotencyKeyReused if its body had another fingerprint.
    """

    fingerprint: bytes  # the same for bodies that say the same
    effect: Effect | None  # None: the handler knew that a reply is kept, and only compares
    undo: Callable[[], Awaitable[None]] = nothing_to_undo  # unless the effect is committed


@dataclass(frozen=True, slots=True)
class KeyInUse:
    """A request's Idempotency-Key, as its handler sees it before it reads the body."""

    claim: bytes  # names the request by its key, for a long one to say that it runs
    is_answered: Callable[[], Awaitable[bool]]  # whether a reply is kept under the key


# Set for every handler that reads its body by itself; None for a request without a key.
KEY_IN_USE: web.RequestKey[KeyInUse | None] = web.RequestKey("key_in_use")
