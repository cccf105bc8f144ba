"""Administering people: the list, invitations, roles, disabling."""

from typing import Any

import asyncpg
from aiohttp import web

from lms.auth import queries as sessions
from lms.auth.by_mail import drop_what_is_pending
from lms.auth.mailed_tokens import create_token
from lms.auth.mfa import MfaNotEnabled
from lms.auth.mfa_queries import delete_challenges
from lms.auth.resetting_mfa import take_factor
from lms.auth.schemas import GivenReason, OptionalReason
from lms.core.audit.record import record
from lms.core.http.etags import check_if_match, version_of
from lms.core.http.pagination import GREATEST_ID, LAST_TIME, fetch_limit, page, position
from lms.core.http.reply import Page, Reply
from lms.core.http.request import (
    BODY,
    QUERY,
    SETTINGS,
    list_pool,
    path_id,
    pool,
    require_user,
    transaction,
)
from lms.core.http.routing import Routes
from lms.courses.teachers import CoursesNeedATeacher, check_leaves_no_course
from lms.errors import Forbidden
from lms.events.stories import record_registration
from lms.notifications.promises import promise_email
from lms.users import queries
from lms.users.inviting import InvitationsUsedUp, check_invitations
from lms.users.queries import AccountErased, EmailTaken, LastAdmin, User, is_last_admin
from lms.users.schemas import NewUser, UserChanges, UserQuery, UserSchema

routes = Routes("Users")


@routes.get("/users", query=UserQuery, data=UserSchema, many=True)
async def list_users(request: web.Request) -> Page[User]:
    """Everyone, the newest first; `q` is a part of the name or the address."""
    asked = request[QUERY]
    filters = {
        "role": asked.get("role"),
        "is_active": asked.get("is_active"),
        "q": asked.get("q"),
        "updated_since": asked.get("updated_since"),
    }
    rows = await queries.list_users(
        list_pool(request),
        before=position(request, [LAST_TIME, GREATEST_ID]),
        limit=fetch_limit(request),
        **filters,
    )
    total = None
    if asked["include_total"]:
        total = await queries.count_listed_users(list_pool(request), **filters)
    return page(request, rows, lambda user: [user.created_at, user.id], total=total)


@routes.post(
    "/users",
    body=NewUser,
    data=UserSchema,
    status=201,
    message="Invited.",
    errors=(EmailTaken, InvitationsUsedUp),
)
async def invite_user(request: web.Request) -> Reply:
    """Make an account and mail an invitation, whose link sets the password."""
    me, new, settings = require_user(request), request[BODY], request.app[SETTINGS]
    async with transaction(request) as db:
        await check_invitations(db, me.id, 1, most_a_day=settings.invitations_per_day)
        user = await queries.create_user(db, password_hash=None, **new)
        token_id = await create_token(db, settings, "invitation", user_id=user.id)
        await promise_email(db, "invitation", to_user_id=user.id, token_id=token_id)
        await record(db, request, "user.created", user.id, role=user.role, by="invitation")
        await record_registration(db, user)
    return _reply(user, headers={"Location": f"/api/v1/users/{user.id}"})


@routes.get("/users/{user_id}", data=UserSchema)
async def get_user(request: web.Request) -> Reply:
    """A person."""
    return _reply(await queries.get_user(pool(request), path_id(request, "user_id")))


@routes.patch(
    "/users/{user_id}",
    body=UserChanges,
    data=UserSchema,
    message="Saved.",
    errors=(LastAdmin, AccountErased, CoursesNeedATeacher),
)
async def update_user(request: web.Request) -> Reply:
    """Change someone's role or name, or disable them, which signs them out everywhere."""
    user_id, changes = path_id(request, "user_id"), request[BODY]
    async with transaction(request) as db:
        # Always first, and all of them: two admins who demote each other take turns.
        admins = await queries.lock_admins(db)
        check_if_match(request, await queries.lock_user(db, user_id))
        before = await queries.get_user(db, user_id)
        user = await queries.administer_user(db, before, changes)
        stays = user.role == "admin" and user.is_active
        if not stays and is_last_admin(user_id, admins):
            raise LastAdmin
        if before.role != "student" and user.role == "student":
            await check_leaves_no_course(db, user_id)
        await _note_changes(request, db, before, user)
    return _reply(user)


class OwnFactor(Forbidden):
    """Another admin resets your second factor; you disable it with a code of it yourself."""

    code = "forbidden"
    title = "Forbidden"


@routes.post(
    "/users/{user_id}/mfa/reset",
    body=GivenReason,
    status=204,
    errors=(MfaNotEnabled, OwnFactor),
)
async def reset_mfa(request: web.Request) -> None:
    """Take away the second factor of someone who lost it; their sessions end, and they are told."""
    user_id = path_id(request, "user_id")
    if user_id == require_user(request).id:
        raise OwnFactor
    async with transaction(request) as db:
        await queries.lock_user(db, user_id)
        await take_factor(db, user_id)
        await record(db, request, "mfa.reset", user_id, reason=request[BODY]["reason"])


@routes.post("/users/{user_id}/logout-all", body=OptionalReason, status=204)
async def log_out_user(request: web.Request) -> None:
    """End every session of someone, who is told."""
    user_id = path_id(request, "user_id")
    async with transaction(request) as db:
        await queries.lock_user(db, user_id)
        await sessions.revoke_sessions(db, user_id)
        await delete_challenges(db, user_id)  # a sign-in that was begun would open another one
        reason = request[BODY].get("reason")
        await record(db, request, "session.all_ended", user_id, reason=reason)
        await promise_email(db, "signed_out", to_user_id=user_id)


async def _note_changes(
    request: web.Request, db: asyncpg.Connection, before: User, user: User
) -> None:
    if user.role != before.role:
        await record(db, request, "user.role_changed", user.id, before=before.role, after=user.role)
    if user.full_name != before.full_name:
        await record(db, request, "user.renamed", user.id)
    if before.is_active and not user.is_active:
        await sessions.revoke_sessions(db, user.id)
        await drop_what_is_pending(db, user.id)
    if user.is_active != before.is_active:
        action = "user.enabled" if user.is_active else "user.disabled"
        await record(db, request, action, user.id)


def _reply(user: User, **more: Any) -> Reply:
    return Reply(user, version=version_of(user.updated_at), **more)
