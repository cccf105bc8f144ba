"""What the quick way of a reply must have in common with aiohttp's own."""

import asyncio
import gzip
import time

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from lms.middlewares.json_response import JsonResponse
from lms.settings import Settings
from tests.api import Api
from tests.factories import make_open_course
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


@pytest.mark.parametrize(
    "more",
    [b"", b"Accept-Encoding: gzip\r\n", b"If-None-Match: *\r\n", b"Origin: https://a.example\r\n"],
)
async def test_the_quick_and_the_usual_reply_are_the_same(
    port: int, api: Api, tara: Person, monkeypatch: pytest.MonkeyPatch, more: bytes
) -> None:
    for number in range(5):  # or it were too little to be packed
        await make_open_course(api, tara, title=f"Course {number}")
    request = b"GET /api/v1/courses HTTP/1.1\r\nHost: x\r\nX-Request-ID: same\r\n" + more + b"\r\n"
    quick = await _raw(port, request)
    monkeypatch.setattr(JsonResponse, "keep_alive", True)  # as if somebody had decided
    slow = await _raw(port, request)
    assert quick.partition(b"\r\n\r\n")[2] == slow.partition(b"\r\n\r\n")[2]
    # The clock may have moved on.
    assert {**_headers(quick), "date": ""} == {**_headers(slow), "date": ""}
    expected = b"HTTP/1.1 304 Not Modified" if b"None" in more else b"HTTP/1.1 200 OK"
    assert "Accept-Encoding" in _headers(quick)["vary"]
    assert ("content-encoding" in _headers(quick)) == (b"gzip" in more)
    assert quick.split(b"\r\n")[0] == slow.split(b"\r\n")[0] == expected


async def test_an_http_1_0_client_gets_its_reply_and_a_closed_connection(
    port: int, db: object
) -> None:
    reply = await _raw(port, b"GET /api/v1/health HTTP/1.0\r\nHost: x\r\n\r\n")
    assert b'"success":true' in reply
    assert _headers(reply).get("connection", "close") == "close"


async def test_connection_close_closes_the_connection(port: int, db: object) -> None:
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
async def test_an_unmatched_target_gets_a_problem_document(
    port: int, db: object, target: bytes
) -> None:
    reply = await _raw(port, target + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert _headers(reply)["content-type"] == "application/problem+json"
    assert "x-request-id" in _headers(reply)


async def test_a_wrong_method_is_answered_with_the_allowed_ones(api: Api, sam: Person) -> None:
    reply = await api.request("DELETE", "/health", as_=sam)
    assert reply.status == 405
    assert reply.headers["Allow"] == "GET, HEAD"


async def test_metrics_include_every_request_when_they_are_read(
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


async def _page(port: int, accepts: str | None) -> tuple[dict[str, str], bytes]:
    """The catalogue, and how it was sent."""
    asked = f"Accept-Encoding: {accepts}\r\n" if accepts is not None else ""
    request = f"GET /api/v1/courses HTTP/1.1\r\nHost: x\r\nX-Request-ID: same\r\n{asked}\r\n"
    reply = await _raw(port, request.encode())
    return _headers(reply), reply.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("accepts", ["gzip", "br, GZIP;q=0.5", "*", "deflate, gzip"])
async def test_clients_with_gzip_get_the_same_page_in_fewer_bytes(
    port: int, api: Api, tara: Person, accepts: str
) -> None:
    for number in range(5):
        await make_open_course(api, tara, title=f"Cours de français {number}")
    _, plain = await _page(port, None)
    for _ in range(2):  # made for this one, and kept for the next
        headers, packed = await _page(port, accepts)
        assert headers["content-encoding"] == "gzip"
        assert headers["vary"] == "Accept-Encoding"
        assert int(headers["content-length"]) == len(packed) < len(plain) / 2
        assert gzip.decompress(packed) == plain


async def test_nobody_waits_while_a_large_reply_is_compressed() -> None:
    body = b",".join(b"%x" % (number**7) for number in range(700_000))
    began = time.perf_counter()
    gzip.compress(body, 6)
    packing = time.perf_counter() - began
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0)
            longest = max(longest, time.perf_counter() - before)

    async def large(request: web.Request) -> JsonResponse:
        return JsonResponse(200, "Content-Type: application/json\r\n", body)

    app = web.Application()
    app.router.add_get("/", large)
    async with TestClient(TestServer(app)) as client:
        watching = asyncio.create_task(watch())
        reply = await client.get("/", headers={"Accept-Encoding": "gzip"}, auto_decompress=False)
        watching.cancel()
        assert gzip.decompress(await reply.read()) == body
    assert longest < packing / 2


@pytest.mark.parametrize("accepts", [None, "", "identity", "gzip;q=0", "*;q=0.0", "deflate"])
async def test_clients_without_gzip_get_the_plain_page(
    port: int, api: Api, tara: Person, accepts: str | None
) -> None:
    for number in range(3):
        await make_open_course(api, tara, title=f"Course {number}")
    headers, page = await _page(port, accepts)
    assert "content-encoding" not in headers
    assert headers["vary"] == "Accept-Encoding"
    assert b'"Course 2"' in page


async def test_a_client_that_never_reads_does_not_fill_our_memory(
    port: int, api: Api, tara: Person
) -> None:
    for number in range(10):
        await make_open_course(api, tara, title=f"Course {number}")
    _, page = await _page(port, None)
    _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    counted = 'lms_http_requests_total{method="GET",route="/api/v1/courses",status="200"} '

    async def answered() -> float:
        lines = (await api.get("/metrics", root=True)).body.decode().splitlines()
        return next(float(li.rpartition(" ")[2]) for li in lines if li.startswith(counted))

    before = await answered()
    asked = 3_000  # some 20 MB of replies
    writer.write(b"GET /api/v1/courses HTTP/1.1\r\nHost: x\r\n\r\n" * asked)
    seen = -1.0
    while (now := await answered()) != seen:  # until it does not move any more
        seen = now
        await asyncio.sleep(0.3)
    assert now - before < asked / 2, f"{len(page) * (now - before):,.0f} bytes of replies"
    writer.close()


async def test_links_to_the_next_page_ignore_the_requested_host(
    port: int, api: Api, tara: Person
) -> None:
    for number in range(2):
        await make_open_course(api, tara, title=f"Course {number}")
    target = b"http://elsewhere.example/api/v1/courses?limit=1"
    reply = await _raw(port, b"GET " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    link = _headers(reply)["link"]
    assert "/api/v1/courses?limit=1&cursor=" in link
    assert "elsewhere" not in link
