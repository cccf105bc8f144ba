"""Every GET has a tag and honours it; every write of a resource honours If-Match."""

import asyncio
from typing import Any

import pytest
from aiohttp import web

from lms.permissions import ACCESS, Access
from lms.routing import endpoints
from tests.api import Response
from tests.contract.reads import READS
from tests.contract.world import ELSEWHERE, WRITES, Call, World

CHANGES = sorted(name for name in WRITES if not name.startswith("POST "))
# Pages and what machines ask; `/dev/` is not there in production.
UNTAGGED = {
    "GET /metrics",
    "GET /",
    "GET /dev/mail",
    "GET /verify/{number}",
    "GET /verify-email",
    "GET /reset-password",
}
NOT_HERE = {  # tests/test_openapi.py reads them
    "GET /openapi.json",
    "GET /docs",
    "GET /docs/{file}",
    "GET /problems/{code}",
    "GET /dev/mail.json",
    "GET /api/v1/health",
    "GET /api/v1/ready",
    # the age of the oldest job is a clock in it, so its tag is new each second
    "GET /api/v1/analytics/system",
    # their own folders read them
    "GET /api/v1/analytics/courses/{course_id}/report.pdf",
    "GET /api/v1/courses/{course_id}/certificate-preview",
    "GET /api/v1/files/{file_id}",
    "GET /api/v1/files/{file_id}/avatar",
    "GET /api/v1/files/{file_id}/download",
    "GET /api/v1/files/{file_id}/thumbnail",
    "GET /api/v1/jobs/{job_id}",
}
# What has a tag of its own that moves with each write, and how it is read.
TAGGED = {
    "PATCH /api/v1/courses/{course}",
    "PATCH /api/v1/lessons/{lesson_id}",
    "PATCH /api/v1/quizzes/{quiz_id}",
    "PATCH /api/v1/questions/{question_id}",
    "PATCH /api/v1/users/me",
    "PATCH /api/v1/users/{user_id}",
}


def test_every_get_is_walked(app: web.Application) -> None:
    gets = {endpoint.name for endpoint in endpoints(app) if endpoint.method == "GET"}
    assert gets - UNTAGGED - NOT_HERE == set(READS), "add a call to tests/contract/reads.py"


def test_every_change_is_walked(app: web.Application) -> None:
    changing = {e.name for e in endpoints(app) if e.method in ("PUT", "PATCH", "DELETE")}
    assert changing - ELSEWHERE == set(CHANGES), "add a valid call to tests/contract/world.py"


async def _ask(world: World, method: str, call: Call, **options: Any) -> Response:
    return await world.api.request(method, call.path, as_=call.person, json=call.body, **options)


@pytest.mark.parametrize("name", sorted(READS))
async def test_what_has_not_changed_is_not_sent_again(world: World, name: str) -> None:
    call = await READS[name](world)
    seen = await _ask(world, "GET", call)
    assert seen.status == 200, seen.body
    again = await _ask(world, "GET", call, headers={"If-None-Match": seen.etag})
    assert (again.status, again.body, again.etag) == (304, b"", seen.etag)
    weak = {"If-None-Match": f'"x", W/{seen.etag}'}
    assert (await _ask(world, "GET", call, headers=weak)).status == 304
    assert (await _ask(world, "GET", call, headers={"If-None-Match": '"other"'})).status == 200
    head = await _ask(world, "HEAD", call)
    assert (head.status, head.body, head.etag) == (200, b"", seen.etag)
    assert seen.headers["Cache-Control"]
    if ACCESS[name] is not Access.ANYONE:
        assert "private" in seen.headers["Cache-Control"]


@pytest.mark.parametrize("name", CHANGES)
async def test_a_stale_tag_changes_nothing_and_a_star_is_no_condition(
    world: World, name: str
) -> None:
    method = name.partition(" ")[0]
    call = await WRITES[name](world)
    for stale in ('"1-0123456789abcdef01"', '"nonsense"', 'W/"1-0"'):
        reply = await _ask(world, method, call, headers={"If-Match": stale})
        assert (reply.status, reply.code) == (412, "precondition_failed"), stale
    # A review that is not there yet matches nothing, not even the star (RFC 9110 §13.1.1).
    headers = {} if method == "PUT" else {"If-Match": "*"}
    reply = await _ask(world, method, call, headers=headers)
    assert reply.status < 300, reply.body


@pytest.mark.parametrize("name", sorted(TAGGED))
async def test_of_ten_writers_with_one_tag_one_wins(world: World, name: str) -> None:
    call = await WRITES[name](world)
    field = next(iter(call.body))
    tag = (await _ask(world, "GET", Call(call.person, call.path))).etag
    replies = await asyncio.gather(
        *(
            _ask(
                world,
                "PATCH",
                Call(call.person, call.path, {field: f"Number {n}"}),
                headers={"If-Match": tag},
            )
            for n in range(10)
        )
    )
    assert sorted(reply.status for reply in replies) == [200] + [412] * 9
    winner = next(reply for reply in replies if reply.status == 200)
    now = await _ask(world, "GET", Call(call.person, call.path))
    assert now.data[field] == winner.data[field]
    # Its tag may be sent with the next write.
    after = await _ask(
        world,
        "PATCH",
        Call(call.person, call.path, {field: "The last"}),
        headers={"If-Match": winner.etag},
    )
    assert after.status == 200


@pytest.mark.parametrize("what", ["lessons", "questions"])
async def test_of_ten_reorderings_with_one_tag_one_wins(world: World, what: str) -> None:
    name = {
        "lessons": "PATCH /api/v1/lessons/reorder",
        "questions": "PATCH /api/v1/quizzes/{quiz_id}/questions/reorder",
    }[what]
    call = await WRITES[name](world)
    tag = (await _ask(world, "PATCH", call)).etag
    field = "lesson_ids" if what == "lessons" else "question_ids"
    back = Call(call.person, call.path, {**call.body, field: call.body[field][::-1]})
    replies = await asyncio.gather(
        *(_ask(world, "PATCH", back, headers={"If-Match": tag}) for _ in range(10))
    )
    assert sorted(reply.status for reply in replies) == [200] + [412] * 9
