"""The lines that the application in this process logs, as whoever reads its log has them."""

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from lms.core.log import LOG, ToOutlet
from lms.core.outlet import Outlet
from lms.settings import Settings


class LogLines:
    """Reads a pipe that the log is written to."""

    def __init__(self, read_end: int) -> None:
        self._read_end = read_end
        self._rest = b""
        self.all: list[dict[str, Any]] = []

    def read(self) -> list[dict[str, Any]]:
        """Every line so far."""
        try:
            while received := os.read(self._read_end, 65_536):
                self._rest += received
        except BlockingIOError:
            pass
        *whole, self._rest = self._rest.split(b"\n")
        self.all += map(orjson.loads, whole)
        return self.all

    async def one(self, **fields: object) -> dict[str, Any]:
        """The first line that has these fields, once it is there."""
        async with asyncio.timeout(10):
            while True:
                for line in self.read():
                    if fields.items() <= line.items():
                        return line
                await asyncio.sleep(0.01)

    async def request(self, request_id: str) -> dict[str, Any]:
        """The line of a request, which follows its reply."""
        return await self.one(message="request", request_id=request_id)


@contextmanager
def reading_the_log(settings: Settings, monkeypatch: Any) -> Iterator[LogLines]:
    """The log of this process goes to a pipe for a while."""
    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)
    monkeypatch.setattr(LOG, "outlet", Outlet(write_end, lambda lost: b"{}\n"))
    monkeypatch.setattr(LOG, "about", {"service": "lms-api", "pid": os.getpid(), "version": "7"})
    monkeypatch.setattr(LOG, "heads", {})
    monkeypatch.setattr(LOG, "level", logging.INFO)
    monkeypatch.setattr(LOG, "client_addresses", settings.log_client_addresses)
    monkeypatch.setattr(LOG, "slow_statement_seconds", settings.slow_statement_seconds)
    handler = ToOutlet(LOG.outlet)
    logging.getLogger().addHandler(handler)
    try:
        yield LogLines(read_end)
    finally:
        logging.getLogger().removeHandler(handler)
        os.close(read_end)
        os.close(write_end)
