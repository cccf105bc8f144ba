"""What the quick way of a reply must have in common with aiohttp's own."""

import asyncio

import pytest
from aiohttp import web

from lms.middlewares.json_response import JsonResponse
from lms.settings import Settings
from tests.api import Api
from tests.people import Person


async def _raw(settings_port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", settings_port)
    try:
        writer.write(request)
        return await asyncio.wait_for(reader.read(65_536), 5)
    finally:
        writer.close()


@pytest.fixture
def port(server: object) -> int:
    return int(server.port)  # type: ignore[attr-defined]


def _headers(reply: bytes) -> dict[str, str]:
    lines = reply.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


async def test_both_ways_send_the_same(
    port: int, db: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = b"GET /api/v1/courses HTTP/1.1\r\nHost: x\r\nX-Request-ID: same\r\n\r\n"
    quick = await _raw(port, request)
    monkeypatch.setattr(JsonResponse, "prepare", web.Response.prepare)
    slow = await _raw(port, request)
    assert quick.partition(b"\r\n\r\n")[2] == slow.partition(b"\r\n\r\n")[2]
    # The clock may have moved on.
    assert {**_headers(quick), "date": ""} == {**_headers(slow), "date": ""}
    assert quick.split(b"\r\n")[0] == slow.split(b"\r\n")[0] == b"HTTP/1.1 200 OK"


async def test_a_client_of_the_old_protocol_gets_its_reply_and_the_end(
    port: int, db: object
) -> None:
    reply = await _raw(port, b"GET /api/v1/health HTTP/1.0\r\nHost: x\r\n\r\n")
    assert b'"success":true' in reply
    assert _headers(reply).get("connection", "close") == "close"


async def test_a_client_that_asks_for_the_end_gets_it(port: int, db: object) -> None:
    reply = await _raw(port, b"GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert _headers(reply)["connection"] == "close"


async def test_head_has_the_headers_of_get_and_no_body(port: int, db: object) -> None:
    head = await _raw(port, b"HEAD /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n")
    get = await _raw(port, b"GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n")
    assert head.endswith(b"\r\n\r\n")
    assert set(_headers(head)) == set(_headers(get))


@pytest.mark.parametrize(
    "target",
    [b"OPTIONS *", b"GET /nowhere", b"GET /%0A", b"PURGE /api/v1/courses", b"CONNECT x:1"],
)
async def test_what_no_route_matches_is_a_problem_document_all_the_same(
    port: int, db: object, target: bytes
) -> None:
    reply = await _raw(port, target + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert _headers(reply)["content-type"] == "application/problem+json"
    assert "x-request-id" in _headers(reply)


async def test_a_wrong_method_is_told_which_are_right(api: Api, sam: Person) -> None:
    reply = await api.request("DELETE", "/health", as_=sam)
    assert reply.status == 405
    assert reply.headers["Allow"] == "GET, HEAD"


async def test_metrics_count_every_request_at_the_latest_when_they_are_read(
    api: Api, settings: Settings
) -> None:
    names = (
        'lms_http_requests_total{method="GET",route="/api/v1/health",status="200"} ',
        'lms_http_request_seconds_count{method="GET",route="/api/v1/health"} ',
    )

    async def counts() -> list[float]:
        lines = (await api.get("/metrics", root=True)).body.decode().splitlines()
        found = {name: line for line in lines for name in names if line.startswith(name)}
        return [float(found[name].rpartition(" ")[2]) if name in found else 0.0 for name in names]

    before = await counts()
    for _ in range(7):
        await api.get("/health")
    after = await counts()
    assert [now - then for then, now in zip(before, after, strict=True)] == [7, 7]
