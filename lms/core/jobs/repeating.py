"""Work that an API process repeats beside its requests."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg

from lms.core.db.transactions import AWAY
from lms.core.log import get_logger

log = get_logger(__name__)


class Repeated:
    """Work that is repeated for as long as the process lives, even if one turn of it fails.

    Nobody awaits such a task, so nobody would notice if an error ended it.
    """

    def __init__(self, name: str, work: Callable[[], Awaitable[None]], *, seconds: float) -> None:
        self._name = name
        self._work = work
        self._seconds = seconds
        self._task: asyncio.Task[None] | None = None
        self.is_failing = False

    async def once(self) -> None:
        """One turn, which never fails: what went wrong is logged."""
        try:
            await self._work()
            self.is_failing = False
        except (*AWAY, asyncpg.PostgresError) as error:
            if not self.is_failing:
                log.warning(f"{self._name} waits for PostgreSQL", error=type(error).__name__)
            self.is_failing = True
        except Exception:
            log.exception(f"{self._name} failed")
            self.is_failing = True

    def start(self) -> None:
        self._task = asyncio.create_task(self._go_on(), name=self._name)

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _go_on(self) -> None:
        while True:
            await self.once()
            await asyncio.sleep(self._seconds)
