"""`python -m lms jobs`: shows an operator the promises, and retries dead or refused ones."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from uuid import UUID

from lms.core.db.pool import Pool
from lms.core.db.transactions import AWAY
from lms.core.jobs import queries
from lms.core.jobs.broker import QUEUES, Nudger
from lms.core.jobs.claims import describe
from lms.core.jobs.queries import ListedJob
from lms.settings import Settings

_MOST = 100_000  # jobs that one call lists or retries


def main(settings: Settings, args: Sequence[str]) -> int:
    """Run one command; 0, or 1 where a job to retry was not dead, or PostgreSQL is away."""
    parser = _parser()
    parsed = parser.parse_args(args)
    if parsed.command == "retry" and bool(parsed.id) == parsed.all:
        parser.error("retry wants the ids of dead jobs, or --all")
    try:
        return asyncio.run(_run(settings, parsed))
    except AWAY as error:
        print(f"LMS_DATABASE_URL: {describe(error)}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jobs", description="See what is promised, and retry what is dead."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("stats", help="how each queue is doing")
    listing = commands.add_parser("list", help="jobs that wait or run, the first due first")
    which = listing.add_mutually_exclusive_group()
    which.add_argument(
        "--dead", action="store_true", help="those that used up their tries, latest first"
    )
    which.add_argument(
        "--refused", action="store_true", help="those that somebody else refused, latest first"
    )
    listing.add_argument("--queue", choices=QUEUES)
    listing.add_argument("--limit", type=_limit, default=100)
    retry = commands.add_parser("retry", help="give dead or refused jobs more tries, from now")
    retry.add_argument("id", type=UUID, nargs="*")
    retry.add_argument("--all", action="store_true", help="every dead job (of --queue)")
    retry.add_argument("--queue", choices=QUEUES)
    return parser


def _limit(text: str) -> int:
    number = int(text)
    if not 1 <= number <= _MOST:
        raise argparse.ArgumentTypeError(f"from 1 to {_MOST:,}")
    return number


async def _run(settings: Settings, parsed: argparse.Namespace) -> int:
    db = Pool(settings.database_url, settings, application="lms-jobs")
    await db.open()
    try:
        if parsed.command == "stats":
            return await _stats(db)
        if parsed.command == "list":
            return await _list(db, parsed)
        return await _retry(settings, db, parsed)
    finally:
        await db.close()


async def _stats(db: Pool) -> int:
    print(f"{'queue':<14}{'due':>8}{'oldest s':>10}{'running':>9}{'dead':>7}{'refused':>9}")
    for one in await queries.count_jobs(db):
        print(
            f"{one.queue:<14}{one.depth:>8}{one.oldest_seconds:>10.0f}{one.running:>9}"
            f"{one.dead:>7}{one.refused:>9}"
        )
    return 0


async def _list(db: Pool, parsed: argparse.Namespace) -> int:
    ask, nothing = queries.list_open_jobs, "Nothing waits."
    if parsed.dead:
        ask, nothing = queries.list_dead_jobs, "No dead jobs."
    elif parsed.refused:
        ask, nothing = queries.list_refused_jobs, "No refused jobs."
    found = await ask(db, queue=parsed.queue, limit=parsed.limit)
    for job in found:
        print(_line(job))
    if not found:
        print(nothing)
    return 0


def _line(job: ListedJob) -> str:
    # A held job's time is infinity, which asyncpg reads as the greatest datetime.
    held = job.status == "pending" and job.run_at.year == 9999
    when = job.finished_at or job.run_at
    state = "held" if held else f"{job.status} {when:%Y-%m-%d %H:%M:%S}Z"
    line = f"{job.id}  {job.queue}/{job.kind}  {state}  try {job.tries} of {job.max_tries}"
    return line + (f"  {job.last_error}" if job.last_error else "")


async def _retry(settings: Settings, db: Pool, parsed: argparse.Namespace) -> int:
    nudger = Nudger(settings)
    missing = 0
    try:
        ids: list[UUID] = parsed.id
        if parsed.all:
            ids = [
                job.id for job in await queries.list_dead_jobs(db, queue=parsed.queue, limit=_MOST)
            ]
        for job_id in ids:
            queue = await queries.retry_job(db, job_id)
            if queue is None:
                print(f"{job_id} is neither dead nor refused.")
                missing += 1
            else:
                print(f"{job_id} is tried again.")
                nudger.nudge([queue])
    finally:
        await nudger.close()
    return 1 if missing else 0
