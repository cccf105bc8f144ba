"""A worker whose task waits for the test, so that it can be killed in the middle."""

import asyncio
from pathlib import Path

from lms.core.jobs.job import Job
from lms.core.jobs.promises import promise
from lms.core.jobs.tasks import WorkerContext, task
from lms.processes.worker import main
from lms.settings import load_settings


@task(queue="progress", kind="slow_effect")
async def slow_effect(worker: WorkerContext, job: Job) -> None:
    """Say that it began, wait for leave to go on, then write one row."""
    folder = Path(job.args["folder"])
    (folder / f"began-{job.try_number}").touch()
    while not (folder / f"go-{job.try_number}").exists():
        await asyncio.sleep(0.01)
    async with job.commit(worker.db) as db:
        await promise(db, "webhooks", "effect", {"of": str(job.id)})


if __name__ == "__main__":
    raise SystemExit(main(load_settings(), ["progress"]))
