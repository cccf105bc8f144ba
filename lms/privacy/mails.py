"""The mail that closes an account."""

from lms.core.jobs.tasks import WorkerContext
from lms.notifications.mails import Facts, mail


@mail
async def account_erased(worker: WorkerContext) -> Facts | None:
    """To the address of an account that was erased: the last mail it gets."""
    return {"keeps_certificates": worker.settings.erasure_keeps_certificates}
