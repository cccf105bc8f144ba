"""What the worker does for certificates."""

from uuid import UUID

import asyncpg

from lms.certificates import queries
from lms.certificates.documents import design_of, document_of
from lms.certificates.events import record_certificate
from lms.certificates.promises import completion_mail_key, promise_marked
from lms.certificates.rendering import render_certificate
from lms.core.jobs.job import Job
from lms.core.jobs.promises import release
from lms.core.jobs.tasks import WorkerContext, task


@task(queue="certificates", kind="render_certificate")
async def render_certificate_pdf(worker: WorkerContext, job: Job) -> None:
    """Draw a promised certificate, store it, issue it, and let its mail go; or draw one that was
    revoked or replaced with the mark.

    With the new one of a reissue those before it become replaced, in the same transaction.
    """
    certificate_id = UUID(job.args["certificate_id"])
    source = await queries.get_certificate_source(worker.db, certificate_id)
    if source is None or source.storage_key is not None:
        await job.finish(worker.db)
        return
    design = await design_of(source, worker.settings, worker.storage, worker.parsers)
    document = document_of(source, worker.settings, design)
    pdf = await worker.parsers.run(render_certificate, document)
    # Key and bytes are always the same: a second try writes the same object.
    key = f"certificates/{certificate_id}.pdf"
    if source.status in ("revoked", "replaced"):
        mark = "revoked" if source.revoked_at is not None else "replaced"
        marked = f"certificates/{certificate_id}-{mark}.pdf"
        await worker.storage.put(marked, pdf)
        await worker.storage.delete(key)  # no row has pointed at it since it was withdrawn
        async with job.commit(worker.db) as db:
            is_stored = await queries.store_marked(db, source, marked)
        if not is_stored:  # the name was erased while we drew
            await worker.storage.delete(marked)
        return
    await worker.storage.put(key, pdf)
    async with job.commit(worker.db) as db:
        await queries.lock_editions(db, certificate_id)
        issued = await queries.issue_certificate(
            db,
            certificate_id,
            key,
            design=design,
            language=source.language,
        )
        if issued:
            await _replace(db, certificate_id)
            certificate = await queries.get_certificate(db, certificate_id)
            await record_certificate(db, "certificate.issued", certificate)
            await release(db, completion_mail_key(source.enrollment_id))
    if not issued:
        await _delete_unused(worker, certificate_id, key)


@task(queue="certificates", kind="render_reissued_certificate")
async def render_reissued_certificate(worker: WorkerContext, job: Job) -> None:
    """The same of a certificate that replaces another, or was replaced.

    The kind is one that workers of the release before do not know: they would issue the new one
    and leave the old one valid.
    """
    await render_certificate_pdf(worker, job)


async def _replace(db: asyncpg.Connection, certificate_id: UUID) -> None:
    """What was issued before an edition that was just issued stands no longer."""
    for old in await queries.replace_certificates(db, certificate_id):  # one, as a rule
        certificate = await queries.get_certificate(db, old.id)
        await record_certificate(db, "certificate.replaced", certificate)
        if old.wants_drawing:
            await promise_marked(db, old.id, "replaced")


async def _delete_unused(worker: WorkerContext, certificate_id: UUID, key: str) -> None:
    """Delete a drawing that no row points at: the account was erased while we drew."""
    certificate = await queries.get_certificate_source(worker.db, certificate_id)
    if certificate is None or certificate.storage_key != key:
        await worker.storage.delete(key)


@task(queue="certificates", kind="delete_erased_documents")
async def delete_erased_documents(worker: WorkerContext, job: Job) -> None:
    """Remove the documents of certificates that were erased with their owner."""
    for key in job.args["keys"]:
        await worker.storage.delete(key)
