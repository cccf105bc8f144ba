"""A client whose connection breaks sends the request again, and it happens once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from lms.app import create_app
from lms.core.db.pool import Pool
from lms.settings import Secret, Settings
from tests.api import Api, Response, Server
from tests.factories import make_open_course
from tests.people import Person
from tests.running import Address, eventually, free_port, serving_api

KEY = {"Idempotency-Key": "cut"}


@contextlib.asynccontextmanager
async def _cutter(port: int) -> AsyncIterator[Api]:
    """A client behind a proxy that hands requests on and throws the replies away."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream, send = await asyncio.open_connection("127.0.0.1", port)

        async def hand_on() -> None:
            while chunk := await reader.read(65_536):
                send.write(chunk)
                await send.drain()

        handing = asyncio.create_task(hand_on())
        await upstream.read(1)  # the reply has begun: the transaction is over
        handing.cancel()
        send.close()
        writer.transport.abort()

    proxy = await asyncio.start_server(serve, "127.0.0.1", 0)
    address: Any = Address(proxy.sockets[0].getsockname()[1])
    async with proxy, Api(address) as client:
        yield client


async def _titles(api: Api, teacher: Person) -> list[str]:
    return [course["title"] for course in (await api.get("/courses?mine=true", as_=teacher)).data]


async def test_a_repeat_after_a_cut_reply_is_replayed(
    api: Api, server: TestServer, tara: Person
) -> None:
    assert server.port is not None
    body = {"title": "Once"}
    async with _cutter(server.port) as client:
        with pytest.raises(aiohttp.ClientError):
            await client.post("/courses", body, as_=tara, headers=KEY)
    reply = await api.post("/courses", body, as_=tara, headers=KEY)
    assert (reply.status, reply.headers.get("Idempotent-Replayed")) == (201, "true")
    assert await _titles(api, tara) == ["Once"]


async def test_a_repeat_after_a_cut_reply_takes_one_place(
    api: Api, server: TestServer, tara: Person, sam: Person
) -> None:
    assert server.port is not None
    course, _ = await make_open_course(api, tara, capacity=2)
    body = {"course_id": course["id"]}
    async with _cutter(server.port) as client:
        with pytest.raises(aiohttp.ClientError):
            await client.post("/enrollments", body, as_=sam, headers=KEY)
    reply = await api.post("/enrollments", body, as_=sam, headers=KEY)
    assert (reply.status, reply.headers.get("Idempotent-Replayed")) == (201, "true")
    assert (await api.get(f"/courses/{course['id']}")).data["enrollment_count"] == 1


async def test_a_repeat_after_a_kill_before_the_commit_runs(
    api: Api, db: Pool, settings: Settings, tara: Person, tmp_path: Path
) -> None:
    body = {"title": "Once"}
    # One address for both, so that both take the same tokens.
    public = settings.base_url
    mine = replace(settings, port=free_port(), public_url=public, data_dir=tmp_path)
    async with serving_api(mine) as (victim, process):  # noqa: SIM117 - they end apart
        async with db.acquire() as holder, holder.transaction():
            # The effect happens; its record, the last statement before the commit, waits here.
            await holder.execute("lock table idempotency_keys in share mode")
            sending = asyncio.create_task(
                victim.post("/courses", body, as_=tara, headers=KEY, check=False)
            )

            async def is_waiting() -> bool:
                return bool(
                    await holder.fetchval(
                        "select exists (select from pg_locks where not granted "
                        "and relation = 'idempotency_keys'::regclass)"
                    )
                )

            async with asyncio.timeout(5):
                while not await is_waiting():
                    assert not sending.done(), sending.result().body
                    await asyncio.sleep(0.01)
            await process.kill_all()
            with pytest.raises(aiohttp.ClientError):
                await sending
    assert await _titles(api, tara) == []

    async def again() -> Response | None:
        reply = await api.post("/courses", body, as_=tara, headers=KEY)
        if reply.status == 409:  # the server has not seen yet that its client is gone
            assert reply.code == "idempotency_in_progress"
            return None
        return reply

    reply = await eventually(again)
    assert reply.status == 201
    assert "Idempotent-Replayed" not in reply.headers
    assert await _titles(api, tara) == ["Once"]


async def test_idempotency_keys_work_without_redis(
    api: Api, db: Pool, settings: Settings, tara: Person
) -> None:
    nowhere = Secret(f"redis://127.0.0.1:{free_port()}/0")
    app = create_app(replace(settings, redis_url=nowhere))
    async with Server(app) as server, Api(server) as client:
        replies = await asyncio.gather(
            *(client.post("/courses", {"title": "Once"}, as_=tara, headers=KEY) for _ in range(20))
        )
        made = {reply.body for reply in replies if reply.status == 201}
        assert {reply.status for reply in replies} <= {201, 409}
        assert len(made) == 1
        again = await client.post("/courses", {"title": "Once"}, as_=tara, headers=KEY)
        assert (again.body, again.headers["Idempotent-Replayed"]) == (made.pop(), "true")
        other = await client.post("/courses", {"title": "Other"}, as_=tara, headers=KEY)
        assert other.code == "idempotency_key_reused"
    assert await _titles(api, tara) == ["Once"]
