"""What is not yours to see is answered like what is not there, byte for byte."""

import re
from dataclasses import replace

import pytest

from lms.core.http.access import ROLES
from lms.permissions import ACCESS
from tests.api import Response
from tests.contract.reads import READS
from tests.contract.world import NOWHERE, Call, World
from tests.contract.writes import WRITES

_WITH_ID = sorted(name for name in (*READS, *WRITES) if "_id}" in name or "{course}" in name)
# Its address is signed: whoever has it may send, and nobody else can make one.
SIGNED = {"PUT /api/v1/files/uploads/{upload_id}/content"}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _bare(reply: Response) -> tuple[int, bytes, dict[str, str]]:
    """A reply but for its request id, clock and limits."""
    headers = {
        name: value
        for name, value in reply.headers.items()
        if name.lower() not in ("x-request-id", "date")
    }
    request_id = reply.headers["X-Request-ID"]
    return reply.status, reply.body.replace(request_id.encode(), b""), headers


async def _hide(world: World) -> None:
    """Nothing of the course is public any more; who is in it stays in it."""
    await world.api.post(f"/courses/{world.course['id']}/unpublish", as_=world.tara)


@pytest.mark.parametrize("name", [name for name in _WITH_ID if name not in SIGNED])
async def test_a_strangers_object_looks_like_a_missing_one(world: World, name: str) -> None:
    method = name.partition(" ")[0]
    call: Call = await (READS | WRITES)[name](world)
    await _hide(world)
    access = ACCESS[name]
    strangers = [
        person
        for person, role in ((world.olly, "student"), (world.theo, "instructor"))
        if role in ROLES.get(access, ("student", "instructor"))
    ]
    missing_path = _UUID.sub(NOWHERE, call.path)
    assert missing_path != call.path
    for stranger in strangers:
        theirs = await world.ask(method, replace(call, person=stranger))
        absent = await world.ask(method, replace(call, person=stranger, path=missing_path))
        assert _bare(theirs) == _bare(absent), (stranger.full_name, theirs.body, absent.body)
        assert theirs.status == 404
