"""Large bodies are read as small ones are, and only as many are held as fit."""

import json
from typing import Any

import pytest
from aiohttp import web

from lms.core.http.request import SERVING
from tests.api import Api, Response
from tests.factories import make_open_course
from tests.people import Person


@pytest.fixture
async def path(api: Api, tara: Person) -> str:
    course, _ = await make_open_course(api, tara)
    return f"/courses/{course['id']}/enrollments/bulk"


async def _send(api: Api, path: str, tara: Person, body: str | bytes) -> Response:
    raw = body.encode() if isinstance(body, str) else body
    headers = {"Content-Type": "application/json"}
    return await api.request("POST", path, as_=tara, data=raw, headers=headers)


async def test_a_large_body_is_read_as_a_small_one(api: Api, path: str, tara: Person) -> None:
    for count in (1, 3000):
        emails = [f"number{n}@example.com" for n in range(count)]
        reply = await api.post(path, {"emails": emails, "dry_run": True}, as_=tara)
        assert (reply.status, reply.data["total"], reply.data["dry_run"]) == (202, count, True)
        bad = {"emails": emails, "dry_run": "yes", "nonsense": 1}
        told = (await api.post(path, bad, as_=tara)).faults
        assert told == {("/dry_run", "invalid"), ("/nonsense", "unknown_field")}
        again = json.dumps(bad)[:-1] + ', "nonsense": 2}'
        assert (await _send(api, path, tara, again)).code == "malformed_json"
        assert (await _send(api, path, tara, json.dumps(emails))).faults == {("", "invalid")}
        nul = json.dumps({"emails": [*emails, "\0"], "dry_run": True})
        assert (await _send(api, path, tara, nul)).pointers == [f"/emails/{count}"]


async def test_a_body_full_of_faults_is_told_in_few_words(
    api: Api, path: str, tara: Person
) -> None:
    many: dict[str, Any] = {f"unknown{n}": n for n in range(4900)}
    for body, told in (({"emails": [0] * 9000}, 100), ({"emails": ["a"], **many}, 1000)):
        reply = await api.post(path, body, as_=tara)
        assert (reply.status, len(reply.json["errors"])) == (422, told)
    reply = await api.post(path, {"emails": [0] * 99_000}, as_=tara)
    assert reply.faults == {("/emails", "invalid_length")}


async def test_texts_with_many_commas_are_not_many_values(
    api: Api, tara: Person, busy: None
) -> None:
    course, _ = await make_open_course(api, tara)
    lesson = {"title": "Commas", "content_type": "text", "content": "One, two, three. " * 900}
    reply = await api.post(f"/courses/{course['id']}/lessons", lesson, as_=tara)
    assert reply.status == 201


async def test_what_needs_a_parser_is_told_to_come_again(
    api: Api, path: str, tara: Person, busy: None
) -> None:
    for body in ({"emails": ["a@example.com"] * 2000}, {"emails": ["a" * 200_000]}):
        reply = await api.post(path, body, as_=tara)
        assert (reply.status, reply.code, reply.headers["Retry-After"]) == (
            429, "parsers_busy", "5",
        )  # fmt: skip
    assert (await api.post(path, {"emails": ["a@example.com"]}, as_=tara)).status == 202


async def test_no_more_bodies_are_held_than_fit(
    api: Api, path: str, tara: Person, app: web.Application
) -> None:
    serving: Any = app[SERVING]
    before = serving.body_bytes
    serving.body_bytes += 64 << 20  # as by many clients at once
    try:
        reply = await api.post(path, {"emails": ["a@example.com"]}, as_=tara)
        assert (reply.status, reply.code) == (429, "parsers_busy")
    finally:
        serving.body_bytes -= 64 << 20
    assert serving.body_bytes == before
    assert (await api.post(path, {"emails": ["a@example.com"]}, as_=tara)).status == 202
    assert serving.body_bytes == before
