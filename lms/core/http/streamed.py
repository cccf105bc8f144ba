"""What the idempotency layer and a handler that reads its own body pass to each other.

Such a body is so large or so slow that no transaction should stay open while it arrives.
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
    """What is left to do with a body that the handler has read.

    `effect` runs in a transaction, once more after a deadlock, and returns what a handler returns.
    It does not run if a reply is already kept under the request's Idempotency-Key. Then the client
    gets that reply, or IdempotencyKeyReused if the kept one is for another fingerprint.
    """

    fingerprint: bytes  # equal for bodies that mean the same
    effect: Effect | None  # None if a reply is kept already: only fingerprints are compared
    undo: Callable[[], Awaitable[None]] = nothing_to_undo  # runs unless the effect is committed


@dataclass(frozen=True, slots=True)
class KeyInUse:
    """A request's Idempotency-Key, as its handler sees it before it reads the body."""

    claim: bytes  # names the key, so that a long request can mark it as in use
    is_answered: Callable[[], Awaitable[bool]]  # whether a reply is kept under the key


# Set before a handler that reads its body by itself; None for a request without a key.
KEY_IN_USE: web.RequestKey[KeyInUse | None] = web.RequestKey("key_in_use")
