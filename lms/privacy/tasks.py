"""What the worker does for privacy."""

import lms.privacy.mails  # noqa: F401 - declares the mail
from lms.jobs import Job, WorkerContext, task


@task(queue="certificates", kind="delete_erased_documents")
async def delete_erased_documents(worker: WorkerContext, job: Job) -> None:
    """Remove the documents of certificates that were erased with their owner."""
    for key in job.args["keys"]:
        await worker.storage.delete(key)
