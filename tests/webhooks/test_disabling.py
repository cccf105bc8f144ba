"""A receiver that is gone or fails for days is disabled, and its owner is told."""

import asyncio
from typing import Any

import pytest

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs.claims import claim
from lms.health.queries import measure_webhooks
from lms.notifications.mailbox import read_mails
from lms.notifications.mailer import mail_folder
from lms.notifications.tasks import send_email
from lms.settings import Settings
from tests.api import Api
from tests.people import Person
from tests.webhooks.conftest import (
    Sink,
    context,
    deliver,
    make_webhook,
)
from tests.webhooks.deliveries import list_deliveries, record_completions

pytestmark = pytest.mark.usefixtures("open_nets")


async def test_a_410_disables_the_webhook_and_mails_its_owner(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    sink.answer = lambda count: 410
    webhook = await make_webhook(api, tara, sink.url)
    other = await make_webhook(api, tara, "https://hooks.example.com/", "course.updated")
    await record_completions(db, course, times=8)
    await deliver(context(settings, db))
    assert len(sink.received) <= 5  # those that were on their way
    read = (await api.get(f"/webhooks/{webhook['id']}", as_=tara)).data
    assert (read["is_active"], read["disabled_reason"]) == (False, "gone")
    assert (await api.get(f"/webhooks/{other['id']}", as_=tara)).data["is_active"]
    assert {d["status"] for d in await list_deliveries(api, tara, webhook)} == {"failed"}
    [mail] = await _mails(settings, db)
    assert (mail.to, "127.0.0.1 was disabled" in mail.subject) == (tara.email, True)
    assert "410" in mail.text


async def _mails(settings: Settings, db: Pool) -> list[Any]:

    before = {m.sent_at for m in read_mails(mail_folder(settings), limit=999)}
    for job in await claim(db, "emails", {"send_email": 9}, room=9, lease_seconds=60):
        await send_email(context(settings, db), job)
    mails = await asyncio.to_thread(read_mails, mail_folder(settings), limit=999)
    return [mail for mail in mails if mail.sent_at not in before]


async def test_five_days_of_failures_without_a_success_disable_a_webhook(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    webhook = await make_webhook(api, tara, sink.url)
    answers = {1: 500, 2: 200}
    sink.answer = lambda count: answers.get(count, 500)

    async def attempt(days_later: int) -> Any:
        await record_completions(db, course)
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


async def test_webhooks_are_counted_by_whether_they_work(
    api: Api, db: Pool, tara: Person, sink: Sink
) -> None:
    hooks = [await make_webhook(api, tara, sink.url) for _ in range(5)]
    await api.patch(f"/webhooks/{hooks[0]['id']}", {"is_active": False}, as_=tara)
    async with begin(db) as connection:
        for hook, change in (
            (hooks[1], "is_active = false, disabled_reason = 'gone'"),
            (hooks[2], "failing_since = now() - interval '31 minutes'"),
            (hooks[3], "failing_since = now() - interval '1 minute'"),  # may be an accident
        ):
            await connection.execute(
                f"update webhooks set {change} where id = $1",
                hook["id"],
            )
    counts = {one.label: one.value for one in await measure_webhooks(db)}
    assert counts == {"healthy": 2, "failing": 1, "disabled": 1, "stopped": 1}
