"""Refusals (403) on their way into the audit log.

What is done is audited in the transaction that does it (lms/audit.py). A refusal does
nothing, so it has no transaction, and giving it one would let whoever is refused make us write
as fast as she asks. Each process gathers its refusals, a line for each person and route, and
writes them once a second; what a killed process had gathered is lost, an orderly stop loses
nothing.
"""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from lms.db import AWAY, Pool, Query
from lms.log import get_logger
from lms.request import REQUEST_ID, client_address, current_user

log = get_logger(__name__)

_WRITE_SECONDS = 1.0
_MAX_GATHERED = 5_000  # people and routes; while the database is away we keep no more

_create_denials: Query[None] = Query("audit/create_denials")


@dataclass(slots=True)
class _Denial:
    count: int
    ip: str
    request_id: str


class Denials:
    """The refusals of one process."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._gathered: dict[tuple[UUID, str, str], _Denial] = {}
        self._writer: asyncio.Task[None] | None = None

    def note(self, request: web.Request, route: str) -> None:
        """Gather a refusal to who is signed in; costs no wait."""
        user = current_user(request)
        if user is None:
            return
        key = (user.id, request.method, route)
        known = self._gathered.get(key)
        if known is None and len(self._gathered) >= _MAX_GATHERED:
            return
        count = 1 if known is None else known.count + 1
        address = client_address(request)
        self._gathered[key] = _Denial(count, address, request[REQUEST_ID])

    async def write(self) -> None:
        """Write what was gathered, in one statement."""
        gathered, self._gathered = self._gathered, {}
        if not gathered:
            return
        try:
            await _create_denials.run(
                self._pool,
                actor_ids=[actor_id for actor_id, _, _ in gathered],
                methods=[method for _, method, _ in gathered],
                routes=[route for _, _, route in gathered],
                counts=[denial.count for denial in gathered.values()],
                ips=[denial.ip for denial in gathered.values()],
                request_ids=[denial.request_id for denial in gathered.values()],
            )
        except AWAY as error:
            self._gathered = {**gathered, **self._gathered}
            log.warning("denials wait to be written", error=type(error).__name__)

    def start(self) -> None:
        self._writer = asyncio.create_task(self._write_forever())

    async def stop(self) -> None:
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
        await self.write()

    async def _write_forever(self) -> None:
        while True:
            await asyncio.sleep(_WRITE_SECONDS)
            await self.write()


DENIALS: web.AppKey[Denials] = web.AppKey("denials", Denials)
