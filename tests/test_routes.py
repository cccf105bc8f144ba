"""Every route, asked by everyone: the permissions table is what the application does."""

import re
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from lms.app import create_app
from lms.core.http.access import ROLES, Access
from lms.core.http.route_table import RouteTable
from lms.core.http.routing import Endpoint, Routes, endpoint_of_route
from lms.middlewares.pipeline import register
from lms.permissions import ACCESS
from lms.settings import Secret, Settings
from tests.api import Api
from tests.people import Cast, Person

_NOWHERE = "00000000-0000-7000-8000-000000000000"

# Where an empty body means the cookie, and there is none.
_NOT_EMPTY = {"POST /api/v1/auth/refresh": {"refresh_token": 7}}


def _endpoints(app: web.Application) -> dict[str, Endpoint]:
    found = {}
    for route in app.router.routes():
        endpoint = endpoint_of_route(route)
        if endpoint is not None:
            found[endpoint.name] = endpoint
    return found


def _path(endpoint: Endpoint) -> str:
    return re.sub(r"\{[^}]+\}", _NOWHERE, endpoint.path)


def test_every_route_has_an_entry_and_every_entry_a_route(app: web.Application) -> None:
    assert set(_endpoints(app)) == set(ACCESS)


def test_a_route_without_an_entry_does_not_start() -> None:
    routes = Routes("Test")

    @routes.get("/not-in-the-table")
    async def handler(request: web.Request) -> None:
        """Nobody decided who may call this."""

    with pytest.raises(LookupError, match="not-in-the-table"):
        register(web.Application(), routes, ACCESS)


async def _to_aiohttp(request: web.Request) -> web.StreamResponse:
    raise AssertionError("only looked up here")


async def test_the_table_of_routes_finds_what_aiohttp_finds(app: web.Application) -> None:
    table = RouteTable(app, _to_aiohttp)
    found = 0
    paths = {_path(endpoint) for endpoint in _endpoints(app).values()}
    odd = {"/", "/api/v1", "/api/v1/courses/", "/api/v1/courses//lessons", "/api/v1/courses/%41",
           "/api/v1/courses/{course}", "/api/v1/lessons/reorder/x", "//api/v1/health"}  # fmt: skip
    for path in paths | odd:
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            mine = table.find(method, path)
            theirs = await app.router.resolve(make_mocked_request(method, path))
            if mine is not None:
                assert (mine.route, dict(mine)) == (theirs.route, dict(theirs)), (method, path)
                found += 1
            else:
                assert endpoint_of_route(theirs.route) is None or path in odd, (method, path)
    assert found > len(_endpoints(app))


async def test_each_role_is_let_in_exactly_where_the_table_says(
    app: web.Application, api: Api, cast: Cast, sam: Person, tara: Person, ada: Person
) -> None:
    roles = {None: None, "student": sam, "instructor": tara, "admin": ada}
    for name, endpoint in _endpoints(app).items():
        if "logout" in name:
            continue  # would end the sessions that the loop goes on with
        for role, person in roles.items():
            method, path = endpoint.method, _path(endpoint)
            body = _NOT_EMPTY.get(name, {})
            reply = await api.request(method, path, as_=person, root=True, json=body, check=False)
            access = ACCESS[name]
            if role is None and access not in (Access.ANYONE, Access.PROBE):
                assert reply.status == 401, (name, role, reply.body)
                assert reply.headers["WWW-Authenticate"] == "Bearer"
            elif access in ROLES and role not in ROLES[access]:
                assert (reply.status, reply.code) == (403, "forbidden"), (name, role)
            else:
                assert reply.status not in (401, 403, 500), (name, role, reply.body)


async def test_a_bad_token_is_refused_on_public_routes_too(api: Api) -> None:
    reply = await api.get("/courses", token="not.a.token")
    assert (reply.status, reply.code) == (401, "unauthorized")


def test_production_has_no_development_pages(settings: Settings) -> None:
    keys = (Secret(f"k1:{'s' * 40}"),)
    production = create_app(replace(settings, environment="production", secret_keys=keys))
    assert not [name for name in _endpoints(production) if "/dev/" in name]
