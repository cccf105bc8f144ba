"""Many promises for one course are kept by one job."""

from typing import Any
from uuid import uuid4

import pytest

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs.claims import claim
from lms.core.jobs.tasks import TASKS, WorkerContext
from tests.api import Api
from tests.factories import make_open_course
from tests.people import Person
from tests.work import Work


@pytest.mark.parametrize("kind", ["fill_seats", "recount_course"])
async def test_one_job_does_the_work_of_all_of_its_course(
    api: Api, db: Pool, context: WorkerContext, work: Work, tara: Person, kind: str
) -> None:
    course, _ = await make_open_course(api, tara)
    await work()
    async with begin(db) as connection:
        for course_id, count in ((course["id"], 5000), (str(uuid4()), 1)):
            await connection.execute(
                "insert into jobs (queue, kind, args) select 'progress', $1,"
                " jsonb_build_object('course_id', $2::text) from generate_series(1, $3)",
                kind, course_id, count,
            )  # fmt: skip
    [job] = await claim(db, "progress", {kind: 1}, room=1, lease_seconds=60)
    await TASKS[kind].function(context, job)
    async with db.acquire() as connection:
        left: list[Any] = await connection.fetch(
            "select args ->> 'course_id' from jobs where status = 'pending' and kind = $1", kind
        )
    assert len(left) == 1  # the other course's
    assert left[0][0] != course["id"]
