"""What the worker does for certificates."""

import asyncio
from uuid import UUID

from lms.certificates import queries
from lms.certificates.documents import design_of, document_of
from lms.certificates.events import record_certificate
from lms.certificates.promises import completion_mail_key
from lms.certificates.rendering import render_certificate
from lms.core.jobs.job import Job
from lms.core.jobs.promises import release
from lms.core.jobs.tasks import WorkerContext, task


@task(queue="certificates", kind="render_certificate")
async def render_certificate_pdf(worker: WorkerContext, job: Job) -> None:
    """Draw a promised certificate, store it, issue it, and release its mail; or draw a revoked
    certificate with the mark.
    """
    certificate_id = UUID(job.args["certificate_id"])
    source = await queries.get_certificate_source(worker.db, certificate_id)
    if source is None or source.storage_key is not None:
        await job.finish(worker.db)
        return
    design = await design_of(source, worker.settings, worker.storage)
    document = document_of(source, worker.settings, design)
    pdf = await asyncio.to_thread(render_certificate, document)
    # Key and bytes are always the same: a second try writes the same object.
    key = f"certificates/{certificate_id}.pdf"
    if source.status == "revoked":
        marked = f"certificates/{certificate_id}-revoked.pdf"
        await worker.storage.put(marked, pdf)
        await worker.storage.delete(key)  # no row has pointed at it since the revocation
        async with job.commit(worker.db) as db:
            await queries.store_revoked(db, certificate_id, marked)
        return
    await worker.storage.put(key, pdf)
    async with job.commit(worker.db) as db:
        issued = await queries.issue_certificate(
            db,
            certificate_id,
            key,
            design=design,
            language=source.language,
        )
        if issued:
            certificate = await queries.get_certificate(db, certificate_id)
            await record_certificate(db, "certificate.issued", certificate)
            await release(db, completion_mail_key(source.enrollment_id))


@task(queue="certificates", kind="delete_erased_documents")
async def delete_erased_documents(worker: WorkerContext, job: Job) -> None:
    """Remove the documents of certificates that were erased with their owner."""
    for key in job.args["keys"]:
        await worker.storage.delete(key)
