"""The document's examples are true: each is a reply of the application, as it answers today."""

import os
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from aiohttp import web

from lms.core.http.routing import endpoints
from lms.core.jobs.tasks import WorkerContext
from lms.events.payloads import TYPES
from lms.openapi.examples import FILE, examples
from lms.processes.loading import load_tasks
from tests.contract.examples import EXAMPLES, happen
from tests.contract.recording import Scribe, shape_of
from tests.contract.world import World

_RECORDS = bool(os.environ.get("RECORD_EXAMPLES"))  # set by bin/examples


def _scribe(world: World) -> Scribe:
    people = {name: getattr(world, name) for name in ("tara", "theo", "sam", "olly", "ada")}
    known = {str(person.id): name for name, person in people.items()}
    things = {
        "course": world.course,
        "draft": world.draft,
        "place": world.place,
        "quiz": world.quiz,
    }
    known |= {thing["id"]: name for name, thing in things.items()}
    known |= {one["id"]: f"lesson {n}" for n, one in enumerate(world.lessons)}
    known |= {one["id"]: f"question {n}" for n, one in enumerate(world.questions)}
    return Scribe(datetime.now(UTC), known)


def _compare(name: str, new: Any) -> None:
    """Hold a call against the example, or write it down."""
    if _RECORDS:
        found = {**orjson.loads(FILE.read_bytes()), name: new}
        options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
        FILE.write_bytes(orjson.dumps(found, option=options))
        return
    assert shape_of(examples().get(name)) == shape_of(new), f"{name}: run bin/examples"


@pytest.mark.parametrize("name", sorted(EXAMPLES))
async def test_an_example_is_what_the_application_answers(world: World, name: str) -> None:
    call = await EXAMPLES[name](world)
    reply = await world.ask(name.partition(" ")[0], call)
    assert reply.status < 300, reply.body
    scribe = _scribe(world)
    new: dict[str, Any] = {"status": reply.status}
    if call.content is None and call.body is not None:
        new["request"] = scribe.write(orjson.loads(orjson.dumps(call.body, default=str)))
    if reply.headers.get("Content-Type", "").startswith("application/json"):
        new["reply"] = scribe.write(reply.json)
    _compare(name, new)


async def test_the_webhooks_examples_are_events_that_happened(
    world: World, context: WorkerContext
) -> None:
    load_tasks()
    events = await happen(world, context)
    assert set(events) == set(TYPES)
    for type, body in events.items():
        _compare(f"webhook {type}", {"reply": _scribe(world).write(body)})


def test_every_route_and_event_has_an_example(app: web.Application) -> None:
    wanted = {
        endpoint.name
        for endpoint in endpoints(app)
        if "application/json" in endpoint.media_types
        and endpoint.name not in ("GET /openapi.json", "GET /metrics")
        and not (endpoint.raw and endpoint.path == endpoint.path.removeprefix("/api/"))
    }
    assert wanted <= set(EXAMPLES), "add a call to tests/contract/examples.py"
    gone = set(examples()) - set(EXAMPLES) - {f"webhook {type}" for type in TYPES}
    assert not gone, "run bin/examples"
