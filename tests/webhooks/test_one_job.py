"""However many events wait for a receiver, one job at a time delivers them."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs.claims import claim, draw
from lms.core.jobs.queries import count_jobs, expire_leases
from lms.settings import Settings
from lms.webhooks.queries import promise_due_receivers
from lms.webhooks.tasks import deliver_to_webhook
from tests.api import Api
from tests.people import Person
from tests.webhooks.conftest import Sink, claim_deliveries, context, deliver, make_webhook
from tests.webhooks.deliveries import record_completions

pytestmark = pytest.mark.usefixtures("open_nets")


async def _jobs(db: Pool) -> int:
    async with db.acquire() as connection:
        return int(await connection.fetchval("select count(*) from jobs where queue = 'webhooks'"))


async def test_a_burst_of_events_makes_one_job_for_each_receiver(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    await make_webhook(api, tara, sink.url)
    await make_webhook(api, tara, sink.url)
    await make_webhook(api, tara, sink.url, "course.updated")  # which waits for nothing
    await record_completions(db, course, times=100)
    assert await _jobs(db) == 0
    await asyncio.gather(*(draw(db, "webhooks") for _ in range(5)))
    assert await _jobs(db) == 2
    assert await deliver(context(settings, db)) == 2
    assert len(sink.received) == 200
    assert await _jobs(db) == 0  # nobody asks about them later


async def test_no_second_job_begins_while_one_works(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    await make_webhook(api, tara, sink.url)
    await record_completions(db, course)
    [job] = await claim_deliveries(db)
    await record_completions(db, course)
    assert await claim_deliveries(db) == []
    await deliver_to_webhook(context(settings, db), job)
    assert len(sink.received) == 2
    await record_completions(db, course)
    assert len(await claim_deliveries(db)) == 1


async def test_the_lease_of_a_killed_worker_passes_on(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    await make_webhook(api, tara, sink.url)
    await record_completions(db, course, times=3)
    [killed] = await claim_deliveries(db)
    async with begin(db) as connection:
        await connection.execute("update jobs set lease_expires_at = now() - interval '1 second'")
    assert [one.id for one in await expire_leases(db)] == [killed.id]
    assert await deliver(context(settings, db)) == 1
    assert len(set(sink.ids)) == len(sink.ids) == 3


@pytest.mark.parametrize("waiting", [1, 5000])
async def test_jobs_of_the_release_before_become_one(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink, waiting: int
) -> None:
    webhook = await make_webhook(api, tara, sink.url)
    other = await make_webhook(api, tara, sink.url, "course.updated")
    await record_completions(db, course, times=2)
    async with begin(db) as connection:
        await connection.execute(
            "insert into jobs (queue, kind, args) select 'webhooks', 'deliver_to_webhook',"
            " jsonb_build_object('webhook_id', $1::uuid) from generate_series(1, $2)",
            webhook["id"], waiting,
        )  # fmt: skip
        await connection.execute(
            "insert into jobs (queue, kind, args, promise_key, run_at) values ('webhooks',"
            " 'deliver_to_webhook', jsonb_build_object('webhook_id', $1::uuid), 'webhook:x@y',"
            " now() + interval '1 hour')",
            other["id"],
        )
    rounds = 0
    while await deliver(context(settings, db)):
        rounds += 1
    assert rounds <= 2
    assert len(set(sink.ids)) == len(sink.ids) == 2


async def test_a_worker_of_the_release_before_is_not_joined_by_another(
    api: Api, db: Pool, tara: Person, course: Any, sink: Sink
) -> None:
    webhook = await make_webhook(api, tara, sink.url)
    await record_completions(db, course)
    async with begin(db) as connection:
        old = await connection.fetchval(
            "insert into jobs (queue, kind, args, status, attempts, lease_expires_at) values"
            " ('webhooks', 'deliver_to_webhook', jsonb_build_object('webhook_id', $1::uuid),"
            " 'running', 1, now() + interval '1 minute') returning id",
            webhook["id"],
        )
    assert await promise_due_receivers(db) == []
    async with begin(db) as connection:  # it ends, and the events that came meanwhile are found
        await connection.execute(
            "update jobs set status = 'done', finished_at = now(), lease_expires_at = null"
            " where id = $1",
            old,
        )
    assert [str(one) for one in await promise_due_receivers(db)] == [webhook["id"]]


@pytest.mark.parametrize("ended", ["done", "dead"])
async def test_a_job_that_ended_elsewhere_is_promised_anew(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink, ended: str
) -> None:
    webhook = await make_webhook(api, tara, sink.url)
    await record_completions(db, course)
    old = uuid4()
    async with begin(db) as connection:
        await connection.execute(
            "insert into jobs (id, queue, kind, args, promise_key, status, attempts, finished_at)"
            " values ($1, 'webhooks', 'deliver_to_webhook', jsonb_build_object('webhook_id',"
            " $2::uuid), $3, $4, 7, now())",
            old, webhook["id"], f"webhook:{webhook['id']}", ended,
        )  # fmt: skip
    [job] = await claim_deliveries(db)
    assert (job.id != old, job.try_number) == (True, 1)
    await deliver_to_webhook(context(settings, db), job)
    assert len(sink.received) == 1


async def test_what_waits_for_a_worker_is_counted_in_deliveries(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    async def depth() -> int:
        return next(one.depth for one in await count_jobs(db) if one.queue == "webhooks")

    failing = await make_webhook(api, tara, sink.url)
    await record_completions(db, course, times=3)
    assert await depth() == 3
    await draw(db, "webhooks")
    assert await depth() == 3  # the job stands for them
    async with begin(db) as connection:  # what waits for a receiver waits for no worker
        await connection.execute("update webhooks set failing_since = now() where id = $1",
                                 failing["id"])  # fmt: skip
    assert await depth() == 0
    assert len(await claim(db, "webhooks", {"deliver_to_webhook": 9}, room=9, lease_seconds=9)) == 1
