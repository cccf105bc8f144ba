"""A webhook is told at once what happened, and again when it is time, not at the next sweep."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from lms.settings import Settings
from tests.api import Api
from tests.core.jobs.conftest import working
from tests.factories import enroll, make_open_course
from tests.people import Person
from tests.webhooks.conftest import LOOPBACK, Sink, make_webhook

pytestmark = pytest.mark.usefixtures("open_nets")


@pytest.fixture
async def patient(settings: Settings) -> AsyncIterator[None]:
    """A worker that sweeps so rarely that only a wake-up can be what moves it."""
    calm = replace(settings, webhook_allowed_nets=LOOPBACK, sweep_seconds=60.0)
    async with working(calm, "webhooks"):
        await asyncio.sleep(0.5)  # its first sweep, at its start
        yield


async def _since(started: float, sink: Sink, count: int) -> float:
    await sink.wait_for(count, seconds=20)
    return time.monotonic() - started


async def test_what_triggers_record_is_told_at_once(
    api: Api, tara: Person, sam: Person, olly: Person, sink: Sink, patient: None
) -> None:
    course, [lesson] = await make_open_course(api, tara, lessons=1)
    told = ("enrollment.created", "lesson.completed", "enrollment.dropped")
    await make_webhook(api, tara, sink.url, *told)
    started = time.monotonic()
    enrollment = await enroll(api, sam, course)
    assert await _since(started, sink, 1) < 2
    started = time.monotonic()
    await api.post(f"/enrollments/{enrollment['id']}/lessons/{lesson['id']}/complete", as_=sam)
    assert await _since(started, sink, 2) < 2
    leaving = await enroll(api, olly, course)
    await sink.wait_for(3, seconds=20)
    started = time.monotonic()
    await api.delete(f"/enrollments/{leaving['id']}", as_=olly)
    assert await _since(started, sink, 4) < 2


async def test_a_failed_delivery_is_repeated_at_its_time(
    api: Api, tara: Person, sam: Person, sink: Sink, patient: None
) -> None:
    sink.answer = lambda count: 500 if count == 1 else 200
    course, _ = await make_open_course(api, tara, lessons=1)
    await make_webhook(api, tara, sink.url, "enrollment.created")
    await enroll(api, sam, course)
    await sink.wait_for(2, seconds=20)
    first, second = (one.at for one in sink.received)
    assert 4 <= second - first < 7  # 5 s, give or take a fifth, and what a busy machine takes


async def test_recovery_does_not_wait_for_the_next_try(
    api: Api, tara: Person, sam: Person, olly: Person, sink: Sink, patient: None
) -> None:
    sink.answer = lambda count: 500 if count <= 2 else 200
    course, _ = await make_open_course(api, tara, lessons=1)
    webhook = await make_webhook(api, tara, sink.url, "enrollment.created")
    await enroll(api, sam, course)
    await sink.wait_for(2, seconds=20)  # failed twice: the next try is five minutes away
    await _until_it_waits(api, tara, webhook)
    started = time.monotonic()
    reply = await api.post(
        f"/webhooks/{webhook['id']}/recover", {"since": "2020-01-01T00:00:00Z"}, as_=tara
    )
    assert (reply.status, reply.data) == (202, {"count": 1})
    assert await _since(started, sink, 3) < 2
    assert len(set(sink.ids)) == 1


async def _until_it_waits(api: Api, tara: Person, webhook: Any) -> None:
    async with asyncio.timeout(10):
        while True:
            path = f"/webhooks/{webhook['id']}/deliveries"
            [delivery] = (await api.get(path, as_=tara)).data
            if len(delivery["attempts"]) == 2:
                return
            await asyncio.sleep(0.05)
