"""Refusals (403) on their way into the audit log.

An action is audited in the transaction that does it (lms/core/audit/record.py). A refusal changes
nothing, so it has no transaction. Giving it one would let a refused caller make us write as often
as they ask. So each process gathers its refusals, one row for each person and route, and writes
them once a second. A process that is killed loses what it had gathered; one that is stopped writes
it first.
"""

from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from lms.core.audit.queries import create_denials
from lms.core.db.pool import Pool
from lms.core.http.client import client_address
from lms.core.http.request import REQUEST_ID, current_user
from lms.core.jobs.repeating import Repeated

_WRITE_SECONDS = 1.0
_MAX_GATHERED = 5_000  # rows; further refusals are not noted until these are written


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
        self.writer = Repeated("auditing refusals", self.write, seconds=_WRITE_SECONDS)

    def note(self, request: web.Request, route: str) -> None:
        """Gather a refusal, if the caller is signed in; waits for nothing."""
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
        """Write what was gathered, in one statement; kept for the next time if that fails."""
        gathered, self._gathered = self._gathered, {}
        if not gathered:
            return
        try:
            await create_denials(
                self._pool,
                actor_ids=[actor_id for actor_id, _, _ in gathered],
                methods=[method for _, method, _ in gathered],
                routes=[route for _, _, route in gathered],
                counts=[denial.count for denial in gathered.values()],
                ips=[denial.ip for denial in gathered.values()],
                request_ids=[denial.request_id for denial in gathered.values()],
            )
        except BaseException:  # also cancelled by `stop`: better written twice than never
            self._put_back(gathered)
            raise

    def _put_back(self, gathered: dict[tuple[UUID, str, str], _Denial]) -> None:
        newer, self._gathered = self._gathered, gathered
        for key, denial in newer.items():
            if (older := gathered.get(key)) is not None:
                denial.count += older.count
            elif len(gathered) >= _MAX_GATHERED:
                continue
            gathered[key] = denial

    def start(self) -> None:
        self.writer.start()

    async def stop(self) -> None:
        await self.writer.stop()
        await self.writer.once()


DENIALS: web.AppKey[Denials] = web.AppKey("denials", Denials)
