"""An event reaches its receivers: signed, on schedule, once noted, and past whoever hangs."""

import asyncio
import resource
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs.claims import claim
from lms.events.log import record_event
from lms.notifications.mailer import mail_folder, read_mails
from lms.notifications.tasks import send_email
from lms.settings import Settings
from lms.webhooks import deliveries
from lms.webhooks.deliveries import SCHEDULE, delay_after
from lms.webhooks.tasks import recover_webhook
from tests.api import Api
from tests.core.jobs.conftest import working
from tests.events.test_event_log import _settle as settle
from tests.factories import make_course
from tests.people import Cast, Person
from tests.webhooks.conftest import (
    LOOPBACK,
    Sink,
    a_lesson,
    claim_deliveries,
    context,
    deliver,
    make_all_due,
    make_webhook,
    open_sink,
    raw_receiver,
)

pytestmark = pytest.mark.usefixtures("open_nets")


async def _record(db: Pool, course: Any, times: int = 1) -> list[str]:
    ids = []
    async with begin(db) as connection:
        for _ in range(times):
            data = a_lesson(course["id"])
            made = await record_event(connection, "lesson.completed", data, course_id=course["id"])
            ids.append(str(made))
    return ids


async def _deliveries(api: Api, who: Person, webhook: Any, query: str = "") -> list[Any]:
    return list((await api.get(f"/webhooks/{webhook['id']}/deliveries{query}", as_=who)).data)


@pytest.fixture
async def course(api: Api, tara: Person) -> Any:
    return await make_course(api, tara)


async def test_a_delivery_is_what_the_specification_says(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    webhook = await make_webhook(api, tara, sink.url)
    [event_id] = await _record(db, course)
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
    [noted] = await _deliveries(api, tara, webhook)
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
    await _record(db, course)
    await deliver(context(settings, db))
    for secret in (old, new):
        Webhook(secret).verify(sink.received[0].body, sink.received[0].headers)
    async with begin(db) as connection:
        await connection.execute("update webhooks set old_secret_until = now()")
    await _record(db, course)
    await deliver(context(settings, db))
    Webhook(new).verify(sink.received[1].body, sink.received[1].headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(sink.received[1].body, sink.received[1].headers)


async def test_owners_are_told_of_what_they_may_see(
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
    await _record(db, course)
    async with db.acquire() as connection:
        told = {
            str(row[0])
            for row in await connection.fetch("select webhook_id from webhook_deliveries")
        }
    assert told == {hooks["Tara Teacher"]["id"], hooks["Ada Admin"]["id"]}


async def test_a_delivery_is_undone_with_its_event(
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


async def test_a_webhook_deleted_at_the_same_moment_breaks_nobodys_story(
    api: Api, db: Pool, tara: Person, course: Any
) -> None:
    async def record_some() -> None:
        for _ in range(40):
            await _record(db, course)

    async def come_and_go() -> None:
        for _ in range(40):
            webhook = await make_webhook(api, tara, "https://hooks.example.com/")
            assert (await api.delete(f"/webhooks/{webhook['id']}", as_=tara)).status == 204

    await asyncio.gather(record_some(), record_some(), come_and_go(), come_and_go())


def test_the_schedule_is_the_promised_one_with_a_fifth_of_jitter() -> None:
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
    await _record(db, course)
    await deliver(context(settings, db))
    [first] = await _deliveries(api, tara, webhook)
    assert (first["status"], first["attempts"][0]["status_code"]) == ("pending", status)
    wait = datetime.fromisoformat(first["next_attempt_at"]) - datetime.now(UTC)
    assert timedelta(seconds=3) < wait < timedelta(seconds=6.1)
    assert await deliver(context(settings, db)) == 0  # promised for then, not for now
    await make_all_due(db)
    await deliver(context(settings, db))
    [second] = await _deliveries(api, tara, webhook)
    assert (second["status"], len(second["attempts"])) == ("succeeded", 2)
    assert len(set(sink.ids)) == 1
    assert sink.received[0].body == sink.received[1].body


async def test_after_ten_attempts_it_has_failed_and_can_be_sent_again(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    sink.answer = lambda count: 500 if count <= 10 else 200
    webhook = await make_webhook(api, tara, sink.url)
    [event_id] = await _record(db, course)
    for _ in range(12):
        await deliver(context(settings, db))
        await make_all_due(db)
    [noted] = await _deliveries(api, tara, webhook, "?status=failed")
    assert len(noted["attempts"]) == len(sink.received) == 10
    again = await api.post(f"/webhooks/deliveries/{noted['id']}/redeliver", as_=tara)
    assert (again.status, again.data["status"]) == (202, "pending")
    await deliver(context(settings, db))
    [noted] = await _deliveries(api, tara, webhook, "?status=succeeded")
    assert set(sink.ids) == {event_id}


async def test_410_disables_at_once_and_mails_the_owner(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    sink.answer = lambda count: 410
    webhook = await make_webhook(api, tara, sink.url)
    other = await make_webhook(api, tara, "https://hooks.example.com/", "course.updated")
    await _record(db, course, times=8)
    await deliver(context(settings, db))
    assert len(sink.received) <= 5  # those that were on their way
    read = (await api.get(f"/webhooks/{webhook['id']}", as_=tara)).data
    assert (read["is_active"], read["disabled_reason"]) == (False, "gone")
    assert (await api.get(f"/webhooks/{other['id']}", as_=tara)).data["is_active"]
    assert {d["status"] for d in await _deliveries(api, tara, webhook)} == {"failed"}
    [mail] = await _mails(settings, db)
    assert (mail.to, "127.0.0.1 was disabled" in mail.subject) == (tara.email, True)
    assert "410" in mail.text


async def _mails(settings: Settings, db: Pool) -> list[Any]:
    from lms.core.jobs.claims import claim

    before = {m.sent_at for m in read_mails(mail_folder(settings), limit=999)}
    for job in await claim(db, "emails", {"send_email": 9}, room=9, lease_seconds=60):
        await send_email(context(settings, db), job)
    mails = await asyncio.to_thread(read_mails, mail_folder(settings), limit=999)
    return [mail for mail in mails if mail.sent_at not in before]


async def test_five_days_of_failure_disable_and_a_success_between_starts_anew(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    webhook = await make_webhook(api, tara, sink.url)
    answers = {1: 500, 2: 200}
    sink.answer = lambda count: answers.get(count, 500)

    async def attempt(days_later: int) -> Any:
        await _record(db, course)
        async with begin(db) as connection:
            await connection.execute(
                "update webhooks set failing_since = failing_since - make_interval(days => $1)",
                days_later,
            )
        await deliver(context(settings, db))
        return (await api.get(f"/webhooks/{webhook['id']}", as_=tara)).data

    assert (await attempt(0))["is_active"]  # fails
    assert (await attempt(9))["is_active"]  # succeeds
    assert (await attempt(0))["is_active"]  # fails for the first time since
    assert (await attempt(4))["is_active"]
    disabled = await attempt(1)
    assert (disabled["is_active"], disabled["disabled_reason"]) == (False, "failing")
    [mail] = await _mails(settings, db)
    assert "five days" in mail.text
    reopened = await api.patch(f"/webhooks/{webhook['id']}", {"is_active": True}, as_=tara)
    assert (reopened.data["is_active"], reopened.data["disabled_reason"]) == (True, None)
    assert (await attempt(0))["is_active"]  # its record is clean


async def test_recovering_sends_what_failed_and_what_was_missed(
    api: Api, db: Pool, settings: Settings, tara: Person, theo: Person, course: Any, sink: Sink
) -> None:
    webhook = await make_webhook(api, tara, sink.url)
    sink.answer = lambda count: 410 if count == 2 else 200
    [early] = await _record(db, course)
    await deliver(context(settings, db))
    [failed] = await _record(db, course)
    await deliver(context(settings, db))
    missed = await _record(db, course, times=3)
    await _record(db, await make_course(api, theo))
    await api.patch(f"/webhooks/{webhook['id']}", {"is_active": True}, as_=tara)
    reply = await api.post(
        f"/webhooks/{webhook['id']}/recover", {"since": "2020-01-01T00:00:00Z"}, as_=tara
    )
    assert (reply.status, reply.data) == (202, {"count": 4})
    await deliver(context(settings, db))
    assert sink.ids[0] == early
    assert sorted(sink.ids[2:]) == sorted([failed, *missed])
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    nothing = await api.post(f"/webhooks/{webhook['id']}/recover", {"since": later}, as_=tara)
    assert nothing.data == {"count": 0}


async def test_a_long_recovery_goes_on_by_itself_and_tells_each_event_once(
    api: Api,
    db: Pool,
    settings: Settings,
    tara: Person,
    theo: Person,
    course: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lms.webhooks.recovery._AT_ONCE", 3)
    webhook = await make_webhook(api, tara, "https://hooks.example.com/")
    told = await _record(db, course)
    await api.patch(f"/webhooks/{webhook['id']}", {"is_active": False}, as_=tara)
    missed = await _record(db, course, times=7)
    await _record(db, await make_course(api, theo))
    await api.patch(f"/webhooks/{webhook['id']}", {"is_active": True}, as_=tara)
    async with begin(db) as connection:
        await connection.execute(
            "update webhook_deliveries set status = 'succeeded', next_attempt_at = null"
        )
    path, since = f"/webhooks/{webhook['id']}/recover", {"since": "2020-01-01T00:00:00Z"}
    assert (await api.post(path, since, as_=tara)).data == {"count": 3}
    rounds = 0
    while found := await claim(db, "webhooks", {"recover_webhook": 9}, room=9, lease_seconds=60):
        [job] = found
        await recover_webhook(context(settings, db), job)
        rounds += 1
    assert rounds == 2
    async with db.acquire() as connection:
        rows = await connection.fetch("select event_id, status from webhook_deliveries")
    pending = [str(row["event_id"]) for row in rows if row["status"] == "pending"]
    assert sorted(pending) == sorted(missed)
    assert [str(row["event_id"]) for row in rows if row["status"] == "succeeded"] == told
    # Whoever stops it in between stops the rest as well.
    await api.patch(f"/webhooks/{webhook['id']}", {"is_active": False}, as_=tara)
    await api.patch(f"/webhooks/{webhook['id']}", {"is_active": True}, as_=tara)
    await api.post(path, since, as_=tara)
    await api.patch(f"/webhooks/{webhook['id']}", {"is_active": False}, as_=tara)
    [job] = await claim(db, "webhooks", {"recover_webhook": 9}, room=9, lease_seconds=60)
    await recover_webhook(context(settings, db), job)
    assert not await claim(db, "webhooks", {"recover_webhook": 9}, room=9, lease_seconds=60)
    async with db.acquire() as connection:
        assert not await connection.fetchval(
            "select count(*) from webhook_deliveries where status = 'pending'"
        )


async def test_who_works_for_a_receiver_works_alone_and_nothing_is_left_behind(
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
                await _record(db, course, times=5)
                await asyncio.sleep(0.01)
            async with asyncio.timeout(20):
                while await _deliveries(api, tara, webhook, "?status=pending&limit=1"):
                    await asyncio.sleep(0.05)
    assert most <= deliveries._AT_ONCE
    done = await api.get(f"/webhooks/{webhook['id']}/deliveries?include_total=true", as_=tara)
    assert done.meta["total"] == 60
    async with db.acquire() as connection:
        twice = await connection.fetchval(
            "select count(*) from webhook_deliveries where jsonb_array_length(attempts) <> 1"
        )
    assert twice == 0


async def test_a_burst_of_promises_is_kept_by_one_job(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    await make_webhook(api, tara, sink.url)
    for _ in range(100):
        await _record(db, course)
    [job, *others] = await claim_deliveries(db)
    assert len(others) == 98  # room for 99
    from lms.webhooks.tasks import deliver_to_webhook

    worker = context(settings, db)
    for other in others:  # each finds the one that is still in hand, or was the last
        await deliver_to_webhook(worker, other)
    assert sink.received == []
    await deliver_to_webhook(worker, job)
    assert len(sink.received) == len(set(sink.ids)) == 100
    async with db.acquire() as connection:
        left = await connection.fetchval("select count(*) from jobs where status <> 'done'")
    assert left == 0


async def test_what_nobody_is_promised_to_deliver_is_found(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    from lms.webhooks import queries

    webhook = await make_webhook(api, tara, sink.url)
    await make_webhook(api, tara, "https://hooks.example.com/")
    await _record(db, course)
    assert await queries.promise_overdue_deliveries(db) == []
    async with begin(db) as connection:
        await connection.execute(
            "update webhook_deliveries set next_attempt_at = now() - interval '1 minute'"
        )
        await connection.execute(
            "update jobs set status = 'dead', finished_at = now() where args->>'webhook_id' = $1",
            webhook["id"],
        )
    assert [str(found) for found in await queries.promise_overdue_deliveries(db)] == [webhook["id"]]
    assert await queries.promise_overdue_deliveries(db) == []


async def test_bad_receivers_delay_nobody_and_fill_no_memory(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any
) -> None:
    """One hangs, one answers without end, one drips headers, beside twenty good ones."""
    sent = 0

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-A: ")
        while True:
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.5)

    good = 20

    async def p99(bad: list[str]) -> float:
        """Of the time from an event's commit to its arrival at a good receiver."""
        async with AsyncExitStack() as stack:
            sinks = [await stack.enter_async_context(open_sink()) for _ in range(good)]
            webhooks = [
                await make_webhook(api, tara, url) for url in (*bad, *(sink.url for sink in sinks))
            ]
            recorded: dict[str, float] = {}
            async with working(brisk, "webhooks"):
                for _ in range(5):
                    for made in await _record(db, course, times=2):
                        recorded[made] = asyncio.get_running_loop().time()
                    await asyncio.sleep(0.1)
                for sink in sinks:
                    await sink.wait_for(10, seconds=120)
            for webhook in webhooks:
                await api.delete(f"/webhooks/{webhook['id']}", as_=tara)
        waits = sorted(
            one.at - recorded[one.headers["webhook-id"]] for sink in sinks for one in sink.received
        )
        assert len(waits) == good * 10
        return waits[int(len(waits) * 0.99)]

    brisk = replace(settings, webhook_allowed_nets=LOOPBACK, sweep_seconds=0.2)
    alone = await p99([])  # for the report of a failure
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with AsyncExitStack() as stack:
        bad = [await stack.enter_async_context(raw_receiver(h)) for h in (hang, endless, drip)]
        beside = await p99(bad)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert beside < 5.0, (alone, beside)
    assert grown < 30_000  # kB
    # What the endless one got rid of stayed in the buffers of its sockets and ours.
    assert sent < 20 * 8 * 2**20


async def test_the_time_limit_is_kept(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from lms.webhooks import sending

    assert sending.TIMEOUT_SECONDS == 15
    monkeypatch.setattr(sending, "TIMEOUT_SECONDS", 0.3)

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    mine = replace(settings, webhook_allowed_nets=LOOPBACK)
    async with raw_receiver(hang) as url, sending.open_sender(mine, at_once=1) as sender:
        started = time.monotonic()
        outcome = await sender.post(url, b"{}", {})
    assert (outcome.status_code, outcome.error) == (None, "timeout")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", "connection_lost"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "bad_response"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: " + b"a" * 100_000 + b"\r\n\r\n", "bad_response"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "bad_response"),
    ],
)
async def test_a_broken_receiver_costs_an_attempt_and_nothing_more(
    settings: Settings, answer: bytes, error: str
) -> None:
    from lms.webhooks.sending import open_sender

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)

    mine = replace(settings, webhook_allowed_nets=LOOPBACK)
    async with raw_receiver(reply) as url, open_sender(mine, at_once=1) as sender:
        assert (await sender.post(url, b"{}", {})).error == error
        assert (await sender.post("http://127.0.0.1:1/", b"{}", {})).error == "connection_failed"


async def test_production_sends_to_https_alone(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    webhook = await make_webhook(api, tara, sink.url)
    await _record(db, course)
    await deliver(context(settings, db, environment="production"))
    [noted] = await _deliveries(api, tara, webhook)
    assert noted["attempts"][0]["error"] == "forbidden_address"
    assert sink.received == []
