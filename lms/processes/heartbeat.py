"""How a worker and a scheduler answer probes: by the same two paths as the API, on a port of their
own (`LMS_HEALTH_PORT`).

A process whose event loop hangs does not answer at all. One that answers tells how its work goes:
it notes each round of the loop that everything else depends on.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from lms.settings import Settings, SettingsError

_STILL_SECONDS = 30.0  # between two rounds; PostgreSQL may keep one of them waiting for some 5 s


class Heartbeat:
    """When a process last went round, and whether it could work."""

    def __init__(self, round_seconds: float) -> None:
        self._most = max(_STILL_SECONDS, 3 * round_seconds)
        self._beat_at = time.monotonic()
        self._can_work = False

    def beat(self, *, can_work: bool) -> None:
        """Note a round; `can_work` says whether PostgreSQL answered in it."""
        self._beat_at, self._can_work = time.monotonic(), can_work

    @property
    def is_alive(self) -> bool:
        return time.monotonic() - self._beat_at < self._most

    @property
    def can_work(self) -> bool:
        return self.is_alive and self._can_work


@asynccontextmanager
async def answering_probes(settings: Settings, heart: Heartbeat) -> AsyncIterator[None]:
    """Answer `/api/v1/health` and `/api/v1/ready`, if there is a port. Raises SettingsError."""
    if settings.health_port is None:
        yield
        return

    async def health(request: web.Request) -> web.Response:
        return _answer(heart.is_alive)

    async def ready(request: web.Request) -> web.Response:
        return _answer(heart.can_work)

    app = web.Application()
    app.add_routes([web.get("/api/v1/health", health), web.get("/api/v1/ready", ready)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, settings.host, settings.health_port).start()
        except OSError as error:
            raise SettingsError(
                f"LMS_HEALTH_PORT: {settings.host}:{settings.health_port} cannot be listened on: "
                f"{error.strerror}."
            ) from None
        yield
    finally:
        await runner.cleanup()


def _answer(is_well: bool) -> web.Response:
    status = "ok" if is_well else "failing"
    return web.json_response({"status": status}, status=200 if is_well else 503)
