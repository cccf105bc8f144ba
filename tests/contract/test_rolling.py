"""A rolling restart fails no request: each process is drained before it ends."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from lms.settings import Settings
from tests.api import Api
from tests.people import Person
from tests.running import Address, Process, free_port, wait_until_ready

_CLIENTS = 8
_CHECK_SECONDS = 0.2  # how often the proxy asks who is ready: well within the grace of 2 s
_CHECK_LIMIT_SECONDS = 1.0  # a check that takes longer has failed, as in every proxy


class Proxy:
    """The least that every proxy does (nginx and HAProxy as they come): it asks each server by
    itself whether it is ready, sends requests to those that are, and takes another one of them
    where the connection is refused.

    A request that was sent is never sent again: nobody knows whether it had its effect.
    """

    def __init__(self, ports: list[int]) -> None:
        self._ports = ports
        self._ready: set[int] = set()
        self._turn = 0
        self.served: Counter[int] = Counter()
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self._turn += 1
        ready = sorted(self._ready)
        first = self._turn % max(1, len(ready))
        for port in ready[first:] + ready[:first]:
            with contextlib.suppress(aiohttp.ClientConnectorError):
                return await self._send(port, request, body)
        return web.Response(status=503)  # none is ready

    async def _send(self, port: int, request: web.Request, body: bytes) -> web.Response:
        headers = {k: v for k, v in request.headers.items() if k.lower() != "host"}
        async with self._session.request(
            request.method,
            f"http://127.0.0.1:{port}{request.path_qs}",
            headers=headers,
            data=body,
        ) as reply:
            self.served[port] += 1
            return web.Response(status=reply.status, body=await reply.read())

    async def watch(self) -> None:
        async with asyncio.TaskGroup() as group:
            for port in self._ports:
                group.create_task(self._watch(port))

    async def _watch(self, port: int) -> None:
        while True:
            if await self._is_ready(port):
                self._ready.add(port)
            else:
                self._ready.discard(port)
            await asyncio.sleep(_CHECK_SECONDS)

    async def _is_ready(self, port: int) -> bool:
        url = f"http://127.0.0.1:{port}/api/v1/ready"
        limit = aiohttp.ClientTimeout(total=_CHECK_LIMIT_SECONDS)
        try:
            async with self._session.get(url, timeout=limit) as reply:
                return reply.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def wait_for_all(self) -> None:
        async with asyncio.timeout(60):
            while self._ready != set(self._ports):
                await asyncio.sleep(0.05)

    async def wait_for(self, port: int) -> None:
        """Until a server that was started again is used again."""
        before = self.served[port]
        async with asyncio.timeout(60):
            while port not in self._ready or self.served[port] == before:
                await asyncio.sleep(0.05)

    async def close(self) -> None:
        await self._session.close()


@contextlib.asynccontextmanager
async def _load(client: Api, teacher: Person) -> AsyncIterator[Counter[int]]:
    """Clients that read and write without a pause, and what they were answered."""
    answers: Counter[int] = Counter()
    stop = asyncio.Event()

    async def one(number: int) -> None:
        sent = 0
        while not stop.is_set():
            sent += 1
            if sent % 3:
                reply = await client.get("/users/me", as_=teacher, check=False)
            else:
                title = {"title": f"Course {number} {sent}"}
                reply = await client.post("/courses", title, as_=teacher, check=False)
            answers[reply.status] += 1
            await asyncio.sleep(0.02)  # two cores serve, load and watch here

    async with asyncio.TaskGroup() as group:
        for number in range(_CLIENTS):
            group.create_task(one(number))
        try:
            yield answers
        finally:
            stop.set()


@pytest.mark.parametrize("rounds", [1, pytest.param(5, marks=pytest.mark.slow)])
async def test_two_processes_are_stopped_in_turn_and_no_request_fails(
    settings: Settings, api: Api, tara: Person, tmp_path: Path, rounds: int
) -> None:
    ports = [free_port(), free_port()]
    processes = {
        port: Process(
            "api",
            settings=replace(
                settings, port=port, public_url=settings.base_url, data_dir=tmp_path / str(port)
            ),
            log=tmp_path / f"{port}.log",
        )
        for port in ports
    }
    proxy = Proxy(ports)
    front = web.Application()
    front.router.add_route("*", "/{path:.*}", proxy.handle)
    watching = asyncio.create_task(asyncio.sleep(0))
    try:
        async with TestServer(front) as server, Api(server) as client:
            await asyncio.gather(*(_start(process, port) for port, process in processes.items()))
            watching = asyncio.create_task(proxy.watch())
            await proxy.wait_for_all()
            async with _load(client, tara) as answers:
                for _ in range(rounds):
                    for port, process in processes.items():
                        assert await process.stop(seconds=40) == 0
                        await _start(process, port)
                        await proxy.wait_for(port)
            assert not watching.done()
            assert set(answers) == {200, 201}, answers
            assert sum(answers.values()) > 50 * rounds
    finally:
        watching.cancel()
        await proxy.close()
        for process in processes.values():
            await process.end()
    made = answers[201]
    listed = await api.get("/courses?mine=true&include_total=true", as_=tara)
    assert listed.meta["total"] == made  # what was answered was done, once


async def _start(process: Process, port: int) -> None:
    await process.start()
    address: Any = Address(port)
    async with Api(address) as direct:
        await wait_until_ready(direct, process)
