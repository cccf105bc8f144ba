"""An event reaches its receivers: signed, on schedule, and noted once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.events.log import record_event
from lms.settings import Settings
from lms.webhooks import deliveries
from lms.webhooks.deliveries import SCHEDULE, delay_after
from tests.api import Api
from tests.core.jobs.conftest import working
from tests.events.settling import settle
from tests.people import Cast, Person
from tests.webhooks.conftest import (
    LOOPBACK,
    Sink,
    a_lesson,
    context,
    deliver,
    make_all_due,
    make_webhook,
    raw_receiver,
)
from tests.webhooks.deliveries import list_deliveries, record_completions

pytestmark = pytest.mark.usefixtures("open_nets")


async def test_a_delivery_follows_the_standard_webhooks_specification(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    webhook = await make_webhook(api, tara, sink.url)
    [event_id] = await record_completions(db, course)
    await deliver(context(settings, db))
    [got] = sink.received
    body = Webhook(webhook["secret"]).verify(got.body, got.headers)
    assert set(body) == {"type", "timestamp", "data"}
    await settle(api)
    [event] = (await api.get("/events?types=lesson.completed", as_=tara)).data
    assert body == {key: event[key] for key in body}
    assert (got.headers["webhook-id"], got.headers["content-type"]) == (
        event_id, "application/json"
    )  # fmt: skip
    [noted] = await list_deliveries(api, tara, webhook)
    assert (noted["status"], noted["event_id"], noted["next_attempt_at"]) == (
        "succeeded", event_id, None
    )  # fmt: skip
    assert noted["attempts"][0]["status_code"] == 200
    with pytest.raises(WebhookVerificationError):
        Webhook(webhook["secret"]).verify(got.body + b" ", got.headers)


async def test_after_a_rotation_both_secrets_sign_for_a_day(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    old = (await make_webhook(api, tara, sink.url))["secret"]
    [webhook] = (await api.get("/webhooks", as_=tara)).data
    new = (await api.post(f"/webhooks/{webhook['id']}/rotate-secret", as_=tara)).data["secret"]
    await record_completions(db, course)
    await deliver(context(settings, db))
    for secret in (old, new):
        Webhook(secret).verify(sink.received[0].body, sink.received[0].headers)
    async with begin(db) as connection:
        await connection.execute("update webhooks set old_secret_until = now()")
    await record_completions(db, course)
    await deliver(context(settings, db))
    Webhook(new).verify(sink.received[1].body, sink.received[1].headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(sink.received[1].body, sink.received[1].headers)


async def test_webhooks_get_only_events_that_their_owners_may_see(
    api: Api, db: Pool, tara: Person, theo: Person, ada: Person, cast: Cast, course: Any
) -> None:
    former = await cast.person("Fred Former", role="instructor")
    url = "https://hooks.example.com/"
    hooks = {p.full_name: await make_webhook(api, p, url) for p in (tara, theo, ada, former)}
    await make_webhook(api, tara, url, "course.updated")  # of another type
    stopped = await make_webhook(api, tara, url)
    await api.patch(f"/webhooks/{stopped['id']}", {"is_active": False}, as_=tara)
    async with begin(db) as connection:
        await connection.execute("update users set role = 'student' where id = $1", former.id)
    await record_completions(db, course)
    async with db.acquire() as connection:
        told = {
            str(row[0])
            for row in await connection.fetch("select webhook_id from webhook_deliveries")
        }
    assert told == {hooks["Tara Teacher"]["id"], hooks["Ada Admin"]["id"]}


async def test_a_delivery_is_rolled_back_with_its_event(
    api: Api, db: Pool, tara: Person, course: Any
) -> None:
    await make_webhook(api, tara, "https://hooks.example.com/")
    async with db.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        data = a_lesson(course["id"])
        await record_event(connection, "lesson.completed", data, course_id=course["id"])
        await transaction.rollback()
        left = await connection.fetchval(
            "select (select count(*) from webhook_deliveries) + (select count(*) from jobs"
            " where queue = 'webhooks')"
        )
    assert left == 0


async def test_deleting_webhooks_while_events_are_recorded_is_safe(
    api: Api, db: Pool, tara: Person, course: Any
) -> None:
    async def record_some() -> None:
        for _ in range(40):
            await record_completions(db, course)

    async def come_and_go() -> None:
        for _ in range(40):
            webhook = await make_webhook(api, tara, "https://hooks.example.com/")
            assert (await api.delete(f"/webhooks/{webhook['id']}", as_=tara)).status == 204

    await asyncio.gather(record_some(), record_some(), come_and_go(), come_and_go())


def test_retries_follow_the_schedule_with_a_fifth_of_jitter() -> None:
    hours = [3600 * n for n in (2, 5, 10, 14, 20, 24)]
    assert list(SCHEDULE) == [5, 300, 1800, *hours]
    for tries, seconds in enumerate(SCHEDULE, 1):
        delays = [delay_after(tries) or 0 for _ in range(300)]
        assert seconds * 0.8 <= min(delays) < seconds * 0.85
        assert seconds * 1.15 < max(delays) <= seconds * 1.2
    assert delay_after(10) is None


@pytest.mark.parametrize("status", [300, 302, 400, 404, 429, 500, 503])
async def test_only_2xx_counts_and_the_next_attempt_is_on_schedule(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink, status: int
) -> None:
    sink.answer = lambda count: status if count == 1 else 204
    webhook = await make_webhook(api, tara, sink.url)
    await record_completions(db, course)
    await deliver(context(settings, db))
    [first] = await list_deliveries(api, tara, webhook)
    assert (first["status"], first["attempts"][0]["status_code"]) == ("pending", status)
    wait = datetime.fromisoformat(first["next_attempt_at"]) - datetime.now(UTC)
    assert timedelta(seconds=3) < wait < timedelta(seconds=6.1)
    assert await deliver(context(settings, db)) == 0  # promised for then, not for now
    await make_all_due(db)
    await deliver(context(settings, db))
    [second] = await list_deliveries(api, tara, webhook)
    assert (second["status"], len(second["attempts"])) == ("succeeded", 2)
    assert len(set(sink.ids)) == 1
    assert sink.received[0].body == sink.received[1].body


async def test_a_delivery_fails_after_ten_attempts_and_can_be_redelivered(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    sink.answer = lambda count: 500 if count <= 10 else 200
    webhook = await make_webhook(api, tara, sink.url)
    [event_id] = await record_completions(db, course)
    for _ in range(12):
        await deliver(context(settings, db))
        await make_all_due(db)
    [noted] = await list_deliveries(api, tara, webhook, "?status=failed")
    assert len(noted["attempts"]) == len(sink.received) == 10
    again = await api.post(f"/webhooks/deliveries/{noted['id']}/redeliver", as_=tara)
    assert (again.status, again.data["status"]) == (202, "pending")
    await deliver(context(settings, db))
    [noted] = await list_deliveries(api, tara, webhook, "?status=succeeded")
    assert set(sink.ids) == {event_id}


async def test_one_worker_at_a_time_serves_a_receiver(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any
) -> None:
    at_once = most = 0

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal at_once, most
        await reader.readuntil(b"\r\n\r\n")
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.02)
        at_once -= 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with raw_receiver(slow) as url:
        webhook = await make_webhook(api, tara, url)
        brisk = replace(settings, webhook_allowed_nets=LOOPBACK, sweep_seconds=0.2)
        async with working(brisk, "webhooks"):
            for _ in range(12):
                await record_completions(db, course, times=5)
                await asyncio.sleep(0.01)
            async with asyncio.timeout(20):
                while await list_deliveries(api, tara, webhook, "?status=pending&limit=1"):
                    await asyncio.sleep(0.05)
    assert most <= deliveries._AT_ONCE
    done = await api.get(f"/webhooks/{webhook['id']}/deliveries?include_total=true", as_=tara)
    assert done.meta["total"] == 60
    async with db.acquire() as connection:
        twice = await connection.fetchval(
            "select count(*) from webhook_deliveries where jsonb_array_length(attempts) <> 1"
        )
    assert twice == 0
