"""The network's side: what is no HTTP, what expects too much, and how we stop."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from lms.app import create_app
from lms.core.http.client import client_address
from lms.core.http.request import SERVING, SETTINGS
from lms.middlewares.pipeline import setup
from lms.settings import Settings
from tests.api import Api, Server
from tests.log_lines import reading_the_log
from tests.people import Person

_HEAD = b"GET /api/v1/health HTTP/1.1\r\nHost: x\r\n"
_CHUNKED = (
    b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n"
)

# fmt: off
_NO_HTTP: dict[str, bytes] = {
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "no method": b" /api/v1/health HTTP/1.1\r\n\r\n",
    "a method of odd signs": b"G@T /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n",
    "no version": b"GET /api/v1/health\r\nHost: x\r\n\r\n",
    "a version to come": b"GET /api/v1/health HTTP/9.9\r\nHost: x\r\n\r\n",
    "a space too many": b"GET /api/v1/health  HTTP/1.1 x\r\nHost: x\r\n\r\n",
    "a header without a colon": _HEAD + b"Authorization canary\r\n\r\n",
    "a space before the colon": _HEAD + b"Content-Length : 3\r\n\r\nabc",
    "a folded header": _HEAD + b"X-A: b\r\n c\r\n\r\n",
    "a lone line feed": b"GET /api/v1/health HTTP/1.1\nHost: x\n\n",
    "a lone carriage return": _HEAD + b"X-A: b\rX-B: c\r\n\r\n",
    "NUL in a header": _HEAD + b"X-A: b\x00c\r\n\r\n",
    "a header's name of odd signs": _HEAD + b"X(A): b\r\n\r\n",
    "an address of 40,000 signs": b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a header of 10,000 signs": _HEAD + b"X-A: " + b"a" * 10_000 + b"\r\n\r\n",
    "200 headers": _HEAD + b"".join(b"X-%d: a\r\n" % n for n in range(200)) + b"\r\n",
    "a length that is no number": _HEAD + b"Content-Length: canary\r\n\r\n",
    "a length below nothing": _HEAD + b"Content-Length: -1\r\n\r\n",
    "a length with a sign": _HEAD + b"Content-Length: +1\r\n\r\na",
    "two lengths": _HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a length and chunks": _CHUNKED + b"Content-Length: 3\r\n\r\n0\r\n\r\n",
    "chunks and something else": _HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "chunks twice": _CHUNKED + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two hosts": _HEAD + b"Host: y\r\n\r\n",
}
_BAD_CHUNKS: dict[str, bytes] = {
    "a length that is none": b"zz\r\nabc\r\n0\r\n\r\n",
    "a length with a sign": b"+3\r\nabc\r\n0\r\n\r\n",
    "a length with 0x": b"0x3\r\nabc\r\n0\r\n\r\n",
    "a chunk longer than it says": b"2\r\nabc\r\n0\r\n\r\n",
    "a lone line feed": b"3\nabc\n0\n\n",
    "an endless length": b"f" * 40_000 + b"\r\n",
}
# fmt: on


@pytest.fixture
def port(server: TestServer) -> int:
    assert server.port is not None
    return server.port


async def _raw(port: int | None, request: bytes) -> list[bytes]:
    """The replies to what is sent as it is, until the server ends the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        async with asyncio.timeout(10):
            received = await reader.read()
    finally:
        writer.close()
    return re.split(rb"(?=HTTP/1\.[01] \d{3} )", received)[1:]


def _headers(reply: bytes) -> dict[str, str]:
    lines = reply.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


def _assert_problem(reply: bytes, status: int, code: str) -> None:
    headers = _headers(reply)
    # It speaks of an unknown version as of 1.0, where a connection ends unless it says not.
    assert reply.split(b" ")[:2] in ([b"HTTP/1.0", b"%d" % status], [b"HTTP/1.1", b"%d" % status])
    assert headers["content-type"] == "application/problem+json"
    assert headers.get("connection", "close") == "close"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "content-security-policy" in headers
    assert headers["server"] == "lms"
    assert headers["cache-control"]
    document = orjson.loads(reply.partition(b"\r\n\r\n")[2])
    assert document["request_id"] == headers["x-request-id"]
    assert (document["success"], document["status"], document["code"]) == (False, status, code)
    assert document["type"].endswith(f"/problems/{code}")
    assert document["detail"] == document["message"]
    for inside in (b"Traceback", b"aiohttp", b"canary", b".py"):
        assert inside not in reply


@pytest.mark.parametrize("name", _NO_HTTP)
async def test_malformed_http_gets_one_problem_and_a_closed_connection(
    port: int, db: object, name: str
) -> None:
    again = _HEAD + b"\r\n"  # what comes behind it is not read
    replies = await _raw(port, _NO_HTTP[name] + again)
    assert len(replies) == 1, replies
    _assert_problem(replies[0], 400, "malformed")


@pytest.mark.parametrize("name", _BAD_CHUNKS)
async def test_broken_chunks_are_refused_and_end_the_connection(
    port: int, db: object, name: str
) -> None:
    replies = await _raw(port, _CHUNKED + b"\r\n" + _BAD_CHUNKS[name] + _HEAD + b"\r\n")
    assert replies
    _assert_problem(replies[0], 400, "malformed")
    for reply in replies[1:]:  # the parser may add that the rest is no request
        _assert_problem(reply, 400, "malformed")


async def test_bytes_after_a_declined_upgrade_are_not_read_as_requests(
    port: int, db: object
) -> None:
    offer = b"GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    begun = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(offer + begun)
    reply = await reader.readuntil(b"\r\n\r\n")
    assert reply.startswith(b"HTTP/1.1 200 ")
    assert _headers(reply)["connection"] == "close"
    writer.write(_HEAD + b"X-Request-ID: smuggled\r\n\r\n")  # is the body of what was begun
    async with asyncio.timeout(10):
        assert b"HTTP/1.1" not in await reader.read()
    writer.close()


async def test_a_client_that_leaves_mid_body_does_not_count_as_database_trouble(
    port: int, api: Api, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = 'lms_http_requests_total{method="POST",route="/api/v1/auth/login",status="400"} '

    async def refused() -> float:
        lines = (await api.get("/metrics", root=True)).body.decode().splitlines()
        return sum(float(li.removeprefix(counted)) for li in lines if li.startswith(counted))

    before = await refused()
    with reading_the_log(settings, monkeypatch) as lines:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_CHUNKED + b"\r\n1\r\n{\r\n")
        await writer.drain()
        writer.transport.abort()
        line = await lines.one(route="/api/v1/auth/login")
    async with asyncio.timeout(10):
        while await refused() == before:
            await asyncio.sleep(0.01)
    assert (line["status"], line["cut"]) == (400, True)
    assert "dependency" not in line


async def test_a_client_that_left_is_still_known_by_its_address(settings: Settings) -> None:
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def handle(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        while request.transport is not None:
            await asyncio.sleep(0)
        address.set_result(client_address(request))
        return web.Response()

    app = web.Application()
    app[SETTINGS] = settings
    setup(app)
    app.router.add_get("/", handle)
    async with Server(app) as server:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(10):
            assert await address == "127.0.0.1"
        writer.close()


async def test_a_secret_in_a_broken_request_is_not_logged(
    port: int, db: object, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading_the_log(settings, monkeypatch) as lines:
        await _raw(port, _NO_HTTP["a header without a colon"])
        line = await lines.one(status=400)
    assert "canary" not in repr(lines.all)
    assert {one["level"] for one in lines.all} == {"info"}  # anyone can send garbage
    assert line["error"]


@pytest.mark.parametrize("expect", ["100-continue", "100-Continue", "200-ok", "the-moon"])
async def test_expect_100_continue_is_honoured_and_others_ignored(
    port: int, db: object, expect: str
) -> None:
    body = b'{"email": "a@example.com", "password": "not-hers-77"}'
    head = (
        f"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Expect: {expect}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head)
    async with asyncio.timeout(10):
        if "continue" in expect.lower():
            assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(body)
        reply = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    assert reply.startswith(b"HTTP/1.1 401 ")


@pytest.fixture
async def leaving(settings: Settings, db: object) -> AsyncIterator[Server]:
    """A server that a test may stop."""
    server = Server(create_app(settings))
    await server.start_server()
    yield server
    await server.close()


async def _finish(server: Server) -> None:
    server.app[SERVING].is_draining = True
    runner: Any = server.runner
    await runner.finish(10)
    await runner.cleanup()


def _post(token: str, body: bytes) -> bytes:
    head = (
        f"POST /api/v1/courses HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode()


async def test_a_body_in_flight_at_shutdown_is_read_to_the_end(
    leaving: Server, tara: Person
) -> None:
    body = b'{"title": "On its way"}'
    reader, writer = await asyncio.open_connection("127.0.0.1", leaving.port)
    writer.write(_post(tara.token, body) + body[:5])
    await _until_running(leaving)
    stopping = asyncio.create_task(_finish(leaving))
    await asyncio.sleep(1)  # longer than a connection is kept open for what may come
    assert not stopping.done()
    writer.write(body[5:])
    reply = await asyncio.wait_for(reader.read(), 10)
    assert reply.startswith(b"HTTP/1.1 201 ")
    assert _headers(reply)["connection"] == "close"
    await asyncio.wait_for(stopping, 10)


async def test_a_request_on_an_accepted_connection_is_answered_at_shutdown(
    leaving: Server, tara: Person
) -> None:
    body = b'{"title": "Just in"}'
    port = leaving.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    stopping = asyncio.create_task(_finish(leaving))
    await _until_refused(port)
    writer.write(_post(tara.token, body) + body)
    reply = await asyncio.wait_for(reader.read(), 10)
    assert reply.startswith(b"HTTP/1.1 201 ")
    await asyncio.wait_for(stopping, 10)


async def test_a_slow_reader_gets_the_whole_reply_at_shutdown(leaving: Server) -> None:
    runner: Any = leaving.runner
    reader, writer = await asyncio.open_connection("127.0.0.1", leaving.port, limit=4096)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    writer.write(b"GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readuntil(b"}}")
    (connection,) = runner.server.connections
    # So that the reply waits in this process, as it does for a client far away.
    connection.transport.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_SNDBUF, 4096
    )
    writer.write(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    stopping = asyncio.create_task(runner.finish(10))
    await asyncio.sleep(1)  # longer than a connection is kept open for what may come
    assert not stopping.done()
    await reader.readexactly(int(_headers(head)["content-length"]))
    await asyncio.wait_for(stopping, 5)
    writer.close()


async def test_during_shutdown_every_reply_closes_its_connection(leaving: Server) -> None:
    leaving.app[SERVING].is_draining = True
    for target in (b"/api/v1/courses", b"/nowhere"):
        replies = await _raw(leaving.port, b"GET " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert _headers(replies[0])["connection"] == "close"
    ready = await _raw(leaving.port, b"GET /api/v1/ready HTTP/1.1\r\nHost: x\r\n\r\n")
    assert ready[0].startswith(b"HTTP/1.1 503 ")


async def _until_running(server: Server) -> None:

    async with asyncio.timeout(5):
        while not server.app[SERVING].running:
            await asyncio.sleep(0.01)


async def _until_refused(port: int | None) -> None:
    async with asyncio.timeout(5):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                return
            writer.close()
            await asyncio.sleep(0.01)
