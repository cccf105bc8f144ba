"""My own account."""

from aiohttp import web

from lms.core.http.etags import check_if_match, version_of
from lms.core.http.reply import Reply
from lms.core.http.request import BODY, pool, require_user, transaction
from lms.core.http.routing import Routes
from lms.files.attaching import check_attachable
from lms.files.kinds import IMAGES
from lms.users import queries
from lms.users.schemas import MyChanges, UserSchema

routes = Routes("Users")


@routes.get("/users/me", data=UserSchema)
async def get_me(request: web.Request) -> Reply:
    """My account."""
    user = await queries.get_user(pool(request), require_user(request).id)
    return Reply(user, version=version_of(user.updated_at))


@routes.patch("/users/me", body=MyChanges, data=UserSchema, message="Saved.")
async def update_me(request: web.Request) -> Reply:
    """Change my account; what is not named stays."""
    me = require_user(request)
    async with transaction(request) as db:
        check_if_match(request, await queries.lock_user(db, me.id))
        await check_attachable(
            db,
            me,
            request[BODY].get("avatar_file_id"),
            pointer="/avatar_file_id",
            types=IMAGES,
            expected="an image",
        )
        user = await queries.get_user(db, me.id)
        user = await queries.update_profile(db, user, request[BODY])
    return Reply(user, version=version_of(user.updated_at))
