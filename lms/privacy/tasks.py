"""What the worker does for privacy."""

from uuid import UUID

import lms.privacy.mails  # noqa: F401 - declares the mail
from lms.core.db.transactions import begin
from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext, task
from lms.files.deleting import promise_deletion
from lms.files.errors import FileInUse
from lms.files.queries import delete_file, list_uploaded_files
from lms.files.receiving import object_keys


@task(queue="certificates", kind="delete_erased_documents")
async def delete_erased_documents(worker: WorkerContext, job: Job) -> None:
    """Remove the documents of certificates that were erased with their owner."""
    for key in job.args["keys"]:
        await worker.storage.delete(key)


@task(queue="progress", kind="delete_erased_files", max_tries=20)
async def delete_erased_files(worker: WorkerContext, job: Job) -> None:
    """Delete the uploads of an erased person; files that a course or someone else shows stay."""
    for file_id in await list_uploaded_files(worker.db, UUID(job.args["user_id"])):
        # One by one: only the constraints on each file know whether something still shows it.
        try:
            async with begin(worker.db) as db:
                await delete_file(db, file_id)
                await promise_deletion(db, object_keys(file_id), name=str(file_id))
        except FileInUse:
            continue
