"""Every POST that takes an Idempotency-Key keeps what the key promises."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from lms.app import DOMAINS, load_domain
from lms.core.db.pool import Pool
from lms.core.http.routing import endpoints
from tests.api import Response
from tests.contract.world import Call, World
from tests.contract.writes import WRITES
from tests.files.forms import form
from tests.people import PASSWORD

KEY = {"Idempotency-Key": "one-key"}
_ENDPOINTS = {
    endpoint.name: endpoint
    for name in DOMAINS
    for routes in load_domain(name).routes
    for endpoint in routes.endpoints
}
KEYED = sorted(name for name in WRITES if _ENDPOINTS[name].takes_key)
# Where a second call without a key succeeds once more, for the races.
RACES = (
    "POST /api/v1/files/upload",
    "POST /api/v1/courses/{course_id}/enrollments/bulk",
    "POST /api/v1/courses",
    "POST /api/v1/enrollments",
    "POST /api/v1/quizzes/{quiz_id}/attempts",
    "POST /api/v1/users",
)
_TABLES = {
    "POST /api/v1/files/upload": "files",
    "POST /api/v1/courses/{course_id}/enrollments/bulk": "bulk_enrollments",
}
# Those that read their body by themselves look at it before its key: another one, well-formed.
_OTHERWISE: dict[str, Callable[[Call], Call]] = {
    "POST /api/v1/files/upload": lambda call: replace(call, content=form(b"Another.\n")),
    "POST /api/v1/courses/{course_id}/enrollments/bulk": lambda call: replace(
        call, body={"emails": ["another@example.com"]}
    ),
}
# It takes no body, so there is no other one.
_BODILESS = {"POST /api/v1/files/uploads/{upload_id}/complete"}


def test_every_post_that_takes_a_key_is_walked(app: web.Application) -> None:
    taking = {endpoint.name for endpoint in endpoints(app) if endpoint.takes_key}
    assert taking == set(KEYED), "add a valid call to tests/contract/writes.py"
    posts = {endpoint.name for endpoint in endpoints(app) if endpoint.method == "POST"}
    # Every POST but for secrets and signing out; of the others, a report of time spent.
    assert taking - posts == {
        "PATCH /api/v1/enrollments/{enrollment_id}/lessons/{lesson_id}/progress"
    }


def test_only_secrets_pages_and_signing_out_ignore_keys(app: web.Application) -> None:
    without = {
        endpoint.name
        for endpoint in endpoints(app)
        if endpoint.method == "POST" and not endpoint.takes_key and not endpoint.secret
    }
    assert without == {
        "POST /api/v1/auth/logout",
        "POST /api/v1/auth/logout-all",
        "POST /verify-email",
        "POST /reset-password",
    }


def _sender(world: World, name: str) -> Any:
    method = name.partition(" ")[0]

    async def send(call: Call, **options: Any) -> Response:
        return await world.ask(method, call, **options)

    return send


async def _rows(db: Pool) -> dict[str, int]:
    """How many rows each table has; left out is what asking notes by itself."""
    async with db.acquire() as connection:
        names = await connection.fetch(
            "select oid::regclass::text from pg_class "
            "where relkind = 'r' and relnamespace in ('public'::regnamespace, "
            "'figures'::regnamespace) and relname not in ('revocations', 'audit_log', "
            "'user_activity', 'figure_changes') and relname not like '%yoyo%'"
        )
        return {
            name: await connection.fetchval(f"select count(*) from {name}") for (name,) in names
        }


@pytest.mark.parametrize("name", KEYED)
async def test_a_request_under_one_key_has_one_effect(world: World, db: Pool, name: str) -> None:
    _send = _sender(world, name)
    call = await WRITES[name](world)
    wrong = call.with_unknown_field()
    refused = await _send(wrong, headers=KEY)
    assert (refused.status, refused.code) == (422, "validation_failed")

    first = await _send(call, headers=KEY)  # so an error left the key free
    assert first.status < 300, first.body
    assert "Idempotent-Replayed" not in first.headers
    rows = await _rows(db)
    again = await _send(call, headers=KEY)
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    for header in ("ETag", "Location", "Cache-Control"):
        assert again.headers.get(header) == first.headers.get(header)
    assert await _rows(db) == rows

    if name in _BODILESS:
        assert (await _send(wrong, headers=KEY)).status == 422
        return
    other = await _send(_OTHERWISE.get(name, Call.with_unknown_field)(call), headers=KEY)
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert await _rows(db) == rows
    for person in (world.ada, world.olly, world.theo, world.tara, world.sam):
        if call.person is not None and person.id != call.person.id:
            reply = await _send(replace(call, person=person), headers=KEY)
            assert "Idempotent-Replayed" not in reply.headers
            assert reply.status != 500


@pytest.mark.parametrize("name", RACES)
async def test_fifty_at_once_have_one_effect_and_equal_replies(
    world: World, db: Pool, name: str
) -> None:
    _send = _sender(world, name)
    call = await WRITES[name](world)
    assert (await _send(call, headers={"Idempotency-Key": "x y"})).status == 422
    before = await _rows(db)
    replies = await asyncio.gather(*(_send(call, headers=KEY) for _ in range(50)))
    made = [reply for reply in replies if reply.status < 300]
    assert made
    assert len({reply.body for reply in made}) == 1
    for reply in replies:
        if reply not in made:
            assert (reply.status, reply.code) == (409, "idempotency_in_progress")
            assert reply.headers["Retry-After"]
    last = await _send(call, headers=KEY)
    assert (last.body, last.headers["Idempotent-Replayed"]) == (made[0].body, "true")
    after = await _rows(db)
    table = _TABLES.get(name) or name.rpartition("/")[2]
    assert after[table] == before[table] + 1
    assert after["idempotency_keys"] == before["idempotency_keys"] + 1


async def test_signing_out_under_one_key_ends_each_session(world: World, db: Pool) -> None:
    login = {"email": world.sam.email, "password": PASSWORD}
    tokens = (await world.api.post("/auth/login", login)).data["tokens"]
    for token in (tokens["access_token"], world.sam.token):
        reply = await world.api.post("/auth/logout", token=token, headers=KEY)
        assert (reply.status, "Idempotent-Replayed" in reply.headers) == (204, False)
    async with db.acquire() as connection:
        live = await connection.fetchval(
            "select count(*) from sessions where user_id = $1 and revoked_at is null", world.sam.id
        )
    assert live == 0
