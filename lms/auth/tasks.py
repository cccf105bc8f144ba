"""What the worker does for identity: mails whose sending must not show in a reply, and cleaning."""

from datetime import timedelta
from uuid import UUID

from lms import retention
from lms.auth import mfa_queries, queries, throttling_queries
from lms.auth.mailed_tokens import create_token
from lms.auth.mfa import open_secret, seal_secret
from lms.core.audit import queries as audit
from lms.core.jobs.ageing import delete_all_aged
from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext, periodic, task
from lms.core.keys import CannotOpen, Sealed
from lms.core.log import get_logger
from lms.notifications.promises import promise_email
from lms.users import queries as users

log = get_logger(__name__)

# Per kind in a quarter of an hour, so that a stranger cannot fill somebody's mailbox.
_MAILS_AT_ONCE = 3

_DELETE_OLD = (
    (retention.SESSIONS, queries.delete_old_sessions),
    (retention.REVOCATIONS, queries.delete_old_revocations),
    (retention.MAILED_TOKENS, queries.delete_old_tokens),
    (retention.CHALLENGES, queries.delete_old_challenges),
    (retention.REGISTRATIONS, queries.delete_old_registrations),
    (retention.THROTTLES, throttling_queries.delete_old_throttles),
    (retention.ADDRESSES, throttling_queries.delete_old_addresses),
    (retention.STREAKS, throttling_queries.delete_old_streaks),
    (retention.SIGN_IN_PLACES, queries.delete_old_sign_in_places),
    (retention.AUDIT, audit.delete_old_entries),
)


@task(queue="emails", kind="answer_forgotten_password")
async def answer_forgotten_password(worker: WorkerContext, job: Job) -> None:
    """Mail a link to reset the password, if there is an account with the address."""
    account = await users.get_account(worker.db, job.args["email_key"])
    async with job.commit(worker.db) as db:
        if account is None or await queries.lock_user(db, account.id) is None:
            return
        if await queries.count_late_tokens(db, account.id, "reset") >= _MAILS_AT_ONCE:
            return
        token_id = await create_token(db, worker.settings, "reset", user_id=account.id)
        # To the account's own address, never to the one that was typed: two addresses that compare
        # as equal may be two mailboxes.
        await promise_email(db, "reset_password", to_user_id=account.id, token_id=token_id)


@task(queue="emails", kind="answer_registration")
async def answer_registration(worker: WorkerContext, job: Job) -> None:
    """Mail the link that opens a new account, or tell a member that they have one."""
    registration_id = UUID(job.args["registration_id"])
    new = await queries.get_registration(worker.db, registration_id)
    account = await users.get_account(worker.db, new.email_key) if new is not None else None
    async with job.commit(worker.db) as db:
        if new is None or new.late > _MAILS_AT_ONCE:
            return
        if account is None or account.is_unused:
            token_id = await create_token(
                db, worker.settings, "registration", registration_id=registration_id
            )
            await promise_email(db, "confirm_registration", to_address=new.email, token_id=token_id)
        elif account.is_active:
            await promise_email(db, "already_registered", to_user_id=account.id)


@periodic(every=timedelta(hours=1), name="tidy_identity")
@task(queue="progress", kind="tidy_identity", timeout_seconds=3600)
async def tidy_identity(worker: WorkerContext, job: Job) -> None:
    """Delete expired rows, and seal secrets of old keys again with the newest key."""
    await reseal_factors(worker)
    await delete_all_aged(worker, _DELETE_OLD)
    await job.finish(worker.db)


async def reseal_factors(worker: WorkerContext) -> int:
    """Seal second factors with the newest key, so that an old one can leave the ring."""
    newest = next(iter(worker.settings.key_ring))
    opened = []
    for old in await mfa_queries.list_old_factors(worker.db, newest):
        try:
            sealed = Sealed(old.key_id, old.secret)
            opened.append((old, open_secret(worker.settings, old.user_id, sealed)))
        except CannotOpen as error:
            log.error("a second factor cannot be read", user_id=old.user_id, error=str(error))
    return await mfa_queries.reseal_factors(
        worker.db,
        newest,
        user_ids=[old.user_id for old, _ in opened],
        old_secrets=[old.secret for old, _ in opened],
        secrets=[seal_secret(worker.settings, old.user_id, secret).box for old, secret in opened],
    )
