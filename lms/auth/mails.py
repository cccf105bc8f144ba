"""The mails of signing in; a link's token is made from its row when the mail is sent."""

from uuid import UUID

from lms.auth import queries
from lms.auth.mailed_tokens import derive_token
from lms.core.jobs.tasks import WorkerContext
from lms.notifications.mails import Facts, mail


@mail
async def verify_email(worker: WorkerContext, *, token_id: str) -> Facts | None:
    """After registering, and when asked for: a link that confirms the address."""
    return await _link(worker, "verify-email", token_id)


@mail
async def confirm_registration(worker: WorkerContext, *, token_id: str) -> Facts | None:
    """Where addresses are confirmed first: the link that opens the account."""
    return await _link(worker, "verify-email", token_id)


@mail
async def already_registered(worker: WorkerContext) -> Facts | None:
    """To a member whose address was used to register once more."""
    return {}


@mail
async def confirm_new_email(
    worker: WorkerContext, *, token_id: str, user_id: str | None = None
) -> Facts | None:
    """To the new address of a member, by whom the mail is found when they are erased."""
    return await _link(worker, "verify-email", token_id)


@mail
async def email_change_requested(worker: WorkerContext) -> Facts | None:
    """To the old address, when a change of it was begun."""
    return {}


@mail
async def email_changed(worker: WorkerContext, *, user_id: str) -> Facts | None:
    """To the old address, when it has been replaced."""
    return {}


@mail
async def reset_password(worker: WorkerContext, *, token_id: str) -> Facts | None:
    """A link to set a new password, for someone who forgot it."""
    return await _link(worker, "reset-password", token_id)


@mail
async def invitation(worker: WorkerContext, *, token_id: str) -> Facts | None:
    """After an admin made an account: a link for its owner to set the first password."""
    return await _link(worker, "reset-password", token_id)


@mail
async def password_changed(worker: WorkerContext) -> Facts | None:
    """After a password was changed or reset."""
    return {}


@mail
async def mfa_changed(worker: WorkerContext, *, change: str) -> Facts | None:
    """After the second factor was `enabled`, `disabled` or `reset`, or its codes `renewed`."""
    return {"change": change}


@mail
async def signed_out(worker: WorkerContext) -> Facts | None:
    """After an administrator ended all sessions of somebody."""
    return {}


@mail
async def new_sign_in(worker: WorkerContext, *, session_id: str) -> Facts | None:
    """After a sign-in from a browser and network not seen before."""
    return await _origin(worker, session_id)


@mail
async def refresh_reused(worker: WorkerContext, *, session_id: str) -> Facts | None:
    """After a refresh token came back that had been used: its session was ended."""
    return await _origin(worker, session_id)


async def _link(worker: WorkerContext, page: str, token_id: str) -> Facts | None:
    token = await derive_token(worker.db, worker.settings, UUID(token_id))
    if token is None:
        return None
    site = (worker.settings.frontend_url or worker.settings.base_url).rstrip("/")
    return {"link": f"{site}/{page}?token={token}"}


async def _origin(worker: WorkerContext, session_id: str) -> Facts | None:
    origin = await queries.get_session_origin(worker.db, UUID(session_id))
    if origin is None:
        return None
    return {"device": origin.device, "ip": origin.ip or "unknown", "at": origin.created_at}
