"""Every GET has a tag and honours it; every write of a resource honours If-Match."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from lms.analytics.activity import ACTIVITY
from lms.core.http.access import Access
from lms.core.http.routing import endpoints
from lms.permissions import ACCESS
from tests.api import Response
from tests.contract.reads import PAGES, READS
from tests.contract.world import Call, World
from tests.contract.writes import WRITES

CHANGES = sorted(name for name in WRITES if not name.startswith("POST "))
UNTAGGED = {"GET /metrics"}  # of another moment each time, and for a machine that keeps nothing
# Where a race is over a resource that another address shows: whose tag the writers send.
SHOWN_AT = {
    "PATCH /api/v1/enrollments/{enrollment_id}/lessons/{lesson_id}/progress": "/enrollments/{}",
    "PATCH /api/v1/attempts/{attempt_id}/answers": "/attempts/{}",
}
# What ten writers write, each something else.
FIELDS: dict[str, Callable[[int], Any]] = {
    "PATCH /api/v1/courses/{course}": lambda n: {"title": f"Number {n}"},
    "PATCH /api/v1/lessons/{lesson_id}": lambda n: {"title": f"Number {n}"},
    "PATCH /api/v1/quizzes/{quiz_id}": lambda n: {"title": f"Number {n}"},
    "PATCH /api/v1/questions/{question_id}": lambda n: {"text": f"Number {n}"},
    "PATCH /api/v1/users/me": lambda n: {"bio": f"Number {n}"},
    "PATCH /api/v1/users/{user_id}": lambda n: {"full_name": f"Number {n}"},
    "PATCH /api/v1/files/{file_id}": lambda n: {"filename": f"number-{n}.png"},
    "PATCH /api/v1/certificates/{certificate_id}": lambda n: {"is_public": n % 2 == 0},
    "PATCH /api/v1/webhooks/{webhook_id}": lambda n: {"url": f"https://a.example.com/{n}"},
    "PATCH /api/v1/enrollments/{enrollment_id}/lessons/{lesson_id}/progress": lambda n: {
        "last_position_seconds": n
    },
    "PUT /api/v1/courses/{course_id}/reviews": lambda n: {"rating": 1 + n % 5, "text": f"{n}"},
    "PATCH /api/v1/quizzes/{quiz_id}/extensions/{user_id}": lambda n: {"extra_minutes": n + 1},
}
# These send something of their own.
OWN_RACES = {
    "PATCH /api/v1/lessons/reorder",
    "PATCH /api/v1/quizzes/{quiz_id}/questions/reorder",
    "PATCH /api/v1/attempts/{attempt_id}/answers",
}
# What no GET shows alone has no tag, so that every tag fails: a session, an upload on its way.
NO_TAG = {
    "DELETE /api/v1/auth/sessions/{session_id}",
    "PUT /api/v1/files/uploads/{upload_id}/content",
}


def test_every_get_is_walked(app: web.Application) -> None:
    gets = {endpoint.name for endpoint in endpoints(app) if endpoint.method == "GET"}
    walked = {*READS, *PAGES}
    assert gets - UNTAGGED == walked, "add a call to tests/contract/reads.py"


def test_every_change_is_walked_and_raced(app: web.Application) -> None:
    changing = {e.name for e in endpoints(app) if e.method in ("PUT", "PATCH", "DELETE")}
    assert changing == set(CHANGES), "add a valid call to tests/contract/writes.py"
    raced = {*FIELDS, *OWN_RACES, *(name for name in CHANGES if name.startswith("DELETE "))}
    assert raced | NO_TAG == changing, "add what ten writers write"


async def _ask(world: World, method: str, call: Call, **options: Any) -> Response:
    return await world.ask(method, call, **options)


@pytest.mark.parametrize("name", sorted(PAGES))
async def test_an_unchanged_page_is_not_sent_again(world: World, name: str) -> None:
    async def ask(**headers: str) -> Response:
        return await world.api.get(PAGES[name], root=True, check=False, headers=headers)

    seen = await ask()
    assert seen.status == 200, seen.body
    again = await ask(**{"If-None-Match": f'"x", {seen.etag}'})
    assert (again.status, again.body, again.etag) == (304, b"", seen.etag)
    assert again.headers["X-Frame-Options"]
    assert (await ask(**{"If-None-Match": '"other"'})).status == 200


@pytest.mark.parametrize("name", sorted(READS))
async def test_an_unchanged_resource_is_not_sent_again(world: World, name: str) -> None:
    call = await READS[name](world)
    await world.app[ACTIVITY].write()  # else the number of the active moves meanwhile
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
    if ACCESS[name] not in (Access.ANYONE, Access.PROBE):
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


async def _tag_of(world: World, name: str, call: Call) -> str:
    """The tag of what a call changes, as a client comes to know it."""
    if name in SHOWN_AT:
        path = SHOWN_AT[name].format(call.path.split("/")[2])
        return (await _ask(world, "GET", Call(call.person, path))).etag
    seen = await _ask(world, "GET", Call(call.person, call.path))
    # What no GET shows, or only in a list, tells its tag when it is written.
    if seen.status == 200 and "-" in seen.etag:
        return seen.etag
    return (await _ask(world, name.partition(" ")[0], call)).etag


@pytest.mark.parametrize("name", sorted(FIELDS))
async def test_of_ten_writers_with_one_tag_one_wins(world: World, name: str) -> None:
    method = name.partition(" ")[0]
    call = await WRITES[name](world)
    tag = await _tag_of(world, name, call)
    bodies = [FIELDS[name](n) for n in range(10)]
    replies = await asyncio.gather(
        *(
            _ask(world, method, replace(call, body=body), headers={"If-Match": tag})
            for body in bodies
        )
    )
    assert sorted(reply.status for reply in replies) == [200] + [412] * 9
    assert {reply.code for reply in replies if reply.status == 412} == {"precondition_failed"}
    winner = next(n for n, reply in enumerate(replies) if reply.status == 200)
    assert _holds(replies[winner].data, bodies[winner])
    now = await _ask(world, "GET", Call(call.person, call.path))
    if now.status == 200 and isinstance(now.data, dict):
        assert _holds(now.data, bodies[winner])
    # The winner's tag, or what is read afterwards, may be sent with the next write.
    newer = replies[winner].headers.get("ETag") or await _tag_of(world, name, call)
    again = replace(call, body=FIELDS[name](20))
    after = await _ask(world, method, again, headers={"If-Match": newer})
    assert after.status == 200, after.body


def _holds(data: Any, body: Any) -> bool:
    data = data.get("progress", data)
    return all(data[field] == value for field, value in body.items())


@pytest.mark.parametrize(
    "name", sorted(name for name in CHANGES if name.startswith("DELETE ") and name not in NO_TAG)
)
async def test_a_stale_tag_deletes_nothing_and_ten_deletions_count_once(
    world: World, name: str
) -> None:
    call = await WRITES[name](world)
    seen = await _ask(world, "GET", Call(call.person, call.path))
    assert seen.status == 200, "no GET shows it alone: name it in NO_TAG"
    for change in FIELDS:
        if change.partition(" ")[2] == name.partition(" ")[2]:
            body = FIELDS[change](1)
            assert (await _ask(world, "PATCH", replace(call, body=body))).status == 200
            stale = await _ask(world, "DELETE", call, headers={"If-Match": seen.etag})
            assert (stale.status, stale.code) == (412, "precondition_failed")
    now = (await _ask(world, "GET", Call(call.person, call.path))).etag
    replies = await asyncio.gather(
        *(_ask(world, "DELETE", call, headers={"If-Match": now}) for _ in range(10))
    )
    # The others find it gone, changed, or themselves erased.
    statuses = sorted(reply.status for reply in replies)
    assert statuses[0] == 204, replies[0].body
    assert set(statuses[1:]) <= {401, 403, 404, 412}, statuses


@pytest.mark.parametrize("what", ["lessons", "questions"])
async def test_of_ten_reorderings_with_one_tag_one_wins(world: World, what: str) -> None:
    name = {
        "lessons": "PATCH /api/v1/lessons/reorder",
        "questions": "PATCH /api/v1/quizzes/{quiz_id}/questions/reorder",
    }[what]
    call = await WRITES[name](world)
    tag = (await _ask(world, "PATCH", call)).etag
    field = "lesson_ids" if what == "lessons" else "question_ids"
    back = replace(call, body={**call.body, field: call.body[field][::-1]})
    replies = await asyncio.gather(
        *(_ask(world, "PATCH", back, headers={"If-Match": tag}) for _ in range(10))
    )
    assert sorted(reply.status for reply in replies) == [200] + [412] * 9


async def test_of_ten_savers_with_one_tag_one_wins(world: World) -> None:
    name = "PATCH /api/v1/attempts/{attempt_id}/answers"
    call = await WRITES[name](world)
    tag = await _tag_of(world, name, call)
    [answer] = call.body["answers"]
    replies = await asyncio.gather(
        *(
            _ask(
                world,
                "PATCH",
                replace(call, body={"answers": [{**answer, "seq": n + 1}]}),
                headers={"If-Match": tag},
            )
            for n in range(10)
        )
    )
    assert sorted(reply.status for reply in replies) == [200] + [412] * 9
