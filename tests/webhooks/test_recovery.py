"""Recovery: events that a receiver missed are sent again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs.claims import claim
from lms.settings import Settings
from lms.webhooks.tasks import recover_webhook
from tests.api import Api
from tests.factories import make_course
from tests.people import Person
from tests.webhooks.conftest import (
    Sink,
    context,
    deliver,
    make_webhook,
)
from tests.webhooks.deliveries import record_completions

pytestmark = pytest.mark.usefixtures("open_nets")


async def test_recovery_sends_failed_and_missed_events(
    api: Api, db: Pool, settings: Settings, tara: Person, theo: Person, course: Any, sink: Sink
) -> None:
    webhook = await make_webhook(api, tara, sink.url)
    sink.answer = lambda count: 410 if count == 2 else 200
    [early] = await record_completions(db, course)
    await deliver(context(settings, db))
    [failed] = await record_completions(db, course)
    await deliver(context(settings, db))
    missed = await record_completions(db, course, times=3)
    await record_completions(db, await make_course(api, theo))
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


async def test_a_long_recovery_continues_and_sends_each_event_once(
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
    told = await record_completions(db, course)
    await api.patch(f"/webhooks/{webhook['id']}", {"is_active": False}, as_=tara)
    missed = await record_completions(db, course, times=7)
    await record_completions(db, await make_course(api, theo))
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
