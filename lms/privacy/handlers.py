"""What the law gives everyone: a copy of their data, and its erasure."""

from contextlib import closing

from aiohttp import web

from lms.auth.mfa import MfaCodeInvalid, MfaCodeRequired
from lms.auth.proving import PasswordIncorrect, prove_password
from lms.auth.throttling import TooManyAttempts
from lms.core.audit.record import record
from lms.core.http.etags import check_if_match, none_match
from lms.core.http.request import BODY, SETTINGS, pool, require_user, transaction
from lms.core.http.routing import Routes
from lms.core.jobs.promises import promise
from lms.core.personal import PERSONAL_TABLES
from lms.courses.queries import lock_courses_of
from lms.courses.teachers import CoursesNeedATeacher, check_leaves_no_course
from lms.notifications.promises import promise_email
from lms.privacy.erasing import erase
from lms.privacy.exporting import chunks, export
from lms.privacy.queries import get_subject
from lms.privacy.schemas import Erasure
from lms.users.queries import LastAdmin, is_last_admin, lock_admins

routes = Routes("Users")


# No deadline: how long it takes depends on how much there is. Each statement has its own.
@routes.get(
    "/users/me/export",
    raw=True,
    statuses=(304,),
    media_types=("application/zip",),
    rate_group="auth",
    deadline=None,
)
async def export_me(request: web.Request) -> web.StreamResponse:
    """All of my data: a ZIP with a JSON file for each kind."""
    me = require_user(request)
    folder = request.app[SETTINGS].data_dir / "exports"
    async with pool(request).acquire() as db, db.transaction(isolation="repeatable_read"):
        await record(db, request, "user.exported", me.id)
        made = await export(db, request.app[PERSONAL_TABLES], await get_subject(db, me.id), folder)
    with closing(made.file):
        headers = {
            "ETag": made.etag,
            "Content-Disposition": 'attachment; filename="my-data.zip"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-cache",
        }
        if none_match(request, made.etag):
            return web.Response(status=304, headers=headers)
        response = web.StreamResponse(headers=headers)
        response.content_type = "application/zip"
        response.content_length = made.size
        await response.prepare(request)
        if request.method != "HEAD":
            async for chunk in chunks(made):
                await response.write(chunk)
        await response.write_eof()
        return response


@routes.delete(
    "/users/me",
    body=Erasure,
    status=204,
    rate_group="auth",
    errors=(
        PasswordIncorrect,
        MfaCodeRequired,
        MfaCodeInvalid,
        TooManyAttempts,
        LastAdmin,
        CoursesNeedATeacher,
    ),
)
async def erase_me(request: web.Request) -> None:
    """Erase my account: it cannot be undone.

    Everything that I wrote or that identifies me is erased. Data that others need, such as the
    figures of a course, stays without my name. A setting of the site decides whether certificates
    stay. My drafts and archived courses go to an admin; published ones need another teacher first.
    With a second factor it takes a `code` as well.
    """
    me = require_user(request)
    proof = await prove_password(request, request[BODY]["password"])
    async with transaction(request) as db:
        await lock_courses_of(db, me.id)  # before people, as publishing does
        # Locked in the same order as in user administration: two last admins who leave take turns.
        admins = await lock_admins(db)
        await proof.accept(db)
        subject = await get_subject(db, me.id)
        check_if_match(request, subject.updated_at)
        fault = await proof.check_code(db, request[BODY].get("code"))
        if fault is None:
            await proof.settle(db)
            if is_last_admin(me.id, admins):
                raise LastAdmin
            await check_leaves_no_course(db, me.id)
            await erase(
                db,
                request.app[PERSONAL_TABLES],
                subject,
                keeps_certificates=request.app[SETTINGS].erasure_keeps_certificates,
            )
            await promise(db, "progress", "delete_erased_files", {"user_id": str(me.id)})
            await record(db, request, "user.erased", me.id)
            await promise_email(db, "account_erased", to_address=subject.email)
    if fault is not None:
        raise fault
