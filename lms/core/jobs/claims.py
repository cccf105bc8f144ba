"""Taking jobs to work on, and noting why a try at one failed."""

import re
from collections.abc import Mapping

from lms.core.db.query import Db
from lms.core.db.wakeups import note_queue
from lms.core.jobs import queries
from lms.core.jobs.job import GiveUp, Job, Refused
from lms.core.jobs.tasks import PERIODIC_TASKS, SOURCES, TASKS, backoff

_ABSORBED = 1000  # jobs of one statement, which then ends well within its time
_ERROR_LENGTH = 500  # characters: enough to know what went wrong; the log has the rest


async def claim(
    db: Db, queue: str, rooms: Mapping[str, int], *, room: int, lease_seconds: float
) -> list[Job]:
    """Take up to `room` due jobs, of each kind at most `rooms[kind]`.

    Kinds that this worker does not know stay for one that does: during a rolling upgrade
    the old workers must not bury the new jobs.
    """
    claimed = await queries.claim_jobs(
        db,
        queue,
        rooms,
        [TASKS[kind].max_tries for kind in rooms],
        room=room,
        lease_seconds=lease_seconds,
    )
    periodic = {known.task.kind for known in PERIODIC_TASKS.values()}
    sourced = {source.kind for source in SOURCES}
    jobs = [Job(**vars(job)) for job in claimed]
    for job in jobs:
        is_periodic = "due_at" in job.args and job.kind in periodic
        job.is_forgotten = is_periodic or job.kind in sourced
    return jobs


async def draw(db: Db, queue: str) -> None:
    """Have the sources of a queue promise the jobs that are missing."""
    for source in SOURCES:
        if source.queue == queue:
            await source.promise(db)


async def absorb(db: Db, job: Job) -> None:
    """Finish the other due jobs of the same kind and args: this one does the work of all.

    For a task that looks for all there is to do. The changes that caused those jobs are committed,
    so it finds them if it looks after this; what is promised later is a job of its own.
    """
    while await queries.absorb_jobs(db, job, limit=_ABSORBED) == _ABSORBED:
        pass


async def fail(db: Db, job: Job, error: BaseException) -> str | None:
    """Note why a try failed. Returns the job's new status, or None if it is not ours any more."""
    known = TASKS.get(job.kind)
    delay = (known.backoff if known else backoff)(job.try_number)
    became = await queries.fail_job(
        db,
        job,
        ending=_ending(error),
        delay_seconds=delay,
        error=describe(error),
    )
    if became == "pending":
        note_queue(job.queue, seconds=delay)
    return became


def _ending(error: BaseException) -> str | None:
    """The status of a job that is not tried again after this error; None if it may be."""
    if isinstance(error, Refused):
        return "refused"
    return "dead" if isinstance(error, GiveUp) else None


_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+(?=@)")
_SECRETS = re.compile(
    r"(?i)\b([\w-]*(?:password|passwd|token|secret|signature|authorization|api[_-]?key)[\w-]*)"
    r"(\W{1,3})(?:bearer |basic )?[^\s&\"']+"
)


def describe(error: BaseException) -> str:
    """An error in one short line, without what looks like a secret.

    Only the first line: PostgreSQL's second is a DETAIL that quotes the row.
    """
    first = (str(error).splitlines() or [""])[0]
    text = f"{type(error).__name__}: {first}".rstrip(": ")
    text = _SECRETS.sub(r"\1\2***", _CREDENTIALS.sub("***", text))
    return "".join(c if c.isprintable() else " " for c in text)[:_ERROR_LENGTH]
