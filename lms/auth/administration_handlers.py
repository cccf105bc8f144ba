"""Administering people: who there is, inviting, roles, disabling."""

from typing import Any

import asyncpg
from aiohttp import web

from lms.auth import queries as sessions
from lms.auth.by_mail import drop_what_is_pending
from lms.auth.mailed_tokens import create_token
from lms.core.audit.record import record
from lms.core.http.etags import check_if_match, version_of
from lms.core.http.pagination import GREATEST_ID, LAST_TIME, fetch_limit, page, position
from lms.core.http.reply import Page, Reply
from lms.core.http.request import BODY, QUERY, SETTINGS, list_pool, path_id, pool, transaction
from lms.core.http.routing import Routes
from lms.courses.teachers import CoursesNeedATeacher, check_leaves_no_course
from lms.events.stories import record_registration
from lms.notifications.promises import promise_email
from lms.users import queries
from lms.users.queries import AccountErased, EmailTaken, LastAdmin, User
from lms.users.schemas import NewUser, UserChanges, UserQuery, UserSchema

routes = Routes("Users")


@routes.get("/users", query=UserQuery, data=UserSchema, many=True)
async def list_users(request: web.Request) -> Page[User]:
    """Everyone, the newest first; `q` is a part of the name or the address."""
    asked = request[QUERY]
    q = asked.get("q")
    filters = {
        "role": asked.get("role"),
        "is_active": asked.get("is_active"),
        "pattern": f"%{_as_itself(q)}%" if q is not None else None,
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
    errors=(EmailTaken,),
)
async def invite_user(request: web.Request) -> Reply:
    """Make an account and mail an invitation, whose link sets the password."""
    new = request[BODY]
    async with transaction(request) as db:
        user = await queries.create_user(db, password_hash=None, **new)
        token_id = await create_token(db, request.app[SETTINGS], "invitation", user_id=user.id)
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
    """Change someone's role or name, or disable her, which signs her out everywhere."""
    user_id, changes = path_id(request, "user_id"), request[BODY]
    async with transaction(request) as db:
        # Always first, and all of them: two admins who demote each other take turns.
        admins = await queries.lock_admins(db)
        check_if_match(request, await queries.lock_user(db, user_id))
        before = await queries.get_user(db, user_id)
        user = await queries.administer_user(db, before, changes)
        active = {admin.id for admin in admins if admin.is_active}
        if active == {user_id} and not (user.role == "admin" and user.is_active):
            raise LastAdmin
        if before.role != "student" and user.role == "student":
            await check_leaves_no_course(db, user_id)
        await _note_changes(request, db, before, user)
    return _reply(user)


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


def _as_itself(text: str) -> str:
    """Text for an ilike pattern that matches itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _reply(user: User, **more: Any) -> Reply:
    return Reply(user, version=version_of(user.updated_at), **more)
