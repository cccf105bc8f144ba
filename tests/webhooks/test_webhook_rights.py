"""A webhook is told what its owner may know at the moment of telling."""

from typing import Any

import pytest

from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Api
from tests.factories import give_course, make_course
from tests.people import Person
from tests.roles import give_role
from tests.webhooks.conftest import Sink, context, deliver, make_all_due, make_webhook
from tests.webhooks.deliveries import list_deliveries, record_completions

pytestmark = pytest.mark.usefixtures("open_nets")


async def test_open_deliveries_stop_when_the_course_changes_hands(
    api: Api, db: Pool, settings: Settings, tara: Person, theo: Person, ada: Person, sink: Sink
) -> None:
    course, kept = await make_course(api, tara), await make_course(api, tara)
    webhook = await make_webhook(api, tara, sink.url)
    await record_completions(db, course, times=3)
    [still] = await record_completions(db, kept)
    await give_course(api, ada, course, theo)
    await record_completions(db, course)  # which makes no delivery for Tara
    await deliver(context(settings, db))
    assert sink.ids == [still]
    rows = await list_deliveries(api, tara, webhook)
    assert sorted(row["status"] for row in rows) == ["failed"] * 3 + ["succeeded"]
    stopped = next(row for row in rows if row["status"] == "failed")
    again = await api.post(f"/webhooks/deliveries/{stopped['id']}/redeliver", as_=tara)
    assert again.status == 404
    since = {"since": "2020-01-01T00:00:00Z"}
    recovered = await api.post(f"/webhooks/{webhook['id']}/recover", since, as_=tara)
    assert recovered.data == {"count": 0}
    await deliver(context(settings, db))
    assert sink.ids == [still]


async def test_a_retry_asks_again_whether_the_owner_may_know(
    api: Api, db: Pool, settings: Settings, tara: Person, theo: Person, ada: Person, sink: Sink
) -> None:
    course = await make_course(api, tara)
    await make_webhook(api, tara, sink.url)
    sink.answer = lambda count: 500
    await record_completions(db, course)
    await deliver(context(settings, db))
    assert len(sink.ids) == 1
    await give_course(api, ada, course, theo)
    await make_all_due(db)
    await deliver(context(settings, db))
    assert len(sink.ids) == 1


@pytest.mark.parametrize("first", ["deliver", "demote"])
async def test_an_owner_who_is_demoted_is_told_nothing_more(
    api: Api, db: Pool, settings: Settings, tara: Person, ada: Person, sink: Sink, first: str
) -> None:
    course: Any = await make_course(api, tara)
    webhook = await make_webhook(api, tara, sink.url)
    admins = await make_webhook(api, ada, sink.url)
    await record_completions(db, course)
    if first == "deliver":
        await deliver(context(settings, db))
    count = len(sink.ids)
    await give_role(api, ada, tara, "student")
    await record_completions(db, course)
    await deliver(context(settings, db))
    assert len(sink.ids) == count + (1 if first == "deliver" else 2)  # Ada's
    rows = await list_deliveries(api, ada, webhook)
    assert [row["status"] for row in rows] == ["succeeded" if first == "deliver" else "failed"]
    assert len(await list_deliveries(api, ada, admins)) == 2
