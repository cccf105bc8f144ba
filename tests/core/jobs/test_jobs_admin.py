"""What an operator sees of promises, and does about dead ones."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs import queries
from lms.core.jobs.claims import claim, fail
from lms.core.jobs.job import GiveUp, Job, Refused
from lms.core.jobs.promises import promise
from lms.core.jobs.tasks import WorkerContext, task
from lms.settings import Secret, Settings
from lms.tools import jobs as jobs_admin
from tests.core.jobs.conftest import NOWHERE, job_row


@pytest.fixture
def lonely(settings: Settings) -> Settings:
    return replace(settings, redis_url=Secret(NOWHERE))


@pytest.fixture
async def dead(db: Pool) -> UUID:
    """A dead job, beside one that waits and one that is held."""

    @task(queue="emails", kind="letter")
    async def letter(worker: WorkerContext, job: Job) -> None:
        pass

    async with begin(db) as connection:
        await promise(connection, "emails", "letter", {})
    [job] = await claim(db, "emails", {"letter": 1}, room=1, lease_seconds=60)
    await fail(db, job, GiveUp("no such address"))
    async with begin(db) as connection:
        await promise(connection, "progress", "waits", {})
        await promise(connection, "certificates", "held", {}, key="held:1", hold=True)
    return job.id


async def test_dead_jobs_are_listed_with_their_error(
    dead: UUID, lonely: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await asyncio.to_thread(jobs_admin.main, lonely, ["list", "--dead"]) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{dead}  emails/letter  dead ")
    assert line.endswith("try 1 of 20  GiveUp: no such address")


async def test_refused_jobs_are_listed_apart(
    db: Pool, dead: UUID, lonely: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with begin(db) as connection:
        await promise(connection, "emails", "letter", {})
    [job] = await claim(db, "emails", {"letter": 1}, room=1, lease_seconds=60)
    await fail(db, job, Refused("the mail server refuses the address (550)"))
    assert await asyncio.to_thread(jobs_admin.main, lonely, ["list", "--refused"]) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{job.id}  emails/letter  refused ")
    assert line.endswith("refuses the address (550)")
    assert await asyncio.to_thread(jobs_admin.main, lonely, ["list", "--dead"]) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith(str(dead))
    counts = {one.queue: (one.dead, one.refused) for one in await queries.count_jobs(db)}
    assert counts["emails"] == (1, 1)


async def test_open_jobs_are_listed_without_the_dead(
    dead: UUID, lonely: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await asyncio.to_thread(jobs_admin.main, lonely, ["list"]) == 0
    waits, held = capsys.readouterr().out.splitlines()
    assert "progress/waits  pending " in waits
    assert "certificates/held  held  try 0" in held


async def test_a_dead_job_can_be_retried_once(
    db: Pool, dead: UUID, lonely: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await asyncio.to_thread(jobs_admin.main, lonely, ["retry", str(dead)]) == 0
    assert (await job_row(db, dead)).status == "pending"
    assert await asyncio.to_thread(jobs_admin.main, lonely, ["retry", str(dead)]) == 1
    assert f"{dead} is neither dead nor refused." in capsys.readouterr().out


async def test_all_dead_jobs_of_a_queue_can_be_retried(
    db: Pool, dead: UUID, lonely: Settings
) -> None:
    retry = ["retry", "--all", "--queue"]
    assert await asyncio.to_thread(jobs_admin.main, lonely, [*retry, "progress"]) == 0
    assert (await job_row(db, dead)).status == "dead"
    assert await asyncio.to_thread(jobs_admin.main, lonely, [*retry, "emails"]) == 0
    assert (await job_row(db, dead)).status == "pending"


@pytest.mark.parametrize(
    "args",
    [
        ["retry"],
        ["retry", "--queue", "emails"],
        ["retry", "--all", "01990000-0000-7000-8000-000000000001"],
        ["list", "--limit", "0"],
        ["list", "--limit", "99999999999999999999"],
    ],
)
async def test_wrong_arguments_are_refused_with_a_sentence(
    dead: UUID, db: Pool, lonely: Settings, args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        await asyncio.to_thread(jobs_admin.main, lonely, args)
    assert refused.value.code == 2
    assert "error: " in capsys.readouterr().err
    assert (await job_row(db, dead)).status == "dead"


async def test_a_missing_database_is_reported_in_a_sentence(
    lonely: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    away = replace(lonely, database_url=Secret("postgresql://u:hidden@127.0.0.1:1/x"))
    assert await asyncio.to_thread(jobs_admin.main, away, ["stats"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("LMS_DATABASE_URL: ")
    assert "hidden" not in said
    assert "Traceback" not in said


async def test_stats_count_what_is_due_running_and_dead(db: Pool, dead: UUID) -> None:
    counts = {one.queue: (one.depth, one.running, one.dead) for one in await queries.count_jobs(db)}
    assert counts == {
        "emails": (0, 0, 1),
        "certificates": (0, 0, 0),
        "progress": (1, 0, 0),
        "webhooks": (0, 0, 0),
    }
