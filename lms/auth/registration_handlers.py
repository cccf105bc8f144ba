"""Registering as a student."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from lms.auth import queries
from lms.auth.mailed_tokens import create_token
from lms.auth.passwords import PASSWORDS
from lms.auth.policy import find_fault
from lms.auth.schemas import Registered, Registration, RegistrationPending
from lms.auth.signing_in import sign_in
from lms.auth.throttling import email_key_of
from lms.core.http.reply import Reply
from lms.core.http.request import BODY, SETTINGS, transaction
from lms.core.http.routing import Routes
from lms.core.jobs.promises import promise
from lms.errors import FieldError
from lms.events.stories import record_registration
from lms.notifications.promises import promise_email
from lms.users import queries as users
from lms.users.queries import EmailTaken

routes = Routes("Identity", rate_group="auth")


def _check_registration(request: web.Request, given: Mapping[str, Any]) -> list[FieldError]:
    if "password" not in given:
        return []
    fault = find_fault(
        given["password"],
        request.app[SETTINGS],
        pointer="/password",
        email=given.get("email", ""),
        full_name=given.get("full_name", ""),
    )
    return [fault] if fault is not None else []


@routes.post(
    "/auth/register",
    body=Registration,
    check=_check_registration,
    data=Registered,
    status=201,
    other_data={202: RegistrationPending},
    message="Welcome.",
    errors=(EmailTaken,),
    secret=True,
)
async def register(request: web.Request) -> Reply:
    """Register as a student and sign in.

    Where the site confirms addresses first, the answer is always 202 and without tokens: the
    account opens when the link that was mailed is used.
    """
    new, settings = request[BODY], request.app[SETTINGS]
    password_hash = await request.app[PASSWORDS].hash(new["password"])
    if settings.registration_mode == "confirm":
        # The worker finds out whether the address is known, so the reply's time does not tell.
        async with transaction(request) as db:
            registration_id = await queries.create_registration(
                db,
                email=new["email"],
                email_key=email_key_of(new["email"]),
                full_name=new["full_name"],
                password_hash=password_hash,
            )
            args = {"registration_id": str(registration_id)}
            await promise(db, "emails", "answer_registration", args)
        return Reply({}, status=202, message="Use the link that we mail to this address.")
    async with transaction(request) as db:
        user = await users.create_user(
            db, email=new["email"], full_name=new["full_name"], password_hash=password_hash
        )
        await promise_email(db, "welcome", to_user_id=user.id, key=f"welcome:{user.id}")
        await record_registration(db, user)
        token_id = await create_token(
            db, settings, "verification", user_id=user.id, address=user.email
        )
        await promise_email(db, "verify_email", to_user_id=user.id, token_id=token_id)
        return await sign_in(request, db, user, action="user.registered")
