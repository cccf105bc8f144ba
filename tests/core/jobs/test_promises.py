"""What is promised stands with its cause, once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.db.wakeups import collect_wakeups, due_now
from lms.core.jobs.claims import claim, describe, fail
from lms.core.jobs.job import Job
from lms.core.jobs.promises import promise, release
from lms.core.jobs.tasks import WorkerContext, task
from tests.core.jobs.conftest import count, job_row


class Undone(Exception):
    pass


async def _promise_and_fail(db: Pool) -> None:
    async with begin(db) as connection:
        await promise(connection, "emails", "undone", {})
        raise Undone


async def test_a_promise_in_a_rolled_back_transaction_leaves_nothing(db: Pool) -> None:
    async with begin(db) as connection:
        await promise(connection, "emails", "kept", {})
    with pytest.raises(Undone):
        await _promise_and_fail(db)
    assert await count(db, "kind = 'undone'") == 0
    assert await count(db, "kind = 'kept'") == 1


async def test_a_second_promise_with_the_same_key_is_the_first_one(db: Pool) -> None:
    async with begin(db) as connection:
        first = await promise(connection, "emails", "hello", {"n": 1}, key="hello:1")
        again = await promise(connection, "emails", "hello", {"n": 2}, key="hello:1")
        other = await promise(connection, "emails", "hello", {"n": 3}, key="hello:2")
    assert first == again != other
    assert await count(db, "kind = 'hello'") == 2


async def test_promises_with_one_key_made_at_once_are_one(db: Pool) -> None:
    async def make() -> object:
        async with begin(db) as connection:
            return await promise(connection, "emails", "hello", {}, key="hello:1")

    made = await asyncio.gather(*(make() for _ in range(8)))
    assert len(set(made)) == 1
    assert await count(db, "kind = 'hello'") == 1


async def test_a_held_promise_waits_for_its_release(db: Pool) -> None:
    task(queue="emails", kind="held")(_nothing)
    async with begin(db) as connection:
        held = await promise(connection, "emails", "held", {}, key="held:1", hold=True)
        await promise(connection, "emails", "held", {}, key="held:2", hold=True)
    assert await claim(db, "emails", {"held": 5}, room=5, lease_seconds=60) == []
    async with begin(db) as connection:
        assert await release(connection, "held:1")
        assert not await release(connection, "held:1")
        assert not await release(connection, "held:3")
    claimed = await claim(db, "emails", {"held": 5}, room=5, lease_seconds=60)
    assert [job.id for job in claimed] == [held]


async def test_a_promise_for_later_is_not_claimed_now(db: Pool) -> None:
    task(queue="emails", kind="later")(_nothing)
    async with begin(db) as connection:
        soon = datetime.now(UTC) + timedelta(hours=1)
        await promise(connection, "emails", "later", {}, run_at=soon)
        now = await promise(connection, "emails", "later", {})
    claimed = await claim(db, "emails", {"later": 5}, room=5, lease_seconds=60)
    assert [job.id for job in claimed] == [now]


async def test_a_promise_to_the_wrong_queue_is_refused(db: Pool) -> None:
    task(queue="emails", kind="misplaced")(_nothing)
    async with begin(db) as connection:
        with pytest.raises(ValueError, match="belong to the queue emails"):
            await promise(connection, "progress", "misplaced", {})


async def test_only_queues_with_work_that_is_due_are_nudged(db: Pool) -> None:
    in_a_minute = datetime.now(UTC) + timedelta(minutes=1)
    with collect_wakeups() as wakeups:
        async with begin(db) as connection:
            await promise(connection, "emails", "now", {})
            await promise(connection, "webhooks", "held", {}, key="held:1", hold=True)
            await promise(connection, "progress", "held", {}, key="held:2", hold=True)
            await release(connection, "held:2")
            await promise(connection, "certificates", "later", {}, run_at=in_a_minute)
    assert set(due_now(wakeups)) == {"emails", "progress"}
    assert 55 < wakeups["certificates"] <= 60


async def test_claims_take_every_kind_in_its_turn(db: Pool) -> None:
    for kind in ("many", "few"):
        task(queue="progress", kind=kind, max_tries=3)(_nothing)
    async with begin(db) as connection:
        for _ in range(50):
            await promise(connection, "progress", "many", {})
        await promise(connection, "progress", "few", {})
        await promise(connection, "progress", "unknown here", {})
    claimed = await claim(db, "progress", {"many": 4, "few": 4}, room=4, lease_seconds=60)
    assert sorted(job.kind for job in claimed) == ["few", "many", "many", "many"]
    assert {(job.try_number, job.max_tries) for job in claimed} == {(1, 3)}


async def test_claims_made_at_once_share_no_job(db: Pool) -> None:
    task(queue="progress", kind="shared")(_nothing)
    async with begin(db) as connection:
        for _ in range(40):
            await promise(connection, "progress", "shared", {})
    batches = await asyncio.gather(
        *(claim(db, "progress", {"shared": 7}, room=7, lease_seconds=60) for _ in range(6))
    )
    claimed = [job.id for batch in batches for job in batch]
    assert len(claimed) == len(set(claimed))


async def test_secrets_and_second_lines_do_not_reach_last_error() -> None:
    error = RuntimeError(
        "cannot reach smtp://bob:hunter2@mail/ with token=abc.def and password: 'x1'\n"
        "DETAIL: Key (email)=(sam@example.com)"
    )
    text = describe(error)
    assert text.startswith("RuntimeError: cannot reach smtp://***@mail/")
    for secret in ("hunter2", "abc.def", "x1", "sam@example.com"):
        assert secret not in text
    assert "\0" not in describe(ValueError("a\0b\udc80" + "c" * 5000))
    assert len(describe(ValueError("c" * 5000))) <= 1000


async def test_a_failure_with_nul_in_its_text_is_noted_all_the_same(db: Pool) -> None:
    task(queue="progress", kind="broken")(_nothing)
    async with begin(db) as connection:
        await promise(connection, "progress", "broken", {})
    [job] = await claim(db, "progress", {"broken": 1}, room=1, lease_seconds=60)
    assert await fail(db, job, ValueError("a\0b\udc80")) == "pending"
    assert (await job_row(db, job.id)).last_error == "ValueError: a b "


async def _nothing(worker: WorkerContext, job: Job) -> None:
    pass
