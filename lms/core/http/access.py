"""The kinds of access that a route can have, and the check of the caller's role."""

from enum import Enum

from aiohttp import web

from lms.core.http.request import USER
from lms.errors import Forbidden, Unauthorized


class Access(Enum):
    """Who may call a route at all."""

    PROBE = "machines that watch us: no token is read, no limit counts"
    ANYONE = "anyone; a token must be good if there is one"
    USER = "anyone signed in"
    STUDENT = "students and admins"
    TEACHER = "instructors and admins"
    ADMIN = "admins"


ROLES = {
    Access.STUDENT: ("student", "admin"),
    Access.TEACHER: ("instructor", "admin"),
    Access.ADMIN: ("admin",),
}


def check_role(request: web.Request, access: Access) -> None:
    """Raises Unauthorized for an anonymous caller, Forbidden for one whose role is not allowed."""
    user = request.get(USER)
    if user is None:
        raise Unauthorized
    if access is not Access.USER and user.role not in ROLES[access]:
        raise Forbidden
