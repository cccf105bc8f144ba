"""Everything that ages is deleted, at any size; and no table is forgotten."""

import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from asyncpg.connection import LoggedQuery

from lms import retention
from lms.core.db import pool as pools
from lms.core.db.pool import Pool
from lms.core.db.query import Query
from lms.core.db.transactions import begin
from lms.core.jobs.ageing import delete_aged, delete_all_aged
from lms.core.jobs.claims import claim
from lms.core.jobs.promises import promise
from lms.core.jobs.tasks import PERIODIC_TASKS, TASKS, WorkerContext
from lms.events.queries import delete_old_events
from lms.processes.loading import load_tasks
from lms.retention import AGEING, STAYING, Ages
from lms.settings import Settings
from tests.operations.ageing import count_rows, write_rows
from tests.running import environment_of

ROOT = Path(__file__).parents[2]
MILLION = 1_000_000
_EACH = [pytest.param(rule, id=f"{rule.table}-{number}") for number, rule in enumerate(AGEING)]
_COUNTED = [p for p, rule in zip(_EACH, AGEING, strict=True) if rule is not retention.UPLOADS]


async def _do_duty(context: WorkerContext, duty: str) -> None:
    load_tasks()
    async with begin(context.db) as connection:
        await promise(connection, "progress", duty, {})
    [job] = await claim(context.db, "progress", {duty: 1}, room=1, lease_seconds=600)
    await TASKS[duty].function(context, job)


async def test_every_table_ages_or_says_why_it_stays(db: Pool) -> None:
    async with db.acquire() as connection:
        found = await connection.fetch(
            "select c.oid::regclass::text"
            " from pg_class c join pg_namespace n on n.oid = relnamespace"
            " where nspname in ('public', 'figures') and relkind in ('r', 'm')"
            " and relname not like '%yoyo%'"
        )
    there = {name for (name,) in found}
    ageing = {rule.table for rule in AGEING}
    assert len(there) > 20
    assert not ageing & STAYING.keys()
    assert ageing | STAYING.keys() == there, "say in lms/retention.py how long these are kept"


def test_the_page_is_current(settings: Settings) -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "lms", "retention"],
        capture_output=True, text=True, check=True, env=environment_of(settings), cwd=ROOT,
    ).stdout  # fmt: skip
    page = (ROOT / "docs" / "retention.md").read_text()
    assert printed in page, "put what `python -m lms retention` prints into docs/retention.md"


def test_every_duty_is_a_periodic_task() -> None:
    load_tasks()
    assert {rule.duty for rule in AGEING} <= {known.task.kind for known in PERIODIC_TASKS.values()}


@pytest.mark.parametrize("rule", _EACH)
async def test_a_duty_deletes_the_old_and_keeps_the_young(
    context: WorkerContext, db: Pool, rule: Ages
) -> None:
    kept_for = rule.kept_for(context.settings)
    now = datetime.now(UTC)
    # Days and hours are the finest that some tables know.
    await write_rows(db, rule, 3, now - kept_for - timedelta(days=1, seconds=1))
    await write_rows(db, rule, 2, now - kept_for / 2 + timedelta(minutes=1))
    await _do_duty(context, rule.duty)
    young = await count_rows(db, rule.table)
    assert young - (rule.table == "jobs") == 2, "and the job of the duty itself"


async def test_a_streak_over_the_limit_stays_until_the_reset(
    context: WorkerContext, db: Pool
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=1000)
    await write_rows(db, retention.STREAKS, 2, long_ago)
    async with db.acquire() as connection:
        await connection.execute("update login_streaks set failures = 100")
    await write_rows(db, retention.STREAKS, 3, long_ago)
    await _do_duty(context, retention.STREAKS.duty)
    assert await count_rows(db, "login_streaks") == 2


async def test_a_batch_that_is_too_slow_is_tried_smaller(context: WorkerContext, db: Pool) -> None:
    old = datetime.now(UTC) - timedelta(days=100)
    await write_rows(db, retention.EVENTS, 60, old)
    limits: list[int] = []

    async def delete(db: Pool, *, before: datetime, limit: int) -> int:
        limits.append(limit)
        if limit > 20:
            async with db.acquire() as connection, connection.transaction():
                await connection.execute("set local statement_timeout = 1")
                await connection.execute("select pg_sleep(1)")
        return await delete_old_events(db, before=before, limit=limit)

    assert await delete_aged(context, retention.EVENTS, delete) == 60  # type: ignore[arg-type]
    assert limits[:2] == [500, 50]
    assert await count_rows(db, "events") == 0


async def test_a_table_that_fails_keeps_no_other_from_its_turn(
    context: WorkerContext, db: Pool
) -> None:
    await write_rows(db, retention.EVENTS, 3, datetime.now(UTC) - timedelta(days=100))

    async def fail(db: Pool, *, before: datetime, limit: int) -> int:
        raise RuntimeError("away")

    with pytest.raises(RuntimeError):
        await delete_all_aged(
            context,
            ((retention.AUDIT, fail), (retention.EVENTS, delete_old_events)),  # type: ignore[arg-type]
        )
    assert await count_rows(db, "events") == 0


async def test_rows_that_somebody_holds_are_passed_over(context: WorkerContext, db: Pool) -> None:
    await write_rows(db, retention.THROTTLES, 3, datetime.now(UTC) - timedelta(days=2))
    async with begin(db) as holder:
        await holder.execute("select from login_throttles limit 1 for update")
        await _do_duty(context, retention.THROTTLES.duty)
        assert await count_rows(db, "login_throttles") == 1
    await _do_duty(context, retention.THROTTLES.duty)
    assert await count_rows(db, "login_throttles") == 0


_DELETING = (
    "analytics/delete_old_activity",
    "auth/delete_old_addresses",
    "auth/delete_old_challenges",
    "auth/delete_old_registrations",
    "auth/delete_old_revocations",
    "auth/delete_old_sessions",
    "auth/delete_old_sign_in_places",
    "auth/delete_old_streaks",
    "auth/delete_old_throttles",
    "auth/delete_old_tokens",
    "core/audit/delete_old_entries",
    "core/jobs/delete_dead_jobs",
    "core/jobs/delete_done_jobs",
    "enrollments/delete_lapsed_places",
    "enrollments/delete_old_bulk_enrollments",
    "enrollments/delete_old_progress_events",
    "events/delete_old_events",
    "middlewares/delete_old_replies",
    "middlewares/delete_old_usage",
)
_GIVEN = {"before": datetime.now(UTC), "before_id": UUID(int=0), "limit": 10}


@pytest.mark.parametrize("name", _DELETING)
async def test_old_rows_are_found_by_an_index_in_their_order(db: Pool, name: str) -> None:
    query = Query.registry[name]
    async with db.acquire() as connection, connection.transaction():
        await connection.execute("set local enable_seqscan = off")
        await connection.execute("set local enable_bitmapscan = off")
        lines = await connection.fetch(
            f"explain (costs off) {query.sql}", *(_GIVEN[param] for param in query.params)
        )
    plan = "\n".join(line for (line,) in lines)
    assert "Sort" not in plan, plan
    assert "Seq Scan" not in plan, plan


@pytest.mark.slow
@pytest.mark.parametrize("rule", _COUNTED)
async def test_a_million_old_rows_go_in_short_statements(
    context: WorkerContext,
    db: Pool,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    rule: Ages,
) -> None:
    kept_for, now = rule.kept_for(settings), datetime.now(UTC)
    await write_rows(db, rule, MILLION, now - kept_for - timedelta(days=1, seconds=1))
    await write_rows(db, rule, 10, now - kept_for / 2 + timedelta(hours=1))
    async with db.acquire() as connection:
        await connection.execute(f"analyze {rule.table}")
    statements: list[float] = []

    def note(query: LoggedQuery) -> None:
        if "delete from" in query.query:
            statements.append(query.elapsed)

    monkeypatch.setattr(pools, "statement_loggers", [note])
    pool = Pool(settings.database_url, settings, application="duty")
    await pool.open()
    try:
        started = time.monotonic()
        await _do_duty(replace(context, db=pool), rule.duty)
        seconds = time.monotonic() - started
    finally:
        await pool.close()
    print(
        f"\n{rule.table}: {seconds:.1f} s, {len(statements)} statements,"
        f" the longest {max(statements):.2f} s"
    )
    assert await count_rows(db, rule.table) - (rule.table == "jobs") == 10
    # On a busy machine one may be cancelled and tried smaller; nearly all are far from it.
    slow = sum(seconds > settings.database_statement_seconds / 2 for seconds in statements)
    assert slow <= len(statements) // 20
