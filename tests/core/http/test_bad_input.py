"""Input that wants to hurt: what is sent, and what must come back."""

import asyncio
import gzip
import tracemalloc
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from lms.core.db.pool import Pool
from lms.core.http.body import parse_json
from lms.core.http.request import SETTINGS
from lms.errors import MalformedJson
from tests.api import Api
from tests.people import Person

_JSON = {"Content-Type": "application/json"}


def _body(more: bytes) -> bytes:
    return b'{"title": "A course", ' + more + b"}"


_TYPE = "unsupported_media_type"
_INVALID = "validation_failed"
_BROKEN = "malformed_json"

# fmt: off
_CASES: list[tuple[str, bytes, dict[str, str], int, str]] = [
    ("cut off", b'{"title": "A c', _JSON, 400, _BROKEN),
    ("no JSON", b"title=A", _JSON, 400, _BROKEN),
    ("NaN", _body(b'"capacity": NaN'), _JSON, 400, _BROKEN),
    ("Infinity", _body(b'"capacity": Infinity'), _JSON, 400, _BROKEN),
    ("a key twice", _body(b'"title": "B course"'), _JSON, 400, _BROKEN),
    ("33 levels", _body(b'"metadata": ' + b'{"a":' * 33 + b"1" + b"}" * 33), _JSON, 400, _BROKEN),
    ("100,000 levels", b"[" * 100_000 + b"]" * 100_000, _JSON, 400, _BROKEN),
    ("UTF-16", '{"title": "A course"}'.encode("utf-16"), _JSON, 400, _BROKEN),
    ("broken UTF-8", b'{"title": "A\xff course"}', _JSON, 400, _BROKEN),
    ("a lone surrogate", b'{"title": "A\\ud800 course"}', _JSON, 400, _BROKEN),
    ("an integer of 5,000 digits", _body(b'"capacity": ' + b"9" * 5000), _JSON, 400, _BROKEN),
    ("an integer beyond 2^53", _body(b'"capacity": 9007199254740993'), _JSON, 422, _INVALID),
    ("a huge float", _body(b'"capacity": 1e300'), _JSON, 422, _INVALID),
    ("NUL in text", b'{"title": "A\\u0000 course"}', _JSON, 422, _INVALID),
    ("NUL in a key", _body(b'"metadata": {"a\\u0000": 1}'), _JSON, 422, _INVALID),
    ("a control character", b'{"title": "A\\u0007 course"}', _JSON, 422, _INVALID),
    ("an array", b"[1]", _JSON, 422, _INVALID),
    ("a number for text", b'{"title": 7}', _JSON, 422, _INVALID),
    ("text for a number", _body(b'"capacity": "7"'), _JSON, 422, _INVALID),
    ("true for a number", _body(b'"capacity": true'), _JSON, 422, _INVALID),
    ("a field that the server keeps", _body(b'"status": "published"'), _JSON, 422, _INVALID),
    ("a field that does not exist", _body(b'"colour": "red"'), _JSON, 422, _INVALID),
    ("metadata of over 16 kB", _body(b'"metadata": {"a": "' + b"x" * 17_000 + b'"}'), _JSON, 422, _INVALID),
    ("over 1 MiB", b" " * 1_048_577, _JSON, 413, "body_too_large"),
    ("an array of 400,000", _body(b'"requirements": [' + b"0," * 400_000 + b"0]"), _JSON, 413, "body_too_large"),
    ("plain text", b'{"title": "A course"}', {"Content-Type": "text/plain"}, 415, _TYPE),
    ("a form", b"title=A", {"Content-Type": "application/x-www-form-urlencoded"}, 415, _TYPE),
    ("another charset", b'{"title": "A course"}', {"Content-Type": "application/json; charset=latin-1"}, 415, _TYPE),
    ("packed", gzip.compress(b'{"title": "A course"}'), {**_JSON, "Content-Encoding": "gzip"}, 415, _TYPE),
    ("not what it says it is packed with", b"garbage", {**_JSON, "Content-Encoding": "gzip"}, 415, _TYPE),
]
# fmt: on


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [case[1:] for case in _CASES],
    ids=[case[0] for case in _CASES],
)
async def test_a_body_that_cannot_be_taken_is_refused_and_changes_nothing(
    api: Api, tara: Person, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    reply = await api.post("/courses", data=body, headers=headers, as_=tara)
    assert (reply.status, reply.code) == (status, code), reply.body
    assert (await api.get("/courses?mine=true", as_=tara)).data == []


async def test_each_fault_has_its_pointer(api: Api, tara: Person) -> None:
    body = {"title": " ", "price": {"amount": -1, "currency": "usd"}, "colour": 1}
    reply = await api.post("/courses", body, as_=tara)
    assert set(reply.pointers) == {"/title", "/price/amount", "/price/currency", "/colour"}
    codes = {fault["pointer"]: fault["code"] for fault in reply.json["errors"]}
    assert codes["/colour"] == "unknown_field"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "?limit"),
        ("limit=101", "?limit"),
        ("limit=%EF%BC%91", "?limit"),
        ("limit=5&limit=6", "?limit"),
        ("colour=red", "?colour"),
        ("difficulty=impossible", "?difficulty"),
        ("instructor_id=7", "?instructor_id"),
        ("category=%00", "?category"),
        ("updated_since=yesterday", "?updated_since"),
        ("updated_since=2026-01-01T00:00:00", "?updated_since"),
        ("include_total=yes", "?include_total"),
    ],
)
async def test_a_query_that_cannot_be_taken_is_refused(api: Api, query: str, pointer: str) -> None:
    reply = await api.get(f"/courses?{query}")
    assert (reply.status, reply.code, reply.pointers) == (422, "validation_failed", [pointer])


@pytest.mark.parametrize(
    "ident",
    [
        "1", "00000000", "{01a206f8-cda8-7b4b-8529-b9de94f5b2b6}",
        "01a206f8cda87b4b8529b9de94f5b2b6", "urn:uuid:01a206f8-cda8-7b4b-8529-b9de94f5b2b6",
        "01a206f8-cda8-7b4b-8529-b9de94f5b2bg", "%00", "..%2f..", "%F0%9F%98%80", "' or 1=1 --",
        "x" * 4000,
    ],
)  # fmt: skip
async def test_an_id_of_the_wrong_shape_is_answered_like_an_unknown_one(
    api: Api, sam: Person, ident: str
) -> None:
    wrong = await api.get(f"/enrollments/{ident.replace(' ', '%20')}", as_=sam)
    unknown = await api.get("/enrollments/01a206f8-cda8-7b4b-8529-b9de94f5b2b6", as_=sam)
    assert wrong.status == unknown.status == 404
    same = {**wrong.json, "request_id": None}
    assert same == {**unknown.json, "request_id": None}


@pytest.mark.parametrize("name", ["a%00b", "%ED%A0%80", "A-Course", "a--b", "%0d%0a", "x" * 4000])
async def test_an_invalid_slug_is_answered_like_an_unknown_one(
    api: Api, tara: Person, name: str
) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        body = {"title": "Another"} if method == "PATCH" else None
        reply = await api.request(method, f"/courses/{name}", as_=tara, json=body, check=False)
        assert (reply.status, reply.code) == (404, "not_found")


async def test_a_single_header_sent_twice_is_refused(
    server: TestServer, db: Pool, tara: Person, sam: Person
) -> None:
    """A proxy before us may have looked at the other one."""

    async def ask(*more: str) -> bytes:
        body = '{"title": "Twice"}'
        lines = [
            "POST /api/v1/courses HTTP/1.1", "Host: x", "Content-Type: application/json",
            f"Content-Length: {len(body)}", "Connection: close", *more, "", body,
        ]  # fmt: skip
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write("\r\n".join(lines).encode())
        reply = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        return reply.split(b" ")[1]

    hers, his = (f"Authorization: Bearer {person.token}" for person in (tara, sam))
    assert await ask(hers, his) == b"401"
    assert await ask(hers, "Idempotency-Key: a", "Idempotency-Key: b") == b"422"
    assert await ask(hers, "Content-Type: text/plain") == b"400"
    assert await ask(hers, "Idempotency-Key: a") == b"201"


async def test_a_condition_sent_in_several_headers_is_one_list(
    server: TestServer, api: Api, tara: Person
) -> None:
    seen = await api.get("/users/me", as_=tara)

    async def ask(method: str, *conditions: str) -> bytes:
        body = '{"bio": "x"}' if method == "PATCH" else ""
        lines = [
            f"{method} /api/v1/users/me HTTP/1.1", "Host: x", "Content-Type: application/json",
            f"Authorization: Bearer {tara.token}", f"Content-Length: {len(body)}",
            "Connection: close", *conditions, "", body,
        ]  # fmt: skip
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write("\r\n".join(lines).encode())
        reply = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        return reply.split(b" ")[1]

    assert await ask("GET", 'If-None-Match: "a"', f"If-None-Match: {seen.etag}") == b"304"
    assert await ask("PATCH", 'If-Match: "a"', 'If-Match: "b"') == b"412"
    assert await ask("PATCH", 'If-Match: "a"', f"If-Match: {seen.etag}") == b"200"


async def test_a_body_that_drips_is_cut(server: TestServer, api: Api, tara: Person) -> None:
    seconds = server.app[SETTINGS].body_read_seconds
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    head = (
        f"POST /api/v1/courses HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {tara.token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    writer.write(head.encode())
    async with asyncio.timeout(seconds + 5):
        status = await reader.readline()
    assert b" 408 " in status
    writer.close()


async def test_accept_method_and_media_type_are_checked_before_the_token(api: Api) -> None:
    reply = await api.get("/users/me", headers={"Accept": "image/png"}, token="bad")
    assert (reply.status, reply.code) == (406, "not_acceptable")
    reply = await api.put("/users/me", token="bad", check=False)
    assert (reply.status, reply.code) == (405, "method_not_allowed")
    assert set(reply.headers["Allow"].split(", ")) >= {"GET", "PATCH"}


async def test_crlf_in_a_header_does_not_reach_a_reply(api: Api) -> None:
    reply = await api.get("/health", headers={"X-Request-ID": "a b; evil"})
    assert reply.headers["X-Request-ID"] != "a b; evil"
    reply = await api.get("/health", headers={"X-Request-ID": "trace-7.a_B"})
    assert reply.headers["X-Request-ID"] == reply.meta["request_id"] == "trace-7.a_B"


async def test_template_braces_are_plain_text(api: Api, tara: Person) -> None:
    made: Any = (await api.post("/courses", {"title": "{{7*7}} ${7*7}"}, as_=tara)).data
    assert made["title"] == "{{7*7}} ${7*7}"


@pytest.mark.parametrize(
    "raw", [b'{"a":1,"a":1}', b'{"a":{"b":1,"b":2}}', b'[{"a":1,"\\u0061":1}]', b'{"a":1, "a":1}']
)
def test_a_duplicate_json_key_is_found_in_any_spelling(raw: bytes) -> None:
    with pytest.raises(MalformedJson):
        parse_json(raw)


@pytest.mark.parametrize(
    "body",
    [
        b'{"' + b"k" * 400_000 + b'": [' + b"0," * 50_000 + b"0]}",
        b'{"' + b"k" * 300_000 + b'": {"' + b"l" * 300_000 + b'": [' + b"{},[]," * 20_000 + b"0]}}",
        b"[" + b",".join(b"[0]" for _ in range(90_000)) + b"]",
        b"{" + b",".join(b'"%d":0' % number for number in range(99_000)) + b"}",
    ],
    ids=["a long key over many values", "two of them", "many lists", "many unknown fields"],
)
async def test_no_body_costs_more_than_its_size(api: Api, body: bytes) -> None:
    assert len(body) < 2**20
    tracemalloc.start()
    reply = await api.post("/auth/login", data=body, headers=_JSON, check=False)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reply.status in (413, 422)
    assert most < 60 * 2**20  # the values themselves, and a few references to each
