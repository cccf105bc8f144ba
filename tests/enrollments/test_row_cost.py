"""What an enrolment costs: what its updates write, and how much room it takes."""

import asyncio

import pytest

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from tests.api import Api
from tests.factories import enroll, make_open_course
from tests.people import Person

# With names of 13 letters, in courses of a hundred students each, as they come in over the years.
MOST_BYTES = 540
REPORTS = 20


async def _stayed(db: Pool, table: str, *, at_least: int) -> int:
    """How many updated rows stayed on their page so far.

    Waits until the server has counted `at_least`: connections tell it once a second, those of
    earlier tests too, so that other updates cannot be told from ours.
    """
    async with asyncio.timeout(20):
        while True:
            async with db.acquire() as connection:
                await connection.execute("select pg_stat_force_next_flush()")
                stayed: int = await connection.fetchval(
                    "select n_tup_hot_upd from pg_stat_user_tables where relname = $1", table
                )
            if stayed >= at_least:
                return stayed
            await asyncio.sleep(0.1)


async def test_a_report_of_progress_moves_nothing_in_the_indexes(
    api: Api, db: Pool, tara: Person, sam: Person, olly: Person
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=3)
    mine = await enroll(api, sam, course)
    await enroll(api, olly, course)
    path = f"/enrollments/{mine['id']}/lessons/{lessons[0]['id']}/progress"
    before = await _stayed(db, "enrollments", at_least=0)
    for second in range(REPORTS):
        await api.patch(path, {"last_position_seconds": second}, as_=sam)
    # Some move because the page is full of what earlier tests left.
    await _stayed(db, "enrollments", at_least=before + REPORTS // 2)


async def test_no_index_of_enrolments_holds_what_a_report_changes(db: Pool) -> None:
    async with db.acquire() as connection:
        found = await connection.fetch(
            "select a.attname from pg_index i"
            " join pg_depend d on d.objid = i.indexrelid and d.refobjid = i.indrelid"
            " join pg_attribute a on a.attrelid = i.indrelid and a.attnum = d.refobjsubid"
            " where i.indrelid = 'enrollments'::regclass"
        )
    indexed = {name for (name,) in found}
    assert "student_id" in indexed
    assert not indexed & {"last_accessed_at", "last_lesson_id", "spent_seconds", "updated_at"}


async def test_renewing_a_lease_moves_nothing_in_the_indexes(db: Pool) -> None:
    async with begin(db) as connection:
        await connection.execute(
            "insert into jobs (queue, kind, status, lease_expires_at)"
            " values ('emails', 'x', 'running', now())"
        )
    before = await _stayed(db, "jobs", at_least=0)
    for _ in range(20):
        async with begin(db) as connection:
            await connection.execute(
                "update jobs set lease_expires_at = lease_expires_at + interval '1 second'"
            )
    await _stayed(db, "jobs", at_least=before + 10)


_FILL = """
insert into enrollments (id, course_id, student_id, student_name, enrolled_at)
select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0')
        || substr(replace(uuid_v7()::text, '-', ''), 13))::uuid,
       md5('course' || floor($3::int * random()))::uuid,
       md5('student' || floor($3::int * 20 * random()))::uuid, substr(md5(n::text), 1, 13), at
from (select n, now() - interval '700 days' * (1 - n::float / $2::int) as at
      from generate_series($1::int + 1, $1::int + 2000) as n) as numbered
on conflict do nothing
"""


@pytest.mark.slow
@pytest.mark.parametrize("rows", [100_000, 1_000_000])
async def test_an_enrolment_with_its_indexes_takes_little_room(db: Pool, rows: int) -> None:
    for first in range(0, rows, 2000):
        async with begin(db) as connection:
            await connection.execute("set local session_replication_role = replica")
            await connection.execute(_FILL, first, rows, rows // 100, timeout=60)
    async with db.acquire() as connection:
        took = await connection.fetchval(
            "select pg_total_relation_size('enrollments') / count(*) from enrollments"
        )
    print(f"\n{rows} enrolments take {took} bytes each")
    assert took < MOST_BYTES
