"""What the worker does for privacy."""

from uuid import UUID

import lms.privacy.mails  # noqa: F401 - declares the mail
from lms.db import Query, begin
from lms.files.errors import FileInUse
from lms.files.queries import delete_file
from lms.files.receiving import object_keys
from lms.files.uploads import promise_deletion
from lms.jobs import Job, WorkerContext, task

_list_uploaded_files = Query("privacy/list_uploaded_files", UUID)


@task(queue="certificates", kind="delete_erased_documents")
async def delete_erased_documents(worker: WorkerContext, job: Job) -> None:
    """Remove the documents of certificates that were erased with their owner."""
    for key in job.args["keys"]:
        await worker.storage.delete(key)


@task(queue="progress", kind="delete_erased_files", max_attempts=20)
async def delete_erased_files(worker: WorkerContext, job: Job) -> None:
    """Delete what an erased person had uploaded; what a course or someone else shows stays."""
    for file_id in await _list_uploaded_files.all(worker.db, user_id=UUID(job.args["user_id"])):
        # Each by itself: only the file's own constraints know whether something shows it.
        try:
            async with begin(worker.db) as db:
                await delete_file(db, file_id)
                await promise_deletion(db, object_keys(file_id), name=str(file_id))
        except FileInUse:
            continue
